"""Folders for files that must not outlive the program: outside of the data folder, in memory where the system has that.

What a killed program has left is found by its lock, which the system gave back, and removed by the next.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from easychat_gui.support.atomic_files import OWNER_ONLY_FOLDER
from easychat_gui.support.process_lock import ProcessLock

_PREFIX = "easychat-gui-"
_LOCK = "lock"


class PrivateFolder:
    """Its owner's only. ``path`` is there between `claim` and `remove`."""

    def __init__(self, base: Path | None = None) -> None:
        self.path = (base or place_for_passing_files()) / f"{_PREFIX}{os.urandom(8).hex()}"
        self._lock = ProcessLock(self.path / _LOCK)

    def claim(self) -> None:
        """Make it, as this process's. Raises OSError."""
        self.path.mkdir(mode=OWNER_ONLY_FOLDER)
        self._lock.acquire()

    def remove(self) -> None:
        """Delete it with all that is in it. May be called again."""
        self._lock.release()  # Windows removes no file that is open
        shutil.rmtree(self.path, ignore_errors=True)


@contextmanager
def folder_on_disk() -> Iterator[Path]:
    """Have such a folder for what may be too large for the memory. Raises OSError."""
    folder = PrivateFolder(_place_on_disk())
    folder.claim()
    try:
        yield folder.path
    finally:
        folder.remove()


def place_for_passing_files() -> Path:
    """Return the folder of this login session, which lies in memory, or else that for temporary files."""
    session = Path(os.environ.get("XDG_RUNTIME_DIR", ""))
    is_usable = session.is_absolute() and os.access(session, os.W_OK | os.X_OK)
    return session if is_usable else _place_on_disk()


def _place_on_disk() -> Path:
    return Path(tempfile.gettempdir())


def remove_leftovers() -> int:
    """Delete the folders of programs that ended without doing so; return how many."""
    removed = 0
    for folder in [each for base in {place_for_passing_files(), _place_on_disk()} for each in base.glob(f"{_PREFIX}*")]:
        lock = ProcessLock(folder / _LOCK)
        try:
            is_left = folder.is_dir() and not folder.is_symlink() and (folder / _LOCK).exists() and lock.acquire()
        except OSError:  # somebody else's
            continue
        if is_left:
            lock.release()
            shutil.rmtree(folder, ignore_errors=True)
            removed += 1
    return removed
