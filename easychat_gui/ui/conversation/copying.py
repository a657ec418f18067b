"""The text of a selection."""

from __future__ import annotations

from PySide6.QtGui import QTextCursor

from easychat_gui.rendering.blocks import BlockKind
from easychat_gui.rendering.sanitize import visible
from easychat_gui.ui.conversation import reading, text_objects
from easychat_gui.ui.conversation.flow import Flow
from easychat_gui.ui.conversation.row_list import RowList
from easychat_gui.ui.conversation.selection import BoxKey, Selection

_PARSED_ROWS = 50
"""Whole messages whose Markdown is taken away for the clipboard; of more the source is copied, which costs nothing."""


def selected_text(rows: RowList, selection: Selection) -> str:
    """Return the selected text as a person reads it."""
    if selection.is_empty:
        return ""
    first, last = selection.start.row, min(selection.end.row, len(rows) - 1)
    parts: list[str] = []
    for number in range(first, last + 1):
        if last - first > _PARSED_ROWS and selection.holds_row(number):
            text = visible(rows.message(number).text)
        else:
            text = _row_text(rows, number, selection)
        if text:
            parts.append(text)
    return "\n\n".join(parts)


def _row_text(rows: RowList, number: int, selection: Selection) -> str:
    parts: list[str] = []
    for kind, flow, _x, _y in rows.open(number).shown_flows():
        for index in range(len(flow.boxes)):
            key = BoxKey(number, kind, index)
            if not selection.start.key <= key <= selection.end.key:
                continue
            text = _box_text(flow, key, selection)
            block = flow.boxes[index].block
            if not text and block.kind is not BlockKind.CODE:
                continue
            if parts:
                parts.append(block.glue if block.continues else reading.separator(block))
            parts.append(text)
    return "".join(parts)


def _box_text(flow: Flow, key: BoxKey, selection: Selection) -> str:
    box = flow.boxes[key.box]
    is_cut = key in (selection.start.key, selection.end.key)
    if not is_cut:
        return reading.block_text(box.block, flow.rich(key.box))
    if box.document is None:
        flow.lay_out(key.box)
    if box.document is None:
        return ""
    length = box.document.characterCount() - 1
    selected = selection.range_in(key, length)
    if selected is None:
        return ""
    if selected == (0, length):
        return reading.block_text(box.block, flow.rich(key.box))
    cursor = QTextCursor(box.document)
    cursor.setPosition(selected[0])
    cursor.setPosition(selected[1], QTextCursor.MoveMode.KeepAnchor)
    return text_objects.plain_text(cursor)
