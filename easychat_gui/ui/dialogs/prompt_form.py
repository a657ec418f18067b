"""The small form that asks for the variables of a prompt."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPlainTextEdit, QPushButton, QVBoxLayout

from easychat_gui.domain.prompts import Prompt, Variable
from easychat_gui.ui.theme import Space
from easychat_gui.ui.widgets.labels import faint, heading, plain

WIDTH = 440
MOST_LINES = 4


class PromptForm(QDialog):
    """One field a variable. Enter goes on to the next one, and at the last one inserts the prompt."""

    def __init__(self, prompt: Prompt, former: Mapping[str, str]) -> None:
        super().__init__()
        self.setObjectName("promptForm")
        self.setWindowTitle(prompt.name)
        self.setAccessibleName(prompt.name)
        self._fields: dict[str, _Field] = {}
        rows = QVBoxLayout(self)
        rows.setContentsMargins(Space.XL, Space.L, Space.XL, Space.L)
        rows.setSpacing(Space.S)
        rows.addWidget(heading(prompt.name, 2.0))
        for variable in prompt.variables():
            field = self._fields[variable.name] = _Field(variable, former.get(variable.name, ""))
            field.done.connect(self._go_on)
            rows.addSpacing(Space.XS)
            rows.addWidget(plain(variable.name[:1].upper() + variable.name[1:]))
            rows.addWidget(field)
        rows.addWidget(faint(self.tr("Shift+Enter makes a new line in a field")))
        rows.addStretch()
        rows.addSpacing(Space.S)
        rows.addLayout(self._buttons())
        first = next(iter(self._fields.values()), None)
        if first is not None:
            first.setFocus()

    def values(self) -> dict[str, str]:
        """Return what was put in, by variable."""
        return {name: field.toPlainText() for name, field in self._fields.items()}

    def sizeHint(self) -> QSize:
        return QSize(WIDTH, super().sizeHint().height())

    def _buttons(self) -> QHBoxLayout:
        buttons = QHBoxLayout()
        buttons.addStretch()
        for words, look, slot in (
            (self.tr("Cancel"), "", self.reject),
            (self.tr("Insert"), "primary", self.accept),
        ):
            button = QPushButton(words)
            button.setAccessibleName(words)
            button.setToolTip(words)
            button.setProperty("look", look)
            button.setAutoDefault(False)
            button.clicked.connect(slot)
            buttons.addWidget(button)
        return buttons

    def _go_on(self) -> None:
        fields = list(self._fields.values())
        place = next((number for number, field in enumerate(fields) if field.hasFocus()), len(fields) - 1)
        if place + 1 < len(fields):
            fields[place + 1].setFocus()
            fields[place + 1].selectAll()
        else:
            self.accept()


class _Field(QPlainTextEdit):
    """As high as its text, up to some lines. ``done`` at Enter."""

    done = Signal()

    def __init__(self, variable: Variable, former: str) -> None:
        super().__init__()
        self.setTabChangesFocus(True)
        self.setAccessibleName(variable.name)
        self.setToolTip(variable.name)
        self.setPlaceholderText(variable.default)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.document().documentLayout().documentSizeChanged.connect(self._fit)
        self.setPlainText(former or variable.default)
        self.selectAll()
        self._fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if is_enter and not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.done.emit()
        else:
            super().keyPressEvent(event)

    def _fit(self) -> None:
        lines = max(1, min(MOST_LINES, round(self.document().documentLayout().documentSize().height())))
        self.setFixedHeight(lines * self.fontMetrics().lineSpacing() + 20)
