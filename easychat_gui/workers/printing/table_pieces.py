"""Tables on paper: rows that are not cut where that can be helped, and their header again on each page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QRectF
from PySide6.QtGui import QFont, QFontMetricsF, QPainter

from easychat_gui.rendering.columns import fitted_widths, longest_word
from easychat_gui.rendering.markdown import Spans, Table, plain
from easychat_gui.workers.printing.formulas import INLINE_SCALE
from easychat_gui.workers.printing.ink import Ink
from easychat_gui.workers.printing.lines import Lines, LineSetter
from easychat_gui.workers.printing.paper import points
from easychat_gui.workers.printing.pieces import Manners, Piece

_CELL_GAP = points(12)
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


class TableSetter:
    """Sets tables of a given width."""

    def __init__(self, ink: Ink, setter: LineSetter) -> None:
        self._ink = ink
        self._setter = setter

    def widths(self, tables: Sequence[Table], available: float) -> list[float]:
        """Return the width of each column in dots: what the cells of all parts need, or less where there is no room."""
        bold = QFont(self._ink.small.font)
        bold.setWeight(QFont.Weight.DemiBold)
        metrics = QFontMetricsF(bold)
        needed = [points(8)] * len(tables[0].alignments)
        longest = [""] * len(needed)
        for row in (row for table in tables for row in (table.header, *table.rows)):
            for column, spans in enumerate(row[: len(needed)]):
                needed[column] = max(needed[column], self._needed(spans, metrics))
                longest[column] = longest_word(longest[column], plain(spans)[:_WIDEST_CELL_TEXT])
        measured = [metrics.horizontalAdvance(word) for word in longest]
        wished, least = ([int(width + _CELL_GAP + points(1)) for width in widths] for widths in (needed, measured))
        return [float(width) for width in fitted_widths(wished, int(available), int(points(18)), least)]

    def _needed(self, spans: Spans, metrics: QFontMetricsF) -> float:
        text = plain(tuple(span for span in spans if self._setter.formulas.of_span(span) is None))
        width = metrics.horizontalAdvance(text[:_WIDEST_CELL_TEXT])
        width *= 1.1 if any(span.code for span in spans) else 1.0
        for span in spans:
            if picture := self._setter.formulas.of_span(span):
                width += picture.width * self._ink.small.em * INLINE_SCALE
        return width

    def row(self, cells: Sequence[Spans], table: Table, widths: Sequence[float], *, is_header: bool) -> list[Lines]:
        """Break the cells of one row into lines."""
        return [
            self._setter.set(
                tuple(replace(span, bold=True) for span in cells[column]) if is_header else cells[column],
                self._ink.small,
                "text",
                max(points(10), width - _CELL_GAP),
                table.alignments[column],
            )
            for column, width in enumerate(widths[: len(cells)])
        ]


class TablePiece(Piece):
    """A part of a table. ``header`` is drawn above the first part, and again on each further page."""

    def __init__(
        self,
        rows: Sequence[Sequence[Lines]],
        header: Sequence[Lines],
        widths: Sequence[float],
        manners: Manners,
        left: float,
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
        self._widths = widths
        self._left = left
        self._ink = ink

    def draw(self, painter: QPainter, left: float, top: float, first: int, last: int) -> None:
        for piece in self._slices[first:last]:
            is_cut = piece.height < _height(self._all[piece.row])
            if is_cut:
                painter.save()
                painter.setClipRect(QRectF(left + self._left, top, sum(self._widths), piece.height))
            is_header = self._has_header and piece.row == 0
            self._draw_row(painter, self._all[piece.row], left, top - piece.top, is_header=is_header)
            if is_cut:
                painter.restore()
            top += piece.height

    def draw_repeated(self, painter: QPainter, left: float, top: float) -> None:
        self._draw_row(painter, self._header, left, top, is_header=True)

    def _draw_row(self, painter: QPainter, row: Sequence[Lines], left: float, top: float, *, is_header: bool) -> None:
        x = left + self._left
        rise = max((cell.first_rise for cell in row), default=0.0)
        for cell, width in zip(row, self._widths, strict=False):
            cell.draw(painter, x, top + _CELL_PADDING + rise - cell.first_rise)
            x += width
        colour = self._ink.colour("border_strong" if is_header else "border")
        bottom = top + _height(row)
        painter.fillRect(QRectF(left + self._left, bottom - _RULE, sum(self._widths), _RULE), colour)


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
