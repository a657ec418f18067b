"""Excerpts as HTML for other programs, put together from spans: no tag or address of the model's passes through."""

from __future__ import annotations

import html
from collections.abc import Sequence

from easychat_gui.rendering.blocks import BlockKind, Level
from easychat_gui.rendering.excerpts import Excerpt
from easychat_gui.rendering.markdown import Span, Spans, Table


class _Writer:
    """Writes blocks, and opens and closes the lists and quotes around them."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self._open: list[Level] = []
        self._lists: list[str] = []
        """The list tag of each open level, empty for a quote."""

    def enter(self, levels: Sequence[Level]) -> None:
        """Close what ends before a block in these levels, and open what begins with it."""
        common = 0
        for mine, theirs in zip(self._open, levels, strict=False):
            if mine.serial != theirs.serial:
                break
            common += 1
        is_next_item = (
            common < len(self._open) and common < len(levels) and self._lists[common] == _list_tag(levels[common]) != ""
        )
        self._close(common, keeps_list=is_next_item)
        for level in levels[common:]:
            tag = _list_tag(level)
            if not tag:
                self.parts.append("<blockquote>")
            elif is_next_item:
                self.parts.append("<li>")
            else:
                number = level.marker.rstrip(".")
                start = f' start="{number}"' if tag == "ol" and number.isdecimal() and number != "1" else ""
                self.parts.append(f"<{tag}{start}><li>")
            is_next_item = False
            self._open.append(level)
            self._lists.append(tag)

    def _close(self, depth: int, *, keeps_list: bool) -> None:
        while len(self._open) > depth:
            self._open.pop()
            tag = self._lists.pop()
            if not tag:
                self.parts.append("</blockquote>")
            elif keeps_list and len(self._open) == depth:
                self.parts.append("</li>")
            else:
                self.parts.append(f"</li></{tag}>")

    def finish(self) -> str:
        self._close(0, keeps_list=False)
        return "".join(self.parts)


def to_html(excerpts: Sequence[Excerpt]) -> str:
    """Return the excerpts of one message as HTML without a head and body around it."""
    writer = _Writer()
    number = 0
    while number < len(excerpts):
        following = number + 1
        while following < len(excerpts) and excerpts[following].continues:
            following += 1
        writer.enter(excerpts[number].block.levels)
        writer.parts.append(_block(excerpts[number:following]))
        number = following
    return writer.finish()


def _list_tag(level: Level) -> str:
    if level.is_quote:
        return ""
    return "ol" if level.marker.rstrip(".").isdecimal() else "ul"


def _block(group: Sequence[Excerpt]) -> str:
    first = group[0]
    kind = first.block.kind
    if kind is BlockKind.RULE:
        return "<hr>"
    if kind is BlockKind.CODE:
        source = "".join((each.block.glue if number else "") + each.block.source for number, each in enumerate(group))
        return f"<pre><code>{html.escape(source)}</code></pre>"
    if kind is BlockKind.TABLE:
        return _table([each.rich.table for each in group if each.rich.table is not None])
    text = "".join(
        (html.escape(each.block.glue) if number else "") + inline_html(each.rich.spans)
        for number, each in enumerate(group)
    )
    if kind is BlockKind.HEADING and first.has_start:
        level = min(max(first.block.heading_level, 1), 6)
        return f"<h{level}>{text}</h{level}>"
    if kind is BlockKind.PLAIN:
        text = text.replace("\n", "<br>")
    if first.rich.task is not None and first.has_start:
        text = ("☑ " if first.rich.task else "☐ ") + text
    return f"<p>{text}</p>"


def _table(tables: Sequence[Table]) -> str:
    parts = ["<table>"]
    for table in tables:
        if table.header:
            parts.append(_row(table.header, table.alignments, "th"))
        parts.extend(_row(row, table.alignments, "td") for row in table.rows)
    return "".join([*parts, "</table>"])


def _row(cells: Sequence[Spans], alignments: Sequence[str], tag: str) -> str:
    written: list[str] = []
    for cell, alignment in zip(cells, alignments, strict=False):
        align = f' align="{alignment}"' if alignment in ("left", "right", "center") else ""
        written.append(f"<{tag}{align}>{inline_html(cell)}</{tag}>")
    return f"<tr>{''.join(written)}</tr>"


def inline_html(spans: Spans) -> str:
    """Return styled text as HTML. The only addresses in it are links that may be opened."""
    return "".join(_span(span) for span in spans)


def _span(span: Span) -> str:
    result = html.escape(span.text).replace("\u2028", "<br>")
    for wanted, tag in (
        (span.code, "code"),
        (span.strike, "s"),
        (span.raised, "sup"),
        (span.italic, "em"),
        (span.bold, "strong"),
    ):
        if wanted:
            result = f"<{tag}>{result}</{tag}>"
    return f'<a href="{html.escape(span.link)}">{result}</a>' if span.link else result
