"""The database file: opening it safely, and transactions."""

from __future__ import annotations

import functools
import logging
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Self

from easychat_gui.domain.errors import DatabaseDamaged, DatabaseEncrypted, DatabaseTooNew, DatabaseUnavailable
from easychat_gui.storage import backups
from easychat_gui.storage.connecting import Access, connect, hold, key_for, let_go
from easychat_gui.storage.drives import is_on_network
from easychat_gui.storage.file_header import FileHeader, beside, has_key_file, has_log, read_header
from easychat_gui.storage.migrations import APPLICATION_ID, CURRENT_VERSION, migrate, user_version
from easychat_gui.storage.reports import OpenReport
from easychat_gui.storage.shape import fault_in
from easychat_gui.storage.sqlite_errors import translated
from easychat_gui.support.atomic_files import create_private, make_private, make_private_folder

_log = logging.getLogger(__name__)

CHECK_AT_OPEN_BYTES = 8_000_000
CHECK_AFTER_CRASH_BYTES = 100_000_000
"""Files up to this size are checked before use: 40 ms, after a crash 0.5 s. Larger ones later, in `upkeep`."""

SET_ASIDE = "damaged"
REPLACED = "replaced"
"""The words in the name of a file that `recovery` put aside: one that was damaged, and one that was well."""

MENDED = "mended"
"""The word in the name of what a `recovery` has made: from when it is whole until it lies in the old file's place."""

SAVED = "saved"
"""The word in the name of what `rescue` has saved of a file that was taken away, until that lies in its place."""

Row = tuple[Any, ...]


class Database:
    """An open database file. Belongs to the thread that opened it."""

    def __init__(self, path: Path, connection: sqlite3.Connection, report: OpenReport) -> None:
        self.path = path
        self.connection = connection
        self.report = report
        self._is_held = False
        self._identity = _identity_of(path) if report.is_wal else None

    @classmethod
    def open(cls, path: Path, backups_folder: Path | None = None) -> Self:
        """Open the file, or create it, bring its schema up to date, and return it ready for use.

        Raises `StorageError`; the file is then as it was. ``backups_folder`` is beside the file unless told.
        """
        folder = backups_folder or path.parent / "backups"
        with translated(path):
            make_private_folder(path.parent)
            if path.is_dir():
                raise DatabaseDamaged(f"{path} is a folder, and no database.", path)
            header = read_header(path)
            _refuse_unfit(path, header, folder)
            if header is None:
                create_private(path)
            has_crashed = has_log(path)  # one that was closed has folded its log in
            for file in (path, *beside(path)):
                make_private(file)
            connection = connect(path, Access.WRITE)
            is_new = header is None or header.size == 0
            hold(path, is_plain=key_for(path) is None if is_new else header is not None and header.is_sqlite)
            try:
                opened = cls(path, connection, _prepare(connection, path, folder, has_crashed=has_crashed))
                opened._is_held = True
            except BaseException:
                connection.close()
                let_go(path)
                raise
            return opened

    def is_in_place(self) -> bool:
        """Is the file that is open still the one that lies at its path? True where the system keeps it there."""
        return self._identity is None or _identity_of(self.path) == self._identity

    def close(self) -> None:
        """Close the file; its write-ahead log is folded in. Does nothing when it is closed already."""
        with suppress(sqlite3.Error):  # what was committed is safe in the log
            self.connection.execute("PRAGMA analysis_limit = 400")  # or quitting would take seconds some day
            self.connection.execute("PRAGMA optimize")
        with translated(self.path):
            self.connection.close()
        if self._is_held:
            self._is_held = False
            let_go(self.path)

    @contextmanager
    def transaction(self, *, is_for_writing: bool = True) -> Iterator[None]:
        """All inside happens or nothing does. Inside another transaction it simply belongs to that one.

        ``is_for_writing`` takes the lock at once, so that a busy file is noticed before the work and not after it.
        """
        if self.connection.in_transaction:
            yield
            return
        with translated(self.path):
            self.connection.execute("BEGIN IMMEDIATE" if is_for_writing else "BEGIN")
            try:
                yield
                self._before_commit()
                self.connection.execute("COMMIT")
            except BaseException:
                # A full disk or a broken file has sometimes rolled back already.
                if self.connection.in_transaction:
                    self.connection.execute("ROLLBACK")
                self._after_rollback()
                raise
            self._after_commit()

    def _before_commit(self) -> None:
        """For what hangs on the database from outside: the last moment in which it can still be undone."""

    def _after_commit(self) -> None:
        pass

    def _after_rollback(self) -> None:
        pass

    @contextmanager
    def read_only(self) -> Iterator[None]:
        """Let every attempt to write inside fail with `DatabaseUnavailable`."""
        with translated(self.path):
            self.connection.execute("PRAGMA query_only = ON")
        try:
            yield
        finally:
            self.connection.execute("PRAGMA query_only = OFF")

    def execute(self, sql: str, values: Sequence[Any] = ()) -> int:
        """Run one statement; return how many rows it changed. Raises `StorageError`."""
        with translated(self.path):
            return self.connection.execute(sql, values).rowcount

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[Row]:
        """Run one query; return all of its rows. Raises `StorageError`."""
        with translated(self.path):
            return self.connection.execute(sql, values).fetchall()

    def rows_of_sound_text(self, sql: str, values: Sequence[Any] = ()) -> list[Row]:
        """Do as `rows`, in half the time where all bytes are proper text."""
        self.connection.text_factory = str
        try:
            return self.rows(sql, values)
        except sqlite3.OperationalError:  # a text could not be decoded
            self.connection.text_factory = TOLERANT_TEXT
            return self.rows(sql, values)
        finally:
            self.connection.text_factory = TOLERANT_TEXT

    def row(self, sql: str, values: Sequence[Any] = ()) -> Row | None:
        """Run one query; return its first row, None if there is none. Raises `StorageError`."""
        rows = self.rows(sql, values)
        return rows[0] if rows else None


def _identity_of(path: Path) -> tuple[int, ...] | None:
    """Return what tells this file from every other, also of its name; None where it is not known, or not needed."""
    if sys.platform == "win32":  # what is open stays where it is
        return None
    try:
        found = path.stat()
    except FileNotFoundError:
        return (0, 0)
    except OSError:  # a drive that is away for the moment
        return None
    return (found.st_dev, found.st_ino)


def _refuse_unfit(path: Path, header: FileHeader | None, folder: Path) -> None:
    """Raise what forbids opening, without touching the file."""
    if header is None or header.size == 0:
        state = "is missing" if header is None else "is empty"
        # A repair that was ended between its two renames leaves only the file that it set aside.
        names = (f"{path.stem}.{word}-*{path.suffix}" for word in (SET_ASIDE, REPLACED))
        is_set_aside = header is None and any(found for name in names for found in path.parent.glob(name))
        if backups.newest(folder) or has_log(path) or is_set_aside:
            raise DatabaseDamaged(f"{path} {state}, though there were conversations in it.", path)
        return
    if not header.is_sqlite and key_for(path) is None:
        if has_key_file(path, folder):
            raise DatabaseEncrypted(f"{path} is encrypted; its passphrase is needed.", path)
        key_is_missing = ", or it is encrypted and its key (easychat.key, also in backups) is missing"
        may_be_encrypted = header.size % 4096 == 0
        raise DatabaseDamaged(f"{path} is not a database{key_is_missing if may_be_encrypted else ''}.", path)
    _refuse_too_new(path, header.user_version)
    if not header.is_writable_form:
        raise DatabaseDamaged(f"{path} is damaged.", path)
    if has_log(path) or not header.is_sqlite:
        # What a later version did may stand only in the log. A reader does not move it into the file.
        connection = connect(path, Access.READ)
        try:
            _refuse_too_new(path, user_version(connection))
        finally:
            connection.close()


def _refuse_too_new(path: Path, found: int) -> None:
    if found > CURRENT_VERSION:
        raise DatabaseTooNew(
            f"{path} was written by a later version of this program "
            f"(its format is {found}; this version reads up to {CURRENT_VERSION}).",
            path,
            found=found,
            known=CURRENT_VERSION,
        )


def _prepare(connection: sqlite3.Connection, path: Path, folder: Path, *, has_crashed: bool) -> OpenReport:
    version = user_version(connection)
    _refuse_foreign(connection, path, version)
    is_new = version == 0
    if is_checked := is_new or path.stat().st_size <= (CHECK_AFTER_CRASH_BYTES if has_crashed else CHECK_AT_OPEN_BYTES):
        check(connection, path)
    copy = None
    if not is_new and version < CURRENT_VERSION:
        copy = backups.copy_before_migration(connection, path, folder, version, time.time())
    is_wal = _configure(connection, path)
    migrate(connection)
    if not is_new and (fault := fault_in(connection)) is not None:
        raise DatabaseDamaged(f"{path} is not as it was written: {fault}.", path)
    # Only now: a migration that rebuilds a table must not set off the deletions that hang on its rows.
    connection.execute("PRAGMA foreign_keys = ON")
    if copy:
        _log.info("database migrated from version %d to %d; the old one is %s", version, CURRENT_VERSION, copy)
    return OpenReport(
        is_new=is_new,
        is_checked=is_checked,
        migrated_from=version if copy else None,
        safety_copy=copy,
        is_wal=is_wal,
    )


def _refuse_foreign(connection: sqlite3.Connection, path: Path, version: int) -> None:
    owner = connection.execute("PRAGMA application_id").fetchone()[0]
    has_tables = connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone() is not None
    has_known_version = version > 0 if has_tables else version == 0
    if (version or has_tables) and (owner != APPLICATION_ID or not has_known_version):
        raise DatabaseDamaged(f"{path} is not a database of this program.", path)


def _configure(connection: sqlite3.Connection, path: Path) -> bool:
    """Set what holds for this connection; return whether the file has a write-ahead log."""
    wanted = "DELETE" if is_on_network(path) else "WAL"
    mode = connection.execute(f"PRAGMA journal_mode = {wanted}").fetchone()[0]
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA temp_store = MEMORY")
    connection.execute("PRAGMA journal_size_limit = 16777216")
    # What is deleted is overwritten, in the table and in its indexes; `Store.scrub_log` does the same for the log.
    connection.execute("PRAGMA secure_delete = ON")
    # A byte that is no UTF-8 (a bad disk) shows as "�" instead of making the whole conversation unreadable.
    connection.text_factory = TOLERANT_TEXT
    return bool(mode == "wal")


TOLERANT_TEXT: Callable[[bytes], str] = functools.partial(str, encoding="utf-8", errors="replace")


def check(connection: sqlite3.Connection, path: Path) -> None:
    """Raise `DatabaseDamaged` unless the file is sound."""
    with translated(path):
        findings = connection.execute("PRAGMA quick_check(1)").fetchall()
    if findings != [("ok",)]:
        raise DatabaseDamaged(f"{path} is damaged.", path)


def check_file(path: Path) -> None:
    """Check a file that this thread has not opened, without writing to it. Raises `StorageError`."""
    if not path.exists():
        raise DatabaseUnavailable(f"{path} is not there.", path)
    with translated(path):
        connection = connect(path, Access.READ)
        try:
            check(connection, path)
        finally:
            connection.close()
