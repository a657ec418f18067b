"""A check box in the colours of the theme: Fusion's own is hardly visible on a dark ground."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QCheckBox, QWidget

from easychat_gui.ui import icons, theme
from easychat_gui.ui.theme import Size

SIDE = 18


class CheckBox(QCheckBox):
    """The box alone; its words stand beside it in a label of their own."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMinimumSize(Size.HIT_TARGET_MIN, Size.HIT_TARGET_MIN)
        theme.watcher().changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(Size.HIT_TARGET_MIN, Size.HIT_TARGET_MIN)

    def hitButton(self, _point: object) -> bool:
        return True

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        is_mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        left = self.width() - SIDE - 1 if is_mirrored else 1
        box = QRectF(left, (self.height() - SIDE) / 2, SIDE, SIDE)
        paint_check(painter, box, is_checked=self.isChecked(), has_focus=self.hasFocus())


def paint_check(painter: QPainter, box: QRectF, *, is_checked: bool, has_focus: bool = False) -> None:
    """Draw a box with or without a tick."""
    colours = theme.current()
    edge = colours.accent if has_focus or is_checked else colours.border_strong
    painter.setPen(QPen(edge, 2 if has_focus else 1))
    painter.setBrush(colours.accent if is_checked else colours.raised)
    painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
    if is_checked:
        picture = icons.pixmap("check", colours.accent_text, SIDE - 4)
        painter.drawPixmap(int(box.left()) + 2, int(box.top()) + 2, picture)
