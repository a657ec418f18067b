"""How a row of the palette is drawn."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QTextCharFormat, QTextLayout, QTextOption
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from easychat_gui.domain.search import Excerpt
from easychat_gui.ui import theme
from easychat_gui.ui.palette.entries import Entry
from easychat_gui.ui.theme import Radius, Space

ENTRY_ROLE = Qt.ItemDataRole.UserRole
ROW_HEIGHT = 48
HEADING_HEIGHT = 33
NOTE_HEIGHT = 40

INSET = 6
"""Between the edge of the palette and the ground of a row."""

_BOLD_SLACK = 12
"""Bold letters are wider than those by which a line is cut."""


_BEFORE_HIT = 12
"""Characters that stand before a hit for which there is no room where it is."""


class PaletteDelegate(QStyledItemDelegate):
    """Draws an `Entry`: its title, a second line below, hits in bold, and what stands aside."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        entry: Entry = index.data(ENTRY_ROLE)
        # Letters of another size than the design's need more room.
        needed = QFontMetrics(option.font).height() * 2 + Space.S
        if entry.run is not None:
            return QSize(0, max(ROW_HEIGHT, needed))
        return QSize(0, NOTE_HEIGHT if entry.is_note else HEADING_HEIGHT)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        entry: Entry = index.data(ENTRY_ROLE)
        painter.save()
        painter.setLayoutDirection(option.direction)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if entry.run is None:
            self._paint_words(painter, option, entry)
        else:
            self._paint_entry(painter, option, entry)
        painter.restore()

    def _paint_words(self, painter: QPainter, option: QStyleOptionViewItem, entry: Entry) -> None:
        colours = theme.current()
        area = option.rect.adjusted(Space.L, 0, -Space.L - 2, 0)
        area.setTop(area.top() + (0 if entry.is_note else INSET))
        weight = QFont.Weight.Normal if entry.is_note else QFont.Weight.Medium
        painter.setFont(_font(option.font, -1.0, weight))
        painter.setPen(colours.text_muted)
        shown = painter.fontMetrics().elidedText(entry.title.text, Qt.TextElideMode.ElideRight, area.width())
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading, shown)
        painter.setFont(_font(option.font, -1.0))
        painter.setPen(colours.text_faint)
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignTrailing, entry.aside)

    def _paint_entry(self, painter: QPainter, option: QStyleOptionViewItem, entry: Entry) -> None:
        colours = theme.current()
        ground = QRectF(option.rect).adjusted(INSET, 0, -INSET, 0)
        is_chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        if is_chosen or option.state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colours.accent_soft if is_chosen else colours.surface)
            painter.drawRoundedRect(ground, Radius.CONTROL, Radius.CONTROL)
        area = ground.toRect().adjusted(Space.L, 0, -Space.L, 0)
        is_mirrored = option.direction == Qt.LayoutDirection.RightToLeft
        if entry.aside:
            painter.setFont(_font(option.font, -1.0))
            painter.setPen(colours.text_muted if is_chosen else colours.text_faint)
            painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignTrailing, entry.aside)
            taken = painter.fontMetrics().horizontalAdvance(entry.aside) + Space.L
            area = area.adjusted(taken, 0, 0, 0) if is_mirrored else area.adjusted(0, 0, -taken, 0)
        title, detail = _font(option.font, 0.0, QFont.Weight.Medium), _font(option.font, -1.0)
        upper, lower = QFontMetrics(title).height(), QFontMetrics(detail).height()
        if not entry.detail.text:
            lower = 0
        top = area.top() + (area.height() - upper - lower) // 2
        draw_excerpt(painter, QRect(area.left(), top, area.width(), upper), entry.title, title, colours.text)
        if entry.detail.text:
            place = QRect(area.left(), top + upper, area.width(), lower)
            draw_excerpt(painter, place, entry.detail, detail, colours.text_muted, entry.ending)


def draw_excerpt(
    painter: QPainter, area: QRect, excerpt: Excerpt, font: QFont, colour: QColor, ending: str = ""
) -> None:
    """Draw one line with its hits in bold, cut where there is no more room; the ending stands there whole."""
    metrics, ending = QFontMetrics(font), f" {ending}" if ending else ""
    width = area.width() - (_BOLD_SLACK if excerpt.marks else 0) - metrics.horizontalAdvance(ending)
    excerpt = _with_hit_in_sight(excerpt, metrics, width)
    cut = metrics.elidedText(excerpt.text, Qt.TextElideMode.ElideRight, width)
    layout = QTextLayout(cut + ending, font)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.NoWrap)
    # Text of whichever script begins where the interface begins, and is in the order of its own.
    is_mirrored = painter.layoutDirection() == Qt.LayoutDirection.RightToLeft
    side = Qt.AlignmentFlag.AlignRight if is_mirrored else Qt.AlignmentFlag.AlignLeft
    option.setAlignment(side | Qt.AlignmentFlag.AlignAbsolute)
    option.setTextDirection(Qt.LayoutDirection.LayoutDirectionAuto)
    layout.setTextOption(option)
    layout.setFormats([_bold(cut, begin, end) for begin, end in excerpt.marks if begin < len(cut)])
    layout.beginLayout()
    line = layout.createLine()
    line.setLineWidth(area.width())
    layout.endLayout()
    painter.setPen(colour)
    # Letters of another script may be taller: they begin higher then, and do not sink into what stands below.
    layout.draw(painter, QPointF(area.left(), area.top() + metrics.ascent() - line.ascent()))


def _with_hit_in_sight(excerpt: Excerpt, metrics: QFontMetrics, width: int) -> Excerpt:
    """Leave out the beginning where the first hit would be cut off."""
    if not excerpt.marks or metrics.horizontalAdvance(excerpt.text[: excerpt.marks[0][1]]) <= width - _BOLD_SLACK:
        return excerpt
    begin = max(0, excerpt.marks[0][0] - _BEFORE_HIT)
    marks = tuple((first - begin + 1, last - begin + 1) for first, last in excerpt.marks)
    return Excerpt(f"…{excerpt.text[begin:]}", marks)


def _bold(text: str, begin: int, end: int) -> QTextLayout.FormatRange:
    """Return a format for these characters, counted as Qt does: those beyond the first plane are two."""
    made = QTextLayout.FormatRange()
    made.start = _units(text[:begin])
    made.length = _units(text[begin:end])
    kind = QTextCharFormat()
    kind.setFontWeight(QFont.Weight.Bold)
    made.format = kind
    return made


def _units(text: str) -> int:
    return len(text) + sum(each > "\uffff" for each in text)


def _font(base: QFont, points: float, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    font = QFont(base)
    font.setPointSizeF(font.pointSizeF() + points)
    font.setWeight(weight)
    return font
