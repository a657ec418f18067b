"""Messages and what they are made of."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import field, replace
from enum import StrEnum
from typing import Any

from easychat_gui.domain.attachments import Attachment
from easychat_gui.domain.ids import ConversationId, EndpointId, MessageId, new_message_id
from easychat_gui.support.quick_dataclass import dataclass


class Role(StrEnum):
    SYSTEM = "system"
    USER = "user"
    ASSISTANT = "assistant"
    TOOL = "tool"


class MessageStatus(StrEnum):
    """Where a message is in its life. All but PENDING and STREAMING are final."""

    PENDING = "pending"
    STREAMING = "streaming"
    COMPLETE = "complete"
    CANCELLED = "cancelled"
    INTERRUPTED = "interrupted"
    FAILED = "failed"

    @property
    def is_final(self) -> bool:
        return self not in (MessageStatus.PENDING, MessageStatus.STREAMING)


class FinishReason(StrEnum):
    """Why an answer ended. UNKNOWN stands for a reason this program has no word for."""

    STOP = "stop"
    LENGTH = "length"
    CONTENT_FILTER = "content_filter"
    TOOL_CALLS = "tool_calls"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one completion, as the server counted them."""

    prompt_tokens: int | None = None
    completion_tokens: int | None = None


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A call that the model asks for. ``arguments`` is the JSON text as it came, fragments joined."""

    id: str
    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class Failure:
    """Why an answer failed, in the form that is stored and shown.

    ``kind`` is the class name of the error (see `domain.errors`), ``values`` what its sentence is filled with.
    """

    kind: str
    message: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Adaptation:
    """A parameter, in the API's spelling, that was not sent as it was set, since the model does not take that.

    It was left out, or sent as ``renamed_to``, or with ``value`` (JSON text) in the place of the value that was set.
    """

    parameter: str
    renamed_to: str = ""
    value: str = ""

    def as_dict(self) -> dict[str, str]:
        """Return the form in which it is stored."""
        values = {"parameter": self.parameter, "renamed_to": self.renamed_to, "value": self.value}
        return {name: value for name, value in values.items() if value}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Adaptation:
        """Read the form that `as_dict` writes. Raises KeyError for another."""
        return cls(str(values["parameter"]), str(values.get("renamed_to", "")), str(values.get("value", "")))


def joined_adaptations(*told: Iterable[Adaptation]) -> tuple[Adaptation, ...]:
    """Return all of them in the order of telling, of each parameter what was told last."""
    found: dict[str, Adaptation] = {}
    for each in (adaptation for group in told for adaptation in group):
        found[each.parameter] = each
    return tuple(found.values())


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a conversation.

    Times are seconds since 1970 (``created_at``) or durations in seconds. ``parent_id`` is the message that it
    follows; siblings (same parent) are branches. ``model_id`` and ``endpoint_name`` say who answered; both are kept
    as text, so that they stay true when the endpoint is renamed or removed. ``adapted`` is what was asked otherwise
    than ``params`` say.
    """

    id: MessageId
    conversation_id: ConversationId
    role: Role
    text: str = ""
    status: MessageStatus = MessageStatus.COMPLETE
    parent_id: MessageId | None = None
    created_at: float = 0.0
    reasoning: str = ""
    reasoning_s: float | None = None
    tool_calls: tuple[ToolCall, ...] = ()
    model_id: str = ""
    endpoint_id: EndpointId | None = None
    endpoint_name: str = ""
    params: Mapping[str, Any] | None = None
    finish_reason: FinishReason | None = None
    usage: Usage | None = None
    first_token_s: float | None = None
    duration_s: float | None = None
    failure: Failure | None = None
    attachments: tuple[Attachment, ...] = ()
    adapted: tuple[Adaptation, ...] = ()

    @property
    def is_unfinished(self) -> bool:
        """Did it end before there was a whole answer: by a failure, a stop, a crash, a limit, or without a word?"""
        if self.status is MessageStatus.COMPLETE:
            is_cut = self.finish_reason in (FinishReason.LENGTH, FinishReason.CONTENT_FILTER)
            return is_cut or (self.role is Role.ASSISTANT and not self.text.strip())
        return self.status.is_final

    def with_(self, **changes: Any) -> Message:
        """Return a copy with these fields changed."""
        return replace(self, **changes)


def new_message(
    conversation_id: ConversationId,
    role: Role,
    text: str = "",
    *,
    status: MessageStatus = MessageStatus.COMPLETE,
    parent_id: MessageId | None = None,
    **more: Any,
) -> Message:
    """Make a message with a fresh id and the present time."""
    return Message(
        id=new_message_id(),
        conversation_id=conversation_id,
        role=role,
        text=text,
        status=status,
        parent_id=parent_id,
        created_at=time.time(),
        **more,
    )
