"""Tables on paper: rows that are not cut where that can be helped, and their header again on each page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from PySide6.QtCore import QRectF
from PySide6.QtGui import QFont, QFontMetricsF, QPainter

from easychat_gui.rendering.columns import are_whole, even_groups, fitted_widths, longest_word
from easychat_gui.rendering.markdown import Spans, Table, plain
from easychat_gui.workers.printing.formulas import INLINE_SCALE
from easychat_gui.workers.printing.ink import Face, Ink
from easychat_gui.workers.printing.lines import Lines, LineSetter
from easychat_gui.workers.printing.paper import points
from easychat_gui.workers.printing.pieces import Manners, Piece

_CELL_GAP = points(12)
_TIGHT_CELL_GAP = points(7)
_CELL_PADDING = points(3.5)
_RULE = points(0.6)
_WIDEST_CELL_TEXT = 400
"""Characters of a cell that are measured; a longer one fills its column anyway."""


@dataclass(frozen=True, slots=True)
class Slice:
    """A part of a table's row between two heights: the whole row, unless that is higher than a page."""

    row: int
    top: float
    height: float


@dataclass(frozen=True, slots=True)
class Columns:
    """Columns that stand beside each other: their numbers in the table, and their widths in dots."""

    numbers: tuple[int, ...]
    widths: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """How a table stands on the page. A table that is too wide is set in several ``groups``, one below the other, each
    of which begins with the first column."""

    face: Face
    gap: float
    groups: tuple[Columns, ...]
    is_right_to_left: bool


class TableSetter:
    """Sets tables of a given width."""

    def __init__(self, ink: Ink, setter: LineSetter) -> None:
        self._ink = ink
        self._setter = setter

    def plan(self, tables: Sequence[Table], available: float) -> Plan:
        """Choose the largest type in which no word is broken; where there is none, a table of several groups."""
        if not tables:
            return Plan(self._ink.small, _CELL_GAP, (Columns((), ()),), is_right_to_left=False)
        is_right_to_left = tables[0].is_right_to_left
        measured = self._measured(tables)
        room = int(available)
        for face in (self._ink.small, *self._ink.tight):
            gap = _CELL_GAP if face is self._ink.small else _TIGHT_CELL_GAP
            wished, words = (self._scaled(widths, face, gap) for widths in measured)
            if sum(wished) <= room or are_whole(words, room):
                group = _columns(range(len(wished)), wished, words, room)
                return Plan(face, gap, (group,), is_right_to_left)
        face = self._ink.tight[0]
        wished, words = (self._scaled(widths, face, _TIGHT_CELL_GAP) for widths in measured)
        groups = tuple(_columns(numbers, wished, words, room) for numbers in even_groups(wished, words, room))
        return Plan(face, _TIGHT_CELL_GAP, groups, is_right_to_left)

    def _scaled(self, widths: Sequence[float], face: Face, gap: float) -> list[int]:
        """Return how wide columns are, whose texts were measured in the usual type, in another."""
        return [int(width * face.em / self._ink.small.em + gap + points(1)) for width in widths]

    def _measured(self, tables: Sequence[Table]) -> tuple[list[float], list[float]]:
        """Return how wide the text of each column is, and its longest word."""
        bold = QFont(self._ink.small.font)
        bold.setWeight(QFont.Weight.DemiBold)
        metrics = QFontMetricsF(bold)
        needed = [points(8)] * len(tables[0].alignments)
        longest = [""] * len(needed)
        for row in (row for table in tables for row in (table.header, *table.rows)):
            for column, spans in enumerate(row[: len(needed)]):
                needed[column] = max(needed[column], self._needed(spans, metrics))
                longest[column] = longest_word(longest[column], plain(spans)[:_WIDEST_CELL_TEXT])
        return needed, [metrics.horizontalAdvance(word) for word in longest]

    def _needed(self, spans: Spans, metrics: QFontMetricsF) -> float:
        text = plain(tuple(span for span in spans if self._setter.formulas.of_span(span) is None))
        width = metrics.horizontalAdvance(text[:_WIDEST_CELL_TEXT])
        width *= 1.1 if any(span.code for span in spans) else 1.0
        for span in spans:
            if picture := self._setter.formulas.of_span(span):
                width += picture.width * self._ink.small.em * INLINE_SCALE
        return width

    def row(
        self, cells: Sequence[Spans], table: Table, plan: Plan, columns: Columns, *, is_header: bool
    ) -> list[Lines]:
        """Break the cells of one row into lines."""
        usual = "right" if plan.is_right_to_left else ""
        return [
            self._setter.set(
                tuple(replace(span, bold=True) for span in cells[column]) if is_header else cells[column],
                plan.face,
                "text",
                max(points(10), width - plan.gap),
                table.alignments[column] or usual,
            )
            for column, width in zip(columns.numbers, columns.widths, strict=True)
            if column < len(cells)
        ]


def _columns(numbers: Sequence[int], wished: Sequence[int], words: Sequence[int], available: int) -> Columns:
    """Return these columns, as wide as they may be."""
    widths = fitted_widths(
        [wished[each] for each in numbers], available, int(points(18)), [words[each] for each in numbers]
    )
    return Columns(tuple(numbers), tuple(map(float, widths)))


@dataclass(frozen=True, slots=True)
class TablePlace:
    """Where a table stands, in dots from the left edge of the text. ``cells`` are the left edges of cells' texts."""

    left: float
    width: float
    cells: tuple[float, ...]


def place_of(plan: Plan, columns: Columns, left: float, available: float) -> TablePlace:
    """Put columns beside each other in a width: from the right, where that is the way in which the table is read."""
    width = sum(columns.widths)
    ends = tuple(accumulate(columns.widths))
    if plan.is_right_to_left:
        right = left + available
        return TablePlace(right - width, width, tuple(right - end + plan.gap for end in ends))
    return TablePlace(left, width, (left, *(left + end for end in ends[:-1])))


class TablePiece(Piece):
    """A part of a table. ``header`` is drawn above the first part, and again on each further page."""

    def __init__(
        self,
        rows: Sequence[Sequence[Lines]],
        header: Sequence[Lines],
        place: TablePlace,
        manners: Manners,
        ink: Ink,
        highest: float,
    ) -> None:
        """``highest``: a row that is higher than so many dots is cut between its lines."""
        has_header = bool(header) and not manners.joins_previous
        self._all = [header, *rows] if has_header else list(rows)
        self._has_header = has_header
        self._slices = [each for number, row in enumerate(self._all) for each in _slices(number, row, highest)]
        manners.first_rows = min(3 if has_header else 1, len(self._slices))
        super().__init__([each.height for each in self._slices], manners, _height(header) if header else 0.0)
        self._header = header
        self._place = place
        self._ink = ink

    def draw(self, painter: QPainter, left: float, top: float, first: int, last: int) -> None:
        for piece in self._slices[first:last]:
            is_cut = piece.height < _height(self._all[piece.row])
            if is_cut:
                painter.save()
                painter.setClipRect(QRectF(left + self._place.left, top, self._place.width, piece.height))
            is_header = self._has_header and piece.row == 0
            self._draw_row(painter, self._all[piece.row], left, top - piece.top, is_header=is_header)
            if is_cut:
                painter.restore()
            top += piece.height

    def draw_repeated(self, painter: QPainter, left: float, top: float) -> None:
        self._draw_row(painter, self._header, left, top, is_header=True)

    def _draw_row(self, painter: QPainter, row: Sequence[Lines], left: float, top: float, *, is_header: bool) -> None:
        rise = max((cell.first_rise for cell in row), default=0.0)
        for cell, x in zip(row, self._place.cells, strict=False):
            cell.draw(painter, left + x, top + _CELL_PADDING + rise - cell.first_rise)
        colour = self._ink.colour("border_strong" if is_header else "border")
        bottom = top + _height(row)
        painter.fillRect(QRectF(left + self._place.left, bottom - _RULE, self._place.width, _RULE), colour)


def _height(row: Sequence[Lines]) -> float:
    rise = max((cell.first_rise for cell in row), default=0.0)
    return max((rise - cell.first_rise + cell.height for cell in row), default=0.0) + 2 * _CELL_PADDING


def _slices(number: int, row: Sequence[Lines], highest: float) -> Iterator[Slice]:
    """Cut a row that is too high between the lines of the cell that has most of them."""
    height = _height(row)
    if height <= highest:
        yield Slice(number, 0.0, height)
        return
    longest = max(row, key=lambda cell: cell.height)
    top, at = 0.0, _CELL_PADDING
    for line in longest.heights:
        if at + line - top > highest and at > top:
            yield Slice(number, top, at - top)
            top = at
        at += line
    yield Slice(number, top, height - top)
