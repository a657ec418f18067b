"""An attachment of an unsent message, from the moment it was dropped."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from enum import Enum, auto
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from easychat_gui.domain.attachments import Attachment, AttachmentFault
from easychat_gui.domain.ids import AttachmentId, ConversationId, MessageId, QueuedId
from easychat_gui.support.quick_dataclass import dataclass

if TYPE_CHECKING:
    from easychat_gui.extraction.reading import Reading


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


class Holdings(QObject):
    """What the unsent messages of all windows have with them. ``changed`` when that did, wherever it is shown.

    ``edits`` are what is offered again while a message of before is written anew, ``retired`` what an edit had that
    has just ended, ``handed_over`` what is on its way into a message, ``stored`` what is noted in the database,
    ``readings`` what is being read, and ``waiting`` what is done when of the ``running`` work one is done.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.drafts: dict[ConversationId, list[DraftItem]] = {}
        self.edits: dict[ConversationId, tuple[MessageId | QueuedId, list[DraftItem]]] = {}
        self.retired: dict[AttachmentId, DraftItem] = {}
        self.handed_over: dict[AttachmentId, Attachment] = {}
        self.stored: set[AttachmentId] = set()
        self.removed: set[AttachmentId] = set()
        self.readings: dict[AttachmentId, Reading] = {}
        self.waiting: deque[tuple[AttachmentId, Callable[[], None]]] = deque()
        self.running = 0
