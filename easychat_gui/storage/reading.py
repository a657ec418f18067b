"""Reading the database beside the one who writes it, in queries that can be broken off."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from easychat_gui.storage.connecting import Access, attach, connect
from easychat_gui.storage.database import TOLERANT_TEXT, Row
from easychat_gui.storage.sqlite_errors import translated

_CACHE_KIB = -8_000

_ASK_EVERY = 50_000
"""Steps of SQLite's machine, of which it makes some ten millions a second."""


class Interrupted(Exception):
    """What was asked for is no longer wanted. Nobody needs to be told."""


def _always() -> bool:
    return True


class Reader:
    """A connection that only reads. Belongs to the thread that made it, but for `interrupt`.

    ``is_wanted`` is asked before each query: what is asked for may go out of use between two of them, when there is
    nothing to interrupt. All methods raise `StorageError`, and `Interrupted`.
    """

    def __init__(self, path: Path, is_wanted: Callable[[], bool] = _always) -> None:
        self.path = path
        self._is_wanted = is_wanted
        self._attached: dict[str, tuple[int, int]] = {}
        with self._checked():
            self.connection = connect(path, Access.READ)
            self.connection.text_factory = TOLERANT_TEXT
            self.connection.execute("PRAGMA temp_store = MEMORY")
            self.connection.execute(f"PRAGMA cache_size = {_CACHE_KIB}")
            # An interruption that comes just before a query begins would be lost.
            self.connection.set_progress_handler(lambda: not is_wanted(), _ASK_EVERY)

    def close(self) -> None:
        self.connection.close()

    def interrupt(self) -> None:
        """Break off the query that runs. May be called from any thread; does nothing when none does."""
        self.connection.interrupt()

    def attach(self, path: Path, name: str) -> bool:
        """Have the tables of a second file under ``name``. Return False while there is none that can be read.

        One that was replaced since is attached anew.
        """
        try:
            status = path.stat()
        except OSError:
            status = None
        identity = None if status is None else (status.st_dev, status.st_ino)
        if self._attached.get(name) != identity:
            with self._checked():
                if self._attached.pop(name, None) is not None:
                    self.connection.execute(f"DETACH {name}")
                if identity is not None and attach(self.connection, self.path, path, name):
                    self.connection.execute(f"PRAGMA {name}.cache_size = {_CACHE_KIB}")
                    self._attached[name] = identity
        return name in self._attached

    def each(self, sql: str, values: Sequence[Any] = ()) -> Generator[Row, None, None]:
        """Yield the rows of a query one by one: who has enough simply stops."""
        with self._checked():
            yield from self.connection.execute(sql, values)

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[Row]:
        """Return all rows of a query."""
        with self._checked():
            return self.connection.execute(sql, values).fetchall()

    def row(self, sql: str, values: Sequence[Any] = ()) -> Row | None:
        """Return the first row of a query, None if there is none."""
        with self._checked():
            row: Row | None = self.connection.execute(sql, values).fetchone()
            return row

    @contextmanager
    def _checked(self) -> Iterator[None]:
        if not self._is_wanted():
            raise Interrupted
        try:
            with translated(self.path):
                yield
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode == sqlite3.SQLITE_INTERRUPT:
                raise Interrupted from None
            raise
