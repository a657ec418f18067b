"""Reading what can be read of a damaged database into a sound one."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from easychat_gui.storage.connecting import Access, connect
from easychat_gui.storage.database import TOLERANT_TEXT, Database, Row
from easychat_gui.storage.online_copy import make_one_file
from easychat_gui.storage.sqlite_errors import translated
from easychat_gui.storage.table_reader import UNREADABLE, TableReader

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

_HIGHEST = 2**63 - 1


@dataclass(slots=True)
class Losses:
    """What could not be read: ``rows`` counts what was seen of it, ``spans`` are the row numbers (first, last) behind
    which there may be more; both by table. ``filled`` counts the rows that a backup had. ``untitled`` counts
    conversations of which only the messages were left."""

    rows: dict[str, int] = field(default_factory=dict)
    spans: dict[str, list[tuple[int, int]]] = field(default_factory=dict)
    filled: dict[str, int] = field(default_factory=dict)
    untitled: int = 0

    @property
    def is_none(self) -> bool:
        return not any(self.rows.values()) and not any(self.spans.values())


def copy_readable(
    damaged: Path, target: Database, tables: Sequence[str] = TABLES, fill_from: Path | None = None
) -> Losses:
    """Copy every row of these tables that can be read, and tell what could not be.

    The damaged file is only read. ``fill_from``: a sound file of today's format, in which the rows are looked for that
    could not be read; what was deleted meanwhile does not come back, since where it stood can be read. What hangs on
    something lost is kept: a message whose conversation is gone gets an untitled one, and one whose parent is gone
    becomes a beginning.
    """
    losses = Losses()
    source = connect(damaged, Access.READ)
    source.text_factory = TOLERANT_TEXT
    try:
        target.execute("PRAGMA foreign_keys = OFF")
        with target.transaction():
            for table in tables:
                _copy_table(source, target, table, losses)
            if fill_from is not None:
                _fill(fill_from, target, losses)
            losses.untitled = _mend_references(target)
        target.execute("PRAGMA foreign_keys = ON")
    finally:
        source.close()
    return losses


def save_readable(damaged: Path, fresh: Path, fill_from: Path | None = None) -> Losses:
    """Copy what can be read into a new database at ``fresh``, one file, as `copy_readable` does.

    Raises `StorageError`.
    """
    database = Database.open(fresh, fresh.parent / "none")
    try:
        losses = copy_readable(damaged, database, fill_from=fill_from)
    finally:
        database.close()
    make_one_file(fresh)
    return losses


def _copy_table(source: sqlite3.Connection, target: Database, table: str, losses: Losses) -> None:
    """Copy what both have: the damaged file may be of an older version, with fewer tables and columns."""
    present = set()
    with suppress(*UNREADABLE):
        present = {row[1] for row in source.execute(f"PRAGMA table_info({table})")}
    columns = [row[1] for row in target.rows(f"PRAGMA table_info({table})") if row[1] in present]
    if "number" not in columns:
        losses.spans[table] = [(1, _HIGHEST)]
        return
    columns.sort(key=lambda name: name != "number")
    reader = TableReader(source, table, columns, _inserting(target, table, columns))
    reader.read_all()
    losses.rows[table] = reader.unreadable
    losses.spans[table] = reader.lost


def _inserting(target: Database, table: str, columns: Sequence[str]) -> Callable[[Row], bool]:
    """Return what inserts a row and tells whether that was possible."""
    sql = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"  # noqa: S608

    def insert(row: Row) -> bool:
        try:
            target.execute(sql, row)
        except sqlite3.IntegrityError:
            return False
        return True

    return insert


def _fill(backup: Path, target: Database, losses: Losses) -> None:
    """Take from a sound file what stood under the row numbers that could not be read.

    What belongs to a chat that is gone with its own row is not taken: it was deleted.
    """
    source = connect(backup, Access.READ)
    source.text_factory = TOLERANT_TEXT
    try:
        for table, spans in losses.spans.items():
            columns = [row[1] for row in target.rows(f"PRAGMA table_info({table})")]
            sql = f"SELECT {', '.join(columns)} FROM {table} WHERE number BETWEEN ? AND ?"  # noqa: S608
            rows = (row for span in spans for row in source.execute(sql, span))
            if "conversation_id" in columns:
                chats = {row[0] for row in target.rows("SELECT id FROM conversations")}
                place = columns.index("conversation_id")
                rows = (row for row in rows if row[place] in chats)  # used up at once
            losses.filled[table] = sum(map(_inserting(target, table, columns), rows))
    finally:
        source.close()


def _mend_references(target: Database) -> int:
    """Let nothing refer to what is not there. Return how many conversations had to be made for that."""
    with translated(target.path):
        untitled = target.execute(
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
    return untitled
