"""A field with choices. The style sheet takes the arrow from Qt's own, and a wheel would change it in passing."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox

from easychat_gui.ui import theme
from easychat_gui.ui.theme import Space

ARROW = "▾"


class ComboBox(QComboBox):
    """Draws the arrow, and lets the wheel scroll what it stands in."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setPen(theme.current().text_muted)
        area = self.rect().adjusted(Space.M, 0, -Space.M, 0)
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignTrailing, ARROW)
