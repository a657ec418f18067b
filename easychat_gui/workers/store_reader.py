"""A thread that reads the database beside the one that writes it, for questions whose answer may be overtaken."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from PySide6.QtCore import QObject, Qt, Signal

from easychat_gui.domain.errors import StorageError
from easychat_gui.support import turns
from easychat_gui.workers.store_executor import StoreExecutor

if TYPE_CHECKING:
    from easychat_gui.storage.reading import Reader

T = TypeVar("T")

CLOSE_TIMEOUT_S = 2.0
_TURNS_S = 0.001
"""While an answer is put together, the window's thread gets its turn so often: somebody is typing there."""

_log = logging.getLogger(__name__)


class StoreReader(QObject):
    """Answers questions on a thread and a connection of its own, which begin with the first one.

    Of each kind only the newest question counts: one that waits is dropped for it, and one that runs is interrupted.
    Who asked an older one hears nothing of it. Questions wait until the database is open, and while it is mended.

    Each part that asks has a reader of its own, so that long questions of one do not hold up another.
    """

    _answered = Signal(int, object)

    def __init__(self, store: StoreExecutor, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = _Desk(store.database, partial(_emit, self._answered))
        self._name = name
        self._numbers = count(1)
        self._callbacks: dict[int, _Callbacks] = {}
        """Kept here and not with the job, so that no thread but this one ever drops the last hold on an object."""
        self._newest: dict[str, int] = {}
        self._thread: threading.Thread | None = None
        self._is_open = store.is_open
        self._answered.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        store.opened.connect(self._on_opened)
        store.releasing.connect(self._let_go)
        self.destroyed.connect(self._desk.close)

    def ask(
        self,
        kind: str,
        job: Callable[[Reader], T],
        then: Callable[[T], None],
        on_error: Callable[[StorageError], None] | None = None,
    ) -> None:
        """Run ``job(reader)``, then exactly one of ``then(result)`` and ``on_error(error)`` here, or neither when a
        newer question of this kind came first.

        Without ``on_error`` an error is only logged. What is no `StorageError` is a bug and is raised here.
        """
        self.forget(kind)
        number = next(self._numbers)
        self._newest[kind] = number
        self._callbacks[number] = _Callbacks(then, on_error)
        self._desk.put(_Question(number, kind, job))
        self._begin()

    def forget(self, kind: str) -> None:
        """Answer no question of this kind that was asked so far."""
        self._callbacks.pop(self._newest.pop(kind, 0), None)
        self._desk.drop(kind)

    def close(self) -> None:
        """Break off what runs and end the thread. What waits is dropped, and nothing is answered any more."""
        self._callbacks.clear()
        self._newest.clear()
        self._desk.clear()
        self._let_go()

    def _begin(self) -> None:
        if self._is_open and self._thread is None:
            self._desk.open()
            self._thread = threading.Thread(target=self._desk.work, name=self._name, daemon=True)
            self._thread.start()

    def _on_opened(self) -> None:
        self._is_open = True
        self._desk.renew()
        if self._desk.is_asked():
            self._begin()

    def _let_go(self) -> None:
        """Close the file: it is about to be renamed, which Windows refuses while somebody has it open."""
        self._is_open = False
        self._desk.close()
        if self._thread is not None:
            self._thread.join(CLOSE_TIMEOUT_S)
            self._thread = None

    def _deliver(self, number: int, outcome: _Outcome) -> None:
        callbacks = self._callbacks.pop(number, None)
        if callbacks is None:
            return
        error = outcome.error
        if error is None:
            callbacks.then(outcome.result)
        elif not isinstance(error, StorageError):
            raise error
        elif callbacks.on_error is not None:
            callbacks.on_error(error)
        else:
            _log.warning("the database could not be asked: %s", error)


class _Callbacks(NamedTuple):
    then: Callable[[Any], None]
    on_error: Callable[[StorageError], None] | None


class _Question(NamedTuple):
    number: int
    kind: str
    job: Callable[[Reader], Any]


class _Outcome(NamedTuple):
    result: object = None
    error: BaseException | None = None


def _emit(signal: Any, number: int, outcome: _Outcome) -> None:
    try:
        signal.emit(number, outcome)
    except RuntimeError:  # the receiver went while this ran
        _log.debug("an answer that nobody waits for")


class _Desk:
    """What both threads know: the questions that wait, the one that runs, and the connection that it runs on."""

    def __init__(self, path: Any, answer: Callable[[int, _Outcome], None]) -> None:
        self._path = path
        self._answer = answer
        self._changed = threading.Condition()
        self._waiting: dict[str, _Question] = {}
        self._running: _Question | None = None
        self._reader: Reader | None = None
        self._is_open = False
        self._is_dropped = False
        self._is_stale = False

    # For the thread that asks

    def open(self) -> None:
        self._is_open = True

    def renew(self) -> None:
        """Ask the next question of a connection made anew: another file may lie at the path now."""
        self._is_stale = True

    def is_asked(self) -> bool:
        with self._changed:
            return bool(self._waiting)

    def put(self, question: _Question) -> None:
        with self._changed:
            self._waiting[question.kind] = question
            self._changed.notify_all()

    def drop(self, kind: str) -> None:
        with self._changed:
            self._waiting.pop(kind, None)
            if self._running is not None and self._running.kind == kind:
                self._break_off()

    def clear(self) -> None:
        with self._changed:
            self._waiting.clear()

    def close(self) -> None:
        with self._changed:
            self._is_open = False
            if self._running is not None:
                self._waiting.setdefault(self._running.kind, self._running)  # asked again of the file that comes next
                self._break_off()
            self._changed.notify_all()

    def _break_off(self) -> None:
        self._is_dropped = True
        if self._reader is not None:
            self._reader.interrupt()

    # On the thread that reads

    def work(self) -> None:
        try:
            while (question := self._take()) is not None:
                outcome = self._ask(question)
                with self._changed:
                    self._running = None
                    is_wanted = not self._is_dropped
                if is_wanted and outcome is not None:
                    self._answer(question.number, outcome)
                del question, outcome
        finally:
            self._let_go()

    def _take(self) -> _Question | None:
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or not self._is_open)
            if not self._is_open:
                return None
            question = self._waiting.pop(next(iter(self._waiting)))
            self._running, self._is_dropped = question, False
            return question

    def _ask(self, question: _Question) -> _Outcome | None:
        from easychat_gui.storage.reading import Interrupted, Reader

        try:
            if self._is_stale:
                self._is_stale = False
                self._let_go()
            if self._reader is None:
                reader = Reader(self._path, lambda: not self._is_dropped)
                with self._changed:
                    self._reader = reader
            with turns.taken_every(_TURNS_S):
                return _Outcome(question.job(self._reader))
        except Interrupted:
            return None
        except Exception as error:
            self._let_go()  # the next question begins with a connection that has met no fault
            return _Outcome(error=error)

    def _let_go(self) -> None:
        with self._changed:
            reader, self._reader = self._reader, None
        if reader is not None:
            reader.close()
