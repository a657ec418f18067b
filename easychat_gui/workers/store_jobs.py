"""Running jobs on the store in order, and keeping those that the disk would not take."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from easychat_gui.domain.errors import DatabaseLocked, DatabaseUnavailable, DiskFull, StorageError
from easychat_gui.support.quick_dataclass import dataclass

if TYPE_CHECKING:
    from easychat_gui.storage.reports import RecoveryReport
    from easychat_gui.storage.store import Store

MAY_PASS = (DiskFull, DatabaseLocked, DatabaseUnavailable)
"""Errors that can be over by themselves: space is made, a drive comes back, the other program ends."""


@dataclass(frozen=True, slots=True, eq=False)
class Job:
    """Something to do with the store, and whom to tell.

    It runs as one transaction, and may run again when that failed.
    """

    run: Callable[[Store], Any]
    then: Callable[[Any], None] | None = None
    on_error: Callable[[StorageError], None] | None = None
    replaces: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Rebuild:
    """Something to do to the file of the database while nobody has it open.

    What it raises goes to ``on_error``, and the database is opened all the same; without ``on_error`` it counts as not
    having been opened.
    """

    run: Callable[[], RecoveryReport | None]
    on_error: Callable[[StorageError], None] | None = None


@dataclass(frozen=True, slots=True)
class Listener:
    """Where a runner sends what happens. Each is called on the store thread."""

    call_back: Callable[[Callable[[], None]], None]
    failed: Callable[[StorageError], None]
    crashed: Callable[[BaseException], None]
    resumed: Callable[[], None]


class JobRunner:
    """Runs jobs one after the other. Lives on the store thread.

    After an error that may pass the job is kept, and with it every later one that writes: the order of writing never
    changes. Jobs that only read go on. `retry` takes up the kept ones where they stopped.
    """

    def __init__(self, store: Store, listener: Listener) -> None:
        self._store = store
        self._listener = listener
        self._kept: list[Job] = []
        self._reason: StorageError | None = None

    @property
    def is_paused(self) -> bool:
        return bool(self._kept)

    def run(self, job: Job) -> None:
        """Run it now, or keep it when earlier writing waits."""
        try:
            result = self._try_as_reader(job) if self._kept else self._carry_out(job)
        except MAY_PASS as error:
            self._keep(job, error)
        except StorageError as error:
            self._tell(job, error)
        except BaseException as error:  # raised again in the GUI thread, where it is seen
            self._listener.crashed(error)
        else:
            if job.then is not None:
                then = job.then
                self._listener.call_back(lambda: then(result))

    def retry(self) -> bool:
        """Run the kept jobs in their order; return whether none is left."""
        was_paused = self.is_paused
        while self._kept:
            try:
                self._carry_out(self._kept[0])
            except MAY_PASS as error:
                self._reason = error
                return False
            except StorageError as error:
                self._listener.failed(error)
            except BaseException as error:
                self._listener.crashed(error)
            del self._kept[0]
        if was_paused:
            self._reason = None
            self._listener.resumed()
        return True

    def report_again(self) -> None:
        """Say once more why writing waits."""
        if self._reason is not None:
            self._listener.failed(self._reason)

    def _carry_out(self, job: Job) -> Any:
        with self._store.transaction(is_for_writing=False):
            return job.run(self._store)

    def _try_as_reader(self, job: Job) -> Any:
        """Run it if it does not write; else raise what the writing before it waits for."""
        try:
            with self._store.read_only():
                return self._carry_out(job)
        except DatabaseUnavailable:
            raise self._reason or DatabaseUnavailable("Writing waits.", self._store.path) from None

    def _keep(self, job: Job, error: StorageError) -> None:
        if job.replaces is not None:
            self._kept = [each for each in self._kept if each.replaces != job.replaces]
        self._kept.append(job)
        self._reason = error
        self._tell(job, error)

    def _tell(self, job: Job, error: StorageError) -> None:
        if job.on_error is None:
            self._listener.failed(error)
        else:
            on_error = job.on_error
            self._listener.call_back(lambda: on_error(error))
