"""The one way to run a piece of blocking work aside: a list of models, a file to read, settings to write."""

from __future__ import annotations

import sys
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from typing import Any, NamedTuple, TypeVar

from PySide6.QtCore import QObject, Qt, Signal

from easychat_gui.domain.errors import EasyChatError

T = TypeVar("T")
_MOST_THREADS = 4


class Background(QObject):
    """Runs functions in a few threads and brings their results to the thread that this object lives on.

    The function gets no widget and touches none; what it needs it closes over as values. When this object goes, nothing
    waits for what still runs, and its results are dropped.
    """

    _done = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        # No QThreadPool: its destructor waits, and where Qt destroys it from inside a Python method it does so holding
        # the lock of the interpreter, which the work needs to come to its end.
        self._readers = _Threads("background", _MOST_THREADS, ends_with_program=True)
        self._writers = _Threads("background-writer", 1, ends_with_program=False)
        self._numbers = count()
        self._waiting: dict[int, _Callbacks] = {}
        """Kept here and not with the work, so that no thread but this one ever drops the last hold on an object."""
        self._delivery = _Delivery(self._done.emit)
        self._done.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self.destroyed.connect(self._delivery.end)

    def run(
        self,
        work: Callable[[], T],
        then: Callable[[T], None] | None = None,
        on_error: Callable[[EasyChatError], None] | None = None,
    ) -> None:
        """Run ``work``; call ``then`` with its result, or ``on_error`` with the EasyChatError that it raised.

        Any other exception is a bug and surfaces through ``sys.excepthook``, on the receiving thread.
        """
        self._readers.start(self._job(work, _Callbacks(then, on_error)))

    def write(
        self,
        work: Callable[[], T],
        then: Callable[[T], None] | None = None,
        on_error: Callable[[EasyChatError], None] | None = None,
    ) -> None:
        """As `run`, for what must be on disk: in the order given, behind no server that does not answer, and also when
        the program is just closing."""
        self._writers.start(self._job(work, _Callbacks(then, on_error)))

    def close(self, timeout_s: float = 2.0) -> None:
        """Wait for what is to be written and for what has begun; drop the rest."""
        self._readers.clear()
        self._writers.wait(timeout_s)
        self._readers.wait(timeout_s)

    def _job(self, work: Callable[[], Any], callbacks: _Callbacks) -> Callable[[], None]:
        number = next(self._numbers)
        self._waiting[number] = callbacks
        delivery = self._delivery

        def job() -> None:
            try:
                outcome = _Outcome(work())
            except Exception as error:
                outcome = _Outcome(error=error)
            delivery.hand_over(number, outcome)

        return job

    def _deliver(self, number: int, outcome: _Outcome) -> None:
        callbacks = self._waiting.pop(number)
        error = outcome.error
        if error is None:
            if callbacks.then is not None:
                callbacks.then(outcome.result)
        elif isinstance(error, EasyChatError) and callbacks.on_error is not None:
            callbacks.on_error(error)
        else:
            sys.excepthook(type(error), error, error.__traceback__)


class _Callbacks(NamedTuple):
    then: Callable[[Any], None] | None
    on_error: Callable[[EasyChatError], None] | None


class _Outcome(NamedTuple):
    result: object = None
    error: Exception | None = None


class _Delivery:
    """The way back, which outlives the object that it leads to."""

    def __init__(self, emit: Callable[[int, _Outcome], None]) -> None:
        self._emit = emit
        self._lock = threading.Lock()
        self._has_ended = False

    def hand_over(self, number: int, outcome: _Outcome) -> None:
        with self._lock, suppress(RuntimeError):  # Python's half may go before Qt's half says so
            if not self._has_ended:
                self._emit(number, outcome)

    def end(self) -> None:
        """Deliver nothing from now on. Qt destroys the receiver only when a delivery that has begun is through."""
        with self._lock:
            self._has_ended = True


class _Threads:
    """At most so many threads, each of which ends when there is nothing left to do.

    :param ends_with_program: the end of the program does not wait for what they do.
    """

    def __init__(self, name: str, most: int, *, ends_with_program: bool) -> None:
        self._name = name
        self._most = most
        self._is_daemon = ends_with_program
        self._jobs: deque[Callable[[], None]] = deque()
        self._running = 0
        self._changed = threading.Condition()

    def start(self, job: Callable[[], None]) -> None:
        with self._changed:
            self._jobs.append(job)
            if self._running >= self._most:
                return
            self._running += 1
        threading.Thread(target=self._work, name=self._name, daemon=self._is_daemon).start()

    def clear(self) -> None:
        """Drop what has not begun."""
        with self._changed:
            self._jobs.clear()

    def wait(self, timeout_s: float) -> bool:
        """Wait until nothing is left to do. Return False when there still is after so many seconds."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._running, timeout_s)

    def _work(self) -> None:
        while True:
            with self._changed:
                if not self._jobs:
                    self._running -= 1
                    self._changed.notify_all()
                    return
                job = self._jobs.popleft()
            job()
            del job  # and with it whatever it holds, before the next one is waited for
