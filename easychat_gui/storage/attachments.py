"""Attachments in the database: which files a draft, a waiting message or a message uses."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from easychat_gui.domain.attachments import Attachment, Details
from easychat_gui.domain.ids import AttachmentId, ConversationId, MessageId
from easychat_gui.domain.messages import Message
from easychat_gui.storage.database import Database
from easychat_gui.storage.stored_text import mended

_COLUMNS = "id, name, media_type, size, sha256, text, details"
ATTACHMENT_COLUMNS = (*_COLUMNS.split(", "), "conversation_id", "message_id", "queued_id", "position")
_ADD = f"""
    INSERT INTO attachments ({", ".join(ATTACHMENT_COLUMNS)}) VALUES ({", ".join("?" * len(ATTACHMENT_COLUMNS))})
"""  # noqa: S608
# What a message of the past has, stays with it: a copy of the message gets rows of its own.
_MOVE = """
    UPDATE attachments SET conversation_id = ?, message_id = ?, queued_id = ?, position = ?
    WHERE id = ? AND message_id IS NULL
"""
_OF_MESSAGES = f"""
    SELECT message_id, {_COLUMNS} FROM attachments
    WHERE conversation_id = ? AND message_id IS NOT NULL ORDER BY position, number
"""  # noqa: S608
_OF_QUEUED = f"SELECT {_COLUMNS} FROM attachments WHERE queued_id IS NOT NULL"  # noqa: S608
_OF_DRAFT = f"""
    SELECT {_COLUMNS} FROM attachments
    WHERE conversation_id = ? AND message_id IS NULL AND queued_id IS NULL ORDER BY position, number
"""  # noqa: S608

_UNREAD = "unread"
"""Stands in the details while the text is still to be read out of the file."""

_NEXT_UNREAD = f"""
    SELECT {_COLUMNS} FROM attachments
    WHERE message_id IS NOT NULL AND details IS NOT NULL AND json_extract(details, '$.{_UNREAD}')
    ORDER BY number LIMIT 1
"""  # noqa: S608


class Attachments:
    """All methods raise `StorageError`. The files themselves are `AttachmentFiles`' affair."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of_draft(self, conversation_id: ConversationId) -> list[Attachment]:
        """Return what a conversation's unsent message has, in its order."""
        return [_attachment(row) for row in self._database.rows(_OF_DRAFT, (conversation_id,))]

    def of_all_queued(self) -> list[Attachment]:
        """Return what messages have that wait to be sent."""
        return [_attachment(row) for row in self._database.rows(_OF_QUEUED)]

    def add_to_draft(self, conversation_id: ConversationId, attachment: Attachment, position: int) -> None:
        """Note that the draft of a conversation uses a file. The conversation must be in the database."""
        self._add(attachment, (conversation_id, None, None, position))

    def add_to_message(self, message: Message) -> None:
        """Store a new message's attachments: what the draft or a waiting message had moves, all else is copied."""
        for position, attachment in enumerate(message.attachments):
            owner = (message.conversation_id, message.id, None, position)
            if not self._database.execute(_MOVE, (*owner, attachment.id)):
                self._add(attachment, owner)

    def set_read(self, attachment: Attachment) -> bool:
        """Keep what was read out of a file, wherever it has gone meanwhile. Return whether it was still there."""
        sql = "UPDATE attachments SET text = ?, details = ? WHERE id = ?"
        return self._database.execute(sql, (mended(attachment.text), _details(attachment), attachment.id)) > 0

    def next_unread(self) -> Attachment | None:
        """Return a file of a message whose text is still to be read, None if there is none."""
        row = self._database.row(_NEXT_UNREAD)
        return None if row is None else _attachment(row)

    def remove(self, attachment_id: AttachmentId) -> bool:
        """Take it from its draft or waiting message. What a message was sent with stays."""
        sql = "DELETE FROM attachments WHERE id = ? AND message_id IS NULL"
        return self._database.execute(sql, (attachment_id,)) > 0

    def uses(self, sha256: str) -> bool:
        """Does any row refer to this file?"""
        return self._database.row("SELECT 1 FROM attachments WHERE sha256 = ? LIMIT 1", (sha256,)) is not None

    def with_attachments(self, messages: Sequence[Message]) -> list[Message]:
        """Return messages of one conversation with what they have. One query, however many they are."""
        if not messages:
            return []
        found: dict[MessageId, list[Attachment]] = {}
        for message_id, *row in self._database.rows(_OF_MESSAGES, (messages[0].conversation_id,)):
            found.setdefault(message_id, []).append(_attachment(row))
        if not found:
            return list(messages)
        return [
            message.with_(attachments=tuple(found[message.id])) if message.id in found else message
            for message in messages
        ]

    def _add(self, attachment: Attachment, owner: tuple[Any, ...]) -> None:
        is_taken = self._database.row("SELECT 1 FROM attachments WHERE id = ?", (attachment.id,)) is not None
        attachment = attachment.copied() if is_taken else attachment
        self._database.execute(_ADD, tuple(attachment_row(attachment, owner).values()))


def attachment_row(attachment: Attachment, owner: tuple[Any, ...]) -> dict[str, Any]:
    """Return its row by the names of the columns. ``owner`` is whose it is: the last four of them."""
    values = (
        attachment.id,
        mended(attachment.name),
        attachment.media_type,
        attachment.size,
        attachment.sha256,
        mended(attachment.text),
        _details(attachment),
    )
    return dict(zip(ATTACHMENT_COLUMNS, (*values, *owner), strict=True))


def _details(attachment: Attachment) -> str | None:
    values = attachment.details.as_dict()
    if not attachment.is_read:
        values[_UNREAD] = True
    return json.dumps(values, separators=(",", ":")) if values else None


def _attachment(row: Sequence[Any]) -> Attachment:
    id_, name, media_type, size, sha256, text, details = row
    values = json.loads(details) if details else {}
    values = values if isinstance(values, dict) else {}
    return Attachment(
        AttachmentId(id_),
        name,
        media_type,
        size,
        sha256,
        text,
        Details.from_dict(values),
        is_read=not values.get(_UNREAD),
    )
