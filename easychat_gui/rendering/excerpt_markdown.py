"""Excerpts as Markdown: of whole blocks what was written, else as good as it can be told from the styles."""

from __future__ import annotations

import re
from collections.abc import Sequence

from easychat_gui.rendering.blocks import Block, BlockKind
from easychat_gui.rendering.excerpts import Excerpt
from easychat_gui.rendering.markdown import Span, Spans, Table

_SPECIAL = re.compile(r"([\\`*_\[\]<>~|])")
_LINE_START = re.compile(r"^(\s*)([#+-]|\d+[.)]|=+$|>)", re.MULTILINE)
_TICKS = re.compile(r"`+")
_DELIMITERS = {"right": "---:", "center": ":---:", "left": ":---", "": "---"}


def to_markdown(excerpts: Sequence[Excerpt]) -> str:
    """Return the excerpts of one message as Markdown, without a line break at the end."""
    parts: list[str] = []
    for group in _groups(excerpts):
        first = group[0]
        body = _body(group)
        if not body and first.block.kind is not BlockKind.CODE:
            continue
        if parts:
            is_tight = bool(first.block.levels) and not first.block.is_spaced
            parts.append("\n" if is_tight else f"\n{_blank_line(first.block)}\n")
        prefix, later = _prefix(first.block, has_start=first.has_start), _prefix(first.block, has_start=False)
        lines = body.split("\n")
        parts.append("\n".join((prefix if number == 0 else later) + line for number, line in enumerate(lines)))
    return "".join(parts).strip("\n")


def _blank_line(block: Block) -> str:
    """Return the blank line before a block: quotes that began before it go on over it."""
    outer = block.levels[: len(block.levels) - block.fresh]
    return _prefix(Block(BlockKind.PARAGRAPH, "", levels=outer), has_start=False).rstrip()


def _groups(excerpts: Sequence[Excerpt]) -> list[list[Excerpt]]:
    """Put together the parts of what is one code, one table or one paragraph."""
    groups: list[list[Excerpt]] = []
    for excerpt in excerpts:
        if excerpt.continues and groups and groups[-1][-1].block.kind is excerpt.block.kind:
            groups[-1].append(excerpt)
        else:
            groups.append([excerpt])
    return groups


def _prefix(block: Block, *, has_start: bool) -> str:
    """Return what the quotes and list items around a block put before its lines."""
    result = ""
    for depth, level in enumerate(block.levels):
        is_fresh = has_start and depth >= len(block.levels) - block.fresh
        if level.is_quote:
            result += "> "
        else:
            marker = "- " if level.marker == "•" else f"{level.marker} "
            marker = marker.replace("[", "[^").replace("] ", "]: ")  # a footnote
            result += marker if is_fresh else " " * len(marker)
    return result


def _body(group: list[Excerpt]) -> str:
    first = group[0]
    kind = first.block.kind
    if kind is BlockKind.RULE:
        return "---"
    if kind is BlockKind.CODE:
        return _code(group)
    if kind is BlockKind.TABLE:
        return _table(group)
    pieces = [excerpt.block.glue + _text(excerpt) if number else _text(excerpt) for number, excerpt in enumerate(group)]
    text = "".join(pieces)
    if kind is BlockKind.HEADING and first.has_start:
        return f"{'#' * max(1, first.block.heading_level)} {text}"
    return text


def _text(excerpt: Excerpt) -> str:
    if excerpt.is_whole or excerpt.block.kind is BlockKind.PLAIN:
        return excerpt.block.source
    text = inline_markdown(excerpt.rich.spans)
    is_task = excerpt.has_start and excerpt.rich.task is not None
    return (f"[{'x' if excerpt.rich.task else ' '}] " if is_task else "") + text


def _code(group: list[Excerpt]) -> str:
    source = "".join(
        (excerpt.block.glue if number else "") + excerpt.block.source for number, excerpt in enumerate(group)
    )
    longest = max((len(run) for run in _TICKS.findall(source)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{group[0].block.language}\n{source}\n{fence}"


def _table(group: list[Excerpt]) -> str:
    lines: list[str] = []
    for number, excerpt in enumerate(group):
        if excerpt.is_whole:
            source = excerpt.block.source.split("\n")
            lines.extend(source[2:] if number else source)
        elif excerpt.rich.table is not None:
            lines.extend(_table_lines(excerpt.rich.table, with_head=not number))
    return "\n".join(lines)


def _table_lines(table: Table, *, with_head: bool) -> list[str]:
    rows = [table.header, *table.rows] if table.header else list(table.rows)
    if not rows:
        return []
    lines = ["| " + " | ".join(inline_markdown(cell).replace("\n", " ") for cell in row) + " |" for row in rows]
    if with_head:
        delimiter = "| " + " | ".join(_DELIMITERS.get(each, "---") for each in table.alignments) + " |"
        lines.insert(1, delimiter)
    return lines


def inline_markdown(spans: Spans) -> str:
    """Return styled text as Markdown that reads the same."""
    return _LINE_START.sub(r"\1\\\2", "".join(_span(span) for span in spans))


def _span(span: Span) -> str:
    text = span.text.replace("\u2028", "\n")
    if span.formula:
        return text
    if span.raised:
        return f"[^{text}]"
    if span.code:
        ticks = "`" * (max((len(run) for run in _TICKS.findall(text)), default=0) + 1)
        pad = " " if text.startswith("`") or text.endswith("`") else ""
        marked = f"{ticks}{pad}{text}{pad}{ticks}"
    else:
        marked = _SPECIAL.sub(r"\\\1", text)
    before, core, after = _outer_blanks(marked)  # emphasis may not begin or end with a blank
    if not core:
        return marked
    for wanted, mark in ((span.strike, "~~"), (span.italic, "*"), (span.bold, "**")):
        if wanted:
            core = f"{mark}{core}{mark}"
    if span.link:
        core = f"<{span.link}>" if span.text == span.link else f"[{core}]({span.link})"
    return before + core + after


def _outer_blanks(text: str) -> tuple[str, str, str]:
    core = text.strip()
    if not core:
        return "", "", ""
    start = text.index(core)
    return text[:start], core, text[start + len(core) :]
