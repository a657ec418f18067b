"""Messages that wait to be sent, in the database."""

from __future__ import annotations

from easychat_gui.domain.ids import AttachmentId, ConversationId, QueuedId
from easychat_gui.domain.queued import QueuedMessage
from easychat_gui.storage.database import Database
from easychat_gui.storage.stored_text import mended

_ALL = "SELECT id, conversation_id, created_at, text FROM queued_messages ORDER BY number"
_ATTACHED = "SELECT queued_id, id FROM attachments WHERE queued_id IS NOT NULL ORDER BY position, number"


class QueuedMessages:
    """All methods raise `StorageError`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> list[QueuedMessage]:
        """Return them in the order in which they were queued."""
        attached: dict[str, list[AttachmentId]] = {}
        for queued_id, attachment_id in self._database.rows(_ATTACHED):
            attached.setdefault(queued_id, []).append(AttachmentId(attachment_id))
        return [
            QueuedMessage(
                QueuedId(id_), ConversationId(conversation_id), text, created_at, tuple(attached.get(id_, ()))
            )
            for id_, conversation_id, created_at, text in self._database.rows(_ALL)
        ]

    def add(self, message: QueuedMessage) -> None:
        """Put it at the end, and give it what was attached to the draft."""
        with self._database.transaction():
            self._database.execute(
                "INSERT INTO queued_messages (id, conversation_id, created_at, text) VALUES (?, ?, ?, ?)",
                (message.id, message.conversation_id, message.created_at, mended(message.text)),
            )
            self._attach(message)

    def replace(self, message: QueuedMessage) -> bool:
        """Give it another text at the same place, and exactly these attachments; return whether it was still there."""
        with self._database.transaction():
            for attachment_id in self._attached(message.id) - {*message.attachments}:
                self._database.execute("DELETE FROM attachments WHERE id = ?", (attachment_id,))
            self._attach(message)
            return (
                self._database.execute(
                    "UPDATE queued_messages SET text = ? WHERE id = ?", (mended(message.text), message.id)
                )
                > 0
            )

    def remove(self, queued_id: QueuedId) -> bool:
        """Take it out, with what is still attached to it."""
        return self._database.execute("DELETE FROM queued_messages WHERE id = ?", (queued_id,)) > 0

    def _attached(self, queued_id: QueuedId) -> set[AttachmentId]:
        rows = self._database.rows("SELECT id FROM attachments WHERE queued_id = ?", (queued_id,))
        return {AttachmentId(attachment_id) for (attachment_id,) in rows}

    def _attach(self, message: QueuedMessage) -> None:
        for attachment_id in message.attachments:
            self._database.execute(
                "UPDATE attachments SET queued_id = ?, message_id = NULL WHERE id = ?", (message.id, attachment_id)
            )
