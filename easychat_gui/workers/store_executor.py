"""The one thread on which the database is read and written."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable
from dataclasses import replace
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, Qt, Signal, SignalInstance

from easychat_gui.domain.errors import StorageError
from easychat_gui.workers.store_jobs import Job, JobRunner, Listener, Rebuild

if TYPE_CHECKING:
    from easychat_gui.storage.reports import OpenReport, RecoveryReport, Wish
    from easychat_gui.storage.store import Store
    from easychat_gui.workers.upkeep import Upkeep

T = TypeVar("T")

_log = logging.getLogger(__name__)

UPKEEP_AFTER_S = 20.0
"""Backups and checks begin when the start has long been over."""

RETRY_EVERY_S = 5.0
"""While writing waits, it is tried again so often without being asked."""

_CLOSE = "close"
_RETRY = "retry"


class StoreExecutor(QObject):
    """Runs jobs on the store, in order, on a thread of its own, and brings what they return to the GUI thread.

    All signals are emitted on the GUI thread. ``opened(OpenReport)`` or ``open_failed(StorageError)`` follows every
    `start` and `repair`. ``failed(StorageError)``: a job without ``on_error`` failed, writing is still not possible
    after `retry_failed`, or damage was found in the background. ``resumed()``: everything that waited is on disk.
    ``backup_made(Path)``, or ``backup_failed(StorageError)`` where one that was due or asked for could not be made;
    ``checked(Checkup)`` when the whole file was looked at. ``releasing()``: the file is about to be closed or renamed;
    who else has it open lets go now. ``rebuilding()``: until the file is open again nothing can be kept.

    sqlite3 is imported on the thread, not here: the first paint does not wait for it.
    """

    opened = Signal(object)
    open_failed = Signal(object)
    failed = Signal(object)
    resumed = Signal()
    backup_made = Signal(object)
    backup_failed = Signal(object)
    checked = Signal(object)
    releasing = Signal()
    rebuilding = Signal()
    _delivered = Signal(object)

    def __init__(
        self,
        database: Path,
        backups_folder: Path | None = None,
        parent: QObject | None = None,
        *,
        retry_every_s: float = RETRY_EVERY_S,
        upkeep_after_s: float = UPKEEP_AFTER_S,
    ) -> None:
        super().__init__(parent)
        self.database = database
        self.backups_folder = backups_folder or database.parent / "backups"
        self._retry_every_s = retry_every_s
        self._upkeep_after_s = upkeep_after_s
        self._queue: queue.SimpleQueue[Job | Rebuild | str] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._pending: Job | Rebuild | str | None = None
        """What was to be done when the file turned out to be gone; it is done when that is there again."""
        self._is_closing = threading.Event()
        self._has_unsaved = False
        self.is_open = False
        self.has_worked = threading.Event()
        """Set after each job, for one who follows what is written."""
        self.opened.connect(self._on_opened)
        self._delivered.connect(self._on_delivered, Qt.ConnectionType.QueuedConnection)

    @cached_property
    def upkeep(self) -> Upkeep:
        """What makes backups and checks; made when the database is opened first."""
        from easychat_gui.workers.upkeep import Upkeep, UpkeepListener

        listener = UpkeepListener(
            backup_made=partial(self._emit, self.backup_made),
            backup_failed=partial(self._emit, self.backup_failed),
            checked=partial(self._emit, self.checked),
            failed=partial(self._emit, self.failed),
            crashed=self._crash,
        )
        return Upkeep(self.database, self.backups_folder, listener)

    def start(self, rebuild: Rebuild | None = None) -> None:
        """Begin to open the database, after rebuilding it if told so. May be called again after a failure.

        Jobs that were submitted before wait for it.
        """
        if self._is_closing.is_set() or (self._thread is not None and self._thread.is_alive()):
            raise RuntimeError("the store is open, opening or closed for good")
        _ = self.upkeep
        self._thread = threading.Thread(target=self._run, args=(rebuild,), name="store", daemon=True)
        self._thread.start()

    def repair(self, how: Wish, on_error: Callable[[StorageError], None] | None = None) -> None:
        """Mend the database in this way, or have a backup in its place, as `rebuild` does it."""
        self.rebuild(Rebuild(partial(self.mend, how), on_error))

    def mend(self, how: Wish) -> RecoveryReport:
        """Mend it at once, on the thread that this is called on and with nothing open. For a `Rebuild`."""
        from easychat_gui.storage.recovery import repair

        return repair(how, self.database, self.backups_folder)

    def rebuild(self, rebuild: Rebuild) -> None:
        """Do something to the file, whether it could be opened or not. The signals of `start` follow.

        What was submitted before runs first, as far as it can.
        """
        self._release()
        self.rebuilding.emit()
        if self._thread is not None and self._thread.is_alive():
            self._queue.put(rebuild)
        else:
            self.start(rebuild)

    def submit(
        self,
        job: Callable[[Store], T],
        then: Callable[[T], None] | None = None,
        on_error: Callable[[StorageError], None] | None = None,
        *,
        replaces: str | None = None,
    ) -> None:
        """Run ``job(store)`` on the store thread, then exactly one of ``then(result)`` and ``on_error(error)`` here.

        An error that may pass (disk full, locked, drive away) does not lose the job: it and all later writing are
        kept and run again, in order, by `retry_failed`, now and then by themselves, and at `close`; ``resumed`` tells.
        A job is one transaction by itself. Of kept jobs with the same ``replaces`` only the last stays.
        What is no `StorageError` is a bug and is raised in the GUI thread.
        """
        if self._is_closing.is_set():
            raise RuntimeError("the store is closed")
        self._queue.put(Job(job, then, on_error, replaces))

    def retry_failed(self) -> None:
        """Write what waits. ``resumed`` or, if it still cannot be done, ``failed`` follows."""
        self._queue.put(_RETRY)

    def close(self, timeout_s: float = 5.0) -> bool:
        """Run what was submitted, close the file and end the thread. Return whether everything is on disk.

        What jobs return is no longer delivered. May be called again.
        """
        if not self._is_closing.is_set():
            if self._thread is None and not self._queue.empty():
                self.start()  # the program ends before the file was opened: what was typed by then is kept, too
            self._release()
            self._is_closing.set()
            self._queue.put(_CLOSE)
        if self._thread is not None:
            self._thread.join(timeout_s)
        if "upkeep" in self.__dict__:
            self.upkeep.end()
        is_idle = self._thread is None or not self._thread.is_alive()
        # What is left in the queue was submitted to a store that could not be opened.
        return is_idle and not self._has_unsaved and self._queue.qsize() <= 1

    # On the GUI thread

    def _on_opened(self, _report: OpenReport) -> None:
        self.is_open = True
        self.upkeep.go_on()

    def _release(self) -> None:
        self.is_open = False
        if "upkeep" in self.__dict__:
            self.upkeep.pause()
        self.releasing.emit()

    def _on_delivered(self, call: Callable[[], None]) -> None:
        call()

    def _on_open_failed(self, error: StorageError) -> None:
        if self._thread is not None:
            self._thread.join()  # it is at its end: so `start` may follow at once
        self.open_failed.emit(error)

    # On the store thread

    def _call_back(self, call: Callable[[], None]) -> None:
        if self._is_closing.is_set():
            return

        def unless_closed() -> None:
            if not self._is_closing.is_set():
                call()

        self._delivered.emit(unless_closed)

    def _crash(self, error: BaseException) -> None:
        def raise_it() -> None:
            raise error

        self._delivered.emit(raise_it)

    def _run(self, rebuild: Rebuild | None) -> None:
        while (store := self._open(rebuild)) is not None:
            listener = Listener(
                call_back=self._call_back,
                failed=partial(self._emit, self.failed),
                crashed=self._crash,
                resumed=partial(self._emit, self.resumed),
            )
            try:
                rebuild = self._work(store, JobRunner(store, listener))
            finally:
                try:
                    store.close()
                except StorageError:
                    _log.exception("the database did not close well; what was committed is in its log")
            if rebuild is None:
                return

    def _open(self, rebuild: Rebuild | None) -> Store | None:
        try:
            from easychat_gui.storage.store import open_store

            recovery = self._carry_out(rebuild) if rebuild else None
            store, report = open_store(self.database, self.backups_folder)
        except StorageError as error:
            self._call_back(partial(self._on_open_failed, error))
            return None
        except BaseException as error:  # raised again in the GUI thread, where it is seen
            self._crash(error)
            self._call_back(partial(self._on_open_failed, StorageError(str(error), self.database)))
            return None
        report = replace(report, recovery=recovery or report.recovery)
        self._emit(self.opened, report)
        self.upkeep.begin(self._upkeep_after_s, check_first=not report.is_checked)
        return store

    def _rescue(self, store: Store) -> Rebuild | None:
        """Save what is in a file that somebody has taken away; return what puts it back when that is closed."""
        from easychat_gui.storage.rescue import put_back, save_out_of

        try:
            saved = save_out_of(store)
        except StorageError as error:  # it is tried again with the next job, as long as the file is held open
            self._emit(self.failed, error)
            return None
        return Rebuild(partial(put_back, saved, self.database))

    def _carry_out(self, rebuild: Rebuild) -> RecoveryReport | None:
        try:
            return rebuild.run()
        except StorageError as error:
            if rebuild.on_error is None:
                raise
            self._call_back(partial(rebuild.on_error, error))
        except BaseException as error:  # a bug: whatever the file is now, what waits to be kept must not wait for ever
            self._crash(error)
            if rebuild.on_error is not None:
                self._call_back(partial(rebuild.on_error, StorageError(str(error), self.database)))
        return None

    def _work(self, store: Store, runner: JobRunner) -> Rebuild | None:
        """Run jobs until the store is to be closed; return what is to be done to its file then, None for good."""
        while True:
            item, self._pending = self._pending, None
            try:
                item = item or self._queue.get(timeout=self._retry_every_s if runner.is_paused else None)
            except queue.Empty:
                runner.retry()
                continue
            if not store.is_in_place() and (rescue := self._rescue(store)) is not None:
                self._pending = item
                return rescue
            if item is _CLOSE or isinstance(item, Rebuild):
                self._has_unsaved = not runner.retry()
                return item if isinstance(item, Rebuild) else None
            if item is _RETRY:
                if not runner.retry():
                    runner.report_again()
            elif isinstance(item, Job):
                runner.run(item)
                self.has_worked.set()

    def _emit(self, signal: SignalInstance, *values: object) -> None:
        self._call_back(lambda: signal.emit(*values))
