"""Conversations: the whole, and the short form for the list."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, NamedTuple

from easychat_gui.domain.generation import OwnParams
from easychat_gui.domain.ids import AttachmentId, ConversationId, EndpointId, MessageId, PresetId, QueuedId

OWN_EMPTY_PROMPT = " "
"""A system prompt of white space alone is the conversation's own, and says nothing: none is sent."""


class ContextPolicy(StrEnum):
    """What is done about messages that no longer fit the model's window.

    DROP_OLDEST: the newest that fit are sent. KEEP_FIRST: the first exchange and the newest. SUMMARISE: a summary that
    the person asked for, and the newest. SEND_ALL: everything; the server decides.
    """

    DROP_OLDEST = "drop_oldest"
    KEEP_FIRST = "keep_first"
    SUMMARISE = "summarise"
    SEND_ALL = "send_all"


@dataclass(frozen=True, slots=True)
class ContextChoice:
    """What a conversation has chosen about its window; ``policy`` None follows the settings.

    ``summary`` stands for all messages up to ``summary_until``, which is the last one that was summed up.
    """

    policy: ContextPolicy | None = None
    summary: str = ""
    summary_until: MessageId | None = None


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

    ``params`` are those that it sets itself; in all others it follows its preset, and where that says nothing, the
    settings. The same holds for ``endpoint_id`` and ``model_id`` (whom the next answer is asked of) and for
    ``system_prompt``, where an empty one follows and a blank one is its own (`OWN_EMPTY_PROMPT`).
    ``leaf_id`` is the last message of the branch that is shown. ``draft`` is the text typed and not yet sent;
    ``edit`` is what stands above it in the box, if anything.
    """

    id: ConversationId
    title: str = ""
    created_at: float = 0.0
    updated_at: float = 0.0
    is_pinned: bool = False
    endpoint_id: EndpointId | None = None
    model_id: str = ""
    system_prompt: str = ""
    params: OwnParams = field(default_factory=dict)
    leaf_id: MessageId | None = None
    draft: str = ""
    edit: Edit | None = None
    preset_id: PresetId | None = None
    context: ContextChoice = ContextChoice()

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
