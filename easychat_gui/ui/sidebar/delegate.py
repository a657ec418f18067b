"""How one row of the conversation list is drawn."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QLocale, QModelIndex, QPersistentModelIndex, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from easychat_gui.domain.conversations import ConversationSummary
from easychat_gui.domain.folders import Tag
from easychat_gui.domain.ids import ConversationId
from easychat_gui.qtmodels.conversations import ConversationListModel, Heading
from easychat_gui.qtmodels.sections import FolderRow, ShelfKind, ShelfRow, TagRow
from easychat_gui.ui import icons, theme
from easychat_gui.ui.sidebar.row_words import heading_text, shelf_text, title_text
from easychat_gui.ui.tag_colours import colour_of
from easychat_gui.ui.theme import Radius, Space
from easychat_gui.ui.widgets.buttons import Dot, paint_dot

INDENT = 16
DEEPEST_INDENT = 6
"""Whatever stands deeper is drawn at this depth: its name must have room."""

MARK = 14
TAG_DOT = 6
MOST_TAG_DOTS = 3

_SHELF_ICONS = {ShelfKind.TAGS: "tag", ShelfKind.ARCHIVE: "archive", ShelfKind.TRASH: "trash"}


class ConversationDelegate(QStyledItemDelegate):
    """Draws headings small and muted; folders and conversations with a rounded ground when chosen.

    ``shown_id`` is the conversation on the screen, ``drop_row`` the row that what is dragged would be put into.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.shown_id: ConversationId | None = None
        self.drop_row: int | None = None

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        model = index.model()
        if not isinstance(model, ConversationListModel) or index.row() >= model.rowCount():
            return
        entry, depth, is_running, tags = model.look(index.row())
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if isinstance(entry, Heading):
            self._paint_heading(painter, option, entry)
        else:
            self._paint_ground(painter, option, index, entry)
            row = _Row(painter, option)
            row.indent(min(depth, DEEPEST_INDENT))
            if isinstance(entry, ConversationSummary):
                self._paint_conversation(row, entry, tags, is_running=is_running)
            else:
                self._paint_head(row, entry)
        painter.restore()

    def _paint_heading(self, painter: QPainter, option: QStyleOptionViewItem, heading: Heading) -> None:
        font = QFont(option.font)
        font.setPointSizeF(font.pointSizeF() - 1.0)
        font.setWeight(QFont.Weight.Medium)
        painter.setFont(font)
        painter.setPen(theme.current().text_faint)
        area = option.rect.adjusted(Space.M, Space.XS, -Space.M, 0)
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading, heading_text(heading))

    def _paint_ground(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
        entry: object,
    ) -> None:
        colours = theme.current()
        is_shown = isinstance(entry, ConversationSummary) and entry.id == self.shown_id
        ground = None
        if option.state & QStyle.StateFlag.State_Selected:
            ground = colours.accent_soft
        elif is_shown or option.state & QStyle.StateFlag.State_MouseOver:
            ground = colours.border
        is_target = index.row() == self.drop_row
        has_keyboard = bool(option.state & QStyle.StateFlag.State_HasFocus) and not isinstance(
            entry, ConversationSummary
        )
        if ground is None and not is_target and not has_keyboard:
            return
        painter.setPen(QPen(colours.accent, 1.5) if is_target or has_keyboard else Qt.PenStyle.NoPen)
        painter.setBrush(colours.accent_soft if is_target else ground or Qt.BrushStyle.NoBrush)
        inset = 0.75 if is_target or has_keyboard else 0.0
        area = QRectF(option.rect).adjusted(inset, inset, -inset, -inset)
        painter.drawRoundedRect(area, Radius.CONTROL, Radius.CONTROL)

    def _paint_head(self, row: _Row, head: FolderRow | ShelfRow | TagRow) -> None:
        colours = theme.current()
        match head:
            case FolderRow():
                row.mark(("chevron-down" if head.is_open else row.chevron()), MARK - 2, Space.XS)
                if head.folder.icon:
                    row.symbol(head.folder.icon)
                else:
                    row.mark("folder", MARK, Space.S)
                row.count(head.count)
                row.text(head.folder.name, colours.text)
            case ShelfRow():
                row.mark(_SHELF_ICONS[head.kind], MARK, Space.S)
                row.count(head.count)
                row.text(shelf_text(head.kind), colours.text_muted)
            case TagRow():
                row.skip(Space.XS)
                row.dot(colour_of(head.tag.colour, colours), TAG_DOT + 2, Space.S)
                row.count(head.count)
                row.text(head.tag.name, colours.text)

    def _paint_conversation(
        self, row: _Row, summary: ConversationSummary, tags: Sequence[Tag], *, is_running: bool
    ) -> None:
        colours = theme.current()
        if is_running:
            row.dot_at_end(colours.accent, Dot.DIAMETER)
        elif summary.is_unread:
            row.dot_at_end(colours.accent, Dot.DIAMETER, is_hollow=True)
        for tag in reversed(tags[:MOST_TAG_DOTS]):
            row.dot_at_end(colour_of(tag.colour, colours), TAG_DOT)
        is_strong = summary.id == self.shown_id or row.is_chosen
        weight = QFont.Weight.Medium if is_strong else QFont.Weight.Normal
        row.text(title_text(summary), colours.text, QFont.Weight.DemiBold if summary.is_unread else weight)


class _Row:
    """Puts pieces into a row, from where the language begins to where it ends and the other way round."""

    def __init__(self, painter: QPainter, option: QStyleOptionViewItem) -> None:
        self._painter = painter
        self._font = option.font
        self._area = option.rect.adjusted(Space.M, 0, -Space.M, 0)
        self._is_mirrored = option.direction == Qt.LayoutDirection.RightToLeft
        self.is_chosen = bool(option.state & QStyle.StateFlag.State_Selected)

    def indent(self, depth: int) -> None:
        self.skip(depth * INDENT)

    def skip(self, width: int) -> None:
        self._take(width, 0, at_end=False)

    def chevron(self) -> str:
        """Return the name of the mark of what is closed."""
        return "chevron-left" if self._is_mirrored else "chevron-right"

    def mark(self, icon: str, side: int, gap: int) -> None:
        area = self._take(side, gap, at_end=False)
        top = area.center().y() - side // 2 + 1
        self._painter.drawPixmap(area.left(), top, icons.pixmap(icon, theme.current().text_muted, side))

    def symbol(self, emoji: str) -> None:
        area = self._take(MARK + 2, Space.S - 2, at_end=False)
        font = QFont(self._font)
        font.setPixelSize(MARK - 1)
        self._painter.setFont(font)
        self._painter.setPen(theme.current().text)
        self._painter.drawText(area, Qt.AlignmentFlag.AlignCenter, emoji)

    def dot(self, colour: QColor, side: int, gap: int) -> None:
        self._paint_dot(self._take(side, gap, at_end=False), colour, side)

    def dot_at_end(self, colour: QColor, side: int, *, is_hollow: bool = False) -> None:
        area = self._take(side, Space.XS, at_end=True)
        if not is_hollow:
            self._paint_dot(area, colour, side)
            return
        self._painter.setPen(QPen(colour, 1.5))
        self._painter.setBrush(Qt.BrushStyle.NoBrush)
        self._painter.drawEllipse(QRectF(area.left() + 1, area.center().y() - side / 2 + 1, side - 2, side - 2))

    def count(self, count: int | None) -> None:
        if not count:
            return
        words = QLocale().toString(count)
        font = QFont(self._font)
        font.setPointSizeF(font.pointSizeF() - 1.0)
        self._painter.setFont(font)
        self._painter.setPen(theme.current().text_faint)
        area = self._take(self._painter.fontMetrics().horizontalAdvance(words) + 1, Space.S, at_end=True)
        self._painter.drawText(area, Qt.AlignmentFlag.AlignCenter, words)

    def text(self, words: str, colour: QColor, weight: QFont.Weight = QFont.Weight.Normal) -> None:
        font = QFont(self._font)
        font.setWeight(weight)
        self._painter.setFont(font)
        self._painter.setPen(colour)
        shown = self._painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, self._area.width())
        self._painter.drawText(self._area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading, shown)

    def _take(self, width: int, gap: int, *, at_end: bool) -> QRect:
        """Return room for a piece, and leave the rest for what follows."""
        area = QRect(self._area)
        if at_end is not self._is_mirrored:
            area.setLeft(area.right() + 1 - width)
            self._area.setRight(self._area.right() - width - gap)
        else:
            area.setWidth(width)
            self._area.setLeft(self._area.left() + width + gap)
        return area

    def _paint_dot(self, area: QRect, colour: QColor, side: int) -> None:
        paint_dot(self._painter, QRectF(area.left(), area.center().y() - side / 2, side, side), colour)
