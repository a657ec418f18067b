"""All parameters below each other, for a narrow place: a title with its value, and below it what needs the width."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from easychat_gui.ui.theme import Space
from easychat_gui.ui.widgets.parameter_fields import DECIMALS, ParameterFields

RARE = ("reasoning_effort", "logprobs", "response_format", "extra")
"""Parameters that are folded away while none of them is set."""

PILL_WIDTH = 78
STOP_HEIGHT = 64


class ParameterColumn(QWidget):
    """Lays out the fields."""

    def __init__(self, fields: ParameterFields, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._fields = fields
        self._owner: object = None
        self._had_rare = False
        self._more = QPushButton(self)
        self._more.setObjectName("moreParametersButton")
        self._more.setProperty("look", "flat")
        self._more.setCheckable(True)
        self._more.setAutoDefault(False)
        self._more.setAccessibleName(self.tr("More parameters"))
        self._more.setToolTip(self.tr("Reasoning, probabilities, the form of the answer, and any other parameter"))
        self._more.toggled.connect(self._show_fold)
        self._rare = self._rare_fields()
        self._show_fold(is_open=False)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(Space.XS + 2)
        for name in DECIMALS:
            group = QVBoxLayout()
            group.setSpacing(0)
            group.addLayout(self._titled(name, fields.spins[name]))
            group.addWidget(fields.sliders[name])
            rows.addLayout(group)
        rows.addLayout(self._titled("max_tokens", fields.max_tokens))
        rows.addLayout(self._titled("seed", fields.seed))
        rows.addLayout(self._titled("stream", fields.stream))
        rows.addLayout(self._title_row("stop"))
        fields.stop.setFixedHeight(STOP_HEIGHT)
        rows.addWidget(fields.stop)
        rows.addWidget(self._more)
        rows.addWidget(self._rare)

    def unfold_for(self, owner: object) -> None:
        """Open what is folded away if somebody is shown, or something was set, for whom there is a value in it."""
        has_rare = any(getattr(self._fields.params, name) not in (None, {}) for name in RARE)
        if has_rare and (owner != self._owner or not self._had_rare):
            self._more.setChecked(True)
        self._owner, self._had_rare = owner, has_rare

    def unfold(self) -> None:
        self._more.setChecked(True)

    def _rare_fields(self) -> QWidget:
        panel = QWidget(self)
        rows = QVBoxLayout(panel)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(Space.XS + 2)
        fields = self._fields
        widgets = (fields.reasoning_effort, fields.logprobs, fields.response_format, fields.extra)
        for name, field in zip(RARE, widgets, strict=True):
            rows.addLayout(self._title_row(name))
            rows.addWidget(field)
        return panel

    def _show_fold(self, is_open: bool) -> None:  # noqa: FBT001 - a slot
        self._more.setText(f"{self._more.accessibleName()} {'▴' if is_open else '▾'}")
        self._rare.setVisible(is_open)

    def _titled(self, name: str, field: QWidget) -> QHBoxLayout:
        row = self._title_row(name)
        if name != "stream":
            field.setFixedWidth(PILL_WIDTH)
        row.addWidget(field)
        return row

    def _title_row(self, name: str) -> QHBoxLayout:
        """A title, where its value comes from below it, and the button that resets it."""
        title = self._fields.titles[name]
        title.setProperty("look", "muted")
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(title)
        words.addWidget(self._fields.origin_label(name))
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.XS)
        row.addLayout(words, 1)
        row.addWidget(self._fields.reset_button(name))
        return row
