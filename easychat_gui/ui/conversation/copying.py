"""The text of a selection, in each of the forms that another program may ask for."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from PySide6.QtCore import QMimeData

from easychat_gui.domain.messages import Message
from easychat_gui.rendering.blocks import BlockKind
from easychat_gui.rendering.excerpt_html import to_html
from easychat_gui.rendering.excerpt_markdown import to_markdown
from easychat_gui.rendering.excerpts import Excerpt, cut_table, cut_text
from easychat_gui.rendering.sanitize import visible
from easychat_gui.ui.conversation import reading, reading_offsets
from easychat_gui.ui.conversation.flow import Flow
from easychat_gui.ui.conversation.row_list import RowList
from easychat_gui.ui.conversation.selection import BoxKey, Selection

MARKDOWN_TYPE = "text/markdown"
_PARSED_ROWS = 50
"""Whole messages whose Markdown is taken apart for the clipboard; of more the source is copied, which costs nothing."""


def mime_data(rows: RowList, selection: Selection) -> QMimeData:
    """Return the selection as plain text, as Markdown and, if it is not too long, as HTML."""
    result = QMimeData()
    result.setText(selected_text(rows, selection))
    result.setData(MARKDOWN_TYPE, selected_markdown(rows, selection).encode("utf-8", "replace"))
    if selection.end.row - selection.start.row <= _PARSED_ROWS:
        written = [to_html(excerpts) for _number, excerpts in _excerpts_of_rows(rows, selection)]
        result.setHtml("<hr>".join(part for part in written if part))
    return result


def selected_text(rows: RowList, selection: Selection) -> str:
    """Return the selected text as a person reads it."""
    return _joined(rows, selection, _plain)


def selected_markdown(rows: RowList, selection: Selection) -> str:
    """Return the selected text as Markdown: of whole messages what was written."""
    return _joined(rows, selection, to_markdown)


def selected_messages(rows: RowList, selection: Selection) -> list[Message]:
    """Return the messages that something is selected of, each with what is selected as its text and nothing else."""
    if selection.is_empty:
        return []
    found: list[Message] = []
    for number in range(selection.start.row, min(selection.end.row, len(rows) - 1) + 1):
        message = rows.message(number)
        is_whole = selection.holds_row(number)
        text = message.text if is_whole else to_markdown(_excerpts(rows, number, selection))
        if text.strip():
            rest = {} if is_whole else {"reasoning": "", "reasoning_s": None, "attachments": ()}
            found.append(message.with_(text=text, **rest))
    return found


def _joined(rows: RowList, selection: Selection, write: Callable[[list[Excerpt]], str]) -> str:
    if selection.is_empty:
        return ""
    first, last = selection.start.row, min(selection.end.row, len(rows) - 1)
    parts: list[str] = []
    for number in range(first, last + 1):
        is_source_wanted = write is to_markdown or last - first > _PARSED_ROWS
        if is_source_wanted and selection.holds_row(number):
            parts.append(visible(rows.message(number).text).strip("\n"))
        else:
            parts.append(write(_excerpts(rows, number, selection)))
    return "\n\n".join(part for part in parts if part)


def _excerpts_of_rows(rows: RowList, selection: Selection) -> Iterator[tuple[int, list[Excerpt]]]:
    if not selection.is_empty:
        for number in range(selection.start.row, min(selection.end.row, len(rows) - 1) + 1):
            yield number, _excerpts(rows, number, selection)


def _excerpts(rows: RowList, number: int, selection: Selection) -> list[Excerpt]:
    """Return what is selected of a message, block by block."""
    result: list[Excerpt] = []
    for kind, flow, _x, _y in rows.open(number).shown_flows():
        for index in range(len(flow.boxes)):
            key = BoxKey(number, kind, index)
            if selection.start.key <= key <= selection.end.key:
                excerpt = _excerpt(flow, key, selection)
                if excerpt is not None:
                    result.append(excerpt)
    return result


def _excerpt(flow: Flow, key: BoxKey, selection: Selection) -> Excerpt | None:
    box = flow.boxes[key.box]
    whole = Excerpt(box.block, flow.rich(key.box))
    if key not in (selection.start.key, selection.end.key):
        return whole
    if box.document is None:
        flow.lay_out(key.box)
    if box.document is None:
        return whole if box.block.kind is BlockKind.RULE else None
    length = box.document.characterCount() - 1
    selected = selection.range_in(key, length)
    if selected is None:
        return None
    if selected == (0, length):
        return whole
    cells = reading_offsets.selected_cells(box.document, selected)
    if cells is not None:
        return cut_table(box.block, whole.rich, cells) if cells else None
    start, end = (reading_offsets.to_reading(box.document, place) for place in selected)
    return cut_text(box.block, whole.rich, start, end)


def _plain(excerpts: list[Excerpt]) -> str:
    parts: list[str] = []
    for excerpt in excerpts:
        block = excerpt.block
        text = reading.block_text(block, excerpt.rich) if excerpt.is_whole else _cut_plain(excerpt)
        if not text and block.kind is not BlockKind.CODE:
            continue
        if parts:
            parts.append(block.glue if block.continues else reading.separator(block))
        parts.append(text)
    return "".join(parts)


def _cut_plain(excerpt: Excerpt) -> str:
    return excerpt.rich.text.replace("\u2028", "\n")
