"""One answer, read on a thread of its own and handed to the GUI thread at most once a frame.

The reader fills a queue; the GUI thread empties it. A signal for every chunk would cost a slot call, an insertion and
a paint each: at 10,000 chunks a second that froze the window in measurements. So the reader signals only when it
puts something into an empty queue, and the GUI thread waits until a frame's time has passed since it last took.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Iterable
from itertools import groupby
from typing import Protocol, cast

from PySide6.QtCore import QObject, Qt, QThread, QTimer, Signal

from easychat_gui.domain.errors import InternalFault, ProviderError
from easychat_gui.domain.generation import CompletionRequest
from easychat_gui.domain.ids import RequestId
from easychat_gui.domain.streaming import Finished, Heard, PhaseReached, ReasoningDelta, TextDelta
from easychat_gui.providers.base import EventSource
from easychat_gui.providers.cancellation import Cancellation
from easychat_gui.support import turns

FRAME_MS = 16
LONGEST_INTERVAL_MS = 250
TURNS_S = 0.001
"""While answers run: a reader that parses holds the interpreter for a whole turn. With the usual five milliseconds the
median stall of the GUI thread was 4.2 ms in measurements, with one it is 0.14."""
QUEUE_LIMIT = 4096
"""So many events may wait before the reader waits in turn: a flood fills the server's socket and not our memory."""

log = logging.getLogger(__name__)


class Connect(Protocol):
    """Makes the source of an answer. Called on the reader's thread, since it may import and read keys."""

    def __call__(self) -> EventSource: ...


class Completion(QObject):
    """A running answer. Lives on the GUI thread, owns the reading thread.

    ``events_ready(RequestId, [Heard…])`` any number of times, then exactly one of ``finished(RequestId,
    Finished)`` and ``failed(RequestId, ProviderError)``; last ``ended(RequestId)``, when the thread is gone.
    """

    events_ready = Signal(str, list)
    finished = Signal(str, object)
    failed = Signal(str, object)
    ended = Signal(str)

    def __init__(
        self, request_id: RequestId, connect: Connect, request: CompletionRequest, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.request_id = request_id
        self._cancellation = Cancellation()
        self._reader = _Reader(connect, request, self._cancellation)
        self._reader.setObjectName(f"completion-{request_id[-6:]}")
        self._reader.arrived.connect(self._on_arrived, Qt.ConnectionType.QueuedConnection)
        self._reader.finished.connect(self._on_reader_finished)
        self._timer = QTimer(self, singleShot=True, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._take)
        self._taken_at = 0.0
        self._interval_ms = float(FRAME_MS)
        self._has_ended = False

    def start(self) -> None:
        turns.begin(TURNS_S)
        self._reader.start()

    def cancel(self) -> None:
        """Stop, in whatever phase the answer is. Returns at once; ``finished`` follows with reason CANCELLED.

        What has arrived and not been told yet is told first: it was paid for, and it may be half a frame of text.
        """
        self._take()
        self._cancellation.cancel()
        self._reader.wake()

    def hurry(self) -> None:
        """End the pause that the request makes before it asks again, if it makes one."""
        self._cancellation.hurry()

    def wait(self, timeout_s: float) -> bool:
        """Block until the thread is gone (at most so many seconds) and tell whether it is. For quitting."""
        return self._reader.wait(int(timeout_s * 1000))

    def _on_arrived(self) -> None:
        if self._timer.isActive():
            return
        since_ms = (time.perf_counter() - self._taken_at) * 1000
        if since_ms >= self._interval_ms:
            self._take()
        else:
            self._timer.start(max(1, round(self._interval_ms - since_ms)))

    def _take(self) -> None:
        events, outcome = self._reader.take()
        started = time.perf_counter()
        if events:
            self.events_ready.emit(self.request_id, list(_joined(events)))
        self._taken_at = time.perf_counter()
        # Drawing may take at most a fifth of the thread's time, however long one flush takes.
        self._interval_ms = min(LONGEST_INTERVAL_MS, max(FRAME_MS, 4 * (self._taken_at - started) * 1000))
        if isinstance(outcome, ProviderError):
            self.failed.emit(self.request_id, outcome)
        elif outcome is not None:
            self.finished.emit(self.request_id, outcome)

    def _on_reader_finished(self) -> None:
        if self._has_ended:
            return
        self._has_ended = True
        self._timer.stop()
        self._take()  # what came between the last frame and the end
        turns.end(TURNS_S)
        self.ended.emit(self.request_id)


def _joined(events: Iterable[Heard]) -> Iterable[Heard]:
    """Join neighbouring deltas of one kind, so that a frame is one insertion."""
    for kind, group in groupby(events, type):
        if kind is TextDelta or kind is ReasoningDelta:
            deltas = cast("list[TextDelta]", list(group))
            yield kind("".join(delta.text for delta in deltas), sum(delta.count for delta in deltas))
        else:
            yield from group


class _Reader(QThread):
    """Iterates the source. ``arrived`` says that the queue is no longer empty."""

    arrived = Signal()

    def __init__(self, connect: Connect, request: CompletionRequest, cancellation: Cancellation) -> None:
        super().__init__()
        self._connect = connect
        self._request = request
        self._cancellation = cancellation
        self._changed = threading.Condition()
        self._events: deque[Heard] = deque()
        self._outcome: Finished | ProviderError | None = None

    def run(self) -> None:
        self._cancellation.on_phase = lambda phase: self._put(PhaseReached(phase))
        try:
            self._read()
        finally:
            self._cancellation.on_phase = lambda _phase: None  # nobody else may hold a Qt object to the last

    def _read(self) -> None:
        try:
            for event in self._connect().stream_events(self._request, self._cancellation):
                if isinstance(event, Finished):
                    self._end(event)
                else:
                    self._put(event)
        except ProviderError as error:
            self._end(error)
        except Exception as error:
            log.exception("An answer ended with a fault of this program")
            self._end(InternalFault(f"EasyChat GUI made a mistake: {type(error).__name__}. The log tells more."))

    def wake(self) -> None:
        """Let a reader go on that waits for room: after a cancel nobody may take any more."""
        with self._changed:
            self._changed.notify_all()

    def take(self) -> tuple[list[Heard], Finished | ProviderError | None]:
        """Return what has arrived, and the outcome once, when there is one."""
        with self._changed:
            events = list(self._events)
            self._events.clear()
            outcome, self._outcome = self._outcome, None
            self._changed.notify_all()
        return events, outcome

    def _put(self, event: Heard) -> None:
        with self._changed:
            self._changed.wait_for(lambda: len(self._events) < QUEUE_LIMIT or self._cancellation.is_cancelled)
            self._events.append(event)
            was_empty = len(self._events) == 1
        if was_empty:
            self.arrived.emit()

    def _end(self, outcome: Finished | ProviderError) -> None:
        with self._changed:
            self._outcome = outcome
        self.arrived.emit()
