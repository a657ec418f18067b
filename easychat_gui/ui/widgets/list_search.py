"""A field that searches a list, whose arrow keys go through what is found."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QListWidget

_STEPS: dict[int, int] = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}


class ListSearch(QLineEdit):
    """The keyboard stays in the field; up and down choose in the ``found`` list, past headings and what is hidden."""

    def __init__(self, found: QListWidget, words: str = "") -> None:
        super().__init__(words)
        self._found = found

    def step(self, by: int) -> None:
        """Go to the next row that can be chosen, or with -1 to the one before."""
        row = self._found.currentRow() + by
        while 0 <= row < self._found.count():
            item = self._found.item(row)
            if not item.isHidden() and item.flags() & Qt.ItemFlag.ItemIsSelectable:
                self._found.setCurrentRow(row)
                return
            row += by

    def keyPressEvent(self, event: QKeyEvent) -> None:
        by = _STEPS.get(event.key())
        if by is None:
            super().keyPressEvent(event)
        else:
            self.step(by)
