"""What is taken out of messages: whole blocks, and parts of blocks."""

from __future__ import annotations

from dataclasses import dataclass, replace

from easychat_gui.rendering.blocks import Block, BlockKind
from easychat_gui.rendering.markdown import RichBlock, Span, Spans, Table

Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A block, or what is left of it.

    ``has_start``: it begins where the block begins, so that its markers belong to it. ``is_whole``: nothing is
    missing, so that ``block.source`` says the same as ``rich``.
    """

    block: Block
    rich: RichBlock
    has_start: bool = True
    is_whole: bool = True

    @property
    def continues(self) -> bool:
        """It goes on with the same code, table or paragraph as the excerpt before it."""
        return self.block.continues


def cut_text(block: Block, rich: RichBlock, start: int, end: int) -> Excerpt:
    """Return a part of a block of text; ``start`` and ``end`` count characters of what a person reads."""
    spans = cut_spans(rich.spans, start, end)
    if block.kind in (BlockKind.CODE, BlockKind.PLAIN):
        block = replace(block, source=block.source[start:end])
    return Excerpt(block, RichBlock(spans, task=rich.task), has_start=start == 0, is_whole=False)


def cut_spans(spans: Spans, start: int, end: int) -> Spans:
    """Return what stands between two characters, in the styles that it has."""
    result: list[Span] = []
    at = 0
    for span in spans:
        first, last = max(start - at, 0), min(end - at, len(span.text))
        if first < last:
            is_whole = last - first == len(span.text)
            result.append(span if is_whole else replace(span, text=span.text[first:last], formula=""))
        at += len(span.text)
    return tuple(result)


def cut_table(block: Block, rich: RichBlock, cells: dict[tuple[int, int], Range]) -> Excerpt:
    """Return a part of a table: of each of these cells (row, column) what stands between two characters.

    One cell alone is no table any more but a piece of text. The first row is the header, if the table has one.
    """
    table = rich.table
    if table is None or not cells:
        return Excerpt(block, RichBlock(), has_start=False, is_whole=False)
    rows = [table.header, *table.rows] if table.header else list(table.rows)
    if len(cells) == 1:
        ((row, column), (start, end)) = next(iter(cells.items()))
        text = replace(block, kind=BlockKind.PARAGRAPH, levels=(), fresh=0, continues=False)
        return Excerpt(text, RichBlock(cut_spans(rows[row][column], start, end)), has_start=False, is_whole=False)
    columns = range(min(column for _, column in cells), max(column for _, column in cells) + 1)
    kept = {
        number: tuple(
            cut_spans(rows[number][column], *cells[number, column]) if (number, column) in cells else ()
            for column in columns
        )
        for number in sorted({row for row, _ in cells})
    }
    header = kept.pop(0, ()) if table.header else ()
    alignments = tuple(table.alignments[column] for column in columns)
    return Excerpt(
        replace(block, continues=False, fresh=0),
        RichBlock(table=Table(alignments, header, tuple(kept.values()))),
        has_start=False,
        is_whole=False,
    )
