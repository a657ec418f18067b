"""The blocks of a message as paragraphs, lists and tables of an OpenDocument text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from easychat_gui.rendering import highlight, markdown, plain_text
from easychat_gui.rendering.blocks import Block, BlockKind, Level
from easychat_gui.rendering.highlight import ColouredRange
from easychat_gui.rendering.markdown import RichBlock, Span, Spans, Table, plain
from easychat_gui.rendering.sanitize import visible
from easychat_gui.rendering.streaming_document import split
from easychat_gui.rendering.typesetting import CannotTypesetError, Picture, mathml, typeset
from easychat_gui.transfer.odt_styles import DEEPEST_LIST, DEEPEST_QUOTE, mirrored
from easychat_gui.transfer.odt_tables import WIDEST_CM, Grid
from easychat_gui.transfer.odt_xml import escaped, inline
from easychat_gui.transfer.words import Words

_KEPT_LINES = 45
"""Lines of code that stay on one page."""
_HEADING_OFFSET = 2
"""Chats are headings of the first level, messages of the second."""
_DEEPEST_HEADING = 7
_EM_CM = 10.5 * 1.1 * 2.54 / 72
"""Of formulas, in text of the usual size."""
_KEPT_CELL = 1000
"""Characters of a cell up to which its row is not cut by the end of a page."""


@dataclass(slots=True)
class Parts:
    """What lies in the file beside the text: formulas, and the styles that tables need."""

    formulas: list[tuple[str, str]] = field(default_factory=list)
    """MathML and SVG of each."""
    styles: list[str] = field(default_factory=list)
    known: dict[tuple[str, bool], tuple[int, Picture] | None] = field(default_factory=dict)


class BlockWriter:
    """Writes blocks. ``style`` is that of paragraphs that have no other."""

    def __init__(self, parts: Parts, words: Words) -> None:
        self._parts = parts
        self._words = words

    def write(self, text: str, style: str, *, is_plain: bool = False) -> Iterator[str]:
        """Yield the paragraphs of a text. ``is_plain``: a person typed it."""
        text = visible(text)  # before a parser takes what cannot be seen for something else
        blocks = plain_text.split(text) if is_plain else split(text)
        known: Mapping[str, Any] = {} if is_plain else markdown.references(blocks)
        lists = _OpenLists()
        number = 0
        while number < len(blocks):
            block = blocks[number]
            count = 1
            while number + count < len(blocks) and blocks[number + count].continues:
                count += 1
            group = blocks[number : number + count]
            content = self._block(group, known, style)
            if content and block.kind is BlockKind.TABLE:
                yield lists.close() + content  # no list may hold a table
            elif content:
                yield lists.move_to(block, self._is_task(block, known)) + content
            number += count
        yield lists.close()

    def _is_task(self, block: Block, known: Mapping[str, Any]) -> bool:
        return (
            block.kind is BlockKind.PARAGRAPH and bool(block.fresh) and markdown.render(block, known).task is not None
        )

    def _block(self, group: Sequence[Block], known: Mapping[str, Any], style: str) -> str:
        block = group[0]
        if block.kind is BlockKind.CODE:
            return self._code(group)
        if block.kind is BlockKind.RULE:
            return '<text:p text:style-name="Rule"/>'
        riches = [markdown.render(each, known) for each in group]
        if block.kind is BlockKind.TABLE:
            tables = [rich.table for rich in riches if rich.table is not None]
            return self._table(tables) if tables and tables[0].alignments else ""
        spans = tuple(span for rich in riches for span in rich.spans)
        if not (plain(spans) or block.levels):
            return ""  # a link definition says nothing
        if block.kind is BlockKind.HEADING:
            level = min(block.heading_level + _HEADING_OFFSET, _DEEPEST_HEADING)
            style_name = mirrored(f"Heading_20_{level}", plain(spans))
            return f'<text:h text:style-name="{style_name}" text:outline-level="{level}">{self.spans(spans)}</text:h>'
        return self._paragraph(block, riches[0], spans, style)

    def _paragraph(self, block: Block, rich: RichBlock, spans: Spans, style: str) -> str:
        if block.kind is BlockKind.MATH:
            style = "Formula"
        elif quotes := sum(level.is_quote for level in block.levels):
            style = f"Quote_20_{min(quotes, DEEPEST_QUOTE)}"
        elif style == "Text_20_body" and block.levels:
            style = "List"
        lead = "" if rich.task is None else "☑\ufe0e " if rich.task else "☐ "
        if block.fresh and block.levels and _is_note(block.levels[-1]):
            style, lead = "Note", f"{block.levels[-1].marker}\t"
        style = mirrored(style, plain(spans))
        return f'<text:p text:style-name="{style}">{inline(lead)}{self.spans(spans)}</text:p>'

    # -- spans

    def spans(self, spans: Spans) -> str:
        """Return a run of text with its styles, links and formulas."""
        return "".join(map(self._span, spans))

    def _span(self, span: Span) -> str:
        if span.formula and (shown := self._formula(span)):
            return shown
        link = span.link or (span.image if span.host else "")
        text = inline(span.text)
        for name in _styles_of(replace(span, code=True) if span.formula else span):
            text = f'<text:span text:style-name="{name}">{text}</text:span>'
        if link:
            return (
                f'<text:a xlink:type="simple" xlink:href="{escaped(link)}" text:style-name="Internet_20_link">'
                f"{text}</text:a>"
            )
        return text

    def _formula(self, span: Span) -> str:
        key = (span.formula, span.is_display)
        if key not in self._parts.known:
            self._parts.known[key] = self._set(span)
        found = self._parts.known[key]
        if found is None:
            return ""
        number, picture = found
        em = min(_EM_CM, WIDEST_CM / picture.width)
        width, height, rise = picture.width * em, (picture.ascent + picture.descent) * em, picture.ascent * em
        return (
            f'<draw:frame draw:style-name="FormulaFrame" text:anchor-type="as-char" svg:y="{-rise:.3f}cm" '
            f'svg:width="{width:.3f}cm" svg:height="{height:.3f}cm">'
            f'<draw:object xlink:href="./Formula {number}" xlink:type="simple" xlink:show="embed" '
            'xlink:actuate="onLoad"/>'
            f'<draw:image xlink:href="Pictures/formula{number}.svg" xlink:type="simple" xlink:show="embed" '
            f'xlink:actuate="onLoad"/><svg:title>{escaped(span.text)}</svg:title></draw:frame>'
        )

    def _set(self, span: Span) -> tuple[int, Picture] | None:
        try:
            picture = typeset(span.formula, is_display=span.is_display)
            source = mathml(span.formula, is_display=span.is_display)
        except CannotTypesetError:
            return None
        self._parts.formulas.append((source, picture.svg))
        return len(self._parts.formulas), picture

    # -- code

    def _code(self, group: Sequence[Block]) -> str:
        source = "\n".join(block.source for block in group)
        language = group[0].language
        colours = highlight.lex(language, source)
        lines = source.split("\n")
        is_kept = len(lines) <= _KEPT_LINES
        result = []
        if language:
            result.append(f'<text:p text:style-name="Code_20_language">{inline(language)}</text:p>')
        for number, line in enumerate(lines):
            style = "Code_20_last" if number == len(lines) - 1 else "Code_20_kept" if is_kept else "Code"
            result.append(f'<text:p text:style-name="{style}">{_coloured(line, colours[number])}</text:p>')
        return "".join(result)

    # -- tables

    def _table(self, tables: Sequence[Table]) -> str:
        first = tables[0]
        if not first.header and not any(table.rows for table in tables):
            return ""
        grid = Grid.of(tables)
        return "".join(self._columns(tables, grid, numbers) for numbers in grid.groups)

    def _columns(self, tables: Sequence[Table], grid: Grid, numbers: Sequence[int]) -> str:
        """Return a table of some of the columns."""
        first = tables[0]
        name = f"Table{len(self._parts.styles) + 1}"
        self._parts.styles.append(grid.style(name, numbers))
        result = [f'<table:table table:name="{name}" table:style-name="{name}">']
        result += [f'<table:table-column table:style-name="{name}.{number}"/>' for number in numbers]
        if first.header:
            head = self._row(first.header, first, grid, numbers, is_header=True)
            result.append(f"<table:table-header-rows>{head}</table:table-header-rows>")
        rows = [self._row(row, first, grid, numbers, is_header=False) for table in tables for row in table.rows]
        return "".join([*result, *rows, "</table:table>", '<text:p text:style-name="Standard"/>'])

    def _row(self, row: Sequence[Spans], table: Table, grid: Grid, numbers: Sequence[int], *, is_header: bool) -> str:
        cells = []
        for column in numbers:
            spans = row[column] if column < len(row) else ()
            if is_header:
                spans = tuple(replace(span, bold=True) for span in spans)
            style = grid.text_style(table.alignments[column], plain(spans))
            cells.append(
                f'<table:table-cell table:style-name="Cell{"Head" if is_header else ""}" office:value-type="string">'
                f'<text:p text:style-name="{style}">{self.spans(spans)}</text:p></table:table-cell>'
            )
        longest = max((len(plain(spans)) for spans in row), default=0)
        kept = ' table:style-name="Row"' if longest <= _KEPT_CELL else ""
        return f"<table:table-row{kept}>{''.join(cells)}</table:table-row>"


class _OpenLists:
    """Opens and closes lists, so that each block stands in those that it belongs to."""

    def __init__(self) -> None:
        self._open: list[tuple[Level, str]] = []

    def move_to(self, block: Block, is_task: bool) -> str:  # noqa: FBT001
        """Return what is closed and opened before a block."""
        open_serials = {level.serial for level, _ in self._open}
        fresh = block.levels[len(block.levels) - block.fresh :]
        items = [level for level in block.levels if not level.is_quote and not _is_note(level)]
        levels = [level for level in items if level in fresh or level.serial in open_serials][:DEEPEST_LIST]
        same = 0
        while same < min(len(levels), len(self._open)) and levels[same].serial == self._open[same][0].serial:
            same += 1
        result = [self._close_to(max(same + 1, 0) if same < min(len(levels), len(self._open)) else same)]
        if same < len(levels) and same < len(self._open):
            result.append(self._next_item(same, levels[same], is_task=is_task and same == len(levels) - 1))
        for level in levels[len(self._open) :]:
            result.append(self._enter(level, is_task=is_task and level is levels[-1]))
        return "".join(result)

    def close(self) -> str:
        return self._close_to(0)

    def _close_to(self, depth: int) -> str:
        count = max(0, len(self._open) - depth)
        del self._open[depth:]
        return "</text:list-item></text:list>" * count

    def _next_item(self, depth: int, level: Level, *, is_task: bool) -> str:
        """Go on with the list that is open at this depth, or close it where another kind begins."""
        kind = _kind(level, is_task=is_task)
        if self._open[depth][1] != kind or level.marker == "1.":
            closed = self._close_to(depth)
            return closed + self._enter(level, is_task=is_task)
        self._open[depth] = (level, kind)
        return "</text:list-item><text:list-item>"

    def _enter(self, level: Level, *, is_task: bool) -> str:
        kind = _kind(level, is_task=is_task)
        self._open.append((level, kind))
        number = level.marker.rstrip(".")
        start = f' text:start-value="{number}"' if kind == "Numbers" and number.isdigit() else ""
        return f'<text:list text:style-name="{kind}"><text:list-item{start}>'


def _kind(level: Level, *, is_task: bool) -> str:
    return "Tasks" if is_task else "Bullets" if level.marker == "•" else "Numbers"


def _is_note(level: Level) -> bool:
    return level.marker.startswith("[")


def _styles_of(span: Span) -> Iterator[str]:
    """Yield the styles of a span, the innermost first."""
    if span.code:
        yield "Source_20_Text"
    if span.bold or span.italic:
        yield "Bold_20_italic" if span.bold and span.italic else "Bold" if span.bold else "Italic"
    if span.strike:
        yield "Struck"
    if span.raised:
        yield "Raised"


def _coloured(line: str, ranges: Sequence[ColouredRange]) -> str:
    """Return a line of code. Its blanks are told to the file one by one, since each part begins anew."""
    result, at = [], 0
    for start, length, kind in ranges:
        result.append(_code_text(line[at:start]))
        text = _code_text(line[start : start + length])
        result.append(f'<text:span text:style-name="Code_20_{kind.value}">{text}</text:span>')
        at = start + length
    return "".join([*result, _code_text(line[at:])])


def _code_text(text: str) -> str:
    lead = len(text) - len(text.lstrip(" "))
    tail = len(text) - len(text.rstrip(" ")) if lead < len(text) else 0
    middle = inline(text[lead : len(text) - tail])
    return _blanks(lead) + middle + _blanks(tail)


def _blanks(count: int) -> str:
    return f'<text:s text:c="{count}"/>' if count else ""
