"""Domain values to rows and back. The one place that knows the columns."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from easychat_gui.domain.conversations import Conversation, Edit
from easychat_gui.domain.generation import GenerationParams
from easychat_gui.domain.ids import MessageId
from easychat_gui.domain.messages import Failure, FinishReason, Message, MessageStatus, Role, ToolCall, Usage
from easychat_gui.storage.stored_text import mended

Row = tuple[Any, ...]

CONVERSATION_COLUMNS = (
    "id",
    "title",
    "created_at",
    "updated_at",
    "is_pinned",
    "endpoint_id",
    "model_id",
    "leaf_id",
    "params",
    "system_prompt",
    "draft",
    "edit",
)

MESSAGE_COLUMNS = (
    "id",
    "conversation_id",
    "parent_id",
    "role",
    "status",
    "created_at",
    "model_id",
    "endpoint_id",
    "endpoint_name",
    "finish_reason",
    "prompt_tokens",
    "completion_tokens",
    "reasoning_s",
    "first_token_s",
    "duration_s",
    "params",
    "tool_calls",
    "failure",
    "text",
    "reasoning",
)


def conversation_row(conversation: Conversation) -> Row:
    return (
        conversation.id,
        mended(conversation.title),
        conversation.created_at,
        conversation.updated_at,
        int(conversation.is_pinned),
        conversation.endpoint_id,
        mended(conversation.model_id),
        conversation.leaf_id,
        _to_json(conversation.params.as_dict() if conversation.params else None),
        mended(conversation.system_prompt),
        mended(conversation.draft),
        _to_json(_edit_values(conversation.edit)),
    )


def conversation_from(row: Row) -> Conversation:
    values = dict(zip(CONVERSATION_COLUMNS, row, strict=True))
    params, edit = _from_json(values["params"]), _from_json(values["edit"])
    return Conversation(
        **{
            **values,
            "is_pinned": bool(values["is_pinned"]),
            "params": None if params is None else GenerationParams.from_dict(params),
            "edit": None if edit is None else Edit(MessageId(edit["message"]), edit["text"]),
        }
    )


def message_row(message: Message) -> Row:
    usage = message.usage or Usage()
    calls = [{"id": call.id, "name": call.name, "arguments": call.arguments} for call in message.tool_calls]
    return (
        message.id,
        message.conversation_id,
        message.parent_id,
        message.role.value,
        message.status.value,
        message.created_at,
        mended(message.model_id),
        message.endpoint_id,
        mended(message.endpoint_name),
        message.finish_reason and message.finish_reason.value,
        usage.prompt_tokens,
        usage.completion_tokens,
        message.reasoning_s,
        message.first_token_s,
        message.duration_s,
        _to_json(message.params),
        _to_json(calls or None),
        _to_json(_failure_values(message.failure)),
        mended(message.text),
        mended(message.reasoning),
    )


def message_from(row: Row) -> Message:
    values = dict(zip(MESSAGE_COLUMNS, row, strict=True))
    tokens = (values.pop("prompt_tokens"), values.pop("completion_tokens"))
    failure = _from_json(values["failure"])
    return Message(
        **{
            **values,
            "role": Role(values["role"]),
            "status": MessageStatus(values["status"]),
            "finish_reason": _finish_reason(values["finish_reason"]),
            "usage": None if tokens == (None, None) else Usage(*tokens),
            "params": _from_json(values["params"]),
            "tool_calls": tuple(ToolCall(**call) for call in _from_json(values["tool_calls"]) or ()),
            "failure": Failure(**failure) if failure else None,
        }
    )


def _edit_values(edit: Edit | None) -> dict[str, Any] | None:
    return None if edit is None else {"message": edit.message_id, "text": mended(edit.text)}


def _failure_values(failure: Failure | None) -> dict[str, Any] | None:
    if failure is None:
        return None
    return {"kind": failure.kind, "message": failure.message, "values": dict(failure.values)}


def _finish_reason(value: str | None) -> FinishReason | None:
    if value is None:
        return None
    try:
        return FinishReason(value)
    except ValueError:  # a word that a later version had
        return FinishReason.UNKNOWN


def _to_json(value: Mapping[str, Any] | list[Any] | None) -> str | None:
    # ASCII on purpose: lone surrogates stay escaped and come back as they were.
    return None if value is None else json.dumps(value, separators=(",", ":"), default=str)


def _from_json(text: str | None) -> Any:
    return None if text is None else json.loads(text)
