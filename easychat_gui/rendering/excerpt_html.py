"""Excerpts as HTML for other programs, put together from spans: no tag or address of the model's passes through."""

from __future__ import annotations

import html
from collections.abc import Sequence

from easychat_gui.rendering.blocks import BlockKind, Level
from easychat_gui.rendering.direction import is_right_to_left
from easychat_gui.rendering.excerpts import Excerpt
from easychat_gui.rendering.markdown import Span, Spans, Table, plain


class HtmlForm:
    """How it is written where there is more than one way: here as other programs take it from the clipboard."""

    def direction(self, *, is_right_to_left: bool) -> str:
        """Return the attribute of a block of text, with a blank before it."""
        del is_right_to_left
        return ""

    def heading_level(self, level: int) -> int:
        return level

    def alignment(self, alignment: str) -> str:
        """Return the attribute of a cell, with a blank before it. ``alignment`` is "left", "right" or "center"."""
        return f' align="{alignment}"'

    def item_start(self, level: Level) -> str:
        """Return what stands at the beginning of a list item."""
        del level
        return ""

    def task(self, *, is_done: bool) -> str:
        return "☑ " if is_done else "☐ "

    def code(self, source: str, language: str) -> str:
        del language
        return f"<pre><code>{html.escape(source)}</code></pre>"

    def table(self, rows: str, direction: str) -> str:
        return f"<table{direction}>{rows}</table>"

    def span(self, span: Span) -> str | None:
        """Return a piece of text that is more than styled, such as a formula. None: it is not, here."""
        del span
        return None


_FOR_CLIPBOARD = HtmlForm()


class _Writer:
    """Writes blocks, and opens and closes the lists and quotes around them."""

    def __init__(self, form: HtmlForm) -> None:
        self.parts: list[str] = []
        self._form = form
        self._open: list[Level] = []
        self._lists: list[str] = []
        """The list tag of each open level, empty for a quote."""

    def enter(self, levels: Sequence[Level], direction: str) -> None:
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
                self.parts.append(f"<blockquote{direction}>")
            elif is_next_item:
                self.parts.append(f"<li{direction}>{self._form.item_start(level)}")
            else:
                number = level.marker.rstrip(".")
                start = f' start="{number}"' if tag == "ol" and number.isdecimal() and number != "1" else ""
                item = f"<li{direction}>{self._form.item_start(level)}"
                self.parts.append(f"<{tag}{start}{direction}>{item}")
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


def to_html(excerpts: Sequence[Excerpt], form: HtmlForm = _FOR_CLIPBOARD) -> str:
    """Return the excerpts of one message as HTML without a head and body around it."""
    writer = _Writer(form)
    number = 0
    while number < len(excerpts):
        following = number + 1
        while following < len(excerpts) and excerpts[following].continues:
            following += 1
        direction = form.direction(is_right_to_left=_is_right_to_left(excerpts[number]))
        writer.enter(excerpts[number].block.levels, direction)
        writer.parts.append(_block(excerpts[number:following], form, direction))
        number = following
    return writer.finish()


def _list_tag(level: Level) -> str:
    if level.is_quote:
        return ""
    return "ol" if level.marker.rstrip(".").isdecimal() else "ul"


def _is_right_to_left(excerpt: Excerpt) -> bool:
    if excerpt.block.kind in (BlockKind.CODE, BlockKind.RULE, BlockKind.MATH):
        return False
    table = excerpt.rich.table
    return table.is_right_to_left if table is not None else is_right_to_left(excerpt.rich.text)


def _block(group: Sequence[Excerpt], form: HtmlForm, direction: str) -> str:
    first = group[0]
    kind = first.block.kind
    if kind is BlockKind.RULE:
        return "<hr>"
    if kind is BlockKind.CODE:
        source = "".join((each.block.glue if number else "") + each.block.source for number, each in enumerate(group))
        return form.code(source, first.block.language)
    if kind is BlockKind.TABLE:
        rows = _rows([each.rich.table for each in group if each.rich.table is not None], form)
        return form.table(rows, direction)
    text = "".join(
        (html.escape(each.block.glue) if number else "") + inline_html(each.rich.spans, form)
        for number, each in enumerate(group)
    )
    if kind is BlockKind.HEADING and first.has_start:
        level = form.heading_level(min(max(first.block.heading_level, 1), 6))
        return f"<h{level}{direction}>{text}</h{level}>"
    if kind is BlockKind.PLAIN:
        text = text.replace("\n", "<br>")
    if first.rich.task is not None and first.has_start:
        text = form.task(is_done=first.rich.task) + text
    return f"<p{direction}>{text}</p>"


def _rows(tables: Sequence[Table], form: HtmlForm) -> str:
    parts: list[str] = []
    for table in tables:
        if table.header:
            parts.append(_row(table.header, table.alignments, "th", form))
        parts.extend(_row(row, table.alignments, "td", form) for row in table.rows)
    return "".join(parts)


def _row(cells: Sequence[Spans], alignments: Sequence[str], tag: str, form: HtmlForm) -> str:
    written: list[str] = []
    for cell, alignment in zip(cells, alignments, strict=False):
        align = form.alignment(alignment) if alignment in ("left", "right", "center") else ""
        direction = form.direction(is_right_to_left=is_right_to_left(plain(cell)))
        written.append(f"<{tag}{align}{direction}>{inline_html(cell, form)}</{tag}>")
    return f"<tr>{''.join(written)}</tr>"


def inline_html(spans: Spans, form: HtmlForm = _FOR_CLIPBOARD) -> str:
    """Return styled text as HTML. The only addresses in it are links that may be opened."""
    return "".join(_span(span, form) for span in spans)


def _span(span: Span, form: HtmlForm) -> str:
    special = form.span(span)
    if special is not None:
        return special
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
