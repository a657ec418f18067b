"""Where the cards of a graph are on the screen, at a zoom, and mirrored where the language runs from right to left."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator

from PySide6.QtCore import QPoint, QRectF, QSize

from easychat_gui.domain.branch_graph import Graph

CARD_WIDTH = 104
NARROWEST_CARD = 76
"""Cards become so narrow before a tree has to be scrolled sideways."""

CARD_HEIGHT = 38
WIDE_CARD = 160
"""Cards become so wide where there is room, and a card that is alone on its level always."""

GAP = 5
LEVEL = 72
MARGIN = 4
SMALLEST_ZOOM = 0.4
LARGEST_ZOOM = 1.6


class Geometry:
    """``size`` is that of the whole picture, in pixels."""

    def __init__(self, graph: Graph, zoom: float, width: int, *, is_mirrored: bool) -> None:
        self.graph = graph
        self.zoom = zoom
        self._is_mirrored = is_mirrored
        room = (width - 2 * MARGIN) / zoom
        fitting = room / graph.columns - GAP if graph.columns else CARD_WIDTH
        self._card_width = min(float(WIDE_CARD), fitting) if fitting >= NARROWEST_CARD else float(CARD_WIDTH)
        self._step = (self._card_width + GAP) * zoom
        whole = max(float(width), max(WIDE_CARD * zoom, graph.columns * self._step) + 2 * MARGIN)
        self._left = (whole - graph.columns * self._step) / 2
        self.size = QSize(round(whole), round(len(graph.levels) * LEVEL * zoom + 2 * MARGIN))
        self._columns = [[graph.cards[card].column for card in level] for level in graph.levels]

    def centre(self, card: int) -> float:
        """Return the middle of a card, from the left."""
        x = self._left + self.graph.cards[card].column * self._step
        return self.size.width() - x if self._is_mirrored else x

    def rect(self, card: int) -> QRectF:
        level = self.graph.cards[card].level
        width = (WIDE_CARD if len(self.graph.levels[level]) == 1 else self._card_width) * self.zoom
        left = self.centre(card) - width / 2
        left = min(
            max(left, MARGIN), self.size.width() - MARGIN - width
        )  # a wide one at the edge stands a little aside
        return QRectF(left, MARGIN + level * LEVEL * self.zoom, width, CARD_HEIGHT * self.zoom)

    def levels_between(self, top: float, bottom: float) -> range:
        """Return the levels of which a card may be seen between two heights."""
        step = LEVEL * self.zoom
        first = max(0, int((top - MARGIN) // step))
        last = min(len(self.graph.levels), int((bottom - MARGIN) // step) + 1)
        return range(first, max(first, last))

    def cards_in(self, area: QRectF) -> Iterator[int]:
        """Yield the cards that touch an area."""
        for level in self.levels_between(area.top(), area.bottom()):
            columns, cards = self._columns[level], self.graph.levels[level]
            first, last = self._column_at(area.left()), self._column_at(area.right())
            if first > last:
                first, last = last, first
            for card in cards[bisect_left(columns, first - 1.5) : bisect_right(columns, last + 1.5)]:
                if self.rect(card).intersects(area):
                    yield card

    def card_at(self, point: QPoint) -> int:
        """Return the card at a point of the picture, -1 if there is none."""
        spot = QRectF(point.x(), point.y(), 1, 1)
        return next((card for card in self.cards_in(spot) if self.rect(card).contains(point)), -1)

    def _column_at(self, x: float) -> float:
        if self._is_mirrored:
            x = self.size.width() - x
        return (x - self._left) / self._step
