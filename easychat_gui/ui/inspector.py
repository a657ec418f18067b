"""The panel at the right: how the model answers in this conversation."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QScrollArea, QVBoxLayout, QWidget

from easychat_gui.domain.generation import GenerationParams
from easychat_gui.ui.theme import Size, Space
from easychat_gui.ui.widgets.labels import faint, heading, muted
from easychat_gui.ui.widgets.parameter_fields import DECIMALS, ParameterFields
from easychat_gui.ui.widgets.region import Region

PILL_WIDTH = 78
SYSTEM_PROMPT_HEIGHT = 64


class Inspector(Region, QFrame):
    """``params_edited(GenerationParams)`` and ``system_prompt_edited(str)`` when the person changed something."""

    params_edited = Signal(object)
    system_prompt_edited = Signal(str)

    def __init__(self, defaults: GenerationParams, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("inspector")
        self.setAccessibleName(self.tr("This conversation"))
        self.setToolTip(self.tr("How the model answers in this conversation"))
        self.setProperty("look", "inspector")
        self.setFixedWidth(Size.INSPECTOR)
        self._fields = ParameterFields(self, defaults, look="pill")
        self._fields.edited.connect(self.params_edited)
        self._system_prompt = QPlainTextEdit()
        self._system_prompt.setObjectName("systemPromptEdit")
        self._system_prompt.setFixedHeight(SYSTEM_PROMPT_HEIGHT)
        self._system_prompt.setTabChangesFocus(True)
        self._system_prompt.setAccessibleName(self.tr("System prompt"))
        self._system_prompt.setToolTip(self.tr("What the model is told before the conversation begins"))
        self._system_prompt.textChanged.connect(
            lambda: self.system_prompt_edited.emit(self._system_prompt.toPlainText())
        )
        self._lay_out()

    def show_conversation(self, params: GenerationParams, defaults: GenerationParams, prompt: str, hint: str) -> None:
        """Show what holds for the conversation. ``hint`` is the system prompt of the settings, which an own one
        takes the place of."""
        self._fields.show_params(params, defaults)
        self._system_prompt.setPlaceholderText(hint or self.tr("None"))
        if prompt != self._system_prompt.toPlainText():
            with QSignalBlocker(self._system_prompt):
                self._system_prompt.setPlainText(prompt)

    def _lay_out(self) -> None:
        content = QWidget()
        rows = QVBoxLayout(content)
        rows.setContentsMargins(Space.L, Space.M + 2, Space.L, Space.L)
        rows.setSpacing(Space.S)
        rows.addWidget(heading(self.tr("This conversation")))
        rows.addSpacing(Space.XS)
        rows.addWidget(muted(self.tr("System prompt")))
        rows.addWidget(self._system_prompt)
        rows.addSpacing(Space.XS)
        for name in DECIMALS:
            rows.addLayout(self._titled(name, self._fields.spins[name]))
            rows.addWidget(self._fields.sliders[name])
        rows.addLayout(self._titled("max_tokens", self._fields.max_tokens))
        rows.addLayout(self._titled("seed", self._fields.seed))
        rows.addLayout(self._titled("stream", self._fields.stream))
        self._fields.titles["stop"].setProperty("look", "muted")
        rows.addWidget(self._fields.titles["stop"])
        self._fields.stop.setFixedHeight(SYSTEM_PROMPT_HEIGHT)
        rows.addWidget(self._fields.stop)
        note = faint(self.tr("Changed values show a dot; right-click a name to reset it or not to send it."), -0.5)
        note.setWordWrap(True)
        # A wrapped label asks for the height it would need when narrow, and the panel would scroll for nothing.
        note.setFixedHeight(note.heightForWidth(Size.INSPECTOR - 2 * Space.L - 1))
        rows.addWidget(note)
        rows.addStretch()
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(content)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scroll)

    def _titled(self, name: str, field: QWidget) -> QHBoxLayout:
        row = QHBoxLayout()
        title = self._fields.titles[name]
        title.setProperty("look", "muted")
        row.addWidget(title, 1)
        if name != "stream":
            field.setFixedWidth(PILL_WIDTH)
        row.addWidget(field)
        return row
