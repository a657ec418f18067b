"""An attachment of an unsent message, from the moment it was dropped."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from easychat_gui.domain.attachments import Attachment, AttachmentFault
from easychat_gui.domain.ids import AttachmentId


class ItemState(Enum):
    """READING: it is copied, or its text is read. FAILED: it does not go with the message."""

    READING = auto()
    READY = auto()
    FAILED = auto()


@dataclass(frozen=True, slots=True)
class DraftItem:
    """``attachment`` is None until the file is copied, and again when it failed; ``fault`` says why it did."""

    id: AttachmentId
    name: str
    state: ItemState = ItemState.READING
    attachment: Attachment | None = None
    fault: AttachmentFault | None = None

    @classmethod
    def of(cls, attachment: Attachment) -> DraftItem:
        state = ItemState.READY if attachment.is_read else ItemState.READING
        return cls(attachment.id, attachment.name, state, attachment)
