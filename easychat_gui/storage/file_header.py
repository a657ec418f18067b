"""The first hundred bytes of a database file, read without SQLite.

Opening a database, even to look, may create files beside it or move its write-ahead log into it. A file that this
program must not touch (written by a later version, or no database at all) is recognised here first.
Offsets: sqlite.org/fileformat2.html, 1.3.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

_MAGIC = b"SQLite format 3\x00"
_LENGTH = 100
_WRITE_VERSION = 18
_WRITE_VERSIONS = (1, 2)

KEY_FILE = "easychat.key"
INDEX_NAME = "search.db"

RECODING_NOTE = "easychat.recoding"
"""Beside the database while it is being encrypted or decrypted, with all that belongs to it."""


@dataclass(frozen=True, slots=True)
class FileHeader:
    """``size`` is that of the file in bytes; of an empty file the rest is 0, and ``is_sqlite`` is False.

    ``is_writable_form`` is False where the number of the format is one that SQLite would only read: the program never
    writes one, so the file is damaged.
    """

    size: int
    is_sqlite: bool = False
    user_version: int = 0
    application_id: int = 0
    is_writable_form: bool = True


def read_header(path: Path) -> FileHeader | None:
    """Return what the file says of itself, None if there is no file. Raises OSError."""
    try:
        with path.open("rb") as file:
            start = file.read(_LENGTH)
    except FileNotFoundError:
        return None
    size = path.stat().st_size
    if len(start) < _LENGTH or not start.startswith(_MAGIC):
        return FileHeader(size)
    return FileHeader(size, True, _number(start, 60), _number(start, 68), start[_WRITE_VERSION] in _WRITE_VERSIONS)


def _number(start: bytes, offset: int) -> int:
    return int.from_bytes(start[offset : offset + 4], "big", signed=True)


def beside(path: Path) -> tuple[Path, Path, Path]:
    """Return the write-ahead log, the shared-memory index and the rollback journal that belong to a database file.

    A journal lies there on network drives, and beside a file that was being made when the program was killed. It holds
    pages as they were: under the name of another database it would be played back into that.
    """
    return tuple(path.with_name(f"{path.name}-{end}") for end in ("wal", "shm", "journal"))  # type: ignore[return-value]


def key_files_of(path: Path, backups_folder: Path | None = None) -> tuple[Path, Path]:
    """Return where the key lies, sealed with a passphrase, if a database is encrypted, and where its second copy does.

    The copy lies with the backups: a lost small file must not cost all chats.
    """
    return path.with_name(KEY_FILE), (backups_folder or path.parent / "backups") / KEY_FILE


def has_key_file(path: Path, backups_folder: Path | None = None) -> bool:
    """Tell whether a passphrase may open the database."""
    return any(file.exists() for file in key_files_of(path, backups_folder))


def has_log(path: Path) -> bool:
    """Tell whether a write-ahead log with content lies beside the file: then the header may be out of date."""
    try:
        return beside(path)[0].stat().st_size > 0
    except FileNotFoundError:
        return False
