"""The card that code stands in: its frame, its header, and the places in it that can be clicked."""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPainterPath, QPen

from easychat_gui.ui.conversation.flow import Box
from easychat_gui.ui.conversation.style import CARD_HEADER, CARD_PADDING, Style
from easychat_gui.ui.conversation.words import Words
from easychat_gui.ui.theme import Radius


class CardPart(Enum):
    COPY = "copy"
    SAVE = "save"


def header_font(style: Style) -> QFont:
    font = QFont(style.small_font)
    font.setPointSizeF(font.pointSizeF() * 0.92)
    return font


def parts(box: Box, width: int, style: Style, words: Words) -> dict[CardPart, QRect]:
    """Return the places that can be clicked, within the box. Only the first part of code has a header."""
    if not box.is_card or box.block.continues:
        return {}
    metrics = QFontMetricsF(header_font(style))
    right = width - CARD_PADDING
    result: dict[CardPart, QRect] = {}
    for part, text in ((CardPart.SAVE, words.save_as()), (CardPart.COPY, words.copy())):
        advance = max(
            metrics.horizontalAdvance(text), metrics.horizontalAdvance(words.copied()) if part is CardPart.COPY else 0
        )
        extent = round(metrics.horizontalAdvance(text) if part is CardPart.SAVE else advance)
        result[part] = QRect(right - extent, box.gap + 1, extent, CARD_HEADER - 1)
        right -= extent + 14
    return result


def paint(
    painter: QPainter,
    box: Box,
    width: int,
    style: Style,
    words: Words,
    corner: tuple[int, int],
    hovered: CardPart | None,
    *,
    is_copied: bool,
) -> None:
    """Draw the frame of one part of code with the top left corner of its box there."""
    left, top = corner
    theme = style.theme
    rect = QRectF(left + box.indent, top + box.gap, width - box.indent, box.height - box.gap)
    painter.setPen(QPen(theme.code_border, 1))
    painter.setBrush(theme.code_bg)
    if box.block.continues and not box.is_last_part:
        painter.fillRect(rect.adjusted(0.5, 0, -0.5, 0), theme.code_bg)
    painter.drawPath(_outline(rect, has_top=not box.block.continues, has_bottom=box.is_last_part))
    if box.block.continues:
        return
    y = rect.top() + CARD_HEADER
    painter.drawLine(QPointF(rect.left() + 1, y + 0.5), QPointF(rect.right() - 1, y + 0.5))
    painter.setFont(header_font(style))
    painter.setPen(theme.text_muted)
    label = QRectF(rect.left() + CARD_PADDING + 1, rect.top(), rect.width() / 2, CARD_HEADER)
    painter.drawText(label, Qt.AlignmentFlag.AlignVCenter, box.block.language or words.code())
    texts = {CardPart.COPY: words.copied() if is_copied else words.copy(), CardPart.SAVE: words.save_as()}
    for part, place in parts(box, width, style, words).items():
        is_acknowledged = is_copied and part is CardPart.COPY
        painter.setPen(theme.ok if is_acknowledged else theme.text if part is hovered else theme.text_muted)
        alignment = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        painter.drawText(place.translated(left, top), alignment, texts[part])


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
