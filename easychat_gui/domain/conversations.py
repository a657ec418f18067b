"""Conversations: the whole, and the short form for the list."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from easychat_gui.domain.generation import GenerationParams
from easychat_gui.domain.ids import AttachmentId, ConversationId, EndpointId, MessageId, QueuedId


class ConversationSummary(NamedTuple):
    """One row of the sidebar. A named tuple: there may be 100,000, and SQLite makes them fastest.

    ``updated_at`` is in seconds since 1970. ``is_pinned`` is 0 or 1, as SQLite has it.
    """

    id: ConversationId
    title: str
    updated_at: float
    is_pinned: int = 0


@dataclass(frozen=True, slots=True)
class Edit:
    """A new version of a message, begun and not yet sent."""

    message_id: MessageId
    text: str


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation without its messages.

    ``params`` is None while the conversation follows the defaults of the settings. ``endpoint_id`` and ``model_id``
    are what the next answer is asked of. ``leaf_id`` is the last message of the branch that is shown.
    ``draft`` is the text typed and not yet sent; ``edit`` is what stands above it in the box, if anything.
    """

    id: ConversationId
    title: str = ""
    created_at: float = 0.0
    updated_at: float = 0.0
    is_pinned: bool = False
    endpoint_id: EndpointId | None = None
    model_id: str = ""
    system_prompt: str = ""
    params: GenerationParams | None = None
    leaf_id: MessageId | None = None
    draft: str = ""
    edit: Edit | None = None

    def with_(self, **changes: Any) -> Conversation:
        """Return a copy with these fields changed."""
        return replace(self, **changes)

    @property
    def summary(self) -> ConversationSummary:
        return ConversationSummary(self.id, self.title, self.updated_at, int(self.is_pinned))


@dataclass(frozen=True, slots=True)
class Draft:
    """What the composer hands over when the person sends.

    ``edits`` is the question that this is a new version of; both stay, as branches. ``queued`` is the waiting message
    whose place this takes.
    """

    text: str
    edits: MessageId | None = None
    attachments: tuple[AttachmentId, ...] = ()
    queued: QueuedId | None = None
