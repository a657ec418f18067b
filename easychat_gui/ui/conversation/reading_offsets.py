"""Characters of what is read in a block, and characters of its document.

They are the same but in tables, whose cells are set apart by tabs and lines when they are read, and behind formulas,
which are read as their source but are one character of the document.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor, QTextDocument, QTextTable

from easychat_gui.ui.conversation import text_objects
from easychat_gui.ui.conversation.box import Box

Range = tuple[int, int]
Cells = dict[tuple[int, int], Range]


def to_document(box: Box, at: int, *, is_end: bool = False) -> int:
    """Return the place in the document before a character that is read; ``is_end``: behind the one before it."""
    if box.document is None:
        return at
    table = _table(box.document)
    if table is None or box.rich is None:
        return _in_document(box.document, 0, at, is_end=is_end)
    before = box.rich.text[: at - 1 if is_end and at else at]
    line_start = before.rfind("\n") + 1
    cell_start = max(before.rfind("\t") + 1, line_start)
    cell = table.cellAt(before.count("\n"), column_in(table, before.count("\t", line_start)))
    return _in_document(box.document, cell.firstPosition(), at - cell_start, is_end=is_end) if cell.isValid() else at


def to_reading(document: QTextDocument, place: int, start: int = 0) -> int:
    """Return how many characters are read between two places of a document, ``start`` and ``place``."""
    extra = sum(length - 1 for at, length in _objects(document) if start <= at < place)
    return place - start + extra


def selected_cells(document: QTextDocument, selected: Range) -> Cells | None:
    """Return what is selected of each cell, as characters that are read in it; None if there is no table."""
    table = _table(document)
    if table is None:
        return None
    cells: Cells = {}
    for row in range(table.rows()):
        for column in range(table.columns()):
            cell = table.cellAt(row, column)
            begin = cell.firstPosition()
            first, last = max(selected[0], begin), min(selected[1], cell.lastPosition())
            if first < last:
                cells[row, column_in(table, column)] = (
                    to_reading(document, first, begin),
                    to_reading(document, last, begin),
                )
    return cells


def column_in(table: QTextTable, column: int) -> int:
    """Return which column of the document is this one of what is read, or the other way round."""
    is_mirrored = table.format().layoutDirection() is Qt.LayoutDirection.RightToLeft
    return table.columns() - 1 - column if is_mirrored else column


def _table(document: QTextDocument) -> QTextTable | None:
    frames = document.rootFrame().childFrames()
    return next((each for each in frames if isinstance(each, QTextTable)), None)


def _in_document(document: QTextDocument, start: int, count: int, *, is_end: bool) -> int:
    """Return the place that so many characters that are read lead to from another.

    In the middle of a formula that is the place before it; with ``is_end`` the one behind, so that a hit in it has it.
    """
    place = start + count
    for at, length in _objects(document):
        if start <= at < place:
            place = max(at + 1, place - (length - 1)) if at + length <= place else at + is_end
    return place


def _objects(document: QTextDocument) -> list[Range]:
    """Return where formulas are, and how many characters are read of each."""
    text = document.toRawText()
    result: list[Range] = []
    at = text.find(text_objects.OBJECT)
    while at >= 0:
        cursor = QTextCursor(document)
        cursor.setPosition(at + 1)
        result.append((at, max(1, len(text_objects.source_of(cursor.charFormat())))))
        at = text.find(text_objects.OBJECT, at + 1)
    return result
