"""A copy of the database as one file, made while others read and write."""

from __future__ import annotations

import os
import shutil
import sqlite3
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from easychat_gui.domain.errors import DatabaseDamaged, DiskFull
from easychat_gui.storage.connecting import Access, connect
from easychat_gui.storage.file_header import beside
from easychat_gui.storage.sqlite_errors import translated
from easychat_gui.support.atomic_files import create_private, make_private_folder, sync_folder

_PAGES_AT_ONCE = 512
"""2 MB: how much is copied before `should_stop` is asked again."""

_BYTES_AT_ONCE = 2_097_152
_ATTEMPTS = 40
_BETWEEN_ATTEMPTS_S = 0.05

_BETWEEN_QUESTIONS_S = 0.1
"""How long a check runs before it is asked whether it should stop."""

_ROOM_LEFT = 64_000_000
"""In bytes, or as much as the copy itself: it must not take the last space of a disk, which the chats need."""


_held: dict[Path, int] = {}
"""Descriptors by the file that they are of."""


class Stopped(Exception):
    """Somebody wants the work to end."""


def never() -> None:
    """The question "should this stop?" where nobody will want that."""


def asking(should_stop: Callable[[], bool]) -> Callable[[], None]:
    """Return a function that raises `Stopped` when it is time to stop."""

    def ask() -> None:
        if should_stop():
            raise Stopped

    return ask


def copy_whole(source: sqlite3.Connection, path: Path, ask: Callable[[], None] = never) -> None:
    """Make a checked copy at ``path``, where nothing is yet: it is whole and on the disk, or not there.

    Raises `StorageError`, and what ``ask`` raises.
    """
    unfinished = path.with_name(f"{path.name}.unfinished")
    with translated(path):
        make_private_folder(path.parent)
        try:
            copy_unfinished(source, unfinished, ask)
            with unfinished.open("rb+") as file:
                os.fsync(file.fileno())
            unfinished.replace(path)
            sync_folder(path.parent)
        finally:
            remove(unfinished)


def copy_unfinished(source: sqlite3.Connection, path: Path, ask: Callable[[], None]) -> None:
    """Make a checked copy that need not survive a power cut, in place of one that is there."""

    def progress(_status: int, _remaining: int, _total: int) -> None:
        ask()

    require_room(path.parent, _size_of(source))
    remove(path)
    create_private(path)
    target = connect(path, Access.WRITE)
    try:
        target.execute("PRAGMA synchronous = OFF")
        with _one_moment(source):
            source.backup(target, pages=_PAGES_AT_ONCE, progress=progress, sleep=0)
        _settle(target, path, ask)
    finally:
        target.close()


def _settle(target: sqlite3.Connection, path: Path, ask: Callable[[], None]) -> None:
    """Make one file of a copy, and check it."""
    # A copy that carries the log mode would grow two more files as soon as it is looked at.
    target.execute("PRAGMA journal_mode = DELETE")
    if findings(target, "PRAGMA quick_check(1)", ask):
        raise DatabaseDamaged(f"The copy {path} of the database is damaged.", path)


def make_one_file(path: Path) -> None:
    """Fold the log of a database that nobody has open into its file, check that, and bring it to the disk.

    Closing alone says nothing when the disk is too full for it; the file without its log would be as good as empty.
    Raises `StorageError`.
    """
    with translated(path):
        connection = connect(path, Access.WRITE)
        try:
            _settle(connection, path, never)
        finally:
            connection.close()
        with path.open("rb+") as file:
            os.fsync(file.fileno())


def copy_as_it_lies(database: Path, path: Path, ask: Callable[[], None]) -> bool:
    """Copy an encrypted file byte for byte, in place of a copy that is there. Return False if that cannot be done now.

    SQLite's own copy encrypts each page anew, so that no two copies have a piece in common. While a reader stands at
    the end of the log, and all before it is in the file, nobody writes to the file itself: what is new stays in the
    log (sqlite.org/wal.html, 2.2). Raises `sqlite3.Error`, OSError, and what ``ask`` raises.
    """
    reader, keeper = connect(database, Access.READ), connect(database, Access.WRITE)
    try:
        if reader.execute("PRAGMA journal_mode").fetchone() != ("wal",):
            return False
        for _ in range(_ATTEMPTS):
            ask()
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM sqlite_master").fetchone()
            _is_busy, in_log, in_file = keeper.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
            if in_log == in_file:
                _copy_file(database, path, ask)
                reader.execute("ROLLBACK")
                copy = connect(path, Access.WRITE)
                try:
                    _settle(copy, path, ask)
                finally:
                    copy.close()
                return True
            reader.execute("ROLLBACK")  # somebody wrote in between, or reads something older
            time.sleep(_BETWEEN_ATTEMPTS_S)
    finally:
        keeper.close()
        reader.close()
    return False


def _copy_file(source: Path, path: Path, ask: Callable[[], None]) -> None:
    require_room(path.parent, source.stat().st_size)
    remove(path)
    create_private(path)
    old = _held_open(source)
    try:
        with path.open("rb+") as new:
            place = 0
            while content := _read_at(old, place):
                ask()
                new.write(content)
                place += len(content)
    finally:
        if sys.platform == "win32":
            os.close(old)


def _read_at(descriptor: int, place: int) -> bytes:
    os.lseek(descriptor, place, os.SEEK_SET)
    return os.read(descriptor, _BYTES_AT_ONCE)


def _held_open(path: Path) -> int:
    """Return a descriptor of a database file, which stays open.

    Closing one takes away, on all systems but Windows, every lock that this process has on the file: those of the
    connections, too (sqlite.org/howtocorrupt.html, 2.2). One of a file that was replaced since is closed.
    """
    held = _held.pop(path, None)
    if held is not None and not os.path.samestat(os.fstat(held), path.stat()):
        os.close(held)
        held = None
    if held is None:
        held = os.open(path, os.O_RDONLY | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0))
    if sys.platform != "win32":
        _held[path] = held
    return held


def findings(connection: sqlite3.Connection, check: str, ask: Callable[[], None] = never) -> list[str]:
    """Run a check of SQLite's; return what it finds, nothing where all is well. Raises what ``ask`` raises."""
    reasons: list[BaseException] = []
    has_ended = threading.Event()

    def watch() -> None:
        while not has_ended.wait(_BETWEEN_QUESTIONS_S):
            try:
                ask()
            except BaseException as reason:  # it is raised where the check was asked for
                reasons.append(reason)
                connection.interrupt()  # a progress handler would not be asked: the check of a table is one step
                return

    watcher = threading.Thread(target=watch, name="check-watcher", daemon=True)
    watcher.start()
    try:
        rows = connection.execute(check).fetchall()
    except sqlite3.Error:
        if reasons:
            raise reasons[0] from None
        raise
    finally:
        has_ended.set()
        watcher.join()
    if reasons:
        raise reasons[0]
    return [str(row[0]) for row in rows if row != ("ok",)]


def require_room(folder: Path, size: int) -> None:
    """Raise `DiskFull` unless so many bytes fit, with some to spare. ``folder`` must be there."""
    if shutil.disk_usage(folder).free < size + min(size, _ROOM_LEFT):
        raise DiskFull(f"There is no space left for {folder}.", folder)


def remove(path: Path) -> None:
    """Remove a database file that nobody needs, and what belongs to it."""
    for file in (path, *beside(path)):
        with suppress(OSError):
            file.unlink(missing_ok=True)


@contextmanager
def _one_moment(source: sqlite3.Connection) -> Iterator[None]:
    """Let everything that is read inside be of one moment.

    Without it, each commit of another connection makes the copy begin again, and a busy program would never be copied.
    Only with a log: without one, a long reader would keep all others from writing.
    """
    if source.in_transaction or source.execute("PRAGMA journal_mode").fetchone() != ("wal",):
        yield
        return
    source.execute("BEGIN")
    try:
        source.execute("SELECT count(*) FROM sqlite_master").fetchone()
        yield
    finally:
        source.execute("ROLLBACK")


def _size_of(source: sqlite3.Connection) -> int:
    pages: int = source.execute("PRAGMA page_count").fetchone()[0]
    size = int(source.execute("PRAGMA page_size").fetchone()[0])  # SQLCipher answers with a text
    return pages * size
