"""The rows of the view with their heights: which are where, and which are laid out."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from easychat_gui.domain.messages import Message
from easychat_gui.ui.conversation import text_geometry
from easychat_gui.ui.conversation.box import Box
from easychat_gui.ui.conversation.fenwick import Fenwick
from easychat_gui.ui.conversation.flow import Flow
from easychat_gui.ui.conversation.message_row import FlowKind, Frame, Row, estimates
from easychat_gui.ui.conversation.selection import BoxKey

DOCUMENTS_KEPT = 400
ROWS_KEPT_OPEN = 300


class Anchor(NamedTuple):
    """What the reader sees: a block (or, where ``box`` is -1, a row) and how far below the top of the view it is.

    Where ``offset`` is not negative, it is the line of that character of the block: of a block that begins above the
    view, what is read stays put although what is above it becomes higher.
    """

    row: int
    flow: int
    box: int
    below: int
    offset: int = -1


class RowList:
    """Rows, the newest last. ``read`` returns the present state of a message when its row is first seen."""

    def __init__(self, frame: Frame, read: Callable[[int], Message]) -> None:
        self.frame = frame
        self._read = read
        self._rows: list[Row | None] = []
        self.heights = Fenwick()
        self._documents: OrderedDict[int, Box] = OrderedDict()
        self._opened: OrderedDict[int, Row] = OrderedDict()

    def __len__(self) -> int:
        return len(self._rows)

    # -- content

    def reset(self, messages: Sequence[Message]) -> None:
        """Take these messages. A row is made of one when it is first needed."""
        self._rows = [None] * len(messages)
        self.heights = Fenwick(estimates(messages, self.frame))
        self._documents.clear()
        self._opened.clear()

    def message(self, number: int) -> Message:
        """Return the present state of a message."""
        return self._read(number)

    def append(self, message: Message) -> None:
        self._rows.append(None)
        self.heights.extend(estimates([message], self.frame))

    def row(self, number: int) -> Row:
        row = self._rows[number]
        if row is None:
            row = self._rows[number] = Row(self._read(number))
        return row

    def replace(self, number: int, message: Message) -> None:
        """Take another state of a message."""
        row = self._rows[number]
        if row is not None:
            row.replace(message)
            self.measure(number)

    def add(self, number: int, reasoning: str, text: str) -> None:
        """Add to a running answer; a row that was never seen reads what it needs when it is."""
        row = self._rows[number]
        if row is not None:
            row.append_reasoning(reasoning)
            row.append_text(text)
            self.measure(number)

    def truncate(self, count: int) -> None:
        for row in self._rows[count:]:
            self._opened.pop(id(row), None)
        del self._rows[count:]
        self.heights.truncate(count)

    def take_out(self, number: int) -> None:
        """Remove one row from among the others."""
        row = self._rows.pop(number)
        self._opened.pop(id(row), None)
        self.heights = Fenwick([self.heights[each] for each in range(len(self.heights)) if each != number])

    def set_frame(self, frame: Frame) -> None:
        """The width or the style has changed. Heights stay as they were until their rows are seen."""
        self.frame = frame

    def open(self, number: int) -> Row:
        """Return a row whose text is cut into blocks and fitted to the present frame."""
        row = self.row(number)
        if not row.is_open:
            row.message = self._read(number)
        row.open(self.frame)
        self._opened[id(row)] = row
        self._opened.move_to_end(id(row))
        return row

    def measure(self, number: int) -> bool:
        """Take over the present height of a row. Return whether it changed."""
        row = self._rows[number]
        return row is not None and row.is_open and self.heights.set(number, row.height) != 0

    # -- layout

    def lay_out(self, top: int, bottom: int) -> bool:
        """Lay out what stands between two heights. Return whether any height changed."""
        if not self._rows:
            return False
        changed = False
        for number, y in self.rows_between(top, bottom):
            changed |= self._lay_out_row(number, y, top, bottom)
        changed |= self._fold_out_of_sight(top, bottom)
        self._forget()
        return changed

    def _fold_out_of_sight(self, top: int, bottom: int) -> bool:
        """Fold long code of the last messages, which came while somebody looked, once nobody looks at it any more."""
        changed = False
        for number in range(max(0, len(self._rows) - 2), len(self._rows)):
            row = self._rows[number]
            if row is not None and row.is_open:
                y = self.heights.before(number)
                for _kind, flow, _x, flow_y in row.shown_flows():
                    if flow.fold_out_of_sight(top - y - flow_y, bottom - y - flow_y):
                        changed |= self.measure(number)
        return changed

    def _lay_out_row(self, number: int, y: int, top: int, bottom: int) -> bool:
        row = self.open(number)
        changed = False
        for flow, index in _boxes_to_lay_out(row, y, top, bottom):
            changed |= flow.lay_out(index)
            self._remember(flow.boxes[index])
        if row.is_user:
            row.fit_bubble()
        return self.measure(number) or changed

    def look_ahead(self, top: int, bottom: int) -> bool:
        """Lay out one thing between two heights that is not laid out yet. Return whether there was one."""
        for number, y in self.rows_between(top, bottom):
            row = self.row(number)
            if not row.is_fitted(self.frame):
                self.open(number)
                self.measure(number)
                return True
            for flow, index in _boxes_to_lay_out(row, y, top, bottom):
                if not flow.is_laid_out(index):
                    flow.lay_out(index)
                    self._remember(flow.boxes[index])
                    if row.is_user:
                        row.fit_bubble()
                    self.measure(number)
                    if flow.is_laid_out(index):  # what has nothing to lay out never is
                        return True
        return False

    def _remember(self, box: Box) -> None:
        self._documents[id(box)] = box
        self._documents.move_to_end(id(box))

    def _forget(self) -> None:
        """Let go of the documents and texts that were not seen for longest; their heights stay."""
        while len(self._documents) > DOCUMENTS_KEPT:
            _, box = self._documents.popitem(last=False)
            box.document = None
        while len(self._opened) > ROWS_KEPT_OPEN:
            key = next(iter(self._opened))
            row = self._opened.pop(key)
            if not row.is_running:
                row.close()

    # -- where things are

    def rows_between(self, top: int, bottom: int) -> Iterator[tuple[int, int]]:
        """Yield the rows between two heights, each with its top."""
        if not self._rows:
            return
        number = self.heights.find(max(0, top))
        y = self.heights.before(number)
        while number < len(self._rows) and y < bottom:
            yield number, y
            y += self.heights[number]
            number += 1

    def boxes_between(self, top: int, bottom: int) -> Iterator[tuple[BoxKey, Flow, int, int]]:
        """Yield the blocks between two heights that are in open rows: key, text, left and top."""
        for number, y in self.rows_between(top, bottom):
            for kind, flow, x, flow_y in self.row(number).shown_flows():
                for index in _boxes_between(flow, top - y - flow_y, bottom - y - flow_y):
                    yield BoxKey(number, kind, index), flow, x, y + flow_y + flow.heights.before(index)

    def top_of(self, key: BoxKey) -> int | None:
        """Return where a block begins, None when it is not there (any more)."""
        if key.row >= len(self._rows):
            return None
        y = self.heights.before(key.row)
        for kind, flow, _x, flow_y in self.row(key.row).shown_flows():
            if kind is FlowKind(key.flow) and key.box < len(flow.boxes):
                return y + flow_y + flow.heights.before(key.box)
        return None

    def anchor_at(self, top: int, bottom: int) -> Anchor | None:
        """Return what to hold still: the first line that begins in sight, of the blocks that have been seen already.

        A block that awaits a formula will change its height, so any other is held before it.
        """
        if not self._rows:
            return None
        second_best: Anchor | None = None
        for key, flow, _x, y in self.boxes_between(top, bottom):
            if not flow.is_laid_out(key.box):
                continue
            box = flow.boxes[key.box]
            offset, below = (-1, y - top) if y >= top else _first_line(box, y - top)
            if below >= 0 and not box.awaited:
                return Anchor(*key, below, offset)
            second_best = second_best or Anchor(*key, below, offset)
        if second_best is not None:
            return second_best
        first = self.heights.find(max(0, top))
        return Anchor(first, 0, -1, self.heights.before(first) - top)

    def top_for(self, anchor: Anchor) -> int:
        """Return the scroll position at which the anchor is where it was."""
        number = min(anchor.row, len(self._rows) - 1)
        key = BoxKey(number, anchor.flow, anchor.box)
        y = None if anchor.box < 0 else self.top_of(key)
        if y is None:  # it was folded away, perhaps
            is_lost = anchor.box >= 0
            return self.heights.before(number) - (max(0, anchor.below) if is_lost else anchor.below)
        return y + (self._line_top(key, anchor.offset) if anchor.offset >= 0 else 0) - anchor.below

    def _line_top(self, key: BoxKey, offset: int) -> int:
        flow = self.open(key.row).flow(FlowKind(key.flow))
        if flow is None or key.box >= len(flow.boxes):
            return 0
        flow.lay_out(key.box)
        self._remember(flow.boxes[key.box])
        self.measure(key.row)
        return text_geometry.line_top(flow.boxes[key.box], offset)


def _first_line(box: Box, below: int) -> tuple[int, int]:
    """Return the first line of a block that begins below an edge, else the last: as a character, and how far below.

    ``below`` is how far below the edge the block begins, a negative number.
    """
    if box.document is None:
        return -1, below
    edge = -below - box.document_top
    offset = text_geometry.offset_at(box.document, 0, edge + 1)
    line = text_geometry.caret_rect(box.document, offset)
    if line.top() < edge:
        offset = text_geometry.offset_at(box.document, 0, line.bottom() + line.height() / 2)
    return offset, below + text_geometry.line_top(box, offset)


def _boxes_to_lay_out(row: Row, y: int, top: int, bottom: int) -> Iterator[tuple[Flow, int]]:
    """Yield what of a row, whose top is at ``y``, lies between two heights; of a short question, all of it."""
    for _kind, flow, _x, flow_y in row.shown_flows():
        if row.is_user and len(flow.boxes) <= 3:
            visible: Iterable[int] = range(len(flow.boxes))
        else:
            visible = _boxes_between(flow, top - y - flow_y, bottom - y - flow_y)
        for index in visible:
            if not flow.boxes[index].is_hidden:
                yield flow, index


def _boxes_between(flow: Flow, top: int, bottom: int) -> Iterator[int]:
    if not flow.boxes or bottom <= 0 or top >= flow.height:
        return
    index = flow.heights.find(max(0, top))
    y = flow.heights.before(index)
    while index < len(flow.boxes) and y < bottom:
        yield index
        y += flow.heights[index]  # read after the caller has laid it out
        index += 1
