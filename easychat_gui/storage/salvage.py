"""Reading what can be read of a damaged database into a sound one."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from easychat_gui.storage.connecting import Access, connect
from easychat_gui.storage.database import TOLERANT_TEXT, Database, Row
from easychat_gui.storage.sqlite_errors import translated

TABLES = (
    "presets",
    "prompts",
    "folders",
    "tags",
    "conversations",
    "conversation_tags",
    "messages",
    "queued_messages",
    "attachments",
    "lessons",
    "running_days",
)

_UNREADABLE = (sqlite3.DatabaseError, UnicodeDecodeError)
"""The second, when damage has got into the very text of SQLite's message."""

_FAILURES_AT_MOST = 5_000
"""Each unreadable page is closed in on by halving; a file that is nothing but damage must still come to an end."""

_HIGHEST_GUESS = 2**32
"""Where to begin when even the highest row number cannot be read."""

Insert = Callable[[Row], None]


def copy_readable(damaged: Path, target: Database, tables: Sequence[str] = TABLES) -> int:
    """Copy every row of these tables that can be read. Return how many were seen but could not be kept.

    The damaged file is only read. What hangs on something lost is kept: a message whose conversation is gone gets an
    untitled one, and one whose parent is gone becomes a beginning.
    """
    lost = 0
    source = connect(damaged, Access.READ)
    source.text_factory = TOLERANT_TEXT
    try:
        target.execute("PRAGMA foreign_keys = OFF")
        with target.transaction():
            for table in tables:
                lost += _copy_table(source, target, table)
            _mend_references(target)
        target.execute("PRAGMA foreign_keys = ON")
    finally:
        source.close()
    return lost


def _copy_table(source: sqlite3.Connection, target: Database, table: str) -> int:
    """Copy what both have: the damaged file may be of an older version, with fewer tables and columns."""
    try:
        present = {row[1] for row in source.execute(f"PRAGMA table_info({table})")}
    except _UNREADABLE:
        return 0
    columns = [row[1] for row in target.rows(f"PRAGMA table_info({table})") if row[1] in present]
    if "number" not in columns:
        return 0
    sql = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"  # noqa: S608
    reader = _TableReader(source, table, columns)
    lost = 0

    def insert(row: Row) -> None:
        nonlocal lost
        try:
            target.execute(sql, row)
        except sqlite3.IntegrityError:  # a value that damage has made impossible
            lost += 1

    reader.read_all(insert)
    return lost + reader.unreadable


class _TableReader:
    """Reads a table by row number, closing in on the parts that raise."""

    def __init__(self, source: sqlite3.Connection, table: str, columns: list[str]) -> None:
        self._source = source
        # NOT INDEXED: an index may be the very thing that is damaged.
        self._range = (
            f"SELECT {', '.join(columns)} FROM {table} NOT INDEXED "  # noqa: S608  # names of this package
            "WHERE number BETWEEN ? AND ? ORDER BY number"
        )
        self._highest = f"SELECT max(number) FROM {table} NOT INDEXED"  # noqa: S608
        self._failures = 0
        self.unreadable = 0

    def read_all(self, insert: Insert) -> None:
        highest = _HIGHEST_GUESS
        with suppress(*_UNREADABLE):
            highest = self._source.execute(self._highest).fetchone()[0] or 0
        spans = [(1, highest)]
        while spans:
            first, last = spans.pop()
            reached = self._read(first, last, insert)
            if reached is None:
                continue
            self._failures += 1
            if self._failures > _FAILURES_AT_MOST:
                return
            if reached >= last:
                self.unreadable += 1
                continue
            middle = (reached + last) // 2
            spans += [(middle + 1, last), (reached, middle)]

    def _read(self, first: int, last: int, insert: Insert) -> int | None:
        """Copy the rows of this span; return the first number that was not reached, None if all were."""
        following = first
        try:
            for row in self._source.execute(self._range, (first, last)):
                insert(row)
                following = row[0] + 1
        except _UNREADABLE:
            return following
        return None


def _mend_references(target: Database) -> None:
    with translated(target.path):
        target.execute(
            """INSERT INTO conversations (id, created_at, updated_at)
               SELECT conversation_id, min(created_at), max(created_at) FROM messages
               WHERE conversation_id NOT IN (SELECT id FROM conversations) GROUP BY conversation_id"""
        )
        target.execute(
            """UPDATE messages SET parent_id = NULL
               WHERE parent_id IS NOT NULL AND parent_id NOT IN (SELECT id FROM messages)"""
        )
        target.execute(
            """UPDATE conversations SET leaf_id = NULL
               WHERE leaf_id IS NOT NULL AND leaf_id NOT IN (SELECT id FROM messages)"""
        )
        target.execute(
            """UPDATE conversations SET preset_id = NULL
               WHERE preset_id IS NOT NULL AND preset_id NOT IN (SELECT id FROM presets)"""
        )
        target.execute(
            """UPDATE conversations SET folder_id = NULL
               WHERE folder_id IS NOT NULL AND folder_id NOT IN (SELECT id FROM folders)"""
        )
        target.execute(
            """UPDATE folders SET parent_id = NULL
               WHERE parent_id IS NOT NULL AND parent_id NOT IN (SELECT id FROM folders)"""
        )
        target.execute(
            """UPDATE folders SET preset_id = NULL
               WHERE preset_id IS NOT NULL AND preset_id NOT IN (SELECT id FROM presets)"""
        )
        target.execute("DELETE FROM conversation_tags WHERE tag_id NOT IN (SELECT id FROM tags)")
        for table in ("queued_messages", "attachments", "conversation_tags"):
            target.execute(
                f"DELETE FROM {table} WHERE conversation_id NOT IN (SELECT id FROM conversations)"  # noqa: S608
            )
        # Its message is lost, its file is not: as part of the draft it can still be seen and saved.
        target.execute(
            """UPDATE attachments SET message_id = NULL
               WHERE message_id IS NOT NULL AND message_id NOT IN (SELECT id FROM messages)"""
        )
        target.execute(
            """UPDATE attachments SET queued_id = NULL
               WHERE queued_id IS NOT NULL AND queued_id NOT IN (SELECT id FROM queued_messages)"""
        )
