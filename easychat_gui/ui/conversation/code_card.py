"""The card that code stands in: its frame, its header, and the places in it that can be clicked."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPainterPath, QPen

from easychat_gui.ui.conversation.box import Box
from easychat_gui.ui.conversation.code_look import CodeLook
from easychat_gui.ui.conversation.style import CARD_HEADER, CARD_PADDING, Style
from easychat_gui.ui.conversation.words import Words
from easychat_gui.ui.theme import Radius


class CardPart(Enum):
    WRAP = "wrap"
    COPY = "copy"
    SAVE = "save"
    FOLD = "fold"


_BETWEEN = 14


def header_font(style: Style) -> QFont:
    font = QFont(style.small_font)
    font.setPointSizeF(font.pointSizeF() * 0.92)
    return font


def parts(box: Box, width: int, style: Style, words: Words) -> dict[CardPart, QRect]:
    """Return the places that can be clicked, within the box, in reading order.

    The header belongs to the first part of code, the footer to the last that is shown.
    """
    look = box.look
    if look is None:
        return {}
    result: dict[CardPart, QRect] = {}
    if not box.block.continues:
        metrics = QFontMetricsF(header_font(style))
        right = width - CARD_PADDING
        for part in (CardPart.SAVE, CardPart.COPY, *([CardPart.WRAP] if _can_wrap(box, width, style) else [])):
            shown = [text_of(part, look, words)] + ([words.copied()] if part is CardPart.COPY else [])
            extent = round(max(map(metrics.horizontalAdvance, shown)))
            if right - extent < box.indent + CARD_PADDING:
                break  # no room left in a very narrow window
            result[part] = QRect(right - extent, box.gap + 1, extent, CARD_HEADER - 1)
            right -= extent + _BETWEEN
        result = dict(reversed(result.items()))
    if box.has_footer:
        result[CardPart.FOLD] = QRect(box.indent, box.height - CARD_HEADER, width - box.indent, CARD_HEADER)
    return result


def text_of(part: CardPart, look: CodeLook, words: Words) -> str:
    """Return what a place in a card says."""
    if part is CardPart.FOLD:
        return words.show_lines(look.lines) if look.is_folded else words.show_less()
    if part is CardPart.WRAP:
        return words.unwrap() if look.is_wrapped else words.wrap()
    return words.save_as() if part is CardPart.SAVE else words.copy()


def _can_wrap(box: Box, width: int, style: Style) -> bool:
    """Tell whether a line of the code is too long for the card."""
    room = width - box.indent - 2 * (CARD_PADDING + 1)
    return box.look is not None and box.look.longest * style.code_metrics.horizontalAdvance("x") > room


def interior(box: Box, width: int) -> QRect:
    """Return the part of the box in which its code may be seen."""
    below = box.text_bottom if box.look is not None and box.look.is_folded else CARD_HEADER * box.has_footer
    return QRect(box.indent + 2, 0, width - box.indent - 4, box.height - below)


@dataclass(frozen=True, slots=True)
class Marks:
    """Which places of a card are marked: under the pointer, just used."""

    hovered: CardPart | None = None
    is_copied: bool = False


def paint(
    painter: QPainter, box: Box, width: int, style: Style, words: Words, corner: tuple[int, int], marks: Marks
) -> None:
    """Draw the frame of one part of code with the top left corner of its box there."""
    left, top = corner
    theme = style.theme
    rect = QRectF(left + box.indent, top + box.gap, width - box.indent, box.height - box.gap)
    painter.setPen(QPen(theme.code_border, 1))
    painter.setBrush(theme.code_bg)
    has_bottom = box.is_last_part or box.has_footer
    if box.block.continues and not has_bottom:
        painter.fillRect(rect.adjusted(0.5, 0, -0.5, 0), theme.code_bg)
    painter.drawPath(_outline(rect, has_top=not box.block.continues, has_bottom=has_bottom))
    places = parts(box, width, style, words)
    painter.setFont(header_font(style))
    if not box.block.continues:
        first = min((place.left() for part, place in places.items() if part is not CardPart.FOLD), default=width)
        _paint_header(painter, box, rect, style, words, left + first - _BETWEEN)
    if box.has_footer:
        y = rect.bottom() - CARD_HEADER
        painter.setPen(QPen(theme.code_border, 1))
        painter.drawLine(QPointF(rect.left() + 1, y + 0.5), QPointF(rect.right() - 1, y + 0.5))
    for part, place in places.items():
        _paint_part(painter, box, part, place.translated(left, top), style, words, marks)
    _paint_scroll_bar(painter, box, width, rect, style)


def _paint_header(painter: QPainter, box: Box, rect: QRectF, style: Style, words: Words, right: float) -> None:
    y = rect.top() + CARD_HEADER
    painter.drawLine(QPointF(rect.left() + 1, y + 0.5), QPointF(rect.right() - 1, y + 0.5))
    label = QRectF(rect.left() + CARD_PADDING + 1, rect.top(), 0, CARD_HEADER)
    label.setRight(max(label.left(), right))
    metrics = QFontMetricsF(painter.font())
    language = metrics.elidedText(box.block.language or words.code(), Qt.TextElideMode.ElideRight, label.width())
    painter.setPen(style.theme.text_muted)
    painter.drawText(label, Qt.AlignmentFlag.AlignVCenter, language)
    label.setLeft(label.left() + metrics.horizontalAdvance(language) + 10)
    count = words.lines(box.look.lines) if box.look is not None else ""
    if metrics.horizontalAdvance(count) <= label.width():
        painter.setPen(style.theme.text_faint)
        painter.drawText(label, Qt.AlignmentFlag.AlignVCenter, count)


def _paint_part(
    painter: QPainter, box: Box, part: CardPart, place: QRect, style: Style, words: Words, marks: Marks
) -> None:
    theme = style.theme
    is_acknowledged = marks.is_copied and part is CardPart.COPY
    painter.setPen(theme.ok if is_acknowledged else theme.text if part is marks.hovered else theme.text_muted)
    alignment = Qt.AlignmentFlag.AlignHCenter if part is CardPart.FOLD else Qt.AlignmentFlag.AlignRight
    text = words.copied() if is_acknowledged else text_of(part, box.look, words) if box.look is not None else ""
    painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | alignment, text)


def _paint_scroll_bar(painter: QPainter, box: Box, width: int, rect: QRectF, style: Style) -> None:
    """Draw how much of lines that are not wrapped is in sight, below the last of them."""
    look = box.look
    room = width - box.indent - 2 * (CARD_PADDING + 1)
    if look is None or look.is_wrapped or look.widest <= room or not (box.is_last_part or box.has_footer):
        return
    track = QRectF(rect.left() + CARD_PADDING, rect.bottom() - 8 - CARD_HEADER * box.has_footer, room, 4)
    thumb = QRectF(track)
    thumb.setWidth(max(24.0, room * room / look.widest))
    thumb.moveLeft(track.left() + (room - thumb.width()) * look.scrolled / (look.widest - room))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(style.theme.border_strong)
    painter.drawRoundedRect(thumb, 2, 2)


def _outline(rect: QRectF, *, has_top: bool, has_bottom: bool) -> QPainterPath:
    """Return the frame of a card, open where another part of the same code adjoins."""
    radius = float(Radius.CARD)
    left, right = rect.left() + 0.5, rect.right() - 0.5
    top = rect.top() + (0.5 if has_top else 0.0)
    bottom = rect.bottom() - (0.5 if has_bottom else 0.0)
    path = QPainterPath()
    if has_top and has_bottom:
        path.addRoundedRect(QRectF(QPointF(left, top), QPointF(right, bottom)), radius, radius)
        return path
    if has_top:
        path.moveTo(left, bottom)
        path.lineTo(left, top + radius)
        path.quadTo(left, top, left + radius, top)
        path.lineTo(right - radius, top)
        path.quadTo(right, top, right, top + radius)
        path.lineTo(right, bottom)
    elif has_bottom:
        path.moveTo(right, top)
        path.lineTo(right, bottom - radius)
        path.quadTo(right, bottom, right - radius, bottom)
        path.lineTo(left + radius, bottom)
        path.quadTo(left, bottom, left, bottom - radius)
        path.lineTo(left, top)
    else:
        path.moveTo(left, top)
        path.lineTo(left, bottom)
        path.moveTo(right, bottom)
        path.lineTo(right, top)
    return path
