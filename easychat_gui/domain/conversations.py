"""Conversations: the whole, and the short form for the list."""

from __future__ import annotations

from dataclasses import field, replace
from enum import StrEnum
from typing import Any, NamedTuple

from easychat_gui.domain.generation import OwnParams
from easychat_gui.domain.ids import AttachmentId, ConversationId, EndpointId, FolderId, MessageId, PresetId, QueuedId
from easychat_gui.support.quick_dataclass import dataclass

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


class TitleFrom(StrEnum):
    """Who gave a conversation its title. UNKNOWN: it is older than this was noted, or has none.

    Only what nobody chose is ever replaced by itself: UNKNOWN and QUESTION (the first words that were asked).
    """

    UNKNOWN = ""
    QUESTION = "question"
    MODEL = "model"
    PERSON = "person"
    IMPORT = "import"


class ConversationSummary(NamedTuple):
    """One row of the sidebar. A named tuple: there may be 100,000, and SQLite makes them fastest.

    Times are in seconds since 1970; ``archived_at`` and ``trashed_at`` are None for one that is in the list.
    ``is_pinned`` and ``is_unread`` are 0 or 1, as SQLite has it.
    """

    id: ConversationId
    title: str
    updated_at: float
    is_pinned: int = 0
    created_at: float = 0.0
    folder_id: FolderId | None = None
    archived_at: float | None = None
    trashed_at: float | None = None
    is_unread: int = 0


class Placement(NamedTuple):
    """Where a conversation stands: all that putting in order changes of it, and so all that undoing brings back."""

    id: ConversationId
    is_pinned: int = 0
    folder_id: FolderId | None = None
    archived_at: float | None = None
    trashed_at: float | None = None


def placement_of(summary: ConversationSummary) -> Placement:
    return Placement(summary.id, int(summary.is_pinned), summary.folder_id, summary.archived_at, summary.trashed_at)


def placed(summary: ConversationSummary, placement: Placement) -> ConversationSummary:
    """Return a conversation as it is now, where it stood then."""
    return ConversationSummary(  # of ten thousand, `_replace` would take four times as long
        summary.id,
        summary.title,
        summary.updated_at,
        placement.is_pinned,
        summary.created_at,
        placement.folder_id,
        placement.archived_at,
        placement.trashed_at,
        summary.is_unread,
    )


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
    ``archived_at`` and ``trashed_at`` are when it was put away, in seconds since 1970; None: it is in the list.
    ``is_unread``: an answer has ended that nobody has looked at. ``origin`` is "program:id" of one that was imported.
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
    folder_id: FolderId | None = None
    archived_at: float | None = None
    trashed_at: float | None = None
    is_unread: bool = False
    title_from: TitleFrom = TitleFrom.UNKNOWN
    origin: str = ""

    def with_(self, **changes: Any) -> Conversation:
        """Return a copy with these fields changed."""
        return replace(self, **changes)

    @property
    def summary(self) -> ConversationSummary:
        return ConversationSummary(
            self.id,
            self.title,
            self.updated_at,
            int(self.is_pinned),
            self.created_at,
            self.folder_id,
            self.archived_at,
            self.trashed_at,
            int(self.is_unread),
        )


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
