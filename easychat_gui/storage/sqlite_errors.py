"""SQLite's errors sorted into theirs and ours.

What the disk, the file or another program did becomes a `domain.errors.StorageError` with a sentence. Everything
else (a misspelt column, a broken constraint) is a fault of this program and is raised as it came, for a report.
"""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from easychat_gui.domain.errors import (
    DatabaseDamaged,
    DatabaseLocked,
    DatabaseUnavailable,
    DiskFull,
    StorageError,
)

_PRIMARY = 0xFF
"""The low byte of an extended result code is its primary code (sqlite.org/rescode.html)."""

_KINDS: dict[int, tuple[type[StorageError], str]] = {
    sqlite3.SQLITE_BUSY: (DatabaseLocked, "Another program is using {path}."),
    sqlite3.SQLITE_PROTOCOL: (DatabaseLocked, "Another program is using {path}."),
    sqlite3.SQLITE_READONLY: (DatabaseUnavailable, "{path} cannot be written to."),
    sqlite3.SQLITE_CANTOPEN: (DatabaseUnavailable, "{path} cannot be opened."),
    sqlite3.SQLITE_PERM: (DatabaseUnavailable, "There is no right to open {path}."),
    sqlite3.SQLITE_IOERR: (DatabaseUnavailable, "The disk reported a fault with {path}."),
    sqlite3.SQLITE_NOLFS: (DatabaseUnavailable, "The file system cannot hold {path}."),
    sqlite3.SQLITE_CORRUPT: (DatabaseDamaged, "{path} is damaged."),
    sqlite3.SQLITE_NOTADB: (DatabaseDamaged, "{path} is not a database."),
    sqlite3.SQLITE_FORMAT: (DatabaseDamaged, "{path} is not a database."),
    sqlite3.SQLITE_FULL: (DiskFull, "There is no space left for {path}."),
    # Raised when the memory-mapped index of the log cannot be enlarged, which is the disk being full.
    sqlite3.SQLITE_IOERR_SHMSIZE: (DiskFull, "There is no space left for {path}."),
}

_CODES_OF_WORDS = {
    "unsupported file format": sqlite3.SQLITE_FORMAT,
    "database or disk is full": sqlite3.SQLITE_FULL,
    "disk I/O error": sqlite3.SQLITE_IOERR,
    "database disk image is malformed": sqlite3.SQLITE_CORRUPT,
}
"""What has the code of a fault of this program where a damaged header, or what SQLCipher does inside, is meant."""

_FULL_ERRNOS = {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)}


def is_full(error: OSError) -> bool:
    """Is it that the disk, or the person's share of it, is full?"""
    return error.errno in _FULL_ERRNOS


def storage_error(error: Exception, path: Path) -> StorageError | None:
    """Return the error for a person, or None when ``error`` is a fault of this program."""
    if isinstance(error, OSError):
        sentence = f"{path}: {error.strerror or error}."
        return DiskFull(sentence, path) if is_full(error) else DatabaseUnavailable(sentence, path)
    if isinstance(error, UnicodeDecodeError):  # damage has got into the very text of SQLite's message
        return DatabaseDamaged(f"{path} is damaged.", path)
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        return None
    if code == sqlite3.SQLITE_ERROR:
        code = _CODES_OF_WORDS.get(str(error), code)
    found = _KINDS.get(code) or _KINDS.get(code & _PRIMARY)
    if found is None:
        return None
    kind, sentence = found
    return kind(sentence.format(path=path), path)


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Raise what happens inside as `StorageError` where it is not our fault."""
    try:
        yield
    except (sqlite3.Error, OSError, UnicodeDecodeError) as error:
        known = storage_error(error, path)
        if known is None:
            raise
        raise known from error
