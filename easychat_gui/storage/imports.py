"""Conversations that are brought from elsewhere, written to the database.

What is brought has ids that depend on where it comes from alone, so that a second import finds what the first has
brought. What the person has changed or written here since is never touched; what they deleted of a chat stays deleted.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from functools import partial
from typing import Any, TypeVar

from easychat_gui.domain.conversations import Conversation
from easychat_gui.domain.ids import ConversationId, FolderId, MessageId, TagId
from easychat_gui.domain.messages import Message
from easychat_gui.domain.prompts import folded, free_name
from easychat_gui.domain.transfer import Belonging
from easychat_gui.storage.attachments import attachment_row
from easychat_gui.storage.database import Database
from easychat_gui.storage.rows import CONVERSATION_COLUMNS, MESSAGE_COLUMNS, conversation_row, message_row
from easychat_gui.storage.sqlite_errors import translated
from easychat_gui.storage.stored_text import mended
from easychat_gui.storage.whole import BELONGINGS
from easychat_gui.support.stable_ids import stable_id

T = TypeVar("T")

Values = Mapping[str, Any]
"""A row by the names of its columns."""

_MOST_VALUES = 500
"""In one question; SQLite before 3.32 took 999."""

_EXTEND = """
    UPDATE conversations SET updated_at = max(updated_at, ?),
        leaf_id = CASE WHEN leaf_id IS NULL OR leaf_id = ? THEN ? ELSE leaf_id END
    WHERE id = ?
"""


@dataclass(frozen=True, slots=True)
class Arriving:
    """A conversation that is brought, as rows. ``messages`` stand in the order in which they were made.

    ``attachments`` are those of messages, of waiting messages and of the draft. ``folder`` is a path of folders that
    are made where they are missing; None: the row says in which one it is. ``tags`` are names.
    """

    id: ConversationId
    row: Values
    messages: Sequence[Values]
    attachments: Sequence[Values] = ()
    queued: Sequence[Values] = ()
    folder: tuple[str, ...] | None = None
    tags: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Present:
    """What is here of a conversation already: its messages by id, with the dates of those."""

    is_in_trash: bool
    leaf_id: MessageId | None
    messages: Mapping[MessageId, float] = field(default_factory=dict)


class Outcome(Enum):
    """What became of a conversation. REFUSED: it has values that the tables do not take."""

    ADDED = auto()
    EXTENDED = auto()
    KNOWN = auto()
    REFUSED = auto()


class Imports:
    """All methods raise `StorageError`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._columns: dict[str, frozenset[str]] = {}
        self._folders: dict[tuple[str, ...], FolderId | None] = {}

    def known(self) -> dict[ConversationId, bool]:
        """Return the ids of all conversations, with whether each is in the trash."""
        rows = self._database.rows("SELECT id, trashed_at IS NOT NULL FROM conversations")
        return {ConversationId(row[0]): bool(row[1]) for row in rows}

    def present(self, ids: Iterable[ConversationId]) -> dict[ConversationId, Present]:
        """Return what is here of those of these conversations that are."""
        found = {}
        for conversation_id in ids:
            row = self._database.row("SELECT trashed_at, leaf_id FROM conversations WHERE id = ?", (conversation_id,))
            if row is not None:
                sql = "SELECT id, created_at FROM messages WHERE conversation_id = ?"
                messages = {MessageId(id_): float(at) for id_, at in self._database.rows(sql, (conversation_id,))}
                found[conversation_id] = Present(row[0] is not None, row[1], messages)
        return found

    def add(self, arriving: Iterable[Arriving], belongings: Iterable[Belonging] = ()) -> list[Outcome]:
        """Write them, all or none; one that has come here meanwhile stays as it is.

        ``belongings`` are what they refer to; one that is here stays as it is here.
        """
        with self._database.transaction():
            for each in belongings:
                self._unless_refused(partial(self._add_belonging, each))
            return [self._unless_refused(partial(self._add, each)) or Outcome.REFUSED for each in arriving]

    def columns(self, table: str) -> frozenset[str]:
        """Return the names of the columns that a table has here."""
        if table not in self._columns:
            rows = self._database.rows(f"PRAGMA table_info({table})")
            self._columns[table] = frozenset(row[1] for row in rows)
        return self._columns[table]

    def extend(self, arriving: Arriving, leaf_before: MessageId | None) -> Outcome:
        """Add the messages of one to the conversation that is here.

        Its branch goes on to the new end if it still shows ``leaf_before``. Attachments must be of these messages.
        """
        with self._database.transaction():
            row = self._database.row("SELECT 1 FROM conversations WHERE id = ?", (arriving.id,))
            if row is None:
                return Outcome.KNOWN
            self._insert_content(arriving)
            values = (arriving.row["updated_at"], leaf_before, arriving.row["leaf_id"], arriving.id)
            self._database.execute(_EXTEND, values)
        return Outcome.EXTENDED

    def folder_of(self, path: Sequence[str]) -> FolderId | None:
        """Return the folder with this path of names, made where it is missing; None for no path.

        One that an import has made and that was renamed or moved since is still the same.
        """
        parent: FolderId | None = None
        for name in path:
            parent = self._folder(mended(name), parent)
        return parent

    def folder_paths(self) -> list[tuple[str, ...]]:
        """Return the paths of names of all folders, each below the one that it is in."""
        paths: dict[str, tuple[str, ...]] = {}
        rows = self._database.rows("SELECT id, parent_id, name FROM folders ORDER BY position, number")
        below: dict[str | None, list[tuple[str, str]]] = {}
        for id_, parent, name in rows:
            below.setdefault(parent, []).append((id_, name))
        waiting: list[tuple[str | None, tuple[str, ...]]] = [(None, ())]
        while waiting:
            parent, path = waiting.pop()
            if parent is not None:
                paths[parent] = path
            waiting += [(id_, (*path, name)) for id_, name in reversed(below.get(parent, []))]
        return list(paths.values())

    def _unless_refused(self, add: Callable[[], T]) -> T | None:
        """Add something; None, and nothing of it stays, if it has values that a table does not take."""
        self._database.execute("SAVEPOINT arriving")
        try:
            return add()
        except (sqlite3.IntegrityError, sqlite3.InterfaceError, sqlite3.ProgrammingError, OverflowError):
            self._database.execute("ROLLBACK TO arriving")
            self._folders.clear()  # one of them may have been made just now
            return None
        finally:
            if self._database.connection.in_transaction:  # a full disk has sometimes rolled back already
                self._database.execute("RELEASE arriving")

    def _add(self, arriving: Arriving) -> Outcome:
        row = dict(arriving.row)
        if self._database.row("SELECT 1 FROM conversations WHERE id = ?", (arriving.id,)) is not None:
            return Outcome.KNOWN
        if arriving.folder is not None:
            if arriving.folder not in self._folders:
                self._folders[arriving.folder] = self.folder_of(arriving.folder)
            row["folder_id"] = self._folders[arriving.folder]
        self._mend_references(row)
        self._insert("conversations", [row])
        self._insert_content(arriving)
        for name in arriving.tags:
            self._insert_tag(arriving.id, mended(name))
        return Outcome.ADDED

    def _add_belonging(self, belonging: Belonging) -> None:
        table = BELONGINGS[belonging.kind]
        row = dict(belonging.row)
        if self._database.row(f"SELECT 1 FROM {table} WHERE id = ?", (row["id"],)) is not None:  # noqa: S608
            return
        if belonging.kind == "prompt" and not self._find_name(row):
            return
        self._mend_references(row)
        known = {name: value for name, value in row.items() if name in self.columns(table)}
        marks = ", ".join("?" * len(known))
        # OR IGNORE: a tag of this name or a lesson that says the same is here already.
        sql = f"INSERT OR IGNORE INTO {table} ({', '.join(known)}) VALUES ({marks})"  # noqa: S608
        self._database.execute(sql, tuple(known.values()))

    def _find_name(self, row: dict[str, Any]) -> bool:
        """Give a prompt a name that is free. Return False if the very same prompt is here."""
        prompts = self._database.rows("SELECT name, text FROM prompts")
        if (row.get("name"), row.get("text", "")) in prompts:
            return False
        row["name"] = free_name(str(row.get("name") or "?"), {folded(name) for name, _ in prompts})
        return True

    def _insert_content(self, arriving: Arriving) -> None:
        self._insert("messages", arriving.messages)
        self._insert("queued_messages", arriving.queued)
        self._insert("attachments", arriving.attachments)

    def _mend_references(self, row: dict[str, Any]) -> None:
        """A preset or a folder that is not here is no reason to lose a chat."""
        for column, table in (("preset_id", "presets"), ("folder_id", "folders"), ("parent_id", "folders")):
            if row.get(column) is not None:
                found = self._database.row(f"SELECT 1 FROM {table} WHERE id = ?", (row[column],))  # noqa: S608
                row[column] = row[column] if found is not None else None

    def _insert(self, table: str, rows: Sequence[Values]) -> None:
        """Insert rows that have the same columns, in one go."""
        known = self.columns(table) if rows else frozenset()
        for columns, group in _by_columns([_only(row, known) for row in rows]):
            marks = ", ".join("?" * len(columns))
            sql = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608  # names of this package
            with translated(self._database.path):
                self._database.connection.executemany(sql, [tuple(row.values()) for row in group])

    def _folder(self, name: str, parent: FolderId | None) -> FolderId:
        own = FolderId(stable_id("folder", parent or "", name))
        for condition, values in (("id = ?", (own,)), ("name = ? AND parent_id IS ?", (name, parent))):
            sql = f"SELECT id FROM folders WHERE {condition} ORDER BY number LIMIT 1"  # noqa: S608
            if row := self._database.row(sql, values):
                return FolderId(row[0])
        self._database.execute(
            """INSERT INTO folders (id, parent_id, name, position)
               VALUES (?, ?, ?, (SELECT coalesce(max(position) + 1, 0) FROM folders WHERE parent_id IS ?))""",
            (own, parent, name, parent),
        )
        return own

    def _insert_tag(self, conversation_id: ConversationId, name: str) -> None:
        if not name.strip():
            return
        self._database.execute(
            "INSERT OR IGNORE INTO tags (id, name) VALUES (?, ?)", (TagId(stable_id("tag", name.lower())), name)
        )
        self._database.execute(
            """INSERT OR IGNORE INTO conversation_tags (conversation_id, tag_id)
               SELECT ?, id FROM tags WHERE name = ?""",
            (conversation_id, name),
        )


def rows_of(
    conversation: Conversation, messages: Sequence[Message], folder: tuple[str, ...] | None, tags: Sequence[str]
) -> Arriving:
    """Return a conversation with its messages and their attachments as rows."""
    attachments = [
        attachment_row(each, (conversation.id, message.id, None, position))
        for message in messages
        for position, each in enumerate(message.attachments)
    ]
    return Arriving(
        conversation.id,
        dict(zip(CONVERSATION_COLUMNS, conversation_row(conversation), strict=True)),
        [dict(zip(MESSAGE_COLUMNS, message_row(message), strict=True)) for message in messages],
        attachments,
        folder=folder,
        tags=tags,
    )


def _only(row: Values, known: frozenset[str]) -> Values:
    """Return a row without what a later version has added to it."""
    return row if known.issuperset(row) else {name: value for name, value in row.items() if name in known}


def _by_columns(rows: Sequence[Values]) -> Iterator[tuple[tuple[str, ...], list[Values]]]:
    groups: dict[tuple[str, ...], list[Values]] = {}
    for row in rows:
        groups.setdefault(tuple(row), []).append(row)
    yield from groups.items()
