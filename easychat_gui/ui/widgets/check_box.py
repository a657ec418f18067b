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
        colours = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        is_mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        left = self.width() - SIDE - 1 if is_mirrored else 1
        box = QRectF(left, (self.height() - SIDE) / 2, SIDE, SIDE)
        edge = colours.accent if self.hasFocus() or self.isChecked() else colours.border_strong
        painter.setPen(QPen(edge, 2 if self.hasFocus() else 1))
        painter.setBrush(colours.accent if self.isChecked() else colours.raised)
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
        if self.isChecked():
            picture = icons.pixmap("check", colours.accent_text, SIDE - 4)
            painter.drawPixmap(int(box.left()) + 2, int(box.top()) + 2, picture)
