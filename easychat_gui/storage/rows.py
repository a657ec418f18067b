"""Domain values to rows and back. The one place that knows the columns."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from easychat_gui.domain.conversations import ContextChoice, ContextPolicy, Conversation, Edit, TitleFrom
from easychat_gui.domain.ids import MessageId
from easychat_gui.domain.messages import (
    Adaptation,
    Failure,
    FinishReason,
    Message,
    MessageStatus,
    Role,
    ToolCall,
    Usage,
)
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
    "preset_id",
    "context",
    "folder_id",
    "archived_at",
    "trashed_at",
    "is_unread",
    "title_from",
    "origin",
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
    "adapted",
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
        json_of(dict(conversation.params) or None),
        mended(conversation.system_prompt),
        mended(conversation.draft),
        json_of(_edit_values(conversation.edit)),
        conversation.preset_id,
        json_of(_context_values(conversation.context)),
        conversation.folder_id,
        conversation.archived_at,
        conversation.trashed_at,
        int(conversation.is_unread),
        conversation.title_from.value,
        mended(conversation.origin),
    )


def conversation_from(row: Row) -> Conversation:
    values = dict(zip(CONVERSATION_COLUMNS, row, strict=True))
    return Conversation(
        **{
            **values,
            "is_pinned": bool(values["is_pinned"]),
            "is_unread": bool(values["is_unread"]),
            "title_from": _title_from(values["title_from"]),
            "params": own_params_from(values["params"]),
            "edit": _edit(values["edit"]),
            "context": _context(values["context"]),
        }
    )


_NUMBERS = (int, float, type(None))
_KINDS: dict[str, tuple[type, ...]] = {
    "temperature": _NUMBERS,
    "top_p": _NUMBERS,
    "presence_penalty": _NUMBERS,
    "frequency_penalty": _NUMBERS,
    "max_tokens": (int, type(None)),
    "seed": (int, type(None)),
    "stop": (list, type(None)),
    "stream": (bool,),
    "response_format": (dict, type(None)),
    "logprobs": (bool, type(None)),
    "reasoning_effort": (str, type(None)),
    "extra": (dict, type(None)),
}


def own_params_from(text: str | None) -> dict[str, Any]:
    """Read parameters that somebody sets; what this version has no name for, or cannot be a value, is left out."""
    values = _from_json(text)
    told = values.items() if isinstance(values, dict) else ()
    return {name: value for name, value in told if isinstance(value, _KINDS.get(name, ()))}


def _edit(text: str | None) -> Edit | None:
    """Read a new version of a message that was begun; what cannot be read of it must not cost the chat."""
    match _from_json(text):
        case {"message": str(message_id), "text": str(written)}:
            return Edit(MessageId(message_id), written)
    return None


def _context_values(context: ContextChoice) -> dict[str, Any] | None:
    values = {"policy": context.policy, "summary": mended(context.summary), "summary_until": context.summary_until}
    return {name: value for name, value in values.items() if value} or None


def _context(text: str | None) -> ContextChoice:
    values = _from_json(text)
    if not isinstance(values, dict):
        return ContextChoice()
    policy, until = values.get("policy"), values.get("summary_until")
    return ContextChoice(
        ContextPolicy(policy) if isinstance(policy, str) and policy in set(ContextPolicy) else None,
        str(values.get("summary") or ""),
        MessageId(until) if isinstance(until, str) else None,
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
        json_of(message.params),
        json_of(calls or None),
        json_of(_failure_values(message.failure)),
        json_of([each.as_dict() for each in message.adapted] or None),
        mended(message.text),
        mended(message.reasoning),
    )


def message_from(row: Row) -> Message:
    values = dict(zip(MESSAGE_COLUMNS, row, strict=True))
    tokens = (values.pop("prompt_tokens"), values.pop("completion_tokens"))
    params = _from_json(values["params"])
    return Message(
        **{
            **values,
            "role": Role(values["role"]),
            "status": MessageStatus(values["status"]),
            "finish_reason": _finish_reason(values["finish_reason"]),
            "usage": None if tokens == (None, None) else Usage(*tokens),
            "params": params if isinstance(params, dict) else None,
            "tool_calls": _tool_calls(values["tool_calls"]),
            "failure": _failure(values["failure"]),
            "adapted": _adapted(values["adapted"]),
        }
    )


def _edit_values(edit: Edit | None) -> dict[str, Any] | None:
    return None if edit is None else {"message": edit.message_id, "text": mended(edit.text)}


def _failure_values(failure: Failure | None) -> dict[str, Any] | None:
    if failure is None:
        return None
    return {"kind": failure.kind, "message": failure.message, "values": dict(failure.values)}


def _failure(text: str | None) -> Failure | None:
    """Read why an answer failed; what cannot be read of it must not cost the chat."""
    match _from_json(text):
        case {"kind": str(kind), "message": str(message), **rest}:
            values = rest.get("values")
            return Failure(kind, message, values if isinstance(values, dict) else {})
    return None


def _tool_calls(text: str | None) -> tuple[ToolCall, ...]:
    """Read the calls of tools; what cannot be read of them must not cost the chat."""
    values = _from_json(text)
    found: list[ToolCall] = []
    for each in values if isinstance(values, list) else ():
        match each:
            case {"id": str(id_), "name": str(name), "arguments": str(arguments)}:
                found.append(ToolCall(id_, name, arguments))
    return tuple(found)


def _adapted(text: str | None) -> tuple[Adaptation, ...]:
    """Read what was asked otherwise; what cannot be read of it must not cost the chat."""
    values = _from_json(text)
    told = values if isinstance(values, list) else []
    return tuple(Adaptation.from_dict(each) for each in told if isinstance(each, dict) and "parameter" in each)


def _title_from(value: str) -> TitleFrom:
    try:
        return TitleFrom(value)
    except ValueError:  # a word that a later version had
        return TitleFrom.PERSON


def _finish_reason(value: str | None) -> FinishReason | None:
    if value is None:
        return None
    try:
        return FinishReason(value)
    except ValueError:  # a word that a later version had
        return FinishReason.UNKNOWN


def json_of(value: Mapping[str, Any] | list[Any] | None) -> str | None:
    """Return a value as it is stored; None stays NULL."""
    # ASCII on purpose: lone surrogates stay escaped and come back as they were.
    return None if value is None else json.dumps(value, separators=(",", ":"), default=str)


def _from_json(text: str | None) -> Any:
    return None if text is None else json.loads(text)
