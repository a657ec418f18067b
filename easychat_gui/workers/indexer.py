"""A thread that keeps the index of all words up to date, behind everybody's back."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, Signal

from easychat_gui.domain.errors import StorageError
from easychat_gui.support import turns
from easychat_gui.workers.store_executor import StoreExecutor

if TYPE_CHECKING:
    from easychat_gui.storage.search_index import SearchIndex, Step

_log = logging.getLogger(__name__)

GATHER_S = 0.25
"""So long changes are gathered before the index learns of them."""

RETRY_AFTER_S = 60.0
"""After a fault (a full disk, a drive that is away)."""

FAREWELL_S = 0.5
"""So long what was changed last is still worked off when the program ends."""

CLOSE_TIMEOUT_S = 2.0

_TURNS_S = 0.001


class Indexer(QObject):
    """Works from the opening of the database to its end. ``progressed(float)``: so much of 1 of all messages can be
    found, when that has changed."""

    progressed = Signal(float)
    _learnt = Signal(int)

    def __init__(self, store: StoreExecutor, parent: QObject | None = None, *, gather_s: float = GATHER_S) -> None:
        super().__init__(parent)
        self.searchable = 0.0
        self._store = store
        self._gather_s = gather_s
        self._work: _Work | None = None
        self._learnt.connect(self._settle, Qt.ConnectionType.QueuedConnection)
        self.progressed.connect(self._note, Qt.ConnectionType.QueuedConnection)
        store.opened.connect(self._begin)
        store.releasing.connect(self._end)
        if store.is_open:
            self._begin()

    def _begin(self) -> None:
        self._end()
        tell = partial(_emit, self.progressed), partial(_emit, self._learnt)
        self._work = _Work(self._store.database, self._store.has_worked, self._gather_s, *tell)
        self.destroyed.connect(self._work.leave)
        self._work.start()

    def _end(self) -> None:
        if self._work is not None:
            is_written = threading.Event()
            self._store.submit(lambda _store: is_written.set())
            self._work.stop(is_written)
            self._settle(self._work.settled)
            self._work = None

    def _note(self, searchable: float) -> None:
        self.searchable = searchable

    def _settle(self, number: int) -> None:
        if self._work is not None and number:
            self._store.submit(lambda store: store.search_journal.settle(number), replaces="search journal")


def _emit(signal: Any, value: object) -> None:
    try:
        signal.emit(value)
    except RuntimeError:  # the receiver went while this ran
        _log.debug("nobody listens to the index any more")


class _Work:
    """The thread, and what it needs. It knows no object of Qt."""

    def __init__(
        self,
        database: Path,
        has_changed: threading.Event,
        gather_s: float,
        progressed: Callable[[float], None],
        learnt: Callable[[int], None],
    ) -> None:
        self._database = database
        self._has_changed = has_changed
        self._gather_s = gather_s
        self._progressed = progressed
        self._learnt = learnt
        self._is_stopped = threading.Event()
        self._is_written: threading.Event | None = None
        self._searchable = -1.0
        self.settled = 0
        self._index: SearchIndex | None = None
        self._thread = threading.Thread(target=self._run, name="indexer", daemon=True)

    def start(self) -> None:
        self._has_changed.set()
        self._thread.start()

    def leave(self) -> None:
        self._is_stopped.set()
        self._has_changed.set()

    def stop(self, is_written: threading.Event) -> None:
        """End it when it has followed what was submitted before ``is_written``, as far as the time allows."""
        self._is_written = is_written
        self.leave()
        self._thread.join(FAREWELL_S)
        index = self._index
        if self._thread.is_alive() and index is not None:
            index.interrupt()
            self._thread.join(CLOSE_TIMEOUT_S)

    def _run(self) -> None:
        while not self._is_stopped.is_set():
            try:
                self._follow()
            except StorageError as error:
                _log.warning("the search index waits: %s", error)
                self._is_stopped.wait(RETRY_AFTER_S)

    def _follow(self) -> None:
        from easychat_gui.storage.reading import Interrupted
        from easychat_gui.storage.search_index import SearchIndex

        index = self._index = SearchIndex(self._database)
        try:
            while self._wait_for_changes():
                with turns.taken_every(_TURNS_S):
                    self._work_off(index)
            # What is deleted for good stands in the database until the index has learnt of it.
            if self._is_written is not None:
                self._is_written.wait(FAREWELL_S)
            until = time.monotonic() + FAREWELL_S
            while time.monotonic() < until and not self._note(index.step(only_changes=True)):
                pass
        except Interrupted:
            _log.info("the search index goes on at the next start")
        finally:
            self._index = None
            index.close()

    def _wait_for_changes(self) -> bool:
        """Return False when there is nothing to wait for any more."""
        self._has_changed.wait()
        is_stopped = self._is_stopped.wait(self._gather_s)
        self._has_changed.clear()
        return not is_stopped

    def _work_off(self, index: SearchIndex) -> None:
        begun = time.perf_counter()
        while not self._note(index.step()):
            # As long as it took: the other half of the processor's time is somebody else's.
            if self._is_stopped.wait(time.perf_counter() - begun):
                return
            begun = time.perf_counter()

    def _note(self, step: Step) -> bool:
        """Tell how far it is; return whether nothing is left to be done."""
        if step.searchable != self._searchable:
            self._searchable = step.searchable
            self._progressed(step.searchable)
        if step.is_idle and step.journal != self.settled:
            self.settled = step.journal
            self._learnt(step.journal)
        return step.is_idle
