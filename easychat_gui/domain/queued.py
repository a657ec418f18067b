"""Messages that wait to be sent."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

from easychat_gui.domain.ids import AttachmentId, ConversationId, QueuedId, new_queued_id


@dataclass(frozen=True, slots=True)
class QueuedMessage:
    """Written while an answer ran; sent after it. ``created_at`` is in seconds since 1970."""

    id: QueuedId
    conversation_id: ConversationId
    text: str
    created_at: float = 0.0
    attachments: tuple[AttachmentId, ...] = ()

    def with_text(self, text: str, attachments: tuple[AttachmentId, ...]) -> QueuedMessage:
        """Return a new version of it."""
        return replace(self, text=text, attachments=attachments)


def new_queued(conversation_id: ConversationId, text: str, attachments: tuple[AttachmentId, ...] = ()) -> QueuedMessage:
    """Make one with a fresh id and the present time."""
    return QueuedMessage(new_queued_id(), conversation_id, text, time.time(), attachments)
