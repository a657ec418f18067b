"""The rows of the view with their heights: which are where, and which are laid out."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from easychat_gui.domain.messages import Message
from easychat_gui.ui.conversation.fenwick import Fenwick
from easychat_gui.ui.conversation.flow import Box, Flow
from easychat_gui.ui.conversation.message_row import FlowKind, Frame, Row, estimates
from easychat_gui.ui.conversation.selection import BoxKey

DOCUMENTS_KEPT = 400
ROWS_KEPT_OPEN = 300


class Anchor(NamedTuple):
    """What the reader sees: a block (or, where ``box`` is -1, a row) and how far below the top of the view it is."""

    row: int
    flow: int
    box: int
    below: int


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
        number = self.heights.find(max(0, top))
        y = self.heights.before(number)
        while number < len(self._rows) and y < bottom:
            changed |= self._lay_out_row(number, y, top, bottom)
            y += self.heights[number]
            number += 1
        self._forget()
        return changed

    def _lay_out_row(self, number: int, y: int, top: int, bottom: int) -> bool:
        row = self.open(number)
        changed = False
        for _kind, flow, _x, flow_y in row.shown_flows():
            if row.is_user and len(flow.boxes) <= 3:
                visible: Iterable[int] = range(len(flow.boxes))
            else:
                visible = _boxes_between(flow, top - y - flow_y, bottom - y - flow_y)
            for index in visible:
                changed |= flow.lay_out(index)
                self._remember(flow.boxes[index])
        if row.is_user:
            row.fit_bubble()
        return self.measure(number) or changed

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

    def boxes_between(self, top: int, bottom: int) -> Iterator[tuple[BoxKey, Flow, int, int]]:
        """Yield the blocks between two heights that are in open rows: key, text, left and top."""
        if not self._rows:
            return
        number = self.heights.find(max(0, top))
        y = self.heights.before(number)
        while number < len(self._rows) and y < bottom:
            row = self.row(number)
            for kind, flow, x, flow_y in row.shown_flows():
                for index in _boxes_between(flow, top - y - flow_y, bottom - y - flow_y):
                    yield BoxKey(number, kind, index), flow, x, y + flow_y + flow.heights.before(index)
            y += self.heights[number]
            number += 1

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
        """Return what to hold still: the first block in sight that has been seen already, else what is at the top."""
        if not self._rows:
            return None
        first = self.heights.find(max(0, top))
        for key, flow, _x, y in self.boxes_between(top, bottom):
            if flow.is_laid_out(key.box):
                return Anchor(*key, y - top)
        return Anchor(first, 0, -1, self.heights.before(first) - top)

    def top_for(self, anchor: Anchor) -> int:
        """Return the scroll position at which the anchor is where it was."""
        row = min(anchor.row, len(self._rows) - 1)
        y = None if anchor.box < 0 else self.top_of(BoxKey(row, anchor.flow, anchor.box))
        return (self.heights.before(row) if y is None else y) - anchor.below


def _boxes_between(flow: Flow, top: int, bottom: int) -> Iterator[int]:
    if not flow.boxes or bottom <= 0 or top >= flow.height:
        return
    index = flow.heights.find(max(0, top))
    y = flow.heights.before(index)
    while index < len(flow.boxes) and y < bottom:
        yield index
        y += flow.heights[index]  # read after the caller has laid it out
        index += 1
