"""A name that looks like a heading and can be changed where it stands."""

from __future__ import annotations

from PySide6.QtGui import QFont
from PySide6.QtWidgets import QLineEdit, QWidget

MOST_CHARACTERS = 200
INSET = 7
"""From the edge of the field to its text, in px: so far the rows below it have to be set in."""


class TitleEdit(QLineEdit):
    """Its border shows when it has the pointer or the focus."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("look", "title")
        self.setMaxLength(MOST_CHARACTERS)
        font = QFont(self.font())
        font.setPointSizeF(font.pointSizeF() + 1.5)
        font.setWeight(QFont.Weight.DemiBold)
        self.setFont(font)
