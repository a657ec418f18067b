"""One at a time in a folder: a lock that ends with the process that holds it, however that ends."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from easychat_gui.domain.errors import DatabaseLocked
from easychat_gui.support.atomic_files import OWNER_ONLY_FILE, make_private_folder

LOCK_NAME = "lock"
_WAIT_S = 0.05
_PATIENCE_S = 600.0
"""The first backup of a very large database takes minutes, and others want to read meanwhile."""


@contextmanager
def alone_in(folder: Path, should_stop: Callable[[], bool] = lambda: False) -> Iterator[None]:
    """Hold the lock of a folder inside; the folder is made. Raises `DatabaseLocked`, or OSError without rights.

    It holds against other threads, too. On drives that know no locks it is none.
    """
    make_private_folder(folder)
    descriptor = os.open(folder / LOCK_NAME, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), OWNER_ONLY_FILE)
    try:
        patience_ends = time.monotonic() + _PATIENCE_S
        while not _take(descriptor):
            if should_stop() or time.monotonic() > patience_ends:
                raise DatabaseLocked(f"Another program is using {folder}.", folder)
            time.sleep(_WAIT_S)
        yield
    finally:
        os.close(descriptor)  # and with it the lock goes


def _take(descriptor: int) -> bool:
    """Take the lock if nobody has it."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    except OSError:  # a drive that knows no locks
        return True
    return True
