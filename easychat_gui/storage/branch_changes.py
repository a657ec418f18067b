"""Taking messages out of a conversation's tree, putting them back, and copying a branch into a conversation of its own.

Rows go and come back as they are, whatever columns they have: nothing of them is lost by a column that was added later.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from easychat_gui.domain.conversations import Conversation
from easychat_gui.domain.ids import ConversationId, MessageId, new_attachment_id, new_message_id
from easychat_gui.domain.sent_requests import SentRequest
from easychat_gui.storage.database import Database

# UNION, not UNION ALL: should parents ever form a ring, the walk ends instead of going round for ever.
_BELOW = """
    WITH RECURSIVE found (id) AS (
        SELECT id FROM messages WHERE id = ?
        UNION
        SELECT messages.id FROM messages JOIN found ON messages.parent_id = found.id
    )
    SELECT json_group_array(id) FROM found
"""
_ABOVE = """
    WITH RECURSIVE found (id, parent_id) AS (
        SELECT id, parent_id FROM messages WHERE id = ?
        UNION
        SELECT messages.id, messages.parent_id FROM messages JOIN found ON messages.id = found.parent_id
    )
    SELECT json_group_array(id) FROM found
"""
_ITSELF = "SELECT json_group_array(id) FROM messages WHERE id = ?"
_MESSAGES = "SELECT * FROM messages WHERE id IN (SELECT value FROM json_each(?)) ORDER BY number"
_ATTACHMENTS = "SELECT * FROM attachments WHERE message_id IN (SELECT value FROM json_each(?)) ORDER BY number"
_TAKEN = "SELECT 1 FROM messages WHERE number IN (SELECT value FROM json_each(?)) LIMIT 1"

Record = dict[str, Any]
"""A row with the names of its columns."""


@dataclass(frozen=True, slots=True)
class Removal:
    """What was taken out, so that it can be put back.

    ``moved`` are the messages that followed the one taken out and follow its parent now.
    """

    conversation_id: ConversationId
    message_id: MessageId
    leaf_id: MessageId | None
    messages: tuple[Record, ...]
    attachments: tuple[Record, ...]
    moved: tuple[MessageId, ...] = ()

    @property
    def count(self) -> int:
        return len(self.messages)


class BranchChanges:
    """All methods raise `StorageError`.

    ``hold`` is told the SHA-256 of files that must stay while what used them can be put back (`Store.end_undo`).
    """

    def __init__(self, database: Database, hold: Callable[[Iterable[str]], None]) -> None:
        self._database = database
        self._hold = hold

    def take_out(
        self, message_id: MessageId, leaf_id: MessageId | None, *, with_following: bool = False
    ) -> Removal | None:
        """Remove a message, and with it all that follows in every branch; else that follows its parent instead.

        ``leaf_id`` is the end of the branch that the conversation shows afterwards. Returns None when it was not there.
        """
        execute = self._database.execute
        with self._database.transaction():
            ids = self._ids(_BELOW if with_following else _ITSELF, message_id)
            messages, attachments = self._records("messages", _MESSAGES, ids), self._attachments(ids)
            first = next((each for each in messages if each["id"] == message_id), None)
            if first is None:
                return None
            conversation_id, parent_id = first["conversation_id"], first["parent_id"]
            shown = self._database.row("SELECT leaf_id FROM conversations WHERE id = ?", (conversation_id,))
            moved: list[MessageId] = []
            if not with_following:
                rows = self._database.rows("SELECT id FROM messages WHERE parent_id = ?", (message_id,))
                moved = [MessageId(row[0]) for row in rows]
                execute("UPDATE messages SET parent_id = ? WHERE parent_id = ?", (parent_id, message_id))
            self._hold(record["sha256"] for record in attachments)
            # First the links: else each deletion sets off the next, and SQLite goes only a thousand deep.
            execute("UPDATE messages SET parent_id = NULL WHERE id IN (SELECT value FROM json_each(?))", (ids,))
            execute("DELETE FROM messages WHERE id IN (SELECT value FROM json_each(?))", (ids,))
            execute("UPDATE conversations SET leaf_id = ? WHERE id = ?", (leaf_id, conversation_id))
        leaf_before = shown[0] if shown is not None else None
        return Removal(
            conversation_id, message_id, leaf_before, tuple(messages), tuple(attachments), moved=tuple(moved)
        )

    def put_back(self, removal: Removal) -> bool:
        """Undo `take_out`. Return whether it could be done: not when the conversation is gone."""
        with self._database.transaction():
            is_there = self._database.row("SELECT 1 FROM conversations WHERE id = ?", (removal.conversation_id,))
            if is_there is None:
                return False
            numbers = json.dumps([record["number"] for record in removal.messages])
            # What was written meanwhile may have taken their numbers; they then come last, in their order.
            keeps_place = self._database.row(_TAKEN, (numbers,)) is None
            for record in removal.messages:
                self._insert("messages", record if keeps_place else {**record, "number": None})
            for record in removal.attachments:
                self._insert("attachments", {**record, "number": None})
            first = next(each for each in removal.messages if each["id"] == removal.message_id)
            for message_id in removal.moved:
                # Only while it still is where it was moved to.
                self._database.execute(
                    "UPDATE messages SET parent_id = ? WHERE id = ? AND parent_id IS ?",
                    (removal.message_id, message_id, first["parent_id"]),
                )
            self._database.execute(
                "UPDATE conversations SET leaf_id = ? WHERE id = ?", (removal.leaf_id, removal.conversation_id)
            )
        return True

    def copy(self, leaf_id: MessageId, conversation: Conversation) -> MessageId | None:
        """Copy the branch down to a message, attachments and all, into a conversation that is there already.

        Returns the copy of that message, None when it is not there.
        """
        with self._database.transaction():
            ids = self._ids(_ABOVE, leaf_id)
            messages, attachments = self._records("messages", _MESSAGES, ids), self._attachments(ids)
            new_ids = {MessageId(each["id"]): new_message_id() for each in messages}
            for record in messages:
                self._insert("messages", copied_message(record, conversation.id, new_ids))
            for record in attachments:
                owner = new_ids[record["message_id"]]
                self._insert(
                    "attachments",
                    {**record, "number": None, "id": new_attachment_id(), "conversation_id": conversation.id,
                     "message_id": owner, "queued_id": None},
                )  # fmt: skip
            return new_ids.get(leaf_id)

    def _ids(self, sql: str, message_id: MessageId) -> str:
        row = self._database.row(sql, (message_id,))
        return str(row[0]) if row is not None else "[]"

    def _attachments(self, ids: str) -> list[Record]:
        return self._records("attachments", _ATTACHMENTS, ids)

    def _records(self, table: str, sql: str, ids: str) -> list[Record]:
        return records(self._database, table, sql, (ids,))

    def _insert(self, table: str, record: Record) -> None:
        insert(self._database, table, record)


def records(database: Database, table: str, sql: str, values: Sequence[Any]) -> list[Record]:
    """Return whole rows of a table (``sql`` selects ``*``) with the names of its columns, whatever columns it has."""
    names = [row[1] for row in database.rows(f"PRAGMA table_info({table})")]
    return [dict(zip(names, row, strict=True)) for row in database.rows(sql, values)]


def insert(database: Database, table: str, record: Record) -> None:
    """Put such a row in."""
    places = ", ".join("?" * len(record))
    sql = f"INSERT INTO {table} ({', '.join(record)}) VALUES ({places})"  # noqa: S608  # names of the schema
    database.execute(sql, tuple(record.values()))


def copied_message(record: Record, conversation_id: ConversationId, new_ids: dict[MessageId, MessageId]) -> Record:
    """Return the row of a copy, in another conversation and with the ids that the copies have."""
    is_running = record["status"] in ("pending", "streaming")
    return {
        **record,
        "number": None,
        "id": new_ids[record["id"]],
        "conversation_id": conversation_id,
        "parent_id": new_ids.get(record["parent_id"]),
        "status": "interrupted" if is_running else record["status"],
        "request": _renamed(record["request"], new_ids),
    }


def _renamed(text: str | None, new_ids: dict[MessageId, MessageId]) -> str | None:
    if text is None:
        return None
    try:
        requests = [SentRequest.from_dict(values).renamed(new_ids).as_dict() for values in json.loads(text)]
    except (ValueError, TypeError, KeyError):  # of a later version: the record stays with the original
        return None
    return json.dumps(requests, separators=(",", ":"))
