"""How one row of the conversation list is drawn."""

from __future__ import annotations

from PySide6.QtCore import QDate, QLocale, QModelIndex, QPersistentModelIndex, QRectF, Qt
from PySide6.QtGui import QFont, QPainter
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem, QWidget

from easychat_gui.domain.conversations import ConversationSummary
from easychat_gui.qtmodels.conversations import ConversationRole, Heading, HeadingKind
from easychat_gui.ui import theme
from easychat_gui.ui.theme import Radius, Space
from easychat_gui.ui.widgets.buttons import Dot, paint_dot

ROW_HEIGHT = 32


class ConversationDelegate(QStyledItemDelegate):
    """Draws headings small and muted, conversations with a rounded ground when chosen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = {
            HeadingKind.PINNED: self.tr("Pinned"),
            HeadingKind.TODAY: self.tr("Today"),
            HeadingKind.YESTERDAY: self.tr("Yesterday"),
            HeadingKind.PREVIOUS_7_DAYS: self.tr("Previous 7 days"),
        }

    def heading_text(self, heading: Heading) -> str:
        """Return the words of a heading: a month's name, with its year when that is not the present one."""
        if heading.kind is not HeadingKind.MONTH or heading.month is None:
            return self._words[heading.kind]
        month = QLocale().standaloneMonthName(heading.month.month)
        month = month[:1].upper() + month[1:]
        if heading.month.year == QDate.currentDate().year():
            return month
        return self.tr("{month} {year}").format(month=month, year=heading.month.year)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        painter.save()
        if index.data(ConversationRole.IS_HEADING):
            self._paint_heading(painter, option, index.data(ConversationRole.HEADING))
        else:
            is_running = bool(index.data(ConversationRole.IS_RUNNING))
            self._paint_conversation(painter, option, index.data(ConversationRole.SUMMARY), is_running=is_running)
        painter.restore()

    def _paint_heading(self, painter: QPainter, option: QStyleOptionViewItem, heading: Heading) -> None:
        font = QFont(option.font)
        font.setPointSizeF(font.pointSizeF() - 1.0)
        font.setWeight(QFont.Weight.Medium)
        painter.setFont(font)
        painter.setPen(theme.current().text_faint)
        area = option.rect.adjusted(Space.M, Space.XS, -Space.M, 0)
        painter.drawText(
            area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading, self.heading_text(heading)
        )

    def _paint_conversation(
        self, painter: QPainter, option: QStyleOptionViewItem, summary: ConversationSummary, *, is_running: bool
    ) -> None:
        from PySide6.QtWidgets import QStyle  # 9 ms, for its enumerations; the first paint has no rows

        colours = theme.current()
        is_chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        is_hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        if is_chosen or is_hovered:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colours.accent_soft if is_chosen else colours.border)
            painter.drawRoundedRect(QRectF(option.rect), Radius.CONTROL, Radius.CONTROL)
        area = option.rect.adjusted(Space.M, 0, -Space.M, 0)
        if is_running:
            middle = option.rect.center().y()
            left = area.right() - Dot.DIAMETER
            if option.direction == Qt.LayoutDirection.RightToLeft:
                left = area.left()
                area.setLeft(area.left() + Space.L)
            else:
                area.setRight(area.right() - Space.L)
            paint_dot(painter, QRectF(left, middle - Dot.DIAMETER / 2, Dot.DIAMETER, Dot.DIAMETER), colours.accent)
        painter.setPen(colours.text)
        font = QFont(option.font)
        font.setWeight(QFont.Weight.Medium if is_chosen else QFont.Weight.Normal)
        painter.setFont(font)
        title = painter.fontMetrics().elidedText(
            summary.title or self.tr("New chat"), Qt.TextElideMode.ElideRight, area.width()
        )
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading, title)
