"""Drawing the cards of the tree and the lines between them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPainterPath, QPen

from easychat_gui.domain.branch_graph import Card
from easychat_gui.ui import theme
from easychat_gui.ui.branches.geometry import Geometry
from easychat_gui.ui.branches.words import BranchWords
from easychat_gui.ui.theme import Radius

CAPTION_PT = 8.0
TITLE_PT = 9.0
PADDING = 8
STACK_STEP = 3


@dataclass(frozen=True, slots=True)
class Look:
    """``current`` and ``hovered`` are places of cards, -1 for none. ``shown`` are those of the shown branch."""

    geometry: Geometry
    words: BranchWords
    shown: frozenset[int]
    current: int = -1
    hovered: int = -1
    has_focus: bool = False


def paint(painter: QPainter, area: QRectF, look: Look) -> None:
    """Draw what can be seen of an area of the picture."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    geometry = look.geometry
    levels = geometry.levels_between(area.top(), area.bottom() + geometry.rect(0).height() * 2)
    faint: list[int] = []
    strong: list[int] = []
    for level in levels:
        for card in geometry.graph.levels[level]:
            parent = geometry.graph.cards[card].parent
            if parent >= 0:
                (strong if card in look.shown and parent in look.shown else faint).append(card)
    _paint_edges(painter, area, look, faint, is_shown=False)
    _paint_edges(painter, area, look, strong, is_shown=True)
    for card in geometry.cards_in(area):
        _paint_card(painter, card, look)


def _paint_edges(painter: QPainter, area: QRectF, look: Look, cards: Iterable[int], *, is_shown: bool) -> None:
    colours = theme.current()
    geometry = look.geometry
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(colours.accent if is_shown else colours.border_strong, 2.2 if is_shown else 1.4))
    for card in cards:
        start, end = geometry.centre(geometry.graph.cards[card].parent), geometry.centre(card)
        if max(start, end) < area.left() - 4 or min(start, end) > area.right() + 4:
            continue
        top = geometry.rect(geometry.graph.cards[card].parent).bottom()
        bottom = geometry.rect(card).top()
        if abs(start - end) < 1:
            painter.drawLine(QPointF(start, top), QPointF(end, bottom))
            continue
        path = QPainterPath(QPointF(start, top))
        bend = (bottom - top) * 0.7
        path.cubicTo(QPointF(start, top + bend), QPointF(end, bottom - bend), QPointF(end, bottom))
        painter.drawPath(path)


def _paint_card(painter: QPainter, place: int, look: Look) -> None:
    colours = theme.current()
    card, rect = look.geometry.graph.cards[place], look.geometry.rect(place)
    is_shown = place in look.shown
    border = colours.accent if is_shown else colours.border_strong if place == look.hovered else colours.border
    painter.setPen(QPen(border, 1.2 if is_shown else 1))
    painter.setBrush(colours.accent_soft if is_shown else colours.raised)
    area = rect.adjusted(0.5, 0.5, -0.5, -0.5)
    if card.is_folded:  # several sheets, one behind the other
        for step in (2, 1):
            below = area.adjusted(step * 4, 0, -step * 4, step * STACK_STEP)
            painter.drawRoundedRect(below, Radius.CONTROL, Radius.CONTROL)
    painter.drawRoundedRect(area, Radius.CONTROL, Radius.CONTROL)
    if place == look.current and look.has_focus:
        painter.setPen(QPen(colours.text, 1.4))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(rect.adjusted(-2, -2, 2, 2), Radius.CONTROL + 2, Radius.CONTROL + 2)
    _paint_words(painter, card, rect, look, is_shown=is_shown)


def _paint_words(painter: QPainter, card: Card, rect: QRectF, look: Look, *, is_shown: bool) -> None:
    colours, zoom = theme.current(), look.geometry.zoom
    if zoom < 0.55:
        return  # too small to be read: the shape of the tree is what is looked at
    inner = rect.adjusted(PADDING * zoom, 4 * zoom, -PADDING * zoom, -4 * zoom)
    lines = (
        (look.words.caption(card), CAPTION_PT, colours.text_muted if is_shown else colours.text_faint, True),
        (look.words.title(card), TITLE_PT, colours.text if is_shown else colours.text_muted, False),
    )
    for words, points, colour, is_upper in lines:
        font = QFont(painter.font())
        font.setPointSizeF(points * zoom)
        painter.setFont(font)
        painter.setPen(colour)
        half = inner.height() / 2
        line = QRectF(inner.left(), inner.top() + (0 if is_upper else half), inner.width(), half)
        elided = QFontMetricsF(font).elidedText(words, Qt.TextElideMode.ElideRight, line.width())
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading | Qt.TextFlag.TextSingleLine
        painter.drawText(line, flags, elided)
