"""The bar above the conversation in which one says what to find."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QLocale, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QToolButton, QWidget

from easychat_gui.ui.shortcuts import Keys
from easychat_gui.ui.theme import Size, Space
from easychat_gui.ui.widgets.buttons import IconButton
from easychat_gui.ui.widgets.labels import muted


class FindBar(QFrame):
    """A field, what was found, and how to look. It knows nothing of the conversation.

    ``changed``: text or switches are others now. ``step_requested(1)`` for the next hit, ``(-1)`` for the previous.
    """

    changed = Signal()
    step_requested = Signal(int)
    closed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("findBar")
        self.setAccessibleName(self.tr("Find in this chat"))
        self.setProperty("look", "header")
        self.setAutoFillBackground(True)
        self.field = QLineEdit()
        self.field.setObjectName("findField")
        self.field.setAccessibleName(self.tr("Find"))
        self.field.setToolTip(self.tr("What to find in this chat"))
        self.field.setPlaceholderText(self.tr("Find in this chat"))
        self.field.setClearButtonEnabled(False)
        self.count_label = muted("")
        self.count_label.setMinimumWidth(80)
        self.case_button = self._switch("Aa", self.tr("Match case and accents"))
        self.word_button = self._switch("|w|", self.tr("Whole words only"))
        self.previous_button = self._step("chevron-up", self.tr("Previous hit ({keys})"), Keys.FIND_PREVIOUS, -1)
        self.next_button = self._step("chevron-down", self.tr("Next hit ({keys})"), Keys.FIND_NEXT, 1)
        self.close_button = IconButton("close", self.tr("Close (Esc)"), side=Size.HIT_TARGET_MIN, icon_side=16)
        self.close_button.clicked.connect(self.closed)
        self.field.textChanged.connect(self.changed)
        self._lay_out()

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(Space.L, Space.S, Space.S, Space.S)
        row.setSpacing(Space.XS)
        row.addStretch(1)
        self.field.setMaximumWidth(Size.READING_COLUMN // 2)
        row.addWidget(self.field, 1000)
        row.addSpacing(Space.S)
        row.addWidget(self.count_label)
        for button in (self.case_button, self.word_button, self.previous_button, self.next_button, self.close_button):
            row.addWidget(button)
        row.addStretch(1)

    def _switch(self, words: str, tip: str) -> QToolButton:
        button = QToolButton(self)
        button.setText(words)
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        button.setCheckable(True)
        button.toggled.connect(self.changed)
        return button

    def _step(self, icon_name: str, words: str, keys: QKeySequence, step: int) -> IconButton:
        words = words.format(keys=keys.toString(QKeySequence.SequenceFormat.NativeText))
        button = IconButton(icon_name, words, self, side=Size.HIT_TARGET_MIN, icon_side=16)
        button.clicked.connect(lambda: self.step_requested.emit(step))
        return button

    def begin(self, text: str) -> None:
        """Come up, with a text to begin with if there is one, ready to be written over."""
        if text:
            with QSignalBlocker(self.field):
                self.field.setText(text)
        self.show()
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()

    def show_count(self, number: int, total: int, *, is_finished: bool) -> None:
        """Say which hit is shown (0: none) and how many there are so far."""
        locale = QLocale()
        if not self.field.text():
            words = ""
        elif not total:
            words = self.tr("No hits") if is_finished else self.tr("Searching…")
        else:
            pattern = self.tr("{number} of {total}") if is_finished else self.tr("{number} of {total}…")
            words = pattern.format(number=locale.toString(number), total=locale.toString(total))
        self.count_label.setText(words)
        self.count_label.setProperty("look", "danger" if words and not total and is_finished else "muted")
        self.count_label.style().polish(self.count_label)
        self.previous_button.setEnabled(total > 0)
        self.next_button.setEnabled(total > 0)

    def event(self, event: QEvent) -> bool:
        is_key = isinstance(event, QKeyEvent) and event.type() is QEvent.Type.ShortcutOverride
        if is_key and isinstance(event, QKeyEvent) and event.matches(QKeySequence.StandardKey.Cancel):
            event.accept()  # else it would stop the answer
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Cancel):
            self.closed.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.field.hasFocus():
            is_back = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self.step_requested.emit(-1 if is_back else 1)
        else:
            super().keyPressEvent(event)
