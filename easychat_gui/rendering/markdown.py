"""One block of Markdown to spans and cells, by markdown-it-py.

The parser is told that there is no HTML, so a tag is text like any other; pictures become their description, and a
link survives only where `sanitize.safe_link` lets it. Nothing here can fetch or open anything.

The parser takes 100 ms to import, so it is imported by the first call of `load`, which may run in a thread.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from easychat_gui.rendering import inline_rules, math_grammar
from easychat_gui.rendering.blocks import Block, BlockKind
from easychat_gui.rendering.direction import is_right_to_left
from easychat_gui.rendering.sanitize import safe_link, safe_picture

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_DEEPEST_INLINE = 100
_TASK = re.compile(r"^\[([ xX])\](?:[ \t]+|$)")
_DEFINITION = re.compile(r"^\[[^\[\]]+\]:", re.MULTILINE)
_MOST_BRACKETS = 200
_MOST_ADDRESSES = 100
"""In one block; looking for links costs the square of the first and 0.3 ms for each of the second."""
_loading = threading.Lock()
_parsers: dict[tuple[bool, bool], MarkdownIt] = {}
"""By whether it reads tables, and whether it reads links."""


@dataclass(frozen=True, slots=True)
class Span:
    """A run of text in one style.

    :param link: a target that may be opened, or empty.
    :param raised: it is the mark of a footnote.
    :param formula: the LaTeX of a formula, without the marks around it, which ``text`` has.
    :param is_display: the formula is set large.
    :param image: the address of a picture that may be fetched when the reader asks for it, and its ``host``.
    """

    text: str
    bold: bool = False
    italic: bool = False
    strike: bool = False
    code: bool = False
    link: str = ""
    raised: bool = False
    formula: str = ""
    is_display: bool = False
    image: str = ""
    host: str = ""


Spans = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """``alignments`` holds "left", "center", "right" or "" for each column."""

    alignments: tuple[str, ...]
    header: tuple[Spans, ...]
    rows: tuple[tuple[Spans, ...], ...]

    @property
    def is_right_to_left(self) -> bool:
        """Does its first column stand at the right? Its first letter tells it, as that of a text does."""
        cells = (cell for row in (self.header, *self.rows) for cell in row)
        return is_right_to_left(character for cell in cells for span in cell for character in span.text)


@dataclass(frozen=True, slots=True)
class RichBlock:
    """What a block says. ``task`` is None unless it is a task of a list, then whether it is done."""

    spans: Spans = ()
    table: Table | None = None
    task: bool | None = None

    def all_spans(self) -> Iterator[Span]:
        """Yield the spans of the text, or those of all cells."""
        yield from self.spans
        if self.table is not None:
            for row in (self.table.header, *self.table.rows):
                for cell in row:
                    yield from cell

    @property
    def text(self) -> str:
        """What a person reads. The cells of a table are set apart by tabs."""
        if self.table is None:
            return plain(self.spans)
        rows = [self.table.header, *self.table.rows] if self.table.header else list(self.table.rows)
        return "\n".join("\t".join(plain(cell) for cell in row) for row in rows)


def plain(spans: Spans) -> str:
    return "".join(span.text for span in spans)


def is_loaded() -> bool:
    return bool(_parsers)


def load() -> None:
    """Import and build the parsers, once. May be called from any thread."""
    with _loading:
        if not _parsers:
            kinds = [(tables, links) for tables in (False, True) for links in (False, True)]
            _parsers.update({(tables, links): _build(tables=tables, links=links) for tables, links in kinds})


def _parser(*, tables: bool = False, links: bool = True) -> MarkdownIt:
    load()
    return _parsers[tables, links]


def _build(*, tables: bool, links: bool) -> MarkdownIt:
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"html": False, "linkify": True, "maxNesting": _DEEPEST_INLINE})
    parser.enable(["strikethrough", *(["table"] if tables else []), *(["linkify"] if links else [])])
    # Blocks are cut by StreamingDocument; a line that looks like one here is a line of text.
    parser.disable(["code", "fence", "blockquote", "hr", "list", "html_block", "heading", "lheading", "html_inline"])
    if not links:
        parser.disable(["link", "image"])
    parser.validateLink = _any_link  # type: ignore[method-assign]
    inline_rules.teach(parser)
    if parser.linkify is not None:
        parser.linkify.set({"fuzzy_link": False, "fuzzy_email": False})
    return parser


def _any_link(url: str) -> bool:
    """The parser's own opinion of links is not asked: `safe_link` decides, in one place."""
    del url
    return True


def references(blocks: Iterable[Block]) -> Mapping[str, Any]:
    """Return the link definitions (``[name]: address``) of a whole message, for `render`."""
    env: dict[str, Any] = {}
    for block in blocks:
        if block.kind is BlockKind.PARAGRAPH and _DEFINITION.search(block.source):
            _parser().parse(block.source, env)
    found: Mapping[str, Any] = env.get("references", {})
    return found


def render(block: Block, known: Mapping[str, Any] | None = None) -> RichBlock:
    """Return what a block says. ``known`` are the message's link definitions."""
    if block.kind in (BlockKind.CODE, BlockKind.PLAIN):
        return RichBlock((Span(block.source),))
    if block.kind is BlockKind.RULE:
        return RichBlock()
    if block.kind is BlockKind.MATH:
        tex = "" if block.is_open else math_grammar.tex_of(block.source)
        return RichBlock((Span(block.source, formula=tex, is_display=True),))
    return _parse(block, {"references": dict(known)} if known else {})


def _parse(block: Block, env: dict[str, Any]) -> RichBlock:
    source = block.source
    task: bool | None = None
    if block.kind is BlockKind.PARAGRAPH and block.fresh and block.levels and (match := _TASK.match(source)):
        task = match[1] != " "
        source = source[match.end() :]
    try:
        has_links = source.count("[") <= _MOST_BRACKETS and source.count("://") <= _MOST_ADDRESSES
        parser = _parser(tables=block.kind is BlockKind.TABLE, links=has_links)
        parse = parser.parseInline if block.kind is BlockKind.HEADING else parser.parse
        tokens = parse(source, env)
        if block.kind is BlockKind.TABLE:
            return RichBlock(table=_table(tokens, with_header=not block.continues))
        inlines = [_spans(token.children or []) for token in tokens if token.type == "inline"]
        return RichBlock(tuple(span for spans in inlines for span in spans), task=task)
    except RecursionError:  # brackets in brackets in brackets: shown as they came
        return RichBlock((Span(source),), task=task)


def _table(tokens: list[Token], *, with_header: bool) -> Table:
    alignments: list[str] = []
    rows: list[list[Spans]] = []
    for token in tokens:
        if token.type == "tr_open":
            rows.append([])
        elif token.type == "th_open":
            alignments.append(str(token.attrGet("style") or "").removeprefix("text-align:"))
        elif token.type == "inline" and rows:
            rows[-1].append(_spans(token.children or []))
        elif token.type == "inline":  # no table in the parser's eyes: a single cell, so that nothing is lost
            return Table(("",), (), ((_spans(token.children or []),),))
    header = tuple(rows[0]) if rows and with_header else ()
    return Table(tuple(alignments), header, tuple(tuple(row) for row in rows[1:]))


def _spans(tokens: list[Token]) -> Spans:
    """Turn inline tokens into spans; neighbours in the same style become one."""
    result: list[Span] = []
    depth = {"strong": 0, "em": 0, "s": 0}
    link = ""
    for token in tokens:
        name, _, end = token.type.rpartition("_")
        if name in depth and end in ("open", "close"):
            depth[name] += 1 if end == "open" else -1
        elif token.type == "link_open":
            safe = safe_link(str(token.attrGet("href") or ""))
            link = safe.target if safe else ""
        elif token.type == "link_close":
            link = ""
        else:
            is_code = token.type == "code_inline"
            styled = Span(_text_of(token), depth["strong"] > 0, depth["em"] > 0, depth["s"] > 0, is_code, link)
            _add(result, _special(styled, token))
    return tuple(result)


def _special(span: Span, token: Token) -> Span:
    if token.type == "formula":
        return replace(span, formula=token.markup, is_display=bool(token.meta["is_display"]))
    if token.type == "image" and (source := safe_picture(str(token.attrGet("src") or ""))):
        return replace(span, image=source.url, host=source.host)
    return replace(span, raised=True) if token.type == "note" else span


def _text_of(token: Token) -> str:
    if token.type in ("softbreak", "hardbreak"):
        # A new line inside the paragraph. CommonMark would have a blank for a soft break; models write poems and
        # addresses without the two blanks at the end of a line, and GitHub's comments keep their lines too.
        return "\u2028"
    if token.type == "image":
        return _image_text(token)
    return token.content


def _image_text(token: Token) -> str:
    """A picture is its description and where it would come from; it is never fetched."""
    source = safe_picture(str(token.attrGet("src") or ""))
    host = source.host if source is not None else ""
    alternative = token.content.strip()
    return f"🖼 {' · '.join(part for part in (alternative, host) if part)}".rstrip()


def _add(spans: list[Span], new: Span) -> None:
    if not new.text:
        return
    last = spans[-1] if spans else None
    if last is not None and not (new.formula or new.image) and replace(last, text=new.text) == new:
        spans[-1] = replace(new, text=last.text + new.text)
    else:
        spans.append(new)
