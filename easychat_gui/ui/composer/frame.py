"""The rounded frame around the composer's text, chips and buttons."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from easychat_gui.ui import theme
from easychat_gui.ui.theme import Radius


class Frame(QWidget):
    """A click anywhere in it goes to the text."""

    def __init__(self, edit: QWidget) -> None:
        super().__init__()
        self._edit = edit
        self.setCursor(Qt.CursorShape.IBeamCursor)
        theme.watcher().changed.connect(self.update)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._edit.setFocus()
        super().mousePressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        colours = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colours.border_strong, 1))
        painter.setBrush(colours.raised)
        area = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(area, Radius.COMPOSER, Radius.COMPOSER)
