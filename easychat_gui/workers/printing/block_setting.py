"""The blocks of a message to pieces of pages: the same blocks that the window shows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from easychat_gui.rendering import highlight, markdown, plain_text
from easychat_gui.rendering.blocks import Block, BlockKind, Level
from easychat_gui.rendering.highlight import ColouredRange
from easychat_gui.rendering.markdown import RichBlock, Spans, Table
from easychat_gui.rendering.sanitize import visible
from easychat_gui.rendering.streaming_document import split
from easychat_gui.transfer.words import Words
from easychat_gui.workers.printing.code_pieces import CodePiece, code_lines, face_for, untabbed
from easychat_gui.workers.printing.formulas import ALONE_SCALE, SMALLEST_SCALE, Formulas
from easychat_gui.workers.printing.ink import Face, Ink
from easychat_gui.workers.printing.lines import LineSetter
from easychat_gui.workers.printing.paper import Paper, points
from easychat_gui.workers.printing.pieces import (
    BAR_WIDTH,
    Band,
    BandKind,
    FormulaPiece,
    Manners,
    Marker,
    Piece,
    RulePiece,
    TextPiece,
)
from easychat_gui.workers.printing.table_pieces import Columns, Plan, TablePiece, TableSetter, place_of

ITEM_INDENT = points(18)
QUOTE_INDENT = points(12)
_MARKER_ROOM = points(72)
"""What a number or the mark of a footnote may take, so that none is broken into two lines."""
_RIGHT_TO_LEFT_MARK = "\u200f"
"""Has the dot behind a number stand at its left."""
_DEEPEST_SHARE = 0.6
"""Lists in lists in lists leave at least the rest of the width to the text."""
_BLOCK_GAP = points(7.5)
_TIGHT_GAP = points(2.5)
_HEADING_GAP = (points(16), points(14), points(12))
_UNDER_HEADING = points(4)

Maker = Callable[[], Piece]


@dataclass(frozen=True)
class Surroundings:
    """Where blocks stand: in dots from the left edge of the text, with what runs beside all of them.

    ``key`` tells these blocks from those of other messages. ``is_muted``: smaller and paler, as reasoning is.
    """

    key: object
    left: float
    width: float
    bands: tuple[Band, ...] = ()
    is_muted: bool = False


class BlockSetter:
    """Sets blocks of messages. Belongs to one thread."""

    def __init__(self, paper: Paper, ink: Ink, formulas: Formulas, words: Words) -> None:
        self.paper = paper
        self.ink = ink
        self.words = words
        self.lines = LineSetter(ink, formulas)
        self._tables = TableSetter(ink, self.lines)

    def makers(self, text: str, around: Surroundings, *, is_plain: bool = False) -> list[Maker]:
        """Cut a text into blocks and return what makes the piece of each. ``is_plain``: a person typed it."""
        blocks = plain_text.split(visible(text)) if is_plain else split(visible(text))
        known = {} if is_plain else markdown.references(blocks)
        return list(self._makers(blocks, known, around))

    def _makers(self, blocks: Sequence[Block], known: Mapping[str, Any], around: Surroundings) -> Iterator[Maker]:
        previous: Block | None = None
        for number, block in enumerate(blocks):
            if block.kind is BlockKind.CODE:
                if not block.continues:
                    code = _Code(_parts(blocks, number))
                yield _Bound(self._code, block, previous, around, code)
            elif block.kind is BlockKind.TABLE:
                if not block.continues:
                    grid = _Grid(_parts(blocks, number), known, self._tables)
                for columns in grid.plan(self._room(block, around)).groups:
                    yield _Bound(self._table, block, previous, around, (grid, columns))
            elif block.kind is BlockKind.RULE:
                yield _Bound(self._rule, block, previous, around, None)
            else:
                rich = markdown.render(block, known)
                if not (rich.text or block.levels):
                    continue  # a link definition says nothing
                following = blocks[number + 1] if number + 1 < len(blocks) else None
                yield _Bound(self._text, block, previous, around, (rich, following))
            previous = block

    # -- places

    def _place(self, block: Block, previous: Block | None, around: Surroundings) -> tuple[float, float, Manners]:
        """Return where a block begins, how wide it may be, and how it stands among the others."""
        scale = self._indent_scale(block.levels, around)
        bands = list(around.bands)
        left = around.left
        for level in block.levels:
            if level.is_quote:
                serial = (around.key, "quote", level.serial)
                bands.append(Band(serial, BandKind.BAR, left, left, "quote_bar"))
            left += scale * (QUOTE_INDENT if level.is_quote else ITEM_INDENT)
        manners = Manners(_gap(previous, block), joins_previous=block.continues, bands=tuple(bands))
        return left, around.left + around.width - left, manners

    def _room(self, block: Block, around: Surroundings) -> float:
        """Return how wide a block may be."""
        _, width, _ = self._place(block, None, around)
        return width

    def _indent_scale(self, levels: Sequence[Level], around: Surroundings) -> float:
        wished = sum(QUOTE_INDENT if level.is_quote else ITEM_INDENT for level in levels)
        return min(1.0, _DEEPEST_SHARE * around.width / wished) if wished else 1.0

    def face(self, block: Block, *, is_muted: bool) -> Face:
        if block.kind is BlockKind.HEADING:
            return self.ink.heading(block.heading_level + (2 if is_muted else 0))
        return self.ink.small if is_muted else self.ink.text

    # -- kinds of blocks

    def _text(
        self, block: Block, previous: Block | None, around: Surroundings, of: tuple[RichBlock, Block | None]
    ) -> Piece:
        rich, following = of
        left, width, manners = self._place(block, previous, around)
        if block.kind is BlockKind.MATH and (piece := self._formula(rich.spans, left, width, manners)):
            return piece
        face = self.face(block, is_muted=around.is_muted)
        is_pale = around.is_muted or rich.task or any(level.is_quote for level in block.levels)
        spans = rich.spans
        if block.kind is BlockKind.MATH:
            spans = tuple(replace(span, formula="", code=True) for span in spans)
        lines = self.lines.set(spans, face, "text_muted" if is_pale else "text", width)
        if lines.is_right_to_left:
            left = around.left  # the markers and bars stand at the right of the same width
            manners.bands = tuple(_mirrored(band, around) for band in manners.bands)
        count = len(lines.heights)
        is_heading = block.kind is BlockKind.HEADING
        manners.keeps_next = is_heading or (count <= _SHORT and _introduces(rich.text, following))
        if is_heading and not around.is_muted:
            manners.outline = (1 + block.heading_level, rich.text)
        manners.first_rows = manners.last_rows = count if is_heading and count < 4 else min(2, count)
        markers = self._markers(block, rich, face, around, is_mirrored=lines.is_right_to_left)
        return TextPiece(lines, manners, left, width, self.ink, markers)

    def _markers(
        self, block: Block, rich: RichBlock, face: Face, around: Surroundings, *, is_mirrored: bool
    ) -> list[Marker]:
        """Return the markers of all levels, outermost first; those that do not begin here are empty."""
        scale = self._indent_scale(block.levels, around)
        result: list[Marker] = []
        for depth, level in enumerate(block.levels):
            width = scale * (QUOTE_INDENT if level.is_quote else ITEM_INDENT)
            is_fresh = depth >= len(block.levels) - block.fresh
            is_last = depth == len(block.levels) - 1
            if level.is_quote or not is_fresh:
                result.append(Marker(width))
            elif is_last and rich.task is not None:
                result.append(Marker(width, is_done=rich.task))
            else:
                shown = "◦" if level.marker == "•" and depth % 2 else level.marker
                mark = _RIGHT_TO_LEFT_MARK if is_mirrored else ""
                result.append(Marker(width, self.lines.plain(mark + shown, face, "text_muted", _MARKER_ROOM, "left")))
        return result

    def _formula(self, spans: Spans, left: float, width: float, manners: Manners) -> Piece | None:
        picture = self.lines.formulas.of_span(spans[0]) if spans else None
        if picture is None:
            return None
        em = self.ink.text.em * ALONE_SCALE
        height = (picture.ascent + picture.descent) * em
        scale = min(1.0, width / (picture.width * em), self.paper.text_height / height)
        if scale < SMALLEST_SCALE:
            return None
        return FormulaPiece(picture, em * scale, manners, left, width, self.ink.colour("text"))

    def _rule(self, block: Block, previous: Block | None, around: Surroundings, _: object) -> Piece:
        left, width, manners = self._place(block, previous, around)
        manners.gap = points(12)
        return RulePiece(manners, left, width, self.ink.colour("border_strong"))

    def _code(self, block: Block, previous: Block | None, around: Surroundings, code: _Code) -> Piece:
        left, width, manners = self._place(block, previous, around)
        serial = (around.key, "code", id(code))
        ground = Band(serial, BandKind.GROUND, left, left + width, "code_bg", "code_border")
        manners.bands = (*manners.bands, ground)
        manners.is_whole = True
        room = width - points(16)
        name = block.language or self.words.code
        head = None if block.continues else self.lines.plain(name, self.ink.small, "text_muted", room)
        again = self.lines.plain(self.words.continued.format(name=name), self.ink.small, "text_muted", room)
        face = code.face(self.ink, width)
        lines = code_lines(untabbed(block.source), code.colours_of(block), self.ink, face, width)
        return CodePiece(lines, head, again, manners, left, self.ink, face, is_last=block is code.parts[-1])

    def _table(self, block: Block, previous: Block | None, around: Surroundings, of: tuple[_Grid, Columns]) -> Piece:
        left, width, manners = self._place(block, previous, around)
        grid, columns = of
        first, rich = grid.first, markdown.render(block, grid.known)
        table = rich.table
        if table is None or first is None or not first.alignments:
            text = RichBlock(tuple(rich.all_spans()))
            return self._text(replace(block, kind=BlockKind.PLAIN), previous, around, (text, None))
        plan = grid.plan(width)
        rows = [self._tables.row(row, table, plan, columns, is_header=False) for row in table.rows]
        header = self._tables.row(first.header, first, plan, columns, is_header=True) if first.header else []
        if len(plan.groups) > 1:  # each begins with its header, so the rows of a further part do, too
            manners.joins_previous = False
            manners.gap = manners.gap if columns is plan.groups[0] and not block.continues else _BLOCK_GAP
        manners.is_whole = len(first.rows) <= _SMALL_TABLE
        place = place_of(plan, columns, left, width)
        return TablePiece(rows, header, place, manners, self.ink, self.paper.text_height / 2)


_SHORT = 2
"""Lines of a text that goes to the next page with what it introduces."""
_SMALL_TABLE = 12
"""Rows of a table that is moved to the next page rather than cut."""
_MEASURED_PARTS = 64
"""Parts of a table, of 32 rows each, by whose cells its columns are measured."""


class _Bound:
    """A block that becomes a piece when it is asked for."""

    def __init__(
        self, make: Callable[..., Piece], block: Block, previous: Block | None, around: Surroundings, more: Any
    ) -> None:
        self._make = make
        self.block = block
        self._previous = previous
        self._around = around
        self._more = more

    def __call__(self) -> Piece:
        return self._make(self.block, self._previous, self._around, self._more)


class _Grid:
    """A whole table, whose columns are as wide on each page."""

    def __init__(self, parts: Sequence[Block], known: Mapping[str, Any], setter: TableSetter) -> None:
        self.known = known
        self._parts = parts
        self._setter = setter
        self._plan: Plan | None = None

    @cached_property
    def first(self) -> Table | None:
        """The first part, which has the header."""
        return markdown.render(self._parts[0], self.known).table

    def plan(self, available: float) -> Plan:
        """Return how the table stands in a width, which is the same whenever it is asked for."""
        if self._plan is None:
            rest = (markdown.render(part, self.known).table for part in self._parts[1:_MEASURED_PARTS])
            tables = [table for table in (self.first, *rest) if table is not None and table.alignments]
            self._plan = self._setter.plan(tables, available)
        return self._plan


class _Code:
    """A whole piece of code, which is coloured as one."""

    def __init__(self, parts: Sequence[Block]) -> None:
        self.parts = parts
        self._face: Face | None = None
        self._first_lines: dict[int, int] = {}
        at = 0
        for part in parts:
            self._first_lines[id(part)] = at
            at += part.source.count("\n") + 1

    @cached_property
    def _source(self) -> str:
        return untabbed("\n".join(part.source for part in self.parts))

    @cached_property
    def _colours(self) -> list[list[ColouredRange]]:
        return highlight.lex(self.parts[0].language, self._source)

    def face(self, ink: Ink, width: float) -> Face:
        """Return the font, which is the same for all parts."""
        if self._face is None:
            self._face = face_for(self._source, ink, width)
        return self._face

    def colours_of(self, part: Block) -> Sequence[Sequence[ColouredRange]]:
        first = self._first_lines[id(part)]
        return self._colours[first : first + part.source.count("\n") + 1]


def _parts(blocks: Sequence[Block], head: int) -> list[Block]:
    """Return the block at this place and those that go on with it."""
    result = [blocks[head]]
    for block in blocks[head + 1 :]:
        if not block.continues:
            break
        result.append(block)
    return result


def _introduces(text: str, following: Block | None) -> bool:
    """Does a text say what the code or the table below it is?"""
    is_shown = following is not None and following.kind in (BlockKind.CODE, BlockKind.TABLE)
    return is_shown and text.rstrip().endswith((":", "："))


def _mirrored(band: Band, around: Surroundings) -> Band:
    """Return a band where it stands beside text from right to left."""
    if band.kind is not BandKind.BAR:
        return band
    at = 2 * around.left + around.width - band.left - BAR_WIDTH
    return replace(band, left=at, right=at)


def _gap(previous: Block | None, block: Block) -> float:
    """Return the space above a block."""
    if previous is None or block.continues:
        return 0.0
    if block.kind is BlockKind.HEADING:
        return _HEADING_GAP[min(block.heading_level, len(_HEADING_GAP)) - 1]
    if previous.kind is BlockKind.HEADING:
        return _UNDER_HEADING
    is_item = bool(block.levels) and not block.levels[-1].is_quote
    is_text = block.kind is BlockKind.PARAGRAPH and previous.kind is BlockKind.PARAGRAPH
    if is_item and block.fresh and not block.is_spaced and is_text:
        return _TIGHT_GAP
    return _BLOCK_GAP
