"""The index of all words: a file of its own beside the database, made of it and thrown away whenever in doubt.

It holds no texts, only which words stand where (FTS5, contentless): `search` reads the texts from the database. What
changes is noted there by triggers (`migrations.m0005_search`) and worked off here, so that who writes a message never
waits for the index. What was there before is added in blocks, the newest first. Each step is one transaction that says
how far it got: an end at any moment loses nothing and doubles nothing.
"""

from __future__ import annotations

import logging
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import IntEnum
from pathlib import Path
from typing import NamedTuple

from easychat_gui.domain.errors import DatabaseDamaged
from easychat_gui.domain.search_words import FOLDING, indexable
from easychat_gui.storage.connecting import Access, connect, is_plain
from easychat_gui.storage.database import TOLERANT_TEXT, Row
from easychat_gui.storage.drives import is_on_network
from easychat_gui.storage.file_header import INDEX_NAME, beside
from easychat_gui.storage.reading import Interrupted
from easychat_gui.storage.sqlite_errors import translated
from easychat_gui.support.atomic_files import create_private, set_aside

_log = logging.getLogger(__name__)

BLOCK_ROWS = 4_000
BLOCK_CHARACTERS = 1_000_000
"""What one step takes up: a fifth of a second's work or so. A single text may be longer."""

SPAN_ROWS = 4096

_MERGED_PAGES = 200

_TO_BE_MERGED = "to be merged"
"""Under this name it is noted that FTS5 should put together what it has written bit by bit: until then words
that are gone stand beside what was there, and each question looks into many pieces, which takes half as long again."""

_LAYOUT = f"4; {FOLDING}"
"""An index of another layout or folding is made anew."""


class Kind(IntEnum):
    """What a text is; the numbers are those of the journal."""

    MESSAGE = 1
    TITLE = 2
    FILE = 3


_TABLES = {Kind.TITLE: "titles", Kind.MESSAGE: "texts", Kind.FILE: "files"}
"""In the order in which they are filled."""

_TEXTS = {
    Kind.MESSAGE: (
        "SELECT number, text, created_at FROM messages WHERE status NOT IN ('pending', 'streaming') AND text <> ''"
    ),
    Kind.TITLE: "SELECT number, title FROM conversations WHERE title <> ''",
    Kind.FILE: "SELECT number, name || char(10) || text FROM attachments WHERE message_id IS NOT NULL",
}
_HIGHEST = {
    Kind.MESSAGE: "SELECT max(number) FROM messages",
    Kind.TITLE: "SELECT max(number) FROM conversations",
    Kind.FILE: "SELECT max(number) FROM attachments",
}

_SCHEMA = (
    "CREATE TABLE state (name TEXT PRIMARY KEY, value) WITHOUT ROWID",
    # What folding leaves is words between blanks: the tokenizer has only to know what belongs to one. Marks do, for
    # scripts of which vowels are such. Sizes of columns serve a ranking that is not used.
    # Between which times the messages of a block of numbers were made: imported ones are not in the order of time.
    "CREATE TABLE spans (block INTEGER PRIMARY KEY, earliest REAL NOT NULL, latest REAL NOT NULL)",
    *(
        f"CREATE VIRTUAL TABLE {table} USING fts5(text, content='', columnsize=0, prefix='1 2 3', "
        """tokenize="unicode61 remove_diacritics 0 categories 'L* N* M* Co So'")"""
        for table in _TABLES.values()
    ),
)


class Step(NamedTuple):
    """What a step has done. ``is_idle``: there is nothing more to do at present.

    ``searchable`` of 1 is how much of all messages is in the index. What stands in the journal up to ``journal`` is no
    longer needed.
    """

    is_idle: bool
    searchable: float
    journal: int


def index_path(database: Path) -> Path:
    return database.with_name(INDEX_NAME)


def _make_room(path: Path) -> None:
    """Remove an index, which can be made again. A folder in its place is somebody else's, and is renamed."""
    for file in (*beside(path), path):
        if file.is_dir():
            set_aside(file, "unused", time.time())
        else:
            file.unlink(missing_ok=True)


class SearchIndex:
    """Belongs to the thread that made it. All methods raise `StorageError`."""

    def __init__(self, database: Path) -> None:
        self.path = index_path(database)
        self._database = database
        with translated(database):
            self._source = connect(database, Access.READ)
            self._source.text_factory = TOLERANT_TEXT
        self._index: sqlite3.Connection | None = None
        self._is_merging = False

    def close(self) -> None:
        if self._index is not None:
            with translated(self.path):
                self._index.close()
            self._index = None
        self._source.close()

    def interrupt(self) -> None:
        """Break off the step that runs, which then raises `Interrupted` and has done nothing. For any thread."""
        for connection in (self._source, self._index):
            if connection is not None:
                with suppress(sqlite3.ProgrammingError):  # its thread has just closed it
                    connection.interrupt()

    def step(self, *, only_changes: bool = False) -> Step:
        """Do a piece of what there is to do. A damaged index is thrown away and begun anew.

        ``only_changes``: leave what was there before, and cleaning up, for another time.
        """
        try:
            return self._step(only_changes=only_changes)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode == sqlite3.SQLITE_INTERRUPT:
                raise Interrupted from None
            raise
        except DatabaseDamaged as error:
            if error.path != self.path:
                raise
            _log.warning("the search index is damaged and made anew")
            self._throw_away()
            return self._step(only_changes=only_changes)

    def _step(self, *, only_changes: bool) -> Step:
        with self._snapshot():
            index = self._opened()
            with self._transaction(index):
                has_worked = self._work_off() or (not only_changes and self._build())
        if not has_worked and not only_changes:
            has_worked = self._merge()
        return Step(not has_worked, self._searchable(), self._number("journal"))

    # The file

    def _opened(self) -> sqlite3.Connection:
        """Return the index of this very database, a new one if there is none or it is another's."""
        # One that is encrypted while the database is not, or the other way round, is of another time.
        if self._index is None and self.path.is_file() and is_plain(self.path) is is_plain(self._database):
            with suppress(DatabaseDamaged):
                self._index = self._connected()
        if self._index is not None and not (self.path.exists() and self._fits()):
            self._throw_away()
        if self._index is None:
            with translated(self.path):
                _make_room(self.path)
                create_private(self.path)
                self._index = self._connected()
                with self._transaction(self._index):
                    self._begin(self._index)
        return self._index

    def _connected(self) -> sqlite3.Connection:
        with translated(self.path):
            connection = connect(self.path, Access.WRITE)
            try:
                connection.execute(f"PRAGMA journal_mode = {'DELETE' if is_on_network(self.path) else 'WAL'}")
                connection.execute("PRAGMA synchronous = NORMAL")
                connection.execute("PRAGMA secure_delete = ON")  # words of what is deleted must not stay in free pages
                connection.execute("PRAGMA journal_size_limit = 16777216")
            except BaseException:
                connection.close()
                raise
            return connection

    def _begin(self, index: sqlite3.Connection) -> None:
        for statement in _SCHEMA:
            index.execute(statement)
        self._set("layout", _LAYOUT)
        for kind, sql in _HIGHEST.items():
            highest = (self._source_row(sql) or (0,))[0] or 0
            self._set(f"highest {kind}", highest)
            self._set(f"left {kind}", highest)
        newest = self._source_row("SELECT number, token FROM search_journal ORDER BY number DESC LIMIT 1")
        number, token = newest or (0, None)
        self._set("journal", number)
        self._set("token", token)

    def _fits(self) -> bool:
        """Is it of this program and of this database, and not of one that was replaced since by an older one?"""
        try:
            if self._value("layout") != _LAYOUT:
                return False
            token = self._source_row("SELECT token FROM search_journal WHERE number = ?", self._number("journal"))
            return token is not None and token[0] == self._value("token")
        except sqlite3.OperationalError:  # without its tables
            return False

    def _throw_away(self) -> None:
        if self._index is not None:
            self._index.close()
            self._index = None
        self._is_merging = False
        with translated(self.path):
            _make_room(self.path)

    # What changes

    def _work_off(self) -> bool:
        """Take up the next entries of the journal; return whether there were any."""
        done = self._number("journal")
        found = self._entries(done)
        if not found:
            return False
        entries: dict[tuple[int, int], list[str | None]] = {}
        for _number, kind, row, removed, _token in found:
            entries.setdefault((kind, row), []).append(removed)
        last, *_, token = found[-1]
        left = {kind: self._number(f"left {kind}") for kind in Kind}
        for (kind, row), texts in entries.items():
            if kind and row > left[Kind(kind)]:  # else it is taken up as it is when its turn comes
                self._change(Kind(kind), row, texts, last)
        self._set("journal", last)
        self._set("token", token)
        return True

    def _entries(self, done: int) -> list[Row]:
        sql = "SELECT number, kind, row, removed, token FROM search_journal WHERE number > ? ORDER BY number"
        return self._some(sql, done, text_at=3)

    def _change(self, kind: Kind, row: int, removed: list[str | None], last: int) -> None:
        """Follow what the journal says of one text: it was there if the first entry takes one out, and is there now if
        the last one takes none out."""
        if removed[0] is not None:
            self._execute(
                f"INSERT INTO {_TABLES[kind]} ({_TABLES[kind]}, rowid, text) VALUES ('delete', ?, ?)",  # noqa: S608
                (row, indexable(removed[0])),
            )
            self._set(_TO_BE_MERGED, 1)
            self._is_merging = False
        if removed[-1] is None and (found := self._text_then(kind, row, last)) is not None:
            self._add(kind, row, *found)

    def _text_then(self, kind: Kind, row: int, number: int) -> Row | None:
        """Return the text as it was at this entry of the journal: what a later entry takes out, else what is there
        (with what else is known of it)."""
        later = self._source_row(
            "SELECT removed FROM search_journal WHERE kind = ? AND row = ? AND number > ? ORDER BY number LIMIT 1",
            kind, row, number,
        )  # fmt: skip
        found = later or (self._source_row(f"{_TEXTS[kind]} AND number = ?", row) or ())[1:]
        return found or None

    # What was there before

    def _build(self) -> bool:
        """Add the newest of the texts that are not in the index yet; return whether there were any."""
        for kind in _TABLES:
            if left := self._number(f"left {kind}"):
                rows = self._block(kind, left)
                for row in reversed(rows):  # FTS5 wants to be filled in the order of the numbers
                    self._add(kind, *row)
                is_whole = len(rows) < BLOCK_ROWS and sum(len(row[1]) for row in rows) < BLOCK_CHARACTERS
                self._set(f"left {kind}", 0 if is_whole else rows[-1][0] - 1)
                if is_whole:
                    self._set(_TO_BE_MERGED, 1)
                return True
        return False

    def _block(self, kind: Kind, left: int) -> list[Row]:
        return self._some(f"{_TEXTS[kind]} AND number <= ? ORDER BY number DESC", left, text_at=1)

    def _some(self, sql: str, value: int, *, text_at: int) -> list[Row]:
        """Return as many rows of a query as one step takes up."""
        rows, characters = [], 0
        with translated(self._database):
            found = self._source.execute(sql, (value,))
            for row in found:
                rows.append(row)
                characters += len(row[text_at] or "")
                if len(rows) >= BLOCK_ROWS or characters >= BLOCK_CHARACTERS:
                    break
            found.close()
        return rows

    def _add(self, kind: Kind, row: int, text: str, created_at: float | None = None) -> None:
        sql = f"INSERT INTO {_TABLES[kind]} (rowid, text) VALUES (?, ?)"  # noqa: S608  # a name from this module
        self._execute(sql, (row, indexable(text)))
        if created_at is not None:
            self._execute(
                """INSERT INTO spans VALUES (?1, ?2, ?2) ON CONFLICT (block) DO UPDATE SET
                   earliest = min(earliest, ?2), latest = max(latest, ?2) WHERE ?2 NOT BETWEEN earliest AND latest""",
                (row // SPAN_ROWS, created_at),
            )

    def _merge(self) -> bool:
        """Do a piece of the merging, if that is to be done; return whether more is."""
        if self._index is None or not self._number(_TO_BE_MERGED):
            return False
        pages = _MERGED_PAGES if self._is_merging else -_MERGED_PAGES  # with a minus: begin, and merge all into one
        self._is_merging = True
        for table in _TABLES.values():
            before = self._index.total_changes
            self._execute(f"INSERT INTO {table} ({table}, rank) VALUES ('merge', ?)", (pages,))  # noqa: S608
            if self._index.total_changes - before > 1:  # so FTS5 tells that there was something to merge
                return True
        self._is_merging = False
        self._set(_TO_BE_MERGED, 0)
        self._execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return False

    # Small things

    def _searchable(self) -> float:
        highest = self._number(f"highest {Kind.MESSAGE}")
        return 1 - self._number(f"left {Kind.MESSAGE}") / highest if highest else 1.0

    def _value(self, name: str) -> object:
        with translated(self.path):
            assert self._index is not None  # noqa: S101  # every step opens it
            row = self._index.execute("SELECT value FROM state WHERE name = ?", (name,)).fetchone()
        return None if row is None else row[0]

    def _number(self, name: str) -> int:
        value = self._value(name)
        return value if isinstance(value, int) else 0

    def _set(self, name: str, value: object) -> None:
        self._execute("INSERT OR REPLACE INTO state VALUES (?, ?)", (name, value))

    def _execute(self, sql: str, values: tuple[object, ...] = ()) -> None:
        with translated(self.path):
            assert self._index is not None  # noqa: S101
            self._index.execute(sql, values)

    def _source_row(self, sql: str, *values: int) -> Row | None:
        with translated(self._database):
            row: Row | None = self._source.execute(sql, values).fetchone()
            return row

    @contextmanager
    def _snapshot(self) -> Iterator[None]:
        """Show one state of the database to all that is read inside."""
        with translated(self._database):
            self._source.execute("BEGIN")
        try:
            yield
        finally:
            self._source.execute("ROLLBACK")

    @contextmanager
    def _transaction(self, index: sqlite3.Connection) -> Iterator[None]:
        with translated(self.path):
            index.execute("BEGIN IMMEDIATE")
            try:
                yield
                index.execute("COMMIT")
            except BaseException:
                if index.in_transaction:
                    index.execute("ROLLBACK")
                raise
