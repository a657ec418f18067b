"""Conversations on their way in and out: what a reader of some program's file finds, and what is written to a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from easychat_gui.domain.conversations import Conversation
from easychat_gui.domain.messages import FinishReason, Message, Role, ToolCall, Usage


class Source(StrEnum):
    """Whose file it is that conversations are read from."""

    EASYCHAT = "easychat"
    CHATGPT = "chatgpt"
    CLAUDE = "claude"
    OPEN_WEBUI = "open-webui"
    LIBRECHAT = "librechat"
    CHATBOX = "chatbox"
    CHERRY_STUDIO = "cherry-studio"
    JAN = "jan"
    LM_STUDIO = "lm-studio"
    GPT4ALL = "gpt4all"
    VIVIDNODE = "vividnode"
    MARKDOWN = "markdown"
    JSONL = "jsonl"


class NotRead(StrEnum):
    """Why something in a file could not be brought along. The window has a sentence for each."""

    DAMAGED = "damaged"
    UNKNOWN_CONTENT = "unknown content"
    FILE_MISSING = "file missing"
    FILE_TOO_LARGE = "file too large"
    NO_MESSAGES = "no messages"
    RECORDING = "recording"


@dataclass(frozen=True, slots=True)
class Omission:
    """Something that was not brought along. ``where`` names the conversation or the file as a person knows it."""

    why: NotRead
    where: str = ""
    details: str = ""


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file that goes with a found message. ``read`` returns its bytes and raises OSError or `TransferError`."""

    name: str
    media_type: str
    read: Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class FoundMessage:
    """A message as some program's file has it.

    ``key`` is unique in its conversation and the same whenever the file is read; ``parent_key`` is the key of what it
    follows, None at the beginning. ``created_at`` is in seconds since 1970, None where the file does not say.
    """

    key: str
    role: Role
    text: str
    parent_key: str | None = None
    created_at: float | None = None
    reasoning: str = ""
    reasoning_s: float | None = None
    model_id: str = ""
    endpoint_name: str = ""
    usage: Usage | None = None
    finish_reason: FinishReason | None = None
    tool_calls: tuple[ToolCall, ...] = ()
    files: tuple[FoundFile, ...] = ()


@dataclass(frozen=True, slots=True)
class FoundConversation:
    """A conversation as some program's file has it.

    ``key`` is unique among those of its source and the same whenever the file is read: with it a second import finds
    what the first has brought. Parents stand before their children in ``messages``. ``leaf_key`` is the end of the
    branch that was shown, None: the newest. ``folder`` is the path of folders, outermost first.
    """

    source: Source
    key: str
    title: str
    messages: tuple[FoundMessage, ...]
    created_at: float | None = None
    updated_at: float | None = None
    leaf_key: str | None = None
    system_prompt: str = ""
    model_id: str = ""
    is_pinned: bool = False
    is_archived: bool = False
    folder: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    omissions: tuple[Omission, ...] = ()


@dataclass(frozen=True, slots=True)
class Belonging:
    """Something that conversations refer to or go with, as the row that is stored: a preset, prompt, folder, tag or
    lesson (``kind``)."""

    kind: str
    row: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class WholeRows:
    """A conversation as it is stored, by the names of the columns (see `storage.whole`). ``tags`` are names;
    ``belongings`` what it refers to, each behind what it refers to itself."""

    conversation: Mapping[str, Any]
    messages: tuple[Mapping[str, Any], ...]
    attachments: tuple[Mapping[str, Any], ...] = ()
    queued: tuple[Mapping[str, Any], ...] = ()
    tags: tuple[str, ...] = ()
    belongings: tuple[Belonging, ...] = ()


@dataclass(frozen=True, slots=True)
class ConversationRecord:
    """A conversation with all that belongs to it, to be written to a file.

    ``messages`` holds every branch, in the order in which they were made. ``files`` says where the file of an
    attachment lies, by its SHA-256. ``folder`` is the path of folders, outermost first. ``rows`` is all that is stored
    of it, for a format that loses nothing; None of a part of a conversation, and for other formats.
    """

    conversation: Conversation
    messages: tuple[Message, ...]
    folder: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    files: Mapping[str, Path] = field(default_factory=dict)
    rows: WholeRows | None = None

    @property
    def branch(self) -> tuple[Message, ...]:
        """The messages of the branch that is shown, oldest first: that of the leaf, else of the newest message."""
        by_id = {message.id: message for message in self.messages}
        found: list[Message] = []
        newest = self.messages[-1].id if self.messages else None
        at = self.conversation.leaf_id if self.conversation.leaf_id in by_id else newest
        while at is not None and at in by_id:
            message = by_id.pop(at)  # popped, so that a ring of parents ends
            found.append(message)
            at = message.parent_id
        return tuple(reversed(found))
