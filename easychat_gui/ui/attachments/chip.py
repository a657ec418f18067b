"""One attachment above the text of the composer."""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFont,
    QFontMetricsF,
    QGuiApplication,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QAbstractButton, QMenu, QWidget

from easychat_gui.controllers.draft_items import DraftItem, ItemState
from easychat_gui.ui import icons, theme
from easychat_gui.ui.attachments import words
from easychat_gui.ui.theme import Radius, Space

HEIGHT = 28
NAME_AT_MOST = 200
ICON = 16
CLOSE = 22
SPIN_MS = 60


class Chip(QAbstractButton):
    """Icon, name, how much there is of it, and a cross. Enter or a click shows it, Delete or the cross takes it out.

    ``remove_requested``; ``moved(int)``: the arrow keys lead to a neighbour; ``insert_requested``: its text shall
    stand in the message instead.
    """

    remove_requested = Signal()
    insert_requested = Signal()
    moved = Signal(int)

    def __init__(self, item: DraftItem, parent: QWidget) -> None:
        super().__init__(parent)
        self._warning = ""
        self._item = item
        self._is_shown = False
        self._hint: QSize | None = None
        self._turn = 0
        self._is_over_close = False
        self._spin = QTimer(self, interval=SPIN_MS)
        self._spin.timeout.connect(self._on_spin)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        theme.watcher().changed.connect(self.update)
        self.show_item(item)

    @property
    def item(self) -> DraftItem:
        return self._item

    def show_item(self, item: DraftItem, warning: str = "") -> None:
        """Show this state of the attachment. ``warning`` says that it will not arrive, though it is sound."""
        if self._is_shown and (item, warning) == (self._item, self._warning):
            return
        self._is_shown = True
        self._item, self._warning, self._hint = item, warning, None
        sentence = words.fault_words(item.fault) if item.fault is not None else warning
        if item.attachment is not None and not sentence:
            sentence = words.part_words(item.attachment)
        self.setAccessibleName(words.spoken(item.name, self._details()))
        keys = self.tr("Enter shows it, Delete takes it out")
        self.setAccessibleDescription(f"{sentence} {keys}" if sentence else keys)
        lines = [item.name, self._details(), sentence, keys]
        self.setToolTip("\n".join(line for line in lines if line))
        is_turning = item.state is ItemState.READING and _is_motion_wanted()
        if is_turning is not self._spin.isActive():
            self._spin.start() if is_turning else self._spin.stop()
        self.updateGeometry()
        self.update()

    # Keys and mouse

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        step = -1 if key == Qt.Key.Key_Left else 1 if key == Qt.Key.Key_Right else 0
        if key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.remove_requested.emit()
        elif step:
            self.moved.emit(-step if self.layoutDirection() == Qt.LayoutDirection.RightToLeft else step)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._close_rect().contains(event.position().toPoint()):
            self.remove_requested.emit()
            return
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        is_over = self._close_rect().contains(event.position().toPoint())
        if is_over is not self._is_over_close:
            self._is_over_close = is_over
            self.update()
        super().mouseMoveEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = QMenu(self)
        menu.aboutToHide.connect(menu.deleteLater)
        show = menu.addAction(self.tr("Show"), self.click)
        attachment = self._item.attachment
        show.setEnabled(self._item.state is ItemState.READY)
        if attachment is not None and attachment.text:
            menu.addAction(self.tr("Put its text into the message"), self.insert_requested.emit)
        menu.addAction(self.tr("Take out"), self.remove_requested.emit)
        menu.popup(event.globalPos())

    # Looks

    def sizeHint(self) -> QSize:
        if self._hint is None:
            name = QFontMetricsF(self.font()).horizontalAdvance(self._name())
            details = QFontMetricsF(self._small_font()).horizontalAdvance(self._details())
            self._hint = QSize(math.ceil(Space.S + ICON + 6 + name + 8 + details + 4 + CLOSE + 4), HEIGHT)
        return self._hint

    def changeEvent(self, event: QEvent) -> None:
        self._hint = None  # another font, perhaps
        super().changeEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        colours = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground, edge, ink = self._colours()
        if self.hasFocus():
            edge = colours.accent
        painter.setPen(QPen(edge, 1))
        painter.setBrush(ground)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), Radius.CONTROL, Radius.CONTROL)
        self._paint_icon(painter, ink)
        self._paint_words(painter)
        close = self._close_rect()
        if self._is_over_close:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colours.border)
            painter.drawRoundedRect(QRectF(close).adjusted(2, 2, -2, -2), 6, 6)
        cross = icons.pixmap("close", colours.text_muted, 12)
        painter.drawPixmap(close.center() - QPoint(5, 5), cross)

    def _paint_icon(self, painter: QPainter, ink: QColor) -> None:
        place = self._mirrored(QRect(Space.S, (HEIGHT - ICON) // 2, ICON, ICON))
        if self._item.state is ItemState.READING:
            painter.setPen(QPen(theme.current().border_strong, 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(QRectF(place).adjusted(2, 2, -2, -2))
            painter.setPen(QPen(theme.current().accent, 2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            painter.drawArc(QRectF(place).adjusted(2, 2, -2, -2), -self._turn * 16, 100 * 16)
            return
        attachment = self._item.attachment
        name = "image" if attachment is not None and attachment.is_picture else "file"
        if self._item.state is ItemState.FAILED:
            name = "error"
        elif self._warning or (attachment is not None and attachment.details.cut is not None):
            name = "warning"
        painter.drawPixmap(QPointF(place.topLeft()), icons.pixmap(name, ink, ICON))

    def _paint_words(self, painter: QPainter) -> None:
        colours = theme.current()
        metrics = QFontMetricsF(self.font())
        left = Space.S + ICON + 6
        width = math.ceil(metrics.horizontalAdvance(self._name())) + 2
        painter.setFont(self.font())
        painter.setPen(colours.text)
        middle = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading
        painter.drawText(self._mirrored(QRect(left, 0, width, HEIGHT)), middle, self._name())
        painter.setFont(self._small_font())
        painter.setPen(colours.danger if self._item.state is ItemState.FAILED else colours.text_muted)
        rest = QRect(left + width + 6, 0, self.width() - left - width - 6 - CLOSE - 4, HEIGHT)
        painter.drawText(self._mirrored(rest), middle, self._details())

    def _colours(self) -> tuple[QColor, QColor, QColor]:
        colours = theme.current()
        if self._item.state is ItemState.FAILED:
            return colours.danger_soft, colours.danger, colours.danger
        attachment = self._item.attachment
        if self._warning or (attachment is not None and attachment.details.cut is not None):
            return colours.warning_soft, colours.warning, colours.warning
        ground = colours.surface
        return ground, colours.border_strong if self.underMouse() else colours.border, colours.text_muted

    def _name(self) -> str:
        metrics = QFontMetricsF(self.font())
        one_line = " ".join(self._item.name.split())
        return metrics.elidedText(one_line, Qt.TextElideMode.ElideMiddle, NAME_AT_MOST)

    def _details(self) -> str:
        return words.item_words(self._item)

    def _small_font(self) -> QFont:
        font = QFont(self.font())
        font.setPointSizeF(font.pointSizeF() - 1.0)
        return font

    def _close_rect(self) -> QRect:
        return self._mirrored(QRect(self.width() - CLOSE - 3, (HEIGHT - CLOSE) // 2, CLOSE, CLOSE))

    def _mirrored(self, place: QRect) -> QRect:
        if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            place = QRect(self.width() - place.right() - 1, place.y(), place.width(), place.height())
        return place

    def _on_spin(self) -> None:
        self._turn = (self._turn + 24) % 360
        self.update()


def _is_motion_wanted() -> bool:
    """Tell whether the desktop asks for no less motion than usual."""
    hints = QGuiApplication.styleHints().accessibility()
    preference = getattr(hints, "motionPreference", None)  # newer than the oldest Qt that we run on
    return preference is None or "Reduce" not in str(preference())
