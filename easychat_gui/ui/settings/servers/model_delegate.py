"""How a model is drawn in the list of a server's models: a star, its id, a note."""

from __future__ import annotations

from math import cos, pi, sin

from PySide6.QtCore import QAbstractItemModel, QEvent, QModelIndex, QPersistentModelIndex, QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QKeyEvent, QMouseEvent, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from easychat_gui.ui import theme
from easychat_gui.ui.theme import Radius, Size, Space

NOTE_ROLE = Qt.ItemDataRole.UserRole
STAR_RADIUS = 7.0
INNER_SHARE = 0.45


class ModelDelegate(QStyledItemDelegate):
    """The check state of an item is its star. A click on it, or the space bar, changes it."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        colours = theme.current()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & (QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver):
            is_chosen = bool(option.state & QStyle.StateFlag.State_Selected)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colours.accent_soft if is_chosen else colours.surface)
            painter.drawRoundedRect(QRectF(option.rect), Radius.CONTROL, Radius.CONTROL)
        is_favourite = _is_checked(index)
        painter.setPen(QPen(colours.accent if is_favourite else colours.text_faint, 1.2))
        painter.setBrush(colours.accent if is_favourite else Qt.BrushStyle.NoBrush)
        painter.drawPolygon(_star(_star_area(option).center()))
        area = option.rect.adjusted(Space.S, 0, -Space.S, 0)
        is_mirrored = option.direction == Qt.LayoutDirection.RightToLeft
        area = area.adjusted(0, 0, -Size.CONTROL, 0) if is_mirrored else area.adjusted(Size.CONTROL, 0, 0, 0)
        note = str(index.data(NOTE_ROLE) or "")
        if note:
            font = QFont(option.font)
            font.setPointSizeF(font.pointSizeF() - 1.0)
            painter.setFont(font)
            painter.setPen(colours.text_faint)
            painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignTrailing, note)
            taken = painter.fontMetrics().horizontalAdvance(note) + Space.S
            area = area.adjusted(taken, 0, 0, 0) if is_mirrored else area.adjusted(0, 0, -taken, 0)
        painter.setFont(option.font)
        painter.setPen(colours.text)
        words = painter.fontMetrics().elidedText(str(index.data() or ""), Qt.TextElideMode.ElideMiddle, area.width())
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading, words)
        painter.restore()

    def editorEvent(
        self,
        event: QEvent,
        model: QAbstractItemModel,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> bool:
        is_click = (
            isinstance(event, QMouseEvent)
            and event.type() == QEvent.Type.MouseButtonRelease
            and event.button() == Qt.MouseButton.LeftButton
            and _star_area(option).contains(event.position())
        )
        is_key = isinstance(event, QKeyEvent) and event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Select)
        if not (is_click or is_key):
            return False
        state = Qt.CheckState.Unchecked if _is_checked(index) else Qt.CheckState.Checked
        return model.setData(index, state.value, Qt.ItemDataRole.CheckStateRole)


def _is_checked(index: QModelIndex | QPersistentModelIndex) -> bool:
    return Qt.CheckState(index.data(Qt.ItemDataRole.CheckStateRole)) is Qt.CheckState.Checked


def _star_area(option: QStyleOptionViewItem) -> QRectF:
    """Return where the star stands, as large as a finger needs."""
    rect = QRectF(option.rect)
    is_mirrored = option.direction == Qt.LayoutDirection.RightToLeft
    left = rect.right() - Size.CONTROL if is_mirrored else rect.left()
    return QRectF(left, rect.top(), Size.CONTROL, rect.height())


def _star(middle: QPointF) -> QPolygonF:
    points = []
    for corner in range(10):
        radius = STAR_RADIUS if corner % 2 == 0 else STAR_RADIUS * INNER_SHARE
        angle = corner * pi / 5 - pi / 2
        points.append(QPointF(middle.x() + radius * cos(angle), middle.y() + radius * sin(angle)))
    return QPolygonF(points)
