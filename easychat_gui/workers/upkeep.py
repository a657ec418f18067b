"""What is done for the database beside the work on it: backups and checks, on a thread of their own."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from easychat_gui.domain.backups import USUAL, Checkup, Retention
from easychat_gui.domain.errors import DatabaseDamaged, StorageError
from easychat_gui.support import turns

UPKEEP_EVERY_S = 3600.0
UPKEEP_GRACE_S = 0.5
"""How long quitting waits for a backup to stop. One that does not is left half done, and removed by the next."""

_TURNS_S = 0.001
"""While a backup is made, the window's thread gets its turn so often."""

Task = Callable[[], None]


@dataclass(frozen=True, slots=True)
class UpkeepListener:
    """Whom to tell. Each is called on the thread of the upkeep."""

    backup_made: Callable[[Path], None]
    backup_failed: Callable[[StorageError], None]
    checked: Callable[[Checkup], None]
    failed: Callable[[StorageError], None]
    crashed: Callable[[BaseException], None]


class Upkeep:
    """Some time after the start, and then every hour, does what is due; and at once what it is asked for.

    ``retention`` may be changed at any time.
    """

    def __init__(self, database: Path, backups_folder: Path, listener: UpkeepListener) -> None:
        self.retention: Retention = USUAL
        self._database = database
        self._folder = backups_folder
        self._listener = listener
        self._is_ending = threading.Event()
        self._may_work = threading.Event()
        self._may_work.set()
        self._tasks: queue.SimpleQueue[Task | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._must_check_first = False
        self._has_swept = False

    def begin(self, first_after_s: float, *, check_first: bool) -> None:
        """Begin, unless that was done: the first time after so many seconds."""
        if self._thread is None:
            self._must_check_first = check_first
            self._thread = threading.Thread(target=self._run, args=(first_after_s,), name="store-upkeep", daemon=True)
            self._thread.start()

    def end(self) -> None:
        """End at once, in the middle of a backup, too."""
        self._is_ending.set()
        self._may_work.set()
        self._tasks.put(None)
        if self._thread is not None:
            self._thread.join(UPKEEP_GRACE_S)

    def pause(self) -> None:
        """Let go of the file, whatever is being done, until `go_on`."""
        self._may_work.clear()

    def go_on(self) -> None:
        self._may_work.set()

    def should_stop(self) -> bool:
        return self._is_ending.is_set() or not self._may_work.is_set()

    def back_up_now(self) -> None:
        """Make a backup at once, whether or not anything has changed. The listener hears of it."""
        self._tasks.put(self._back_up_now)

    def check_now(self) -> None:
        """Check the whole database at once. The listener hears of it."""
        self._tasks.put(self._check_all)

    # On its thread

    def _run(self, wait_s: float) -> None:
        next_at = time.monotonic() + wait_s
        while not self._is_ending.is_set():
            try:
                task = self._tasks.get(timeout=max(0.0, next_at - time.monotonic()))
            except queue.Empty:
                task = self._do_what_is_due
                next_at = time.monotonic() + UPKEEP_EVERY_S
            self._may_work.wait()
            if task is not None and not self._is_ending.is_set():
                self._carry_out(task)

    def _carry_out(self, task: Task) -> None:
        from easychat_gui.storage.online_copy import Stopped

        try:
            with turns.taken_every(_TURNS_S):
                task()
        except Stopped:
            pass
        except StorageError as error:
            self._listener.failed(error)
        except BaseException as error:
            self._listener.crashed(error)

    def _do_what_is_due(self) -> None:
        from easychat_gui.storage import checkups
        from easychat_gui.storage.upkeep import back_up_if_due, check_in_background, sweep

        if not self._has_swept:
            self._has_swept = True
            sweep(self._database, self._folder, self.should_stop)
        if self._must_check_first:
            self._must_check_first = False
            check_in_background(self._database)
        made = back_up_if_due(
            self._database, self._folder, self.should_stop, self.retention, self._listener.backup_failed
        )
        if made:
            self._listener.backup_made(made)
        if checkups.is_due(self._database, time.time()):
            self._check_all()

    def _back_up_now(self) -> None:
        from easychat_gui.storage.backups import back_up

        try:
            made = back_up(self._database, self._folder, time.time(), self.should_stop, self.retention)
        except DatabaseDamaged:
            raise
        except StorageError as error:
            self._listener.backup_failed(error)
            return
        if made:
            self._listener.backup_made(made)

    def _check_all(self) -> None:
        from easychat_gui.storage import checkups
        from easychat_gui.storage.online_copy import asking

        checkup = checkups.check_all(self._database, time.time(), asking(self.should_stop))
        self._listener.checked(checkup)
        if checkup.findings:
            sentence = f"{self._database} is damaged: {checkup.findings[0]}."
            raise DatabaseDamaged(sentence, self._database)
