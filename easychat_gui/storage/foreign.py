"""Tables of a database that another program has written: read, never trusted, never touched.

Nothing is made beside the file and nothing in it is run: views, triggers and virtual tables are passed over, and so are
columns that are computed. What is in a write-ahead log beside it belongs to it; to see that, SQLite would have to
write there, so file and log are copied first.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from easychat_gui.domain.errors import TransferError
from easychat_gui.storage.connecting import Access, connect, connect_foreign
from easychat_gui.storage.file_header import beside, has_log
from easychat_gui.support.private_folder import folder_on_disk

LONGEST_VALUE_BYTES = 256 * 1024 * 1024
MOST_ROWS = 5_000_000
"""A damaged file may lead round in circles; nobody has so many messages."""

_LARGEST_COPY_BYTES = 8 * 1024**3


class ForeignDatabase:
    """Open for reading; close it after use. Whatever goes wrong with the file is a `TransferError`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with self._translated(), ExitStack() as stack:
            self._connection = connect_foreign(_with_log(path, stack))
            stack.callback(self._connection.close)
            self._connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST_VALUE_BYTES)
            self._connection.text_factory = lambda content: content.decode("utf-8", "replace")
            for pragma in ("trusted_schema = OFF", "query_only = ON", "cell_size_check = ON"):
                self._connection.execute(f"PRAGMA {pragma}")
            self._stack = stack.pop_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._stack.close()

    def tables(self) -> dict[str, frozenset[str]]:
        """Return the real tables and their stored columns."""
        with self._translated():
            names = [
                row[0]
                for row in self._connection.execute(
                    "SELECT name FROM sqlite_master WHERE type = 'table' AND rootpage > 0 AND name NOT LIKE 'sqlite_%'"
                )
            ]
            return {name: frozenset(self._columns(name)) for name in names}

    def rows(
        self, table: str, *columns: str, order: str = "rowid", where: tuple[str, Any] | None = None
    ) -> Iterator[Mapping[str, Any]]:
        """Yield those of these columns that the table has, as {name: value}, row by row in the order of a column.

        ``where``: only those that have this value in a column. Where the file is damaged, this raises `TransferError`
        behind the last row that can be read.
        """
        with self._translated():
            stored = self._columns(table)
            wanted = [name for name in columns if name in stored]
            by = f" ORDER BY {_quoted(order)}" if order in stored or order == "rowid" else ""
            only = f" WHERE {_quoted(where[0])} = ?" if where is not None else ""
            if not wanted or (where is not None and where[0] not in stored):
                return
            found = self._connection.execute(
                f"SELECT {', '.join(map(_quoted, wanted))} FROM {_quoted(table)}{only}{by} LIMIT {MOST_ROWS}",  # noqa: S608
                where[1:] if where is not None else (),
            )
        while True:
            with self._translated():
                row = found.fetchone()
            if row is None:
                return
            yield dict(zip(wanted, row, strict=True))

    def _columns(self, table: str) -> list[str]:
        about = self._connection.execute(f"PRAGMA table_xinfo({_quoted(table)})")
        return [row[1] for row in about if not row[6]]  # the last says: hidden, or computed

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError, ValueError, OverflowError) as error:
            raise TransferError(f"{self._path.name} cannot be read: {error}", self._path) from error


def _with_log(path: Path, stack: ExitStack) -> Path:
    """Return the file, or where there is more to it in a log, a copy of both, which goes with the stack."""
    if not has_log(path):
        return path
    log = beside(path)[0]
    if path.stat().st_size + log.stat().st_size > _LARGEST_COPY_BYTES:
        return path
    copy = stack.enter_context(folder_on_disk()) / "copy.db"
    shutil.copyfile(path, copy)
    shutil.copyfile(log, beside(copy)[0])
    _take_in_log(copy)
    return copy


def _take_in_log(copy: Path) -> None:
    """Move what is in the log of our own copy into it."""
    connection = connect(copy, Access.WRITE)
    try:
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()


def tables_of(path: Path) -> dict[str, frozenset[str]]:
    """Return the tables of a file with their columns, none where it cannot be read."""
    try:
        with ForeignDatabase(path) as database:
            return database.tables()
    except TransferError:
        return {}


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
