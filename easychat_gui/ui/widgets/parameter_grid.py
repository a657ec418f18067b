"""All parameters below each other, each with its title, for a form that is not as narrow as the panel at the right."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from easychat_gui.ui.theme import Space
from easychat_gui.ui.widgets.parameter_fields import DECIMALS, ParameterFields

SPIN_WIDTH = 78
STOP_HEIGHT = 52


class ParameterGrid(QGridLayout):
    """Lays out the fields; it is empty until it is part of a widget."""

    def __init__(self, fields: ParameterFields) -> None:
        super().__init__()
        self._fields = fields
        self.setHorizontalSpacing(Space.S)
        self.setVerticalSpacing(Space.S)
        self.setColumnStretch(2, 1)
        for name in DECIMALS:
            fields.spins[name].setFixedWidth(SPIN_WIDTH)
            self._add(name, fields.sliders[name], fields.spins[name])
        for name, number in (("max_tokens", fields.max_tokens), ("seed", fields.seed)):
            number.setFixedWidth(SPIN_WIDTH)
            self._add(name, None, number)
        self._add("stream", None, fields.stream)
        fields.stop.setFixedHeight(STOP_HEIGHT)
        self._add("stop", fields.stop, None)
        self._add("reasoning_effort", fields.reasoning_effort, None)
        self._add("logprobs", fields.logprobs, None)
        self._add("response_format", fields.response_format, None)
        self._add("extra", fields.extra, None)

    def _add(self, name: str, middle: QWidget | None, end: QWidget | None) -> None:
        row = self.rowCount()
        self.addWidget(self._fields.titles[name], row, 0)
        self.addWidget(self._fields.reset_button(name), row, 1)
        if middle is not None:
            self.addWidget(middle, row, 2, 1, 2 if end is None else 1)
        if end is not None:
            self.addWidget(end, row, 3, Qt.AlignmentFlag.AlignRight)
