"""Looking through all messages, laid out or not, in slices of time too short to be felt."""

from __future__ import annotations

import time
from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Iterator
from typing import NamedTuple

from PySide6.QtCore import QObject, QTimer, Signal

from easychat_gui.domain.messages import Message, Role
from easychat_gui.rendering import markdown, plain_text, streaming_document
from easychat_gui.rendering.blocks import Block
from easychat_gui.rendering.sanitize import visible
from easychat_gui.ui.conversation.fenwick import Fenwick
from easychat_gui.ui.conversation.message_row import FlowKind
from easychat_gui.ui.conversation.needle import Needle
from easychat_gui.ui.conversation.row_list import RowList
from easychat_gui.ui.conversation.selection import BoxKey

BUDGET_MS = 5
"""How long the event loop may be held up at a time."""
GROWTH_MS = 150
"""After so long, what has arrived for a running answer is looked through."""
_PIECE = 16_384


class Found(NamedTuple):
    """A hit: which text of the message, which block, and the characters of what is read in it."""

    flow: int
    box: int
    start: int
    end: int


class Searching(QObject):
    """Keeps the hits of a needle, message by message. ``progressed(row)``: those of a message are known now."""

    progressed = Signal(int)
    finished = Signal()

    def __init__(self, rows: RowList, parent: QObject) -> None:
        super().__init__(parent)
        self._rows = rows
        self.needle = Needle("")
        self._hits: dict[int, list[Found]] = {}
        self._counts = Fenwick()
        self._waiting: OrderedDict[int, None] = OrderedDict()
        self._under_way: tuple[int, Iterator[list[Found] | None]] | None = None
        self._known: dict[int, list[tuple[Block, list[tuple[int, int]]]]] = {}
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._run)
        self._growth_timer = QTimer(self, singleShot=True, interval=GROWTH_MS)
        self._growth_timer.timeout.connect(self._timer.start)

    # -- results

    @property
    def total(self) -> int:
        return self._counts.total

    @property
    def is_finished(self) -> bool:
        return not self._waiting and self._under_way is None

    def hits(self, row: int) -> list[Found]:
        """Return the hits in a message, as far as they are known."""
        return self._hits.get(row, [])

    def hits_in(self, key: BoxKey) -> list[Found]:
        """Return the hits in one block."""
        hits = self._hits.get(key.row)
        if not hits:
            return []
        first = bisect_left(hits, (key.flow, key.box))
        last = bisect_left(hits, (key.flow, key.box + 1))
        return hits[first:last]

    def number_of(self, row: int, index: int) -> int:
        """Return how many hits there are up to this one."""
        return self._counts.before(row) + index + 1

    def row_with_hits(self, row: int, step: int) -> int | None:
        """Return the next message with hits after (``step`` 1) or before (-1) a message, around the end; None: none."""
        total = self.total
        if not total:
            return None
        wanted = self._counts.before(row + 1) if step > 0 else self._counts.before(row) - 1
        return self._counts.find(wanted % total)

    # -- work

    def start(self, needle: Needle, from_row: int) -> None:
        """Forget everything and look for this, from a message on and then from the beginning up to it."""
        count = len(self._rows)
        self.needle = needle
        self._hits.clear()
        self._known.clear()
        self._under_way = None
        self._counts = Fenwick([0] * count)
        order = (*range(from_row, count), *range(min(from_row, count)))
        self._waiting = OrderedDict.fromkeys(order if needle else ())
        self._timer.start(0)

    def stop(self) -> None:
        self.start(Needle(""), 0)

    def take_rows(self) -> None:
        """Messages have come or gone at the end."""
        count = len(self._rows)
        if count < len(self._counts):
            self._counts.truncate(count)
            for each in (self._hits, self._known, self._waiting):
                for row in [row for row in each if row >= count]:
                    del each[row]
            self._under_way = None if self._under_way and self._under_way[0] >= count else self._under_way
        for row in range(len(self._counts), count):
            self._counts.append(0)
            self.take_change(row)

    def take_change(self, row: int) -> None:
        """A message says something else now."""
        if self.needle:
            self._waiting[row] = None
            self._timer.start(0)

    def take_growth(self, row: int) -> None:
        """A running answer has grown."""
        if self.needle:
            self._waiting[row] = None
            if not self._growth_timer.isActive() and not self._timer.isActive():
                self._growth_timer.start()

    def _run(self) -> None:
        ends = time.perf_counter() + BUDGET_MS / 1000
        while time.perf_counter() < ends:
            if self._under_way is None:
                if not self._waiting:
                    self.finished.emit()
                    return
                row, _ = self._waiting.popitem(last=False)
                self._under_way = row, self._scan(row)
            row, scan = self._under_way
            hits = next(scan)
            if hits is not None:
                self._under_way = None
                self._take(row, hits)
        self._timer.start(0)

    def _take(self, row: int, hits: list[Found]) -> None:
        if row >= len(self._counts) or hits == self._hits.get(row, []):
            return
        self._counts.set(row, len(hits))
        if hits:
            self._hits[row] = hits
        else:
            self._hits.pop(row, None)
        self.progressed.emit(row)

    # -- one message

    def _scan(self, number: int) -> Iterator[list[Found] | None]:
        """Yield None from time to time, and at last the hits of a message."""
        if number >= len(self._rows):
            yield []
            return
        row = self._rows.row(number)
        if row.is_open or row.is_running:
            yield from self._scan_open(number)
            return
        message = self._rows.message(number)
        hits: list[Found] = []
        for kind, text in ((FlowKind.REASONING, message.reasoning), (FlowKind.TEXT, message.text)):
            if not self.needle.may_be_in(text):
                continue
            yield None
            for index, said in _texts(message, kind, text):
                if said is None:
                    yield None
                else:
                    hits += [Found(kind, index, *place) for place in self.needle.hits(said)]
        yield hits

    def _scan_open(self, number: int) -> Iterator[list[Found] | None]:
        """Look through the blocks that are there. Of a running answer only the new ones cost anything."""
        row = self._rows.open(number)
        hits: list[Found] = []
        known = self._known.get(number, [])
        seen: list[tuple[Block, list[tuple[int, int]]]] = []
        for kind, flow in ((FlowKind.REASONING, row.reasoning), (FlowKind.TEXT, row.text)):
            for index in range(len(flow.boxes) if flow is not None else 0):
                if flow is None or index >= len(flow.boxes):
                    break  # it was cut anew meanwhile, and will be looked through again
                block = flow.boxes[index].block
                at = len(seen)
                if at < len(known) and known[at][0] is block:
                    places = known[at][1]
                else:
                    places = self.needle.hits(flow.rich(index).text)
                    if index % 8 == 7:
                        yield None
                seen.append((block, places))
                hits += [Found(kind, index, *place) for place in places]
        if row.is_running:
            self._known[number] = seen
        else:
            self._known.pop(number, None)
        yield hits


def _texts(message: Message, kind: FlowKind, text: str) -> Iterator[tuple[int, str | None]]:
    """Yield what is read in each block of a text, with its number; None stands for a moment to breathe."""
    text = visible(text)
    known = {}
    if message.role is Role.USER and kind is FlowKind.TEXT:
        blocks = plain_text.split(text)
    else:
        document = streaming_document.StreamingDocument()
        blocks = []
        for start in range(0, len(text), _PIECE):
            blocks += document.feed(text[start : start + _PIECE])
            yield -1, None
        blocks += document.finish()
        known = dict(markdown.references(blocks)) if "]:" in text else {}
    for index, block in enumerate(blocks):
        yield index, markdown.render(block, known).text
        if index % 8 == 7:
            yield -1, None
