"""Files that are whole or absent, for their owner only, and never overwritten by accident."""

from __future__ import annotations

import os
import re
import time
from contextlib import suppress
from pathlib import Path

from easychat_gui.support.clock import file_stamp

OWNER_ONLY_FILE = 0o600
OWNER_ONLY_FOLDER = 0o700

NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
"""How `os.open` makes a file that was not there."""

_LEFT_OVER = re.compile(r"\..+\.[0-9a-f]{8}\.new")
_YOUNGEST_LEFT_OVER_S = 60.0


def make_private_folder(folder: Path) -> None:
    """Create a folder for its owner only. One that is there already keeps its rights. Raises OSError."""
    folder.mkdir(mode=OWNER_ONLY_FOLDER, parents=True, exist_ok=True)


def create_private(path: Path) -> None:
    """Create an empty file for its owner only, before anything is written to it. Raises OSError, FileExistsError."""
    os.close(os.open(path, NEW_FILE, OWNER_ONLY_FILE))


def make_private(path: Path) -> None:
    """Take the rights to a file from everyone but its owner. Absent files and foreign owners are passed over."""
    with suppress(OSError):
        if path.stat().st_mode & 0o077:
            path.chmod(OWNER_ONLY_FILE)


def write_atomically(path: Path, content: bytes, *, is_private: bool = True, is_synced: bool = True) -> None:
    """Put ``content`` in the place of the file: readers see the old one or the new one, also after a power cut.

    A symbolic link stays one: the file that it leads to is replaced. With ``is_private`` it is for its owner only, else
    it has the rights of the file that it replaces, or those of any new file. Without ``is_synced`` a power cut may
    leave an empty file: for thousands that can be made again. Raises OSError, and then the old file is intact.
    """
    target = path.resolve()
    beside = target.with_name(f".{target.name}.{os.urandom(4).hex()}.new")
    try:
        with os.fdopen(os.open(beside, NEW_FILE, OWNER_ONLY_FILE if is_private else 0o666), "wb") as file:
            if not is_private and target.exists():
                beside.chmod(target.stat().st_mode & 0o777)
            file.write(content)
            if is_synced:
                file.flush()
                os.fsync(file.fileno())
        beside.replace(target)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    if is_synced:
        sync_folder(target.parent)


def remove_left_over(folder: Path) -> None:
    """Remove what writes to files of this folder left beside them when the program was killed. Raises OSError.

    What is younger than a minute may be somebody's who is just writing.
    """
    with suppress(FileNotFoundError, NotADirectoryError), os.scandir(folder) as entries:
        for entry in entries:
            if _LEFT_OVER.fullmatch(entry.name) and entry.is_file(follow_symlinks=False):
                age_s = time.time() - entry.stat(follow_symlinks=False).st_mtime
                if not 0 <= age_s < _YOUNGEST_LEFT_OVER_S:
                    Path(entry.path).unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """Bring the names in a folder to the disk. Without it a rename may be forgotten at a power cut."""
    if os.name == "nt":
        return  # folders cannot be opened there
    with suppress(OSError):  # some network drives refuse; the content itself is safe
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def free_name(wanted: Path) -> Path:
    """Return this path, or one with a number before its ending where something is there already."""
    name, number = wanted, 1
    while os.path.lexists(name):
        number += 1
        name = wanted.with_name(f"{wanted.stem}-{number}{wanted.suffix}")
    return name


def name_aside(path: Path, word: str, now: float) -> Path:
    """Return a free ``name.ext.<word>-<time>`` beside the file. ``now`` is in seconds since 1970."""
    return free_name(path.with_name(f"{path.name}.{word}-{file_stamp(now)}"))


def set_aside(path: Path, word: str, now: float) -> Path:
    """Rename the file to its `name_aside` and return that. Nothing is overwritten. Raises OSError."""
    kept = name_aside(path, word, now)
    path.rename(kept)
    sync_folder(path.parent)
    return kept
