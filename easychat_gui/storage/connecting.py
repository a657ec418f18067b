"""The one place where a database file is connected to."""

from __future__ import annotations

import sqlite3
from enum import StrEnum
from pathlib import Path

from easychat_gui.storage.file_header import read_header

BUSY_TIMEOUT_S = 3.0

_keys: dict[Path, bytes] = {}
"""By folder. Here and not with those who connect: a key that is handed through every call ends up in a log some day."""


_held: dict[Path, list[bool]] = {}
"""Whether each database that this process has open for writing is plain, once for each time that it is open.

Looking into its file would end in closing that file, and POSIX gives up all locks of a process on a file when any of
its descriptors is closed: another program could then take away the log under us (sqlite.org/howtocorrupt.html, 2.2).
"""


class Access(StrEnum):
    """What a connection may do. Neither makes a file: one that vanished meanwhile must be an error, not an empty list
    of chats."""

    READ = "ro"
    WRITE = "rw"


def use_key(folder: Path, key: bytes | None) -> None:
    """Open encrypted files in this folder and below with this key from now on, and encrypt new ones; None: no more."""
    if key is None:
        _keys.pop(folder.absolute(), None)
    else:
        _keys[folder.absolute()] = key


def key_for(path: Path) -> bytes | None:
    """Return the key for what lies at this path, None where nothing is encrypted or nobody has opened it."""
    return next((_keys[folder] for folder in path.absolute().parents if folder in _keys), None) if _keys else None


def connect(path: Path, access: Access) -> sqlite3.Connection:
    """Return a connection in autocommit mode to a file that is there. Raises `sqlite3.Error`, OSError.

    It may be interrupted (`Connection.interrupt`) from any thread, and belongs to the one that made it otherwise. An
    empty file becomes an encrypted one where there is a key; a plain one stays plain.
    """
    uri = f"{path.as_uri()}?mode={access}"
    key = key_for(path)
    if key is not None and not is_plain(path):
        from easychat_gui.storage import encrypted

        return encrypted.connect(uri, key, BUSY_TIMEOUT_S)
    return sqlite3.connect(uri, uri=True, timeout=BUSY_TIMEOUT_S, isolation_level=None)


def attach(connection: sqlite3.Connection, to: Path, path: Path, name: str) -> bool:
    """Have the tables of a second file, only to read them, under ``name`` in a connection to the file ``to``.

    Return whether that can be: not when only one of the two is encrypted. Raises `sqlite3.Error`, OSError.
    """
    is_open = is_plain(path)
    if is_plain(to) is not is_open:
        return False
    uri, key = f"{path.as_uri()}?mode={Access.READ}", key_for(path)
    if is_open or key is None:
        connection.execute(f"ATTACH ? AS {name}", (uri,))
    else:
        connection.execute(f"ATTACH ? AS {name} KEY ?", (uri, f"x'{key.hex()}'"))
    return True


def connect_in_memory() -> sqlite3.Connection:
    """Return a connection in autocommit mode to an empty database that never touches a disk."""
    return sqlite3.connect(":memory:", isolation_level=None)


def hold(path: Path, *, is_plain: bool) -> None:
    """Note that the database at this path is open for writing, until `let_go`."""
    _held.setdefault(path.absolute(), []).append(is_plain)


def let_go(path: Path) -> None:
    """Note that it is no longer. What was never held is passed over."""
    held = _held.get(path.absolute(), [])
    if held:
        held.pop()
    if not held:
        _held.pop(path.absolute(), None)


def is_plain(path: Path) -> bool:
    """Can anybody read this database? An empty file and one that is no database count as not."""
    if held := _held.get(path.absolute()):
        return held[0]
    header = read_header(path)
    return header is not None and header.is_sqlite


def connect_foreign(path: Path) -> sqlite3.Connection:
    """Return a connection to a file that another program has written and that stays as it is. Raises `sqlite3.Error`.

    "immutable": SQLite neither locks it nor makes anything beside it, and sees no log.
    """
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True, isolation_level=None)
