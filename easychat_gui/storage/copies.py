"""Copies of whole conversations: one beside its original, or several joined to one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from easychat_gui.domain.conversations import ContextChoice, Conversation, TitleFrom
from easychat_gui.domain.ids import (
    ConversationId,
    MessageId,
    new_attachment_id,
    new_conversation_id,
    new_message_id,
)
from easychat_gui.storage.branch_changes import copied_message, insert, records
from easychat_gui.storage.conversations import Conversations
from easychat_gui.storage.database import Database
from easychat_gui.storage.order import Order

_MESSAGES = "SELECT * FROM messages WHERE conversation_id = ? ORDER BY number"
_ATTACHMENTS = "SELECT * FROM attachments WHERE conversation_id = ? AND queued_id IS NULL ORDER BY number"
_LEAF = """
    SELECT coalesce(
        (SELECT leaf_id FROM conversations WHERE id = ?),
        (SELECT id FROM messages WHERE conversation_id = ? ORDER BY number DESC LIMIT 1))
"""
_TAG = """
    INSERT OR IGNORE INTO conversation_tags (conversation_id, tag_id)
    SELECT ?, tag_id FROM conversation_tags WHERE conversation_id = ?
"""
_COUNT = "SELECT count(*) FROM messages WHERE conversation_id = ?"

Ids = dict[MessageId, MessageId]
"""The message of the copy by that of the original."""


class Copies:
    """All methods raise `StorageError`. Each is one transaction, and none changes an original's messages.

    What waits in a queue is not copied: it would be sent twice.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._conversations = Conversations(database)

    def duplicate(self, conversation_id: ConversationId, title: str, now: float) -> Conversation | None:
        """Copy a conversation with all its branches, its draft and its settings; None if it is not there."""
        with self._database.transaction():
            original = self._conversations.get(conversation_id)
            if original is None:
                return None
            made = _fresh(original, title, now)
            self._conversations.save(made.with_(leaf_id=None))
            ids = self._copy_into(made, conversation_id)
            edit = made.edit
            if edit is not None:
                edit = replace(edit, message_id=ids[edit.message_id]) if edit.message_id in ids else None
            made = made.with_(leaf_id=_of(ids, original.leaf_id), edit=edit, context=_context_of(original.context, ids))
            self._copy_attachments(made, conversation_id, ids, of_draft=True)
            self._conversations.save(made)
            return made

    def merge(self, conversation_ids: Sequence[ConversationId], title: str, now: float) -> Conversation | None:
        """Join copies of conversations to one, in the order in which they were begun; None if none is there.

        Each one's shown branch goes on from the end of that of the one before, and its other branches hang where they
        hung. The last one's settings hold.
        """
        with self._database.transaction():
            found = [each for one in conversation_ids if (each := self._conversations.get(one)) is not None]
            if not found:
                return None
            found.sort(key=lambda each: (each.created_at, each.id))
            folders = {each.folder_id for each in found}
            made = _fresh(found[-1], title, now).with_(
                created_at=found[0].created_at,
                folder_id=folders.pop() if len(folders) == 1 else None,
                context=ContextChoice(found[-1].context.policy),
                title_from=TitleFrom.PERSON,
                draft="",
                edit=None,
            )
            self._conversations.save(made.with_(leaf_id=None))
            leaf: MessageId | None = None
            for each in found:
                shown = self._database.row(_LEAF, (each.id, each.id))
                ids = self._copy_into(made, each.id, after=leaf)
                self._copy_attachments(made, each.id, ids)
                leaf = _of(ids, shown[0] if shown else None) or leaf
            made = made.with_(leaf_id=leaf)
            self._conversations.save(made)
            return made

    def put_in_trash(self, conversation_ids: Sequence[ConversationId], now: float | None) -> list[Conversation]:
        """Put conversations into the trash, or back (None); return them as they are then."""
        with self._database.transaction():
            Order(self._database).trash(conversation_ids, now)
            return [each for one in conversation_ids if (each := self._conversations.get(one)) is not None]

    def take_back(self, made: Conversation, messages: int) -> bool:
        """Delete a copy, unless more was written in it than the so many messages that it began with."""
        with self._database.transaction():
            row = self._database.row(_COUNT, (made.id,))
            return row is not None and row[0] == messages and self._conversations.delete(made.id)

    def count(self, conversation_id: ConversationId) -> int:
        """Return how many messages a conversation has, in all branches."""
        row = self._database.row(_COUNT, (conversation_id,))
        return int(row[0]) if row is not None else 0

    def _copy_into(self, made: Conversation, source: ConversationId, after: MessageId | None = None) -> Ids:
        """Copy all messages and tags; those that follow none follow ``after``."""
        found = records(self._database, "messages", _MESSAGES, (source,))
        ids: Ids = {MessageId(each["id"]): new_message_id() for each in found}
        for record in found:
            copy = copied_message(record, made.id, ids)
            insert(self._database, "messages", {**copy, "parent_id": copy["parent_id"] or after})
        self._database.execute(_TAG, (made.id, source))
        return ids

    def _copy_attachments(
        self, made: Conversation, source: ConversationId, ids: Ids, *, of_draft: bool = False
    ) -> None:
        for record in records(self._database, "attachments", _ATTACHMENTS, (source,)):
            owner = record["message_id"]
            if owner is None and not of_draft:
                continue
            own: dict[str, Any] = {
                "number": None,
                "id": new_attachment_id(),
                "conversation_id": made.id,
                "message_id": None if owner is None else ids[owner],
            }
            insert(self._database, "attachments", {**record, **own})


def _fresh(original: Conversation, title: str, now: float) -> Conversation:
    return original.with_(
        id=new_conversation_id(),
        title=title,
        created_at=now,
        updated_at=now,
        is_pinned=False,
        is_unread=False,
        archived_at=None,
        trashed_at=None,
        origin="",
    )


def _of(ids: Ids, message_id: MessageId | None) -> MessageId | None:
    return None if message_id is None else ids.get(message_id)


def _context_of(context: ContextChoice, ids: Ids) -> ContextChoice:
    return replace(context, summary_until=_of(ids, context.summary_until))
