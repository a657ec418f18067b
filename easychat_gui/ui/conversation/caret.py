"""Where in the text the keyboard is, and where each key leads."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum, auto

from PySide6.QtCore import QRect
from PySide6.QtGui import QTextCursor

from easychat_gui.ui.conversation import painting, text_geometry
from easychat_gui.ui.conversation.box import Box
from easychat_gui.ui.conversation.row_list import RowList
from easychat_gui.ui.conversation.selection import BEGINNING, BoxKey, Position

_Operation = QTextCursor.MoveOperation


class Step(Enum):
    """A way to go from one place in the text to another."""

    LEFT = auto()
    RIGHT = auto()
    WORD_LEFT = auto()
    WORD_RIGHT = auto()
    LINE_START = auto()
    LINE_END = auto()
    UP = auto()
    DOWN = auto()
    PAGE_UP = auto()
    PAGE_DOWN = auto()
    BEGINNING = auto()
    END = auto()


_WITHIN_A_BLOCK = {
    Step.LEFT: _Operation.Left,
    Step.RIGHT: _Operation.Right,
    Step.WORD_LEFT: _Operation.WordLeft,
    Step.WORD_RIGHT: _Operation.WordRight,
    Step.LINE_START: _Operation.StartOfLine,
    Step.LINE_END: _Operation.EndOfLine,
}


class Caret:
    """Walks over the blocks of the rows, which it lays out as it comes to them.

    ``x``, the column that Up and Down keep to, is set by every other step.
    """

    def __init__(self, rows: RowList) -> None:
        self._rows = rows
        self._x: int | None = None

    def forget_column(self) -> None:
        self._x = None

    def rect(self, position: Position) -> QRect:
        """Return the place before a character; its origin is the top left corner of the first row."""
        position = self.settled(position)  # all may be marked, to an end that is far behind everything
        box = self._box(position.key)
        where = self._corner(position.key)
        if box is None or box.document is None or where is None:
            return QRect(0, where[1] if where else 0, 1, box.height if box else 1)
        inside = text_geometry.caret_rect(box.document, position.offset)
        left, top = where
        return inside.translated(left + painting.document_left(box), top + box.document_top).toAlignedRect()

    def settled(self, position: Position) -> Position:
        """Return the nearest place that exists."""
        position = min(position, Position(len(self._rows) - 1, 1 << 40, 0, 0))
        if self._box(position.key) is not None:
            return position._replace(offset=min(position.offset, self._length(position.key)))
        before = next(self._keys(position.key, -1), None)
        if before is not None:
            return Position(*before, self._length(before))
        after = next(self._keys(position.key, 1), None)
        return BEGINNING if after is None else Position(*after, 0)

    def moved(self, position: Position, step: Step, page: int) -> Position:
        """Return where a step leads from here; ``page`` is the height of the view in pixels."""
        position = self.settled(position)
        if step in (Step.UP, Step.DOWN, Step.PAGE_UP, Step.PAGE_DOWN):
            return self._vertical(position, step, page)
        self._x = None
        if step is Step.BEGINNING:
            first = next(self._keys(BoxKey(0, -1, -1), 1), None)
            return BEGINNING if first is None else Position(*first, 0)
        if step is Step.END:
            return self.settled(Position(len(self._rows) - 1, 1 << 40, 0, 0))
        box = self._box(position.key)
        if box is None or box.document is None:
            return position
        cursor = QTextCursor(box.document)
        cursor.setPosition(position.offset)
        has_moved = cursor.movePosition(_WITHIN_A_BLOCK[step])
        if has_moved or step in (Step.LINE_START, Step.LINE_END):
            return position._replace(offset=cursor.position())
        is_back = (step in (Step.LEFT, Step.WORD_LEFT)) is not painting.is_right_to_left(box)
        return self._beyond(position, is_back=is_back)

    def _beyond(self, position: Position, *, is_back: bool) -> Position:
        key = next(self._keys(position.key, -1 if is_back else 1), None)
        if key is None:
            return position
        return Position(*key, self._length(key) if is_back else 0)

    def _vertical(self, position: Position, step: Step, page: int) -> Position:
        rect = self.rect(position)
        if self._x is None:
            self._x = rect.left()
        is_up = step in (Step.UP, Step.PAGE_UP)
        by_page = step in (Step.PAGE_UP, Step.PAGE_DOWN)
        target = rect.center().y() + (-page if is_up else page) if by_page else None
        return self._line_beyond(position, rect, target, is_up=is_up)

    def _line_beyond(self, position: Position, rect: QRect, target: int | None, *, is_up: bool) -> Position:
        """Return the place in the line above or below, or in the one at the height ``target``."""
        pitch = rect.height() * 2 // 3  # into the middle of the next line, past what is between lines
        y = target if target is not None else rect.top() - pitch if is_up else rect.bottom() + pitch
        found = position
        for key in (position.key, *self._keys(position.key, -1 if is_up else 1)):
            box, corner = self._box(key), self._corner(key)
            if box is None or corner is None or box.document is None:
                continue
            top = corner[1] + box.document_top
            bottom = top + round(box.document.size().height())
            is_beyond = y < top if is_up else y >= bottom
            is_last_wish = target is None and key != position.key
            if is_beyond and not is_last_wish:
                found = Position(*key, 0 if is_up else self._length(key))
                continue
            first, last = (text_geometry.caret_rect(box.document, at) for at in (0, self._length(key)))
            within = min(max(y - top, first.center().y()), last.center().y())
            x = (self._x or 0) - corner[0] - painting.document_left(box)
            offset = text_geometry.offset_at(box.document, x, within)
            return Position(*key, min(offset, self._length(key)))
        return found

    # -- blocks

    def _box(self, key: BoxKey) -> Box | None:
        """Return a block in sight or out of it, laid out; None if it is not shown."""
        if not 0 <= key.row < len(self._rows):
            return None
        row = self._rows.open(key.row)
        for kind, flow, _x, _y in row.shown_flows():
            if kind == key.flow and 0 <= key.box < len(flow.boxes):
                if flow.lay_out(key.box):
                    self._rows.measure(key.row)
                return flow.boxes[key.box]
        return None

    def _length(self, key: BoxKey) -> int:
        box = self._box(key)
        return 0 if box is None or box.document is None else box.document.characterCount() - 1

    def _corner(self, key: BoxKey) -> tuple[int, int] | None:
        top = self._rows.top_of(key)
        if top is None:
            return None
        left = next((x for kind, _flow, x, _y in self._rows.row(key.row).shown_flows() if kind == key.flow), 0)
        return left, top

    def _keys(self, key: BoxKey, step: int) -> Iterator[BoxKey]:
        """Yield the blocks with text before (``step`` -1) or after (1) this one, nearest first."""
        number = min(max(key.row, 0), len(self._rows) - 1)
        while 0 <= number < len(self._rows):
            flows = self._rows.open(number).shown_flows()
            for kind, flow, _x, _y in flows[::step]:
                for index in range(len(flow.boxes))[::step]:
                    other = BoxKey(number, kind, index)
                    is_past = other > key if step > 0 else other < key
                    if is_past and self._length(other) > 0:
                        yield other
            number += step


def word_at(document_box: Box, offset: int) -> tuple[int, int]:
    """Return where the word around a character begins and ends."""
    if document_box.document is None:
        return 0, 0
    cursor = QTextCursor(document_box.document)
    cursor.setPosition(min(offset, document_box.document.characterCount() - 1))
    cursor.select(QTextCursor.SelectionType.WordUnderCursor)
    return cursor.selectionStart(), cursor.selectionEnd()
