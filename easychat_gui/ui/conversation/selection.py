"""What the reader has marked, as places in the text rather than on the screen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class BoxKey(NamedTuple):
    """A block: the row of its message, which of the message's texts, and its number in it."""

    row: int
    flow: int
    box: int


class Position(NamedTuple):
    """A place between two characters. Positions compare in reading order."""

    row: int
    flow: int
    box: int
    offset: int

    @property
    def key(self) -> BoxKey:
        return BoxKey(self.row, self.flow, self.box)


BEGINNING = Position(0, 0, 0, 0)
_FAR = 1 << 40


def end_of_rows(count: int) -> Position:
    """Return a position behind everything in so many rows."""
    return Position(count - 1, _FAR, _FAR, _FAR)


@dataclass(slots=True)
class Selection:
    """From ``anchor``, where the reader began, to ``head``. Text that arrives below does not move it.

    ``is_placed``: the reader has put it where it is, although it may be empty.
    """

    anchor: Position = BEGINNING
    head: Position = BEGINNING
    is_placed: bool = False

    @property
    def is_empty(self) -> bool:
        return self.anchor == self.head

    @property
    def start(self) -> Position:
        return min(self.anchor, self.head)

    @property
    def end(self) -> Position:
        return max(self.anchor, self.head)

    def clear(self) -> None:
        self.anchor = self.head = BEGINNING
        self.is_placed = False

    def mark(self, first: tuple[Position, Position], last: tuple[Position, Position]) -> None:
        """Select from one range (a word, a block) to another, both included, whichever comes first."""
        if last[0] < first[0]:
            self.anchor, self.head = first[1], last[0]
        else:
            self.anchor, self.head = first[0], max(first[1], last[1])
        self.is_placed = True

    def range_in(self, key: BoxKey, length: int) -> tuple[int, int] | None:
        """Return what of a block of ``length`` characters is selected, or None."""
        start, end = self.start, self.end
        if self.is_empty or key < start.key or key > end.key:
            return None
        first = min(start.offset, length) if key == start.key else 0
        last = min(end.offset, length) if key == end.key else length
        return (first, last) if first < last else None

    def holds_row(self, row: int) -> bool:
        """Tell whether a whole message lies within."""
        return not self.is_empty and self.start.row < row < self.end.row

    def clamp(self, count: int) -> None:
        """Rows were taken away: only so many are left."""
        if self.end.row >= count:
            self.clear()

    def take_out(self, row: int) -> None:
        """A row is gone from among the others: what was selected of it is not any more."""
        if self.start.row <= row <= self.end.row:
            self.clear()
        elif self.start.row > row:
            self.anchor = self.anchor._replace(row=self.anchor.row - 1)
            self.head = self.head._replace(row=self.head.row - 1)
