"""How a row of the servers' list, and of what can be added, is drawn."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, Qt
from PySide6.QtGui import QFont, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from easychat_gui.ui import theme
from easychat_gui.ui.settings.servers.entries import Entry
from easychat_gui.ui.theme import Radius, Space
from easychat_gui.ui.widgets.buttons import Dot, paint_dot

ROW_HEIGHT = 52
ENTRY_ROLE = Qt.ItemDataRole.UserRole


class EntryDelegate(QStyledItemDelegate):
    """Draws a row from its `Entry`: a dot for the state, a name, a second line, and how quick it was.

    Without ``role`` there is no dot, without ``details`` the row is a heading.
    """

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        entry: Entry = index.data(ENTRY_ROLE)
        colours = theme.current()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not entry.details:
            self._paint_heading(painter, option, entry.name)
            painter.restore()
            return
        self.paint_ground(painter, option)
        is_mirrored = option.direction == Qt.LayoutDirection.RightToLeft
        area = option.rect.adjusted(Space.M, Space.XS + 2, -Space.M, -Space.XS - 2)
        if entry.role:
            dot = area.right() - Dot.DIAMETER if is_mirrored else area.left()
            top = area.center().y() - Dot.DIAMETER / 2
            paint_dot(painter, QRectF(dot, top, Dot.DIAMETER, Dot.DIAMETER), getattr(colours, entry.role))
            inset = Dot.DIAMETER + Space.M
            area = area.adjusted(0, 0, -inset, 0) if is_mirrored else area.adjusted(inset, 0, 0, 0)
        trailing = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignTrailing
        painter.setFont(_font(option.font, -1.0))
        painter.setPen(colours.text_faint)
        painter.drawText(area, trailing, entry.latency)
        taken = painter.fontMetrics().horizontalAdvance(entry.latency) + Space.S
        area = area.adjusted(taken, 0, 0, 0) if is_mirrored else area.adjusted(0, 0, -taken, 0)
        self._paint_words(painter, option.font, area, entry)
        painter.restore()

    def _paint_heading(self, painter: QPainter, option: QStyleOptionViewItem, words: str) -> None:
        painter.setFont(_font(option.font, -1.0, QFont.Weight.Medium))
        painter.setPen(theme.current().text_faint)
        area = option.rect.adjusted(Space.M, 0, -Space.M, -Space.XS)
        painter.drawText(area, Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeading, words)

    def paint_ground(self, painter: QPainter, option: QStyleOptionViewItem) -> None:
        """Draw what tells the row that is chosen, under the pointer or at the keyboard."""
        colours = theme.current()
        is_chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        if is_chosen or option.state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colours.accent_soft if is_chosen else colours.surface)
            painter.drawRoundedRect(QRectF(option.rect), Radius.CONTROL, Radius.CONTROL)
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(colours.accent)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(option.rect).adjusted(0.5, 0.5, -0.5, -0.5), Radius.CONTROL, Radius.CONTROL)

    def _paint_words(self, painter: QPainter, font: QFont, area: QRect, entry: Entry) -> None:
        colours = theme.current()
        leading = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading
        details = [(line, _font(font, -1.5), colours.text_muted) for line in entry.details.split("\n")]
        name = (entry.name, _font(font, 0.0, QFont.Weight.Medium), colours.text if entry.is_on else colours.text_muted)
        rows = (name, *details)
        height = area.height() // len(rows)
        for number, (words, row_font, colour) in enumerate(rows):
            painter.setFont(row_font)
            painter.setPen(colour)
            place = QRect(area.left(), area.top() + number * height, area.width(), height)
            shown = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, area.width())
            painter.drawText(place, leading, shown)


def _font(base: QFont, points: float, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    font = QFont(base)
    font.setPointSizeF(font.pointSizeF() + points)
    font.setWeight(weight)
    return font
