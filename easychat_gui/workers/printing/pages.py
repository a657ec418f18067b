"""Pieces to pages: where each page begins and what stands on it.

A page is told by the place at which it begins, and made from there without those before it. So the pages of a chat are
counted without being kept, and any of them can be looked at.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple, Protocol

from easychat_gui.workers.printing.pieces import Piece

_TOLERANCE = 1.0
"""In dots; sums of heights are not exact."""


class Place(NamedTuple):
    """A row of a piece, by its section (the contents, the head of a chat, a message) in its part (a chat)."""

    part: int = 0
    section: int = 0
    piece: int = 0
    row: int = 0


class Story(Protocol):
    """All that is to be set, in order."""

    def piece(self, place: Place) -> Piece | None:
        """Return the piece at a place; None behind the last one of its section."""

    def next_section(self, place: Place) -> Place | None:
        """Return the beginning of the section that follows that of a place; None at the end."""


@dataclass(frozen=True, slots=True)
class Placed:
    """Rows of a piece on a page. ``top`` is in dots from the top of the text; ``place`` that of its first row."""

    piece: Piece
    first: int
    last: int
    top: float
    place: Place
    is_repeated: bool = False
    """Above the first row stands again what is repeated on each page."""

    @property
    def text_top(self) -> float:
        return self.top + (self.piece.repeated if self.is_repeated else 0.0)

    @property
    def bottom(self) -> float:
        return self.text_top + sum(self.piece.rows[self.first : self.last])


@dataclass(frozen=True, slots=True)
class Page:
    """``next`` is where the following page begins, None for the last one."""

    start: Place
    placed: tuple[Placed, ...]
    next: Place | None


def pages(story: Story, height: float, start: Place | None = None) -> Iterator[Page]:
    """Yield all pages, each of which has room for so many dots, from a place on."""
    place: Place | None = start or Place()
    while place is not None:
        page = page_at(story, place, height)
        yield page
        place = page.next


def page_at(story: Story, start: Place, height: float) -> Page:
    """Return the page that begins at a place."""
    return _PageMaker(story, start, height).make()


class _PageMaker:
    def __init__(self, story: Story, start: Place, height: float) -> None:
        self._story = story
        self._start = start
        self._height = height
        self._placed: list[Placed] = []
        self._y = 0.0

    def make(self) -> Page:
        place = self._real(self._start)
        while place is not None:
            piece = self._story.piece(place)
            if piece is None:  # cannot be behind `_real`
                break
            if self._placed and place.row == 0 and self._must_wait(piece, place):
                return self._ended(place)
            if piece.manners.keeps_previous and (earlier := self._taken_along(piece)) is not None:
                return self._ended(earlier)
            after = self._put(piece, place)
            if after is not None:
                return self._ended(after)
            place = self._real(place._replace(piece=place.piece + 1, row=0))
        return Page(self._start, tuple(self._placed), None)

    def _real(self, place: Place | None) -> Place | None:
        """Return this place, or the next one at which there is a piece."""
        while place is not None and self._story.piece(place) is None:
            place = self._story.next_section(place)
        return place

    def _must_wait(self, piece: Piece, place: Place) -> bool:
        """Tell whether a piece belongs to the next page as a whole."""
        if piece.manners.starts_page:
            return True
        if not piece.manners.is_whole or piece.manners.joins_previous:
            return False
        needed = 0.0
        at, part = place, self._story.piece(place)
        while part is not None:
            needed += sum(part.rows)
            if needed > self._height + _TOLERANCE:
                return False  # no page has room for it
            at = at._replace(piece=at.piece + 1)
            part = self._story.piece(at)
            if part is not None and not part.manners.joins_previous:
                part = None
        return self._y + piece.manners.gap + needed > self._height + _TOLERANCE

    def _taken_along(self, piece: Piece) -> Place | None:
        """Take from the page what goes to the next one with a piece that has no room here. Return where that begins."""
        if not self._placed or self._y + piece.manners.gap + sum(piece.rows) <= self._height + _TOLERANCE:
            return None
        last = self._placed[-1]
        if last.piece.manners.is_whole:
            return None
        kept = last.last - last.first - last.piece.manners.last_rows
        if kept >= last.piece.manners.first_rows:
            self._placed[-1] = replace(last, last=last.first + kept)
            return last.place._replace(row=last.place.row + kept)
        if len(self._placed) == 1:
            return None
        del self._placed[-1]
        return last.place

    def _put(self, piece: Piece, place: Place) -> Place | None:
        """Put as many rows on the page as it has room for. Return where the next page begins if that is not all."""
        manners, row = piece.manners, place.row
        if self._placed:
            gap = manners.gap if row == 0 else 0.0
        else:  # the ground of a question reaches above its first line, and would touch the head of the page
            gap = max((band.overhang for band in manners.bands), default=0.0)
        is_repeated = not self._placed and piece.repeated > 0 and (row > 0 or manners.joins_previous)
        if is_repeated and piece.repeated + piece.rows[row] > self._height:
            is_repeated = False
        top = self._y + gap
        count = self._fitting(piece, row, top + (piece.repeated if is_repeated else 0.0))
        rest = len(piece.rows) - row - count
        if rest:
            count = self._allowed(piece, row, count)
        if count:
            placed = Placed(piece, row, row + count, top, place, is_repeated)
            self._placed.append(placed)
            self._y = placed.bottom
        return place._replace(row=row + count) if row + count < len(piece.rows) else None

    def _fitting(self, piece: Piece, row: int, top: float) -> int:
        count = 0
        for height in piece.rows[row:]:
            top += height
            if top > self._height + _TOLERANCE:
                break
            count += 1
        return count

    def _allowed(self, piece: Piece, row: int, count: int) -> int:
        """Return how many of the rows that fit may stand here when others must follow on the next page."""
        wished = min(count, len(piece.rows) - row - piece.manners.last_rows)
        if not self._placed:
            return max(1, wished if wished > 0 else count)  # else nothing would ever be put
        fewest = piece.manners.first_rows if row == 0 and not piece.manners.joins_previous else 1
        return wished if wished >= fewest else 0

    def _ended(self, next_place: Place) -> Page:
        """End the page; headings without what follows them go to the next one."""
        kept = len(self._placed)
        while kept and self._placed[kept - 1].piece.manners.keeps_next:
            kept -= 1
        if 0 < kept < len(self._placed):
            next_place = self._placed[kept].place
            del self._placed[kept:]
        return Page(self._start, tuple(self._placed), next_place)
