"""Chosen chats out of another database file into the open one, with all that belongs to them, row by row.

Ids are kept, so that whatever refers to a chat finds it again. A chat that is there is never overwritten: it is brought
beside it as a copy, whose ids are new.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from easychat_gui.domain.backups import BackupFault, RestoredChats
from easychat_gui.domain.errors import BackupUnusable, StorageError
from easychat_gui.domain.ids import (
    ConversationId,
    new_attachment_id,
    new_conversation_id,
    new_message_id,
    new_queued_id,
)
from easychat_gui.storage.database import Database, Row
from easychat_gui.storage.opened_backup import reading
from easychat_gui.storage.sqlite_errors import translated

_OF_CHAT = ("messages", "queued_messages", "attachments")
"""Tables with a ``conversation_id`` and an ``id``, in the order in which they refer to each other."""

_NEW_IDS: dict[str, Callable[[], str]] = {
    "messages": new_message_id,
    "queued_messages": new_queued_id,
    "attachments": new_attachment_id,
}

Values = dict[str, Any]


def bring_back(
    source: Path, target: Database, chosen: Iterable[ConversationId], give_back: Callable[[list[str]], int]
) -> RestoredChats:
    """Bring these chats of the file at ``source``, of today's format, into ``target``. Raises `StorageError`.

    ``give_back`` gets the SHA-256 of attached files, has them with the chats again, and returns how many are nowhere.
    """
    chats: list[ConversationId] = []
    copies = messages = missing = 0
    with _of_backup(source), translated(source), reading(source) as backup, target.transaction():
        for conversation_id in chosen:
            bringer = _Bringer(backup, target, conversation_id)
            if not bringer.is_there:
                continue
            missing += give_back(bringer.files())
            messages += bringer.bring()
            copies += bringer.is_copy
            chats.append(bringer.new_id)
    return RestoredChats(tuple(chats), copies, messages, missing)


@contextmanager
def _of_backup(source: Path) -> Iterator[None]:
    """Tell what is wrong with the source from what is wrong with the disk: trying again does not help there."""
    try:
        yield
    except BackupUnusable:
        raise
    except StorageError as error:
        if error.path == source:
            fault = BackupFault.DAMAGED if source.exists() else BackupFault.MISSING
            raise BackupUnusable(str(error), source, fault) from error
        raise


class _Bringer:
    """Brings one chat."""

    def __init__(self, source: Database, target: Database, conversation_id: ConversationId) -> None:
        self._source = source
        self._target = target
        self._id = conversation_id
        self._columns = {
            table: [each for each in _columns(target, table) if each in _columns(source, table) and each != "number"]
            for table in ("conversations", "presets", "tags", *_OF_CHAT)
        }
        found = self._rows("conversations", "id", conversation_id)
        self._chat = found[0] if found else {}
        self.is_there = bool(found)
        self.is_copy = self._has("conversations", conversation_id)
        self.new_id = new_conversation_id() if self.is_copy else conversation_id
        self._new: dict[str, str] = {conversation_id: self.new_id}
        """Of old ids, those that the rows get."""

    def files(self) -> list[str]:
        """Return the SHA-256 of the files that are attached in this chat."""
        rows = self._source.rows("SELECT DISTINCT sha256 FROM attachments WHERE conversation_id = ?", (self._id,))
        return [row[0] for row in rows]

    def bring(self) -> int:
        """Bring the chat, and return how many messages it has."""
        rows = {table: self._rows(table, "conversation_id", self._id) for table in _OF_CHAT}
        for table in _OF_CHAT:
            for row in rows[table]:
                is_taken = self.is_copy or self._has(table, row["id"])
                self._new[row["id"]] = _NEW_IDS[table]() if is_taken else row["id"]
        self._bring_preset(self._chat.get("preset_id"))
        self._insert("conversations", self._of_today(self._chat))
        for table in _OF_CHAT:
            for row in rows[table]:
                self._insert(table, {name: self._renamed(name, value) for name, value in row.items()})
        self._bring_tags()
        return len(rows["messages"])

    def _of_today(self, chat: Values) -> Values:
        """Return the chat's own row as it can stand in the list of today: not in the trash, in a folder that is."""
        values = {name: self._renamed(name, value) for name, value in chat.items()}
        if "trashed_at" in values:
            values["trashed_at"] = None
        folder_id = values.get("folder_id")
        if folder_id is not None and not self._has("folders", folder_id):
            values["folder_id"] = None
        return values

    def _renamed(self, column: str, value: Any) -> Any:
        """Return a value with the ids that the rows have now."""
        if not isinstance(value, str):
            return value
        if column in ("id", "conversation_id", "message_id", "queued_id", "parent_id", "leaf_id"):
            return self._new.get(value, value)
        if column in ("edit", "request") and self.is_copy:
            return _with_new_ids(value, self._new)
        return value

    def _bring_preset(self, preset_id: str | None) -> None:
        if preset_id is not None and not self._has("presets", preset_id):
            for row in self._rows("presets", "id", preset_id):
                self._insert("presets", row)

    def _bring_tags(self) -> None:
        sql = "SELECT tag_id FROM conversation_tags WHERE conversation_id = ? ORDER BY number"
        for (tag_id,) in self._source.rows(sql, (self._id,)):
            for tag in self._rows("tags", "id", tag_id):
                same = self._target.row("SELECT id FROM tags WHERE id = ? OR name = ?", (tag_id, tag["name"]))
                if same is None:
                    self._insert("tags", tag)
                    same = (tag_id,)
                self._target.execute(
                    "INSERT OR IGNORE INTO conversation_tags (conversation_id, tag_id) VALUES (?, ?)",
                    (self.new_id, same[0]),
                )

    def _has(self, table: str, id_: str) -> bool:
        return self._target.row(f"SELECT 1 FROM {table} WHERE id = ?", (id_,)) is not None  # noqa: S608

    def _rows(self, table: str, column: str, value: str) -> list[Values]:
        names = self._columns[table]
        sql = f"SELECT {', '.join(names)} FROM {table} WHERE {column} = ? ORDER BY number"  # noqa: S608
        return [dict(zip(names, row, strict=True)) for row in self._source.rows(sql, (value,))]

    def _insert(self, table: str, values: Values) -> None:
        places = ", ".join("?" * len(values))
        sql = f"INSERT INTO {table} ({', '.join(values)}) VALUES ({places})"  # noqa: S608
        self._target.execute(sql, _as_row(values.values()))


def _columns(database: Database, table: str) -> list[str]:
    return [row[1] for row in database.rows(f"PRAGMA table_info({table})")]


def _as_row(values: Iterable[Any]) -> Row:
    return tuple(values)


def _with_new_ids(text: str, new: dict[str, str]) -> str:
    """Return JSON in which ids of rows stand, with those that the rows have now."""
    try:
        values = json.loads(text)
    except ValueError:
        return text
    return json.dumps(_replaced(values, new), ensure_ascii=False, separators=(",", ":"))


def _replaced(value: Any, new: dict[str, str]) -> Any:
    if isinstance(value, str):
        return new.get(value, value)
    if isinstance(value, dict):
        return {name: _replaced(each, new) for name, each in value.items()}
    if isinstance(value, Sequence):
        return [_replaced(each, new) for each in value]
    return value
