"""JSON to domain values and back. Pure: text in, values out; nothing here waits or remembers.

Reading takes what servers really send. Whatever has the wrong type is read as absent, never as an error: a field that
this program could do without must not cost the answer.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from easychat_gui.domain.endpoints import EndpointKind
from easychat_gui.domain.errors import RequestRefused
from easychat_gui.domain.generation import CompletionRequest
from easychat_gui.domain.messages import FinishReason, Message, Role, ToolCall, Usage
from easychat_gui.domain.token_chances import TokenChance, read_content
from easychat_gui.providers.attached import content_of
from easychat_gui.providers.json_values import count, integer, string
from easychat_gui.providers.text_repair import repaired
from easychat_gui.providers.tool_calls import ToolCallFragment

_PARAMETERS = (
    *("temperature", "top_p", "presence_penalty", "frequency_penalty", "max_tokens", "seed"),
    *("response_format", "logprobs", "reasoning_effort"),
)

_FINISH_REASONS = {
    "stop": FinishReason.STOP,
    "stop_sequence": FinishReason.STOP,
    "end_turn": FinishReason.STOP,
    "eos": FinishReason.STOP,
    "eos_token": FinishReason.STOP,
    "length": FinishReason.LENGTH,
    "max_tokens": FinishReason.LENGTH,
    "max_output_tokens": FinishReason.LENGTH,
    "model_context_window_exceeded": FinishReason.LENGTH,
    "content_filter": FinishReason.CONTENT_FILTER,
    "refusal": FinishReason.CONTENT_FILTER,
    "safety": FinishReason.CONTENT_FILTER,
    "tool_calls": FinishReason.TOOL_CALLS,
    "tool_use": FinishReason.TOOL_CALLS,
    "function_call": FinishReason.TOOL_CALLS,
}


_LARGE_JSON = 1024 * 1024
_MOST_VALUES = 1_000_000
"""In a large text. A megabyte of ``{},{},…`` becomes 25 of objects; an honest answer is large by its strings."""


class BrokenJson(ValueError):
    """It is no JSON, or JSON that no honest server sends (nested thousands deep, numbers of thousands of digits)."""


@dataclass(frozen=True, slots=True)
class ReportedError:
    """An error that came inside an answer. ``status`` is an HTTP status if its code looks like one. ``parameter`` is
    the field of the request that it names as the reason.
    """

    message: str
    status: int | None = None
    parameter: str = ""


@dataclass(slots=True)
class Chunk:
    """What one JSON object of an answer says: a delta, or the whole answer at once."""

    choice: int | None = None
    text: str = ""
    reasoning: str = ""
    tool_calls: tuple[ToolCallFragment, ...] = ()
    finish_reason: FinishReason | None = None
    usage: Usage | None = None
    chances: tuple[TokenChance, ...] = ()
    error: ReportedError | None = None
    is_recognised: bool = True
    """False for JSON that has nothing of an answer in it."""

    is_last: bool = False
    """Does the API say by it that nothing more will come?"""


# -------------------- to the server


def request_body(request: CompletionRequest, *, kind: EndpointKind, with_usage: bool = True) -> dict[str, Any]:
    """Return the JSON object of a completion request. What is unset is absent.

    ``with_usage`` asks an OpenAI-like server to count the tokens of a stream, which it does only when asked.
    """
    params = request.params
    body: dict[str, Any] = {
        "model": repaired(request.model),
        "messages": [message_body(each, request.pictures) for each in request.messages if says_anything(each)],
        "stream": params.stream,
    }
    for name in _PARAMETERS:
        value = getattr(params, name)
        if value is not None:
            body[name] = value
    if stop := [repaired(text) for text in params.stop if text]:
        body["stop"] = stop
    if params.stream and with_usage and kind in (EndpointKind.OPENAI, EndpointKind.AZURE):
        body["stream_options"] = {"include_usage": True}
    body.update(params.extra)
    body.update(request.extra)
    return body


def encode_body(body: Mapping[str, Any], *, server: str = "") -> bytes:
    """Return the bytes of a request. Raises `RequestRefused` for values that JSON has no form for."""
    try:
        text = json.dumps(body, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    except (TypeError, ValueError, RecursionError) as error:
        raise RequestRefused(f"The request cannot be written as JSON: {error}.", server=server) from error
    return repaired(text).encode()


def says_anything(message: Message) -> bool:
    """An answer that failed before its first word is no part of the conversation; some servers refuse empty ones."""
    return message.role is not Role.ASSISTANT or bool(message.text or message.tool_calls)


def message_body(message: Message, pictures: Mapping[str, bytes]) -> dict[str, Any]:
    """Return a message as it goes over the wire. ``pictures`` as in `CompletionRequest`."""
    content = content_of(message, pictures) if message.attachments else repaired(message.text)
    body: dict[str, Any] = {"role": message.role.value, "content": content}
    if message.tool_calls:
        body["tool_calls"] = [_tool_call_body(call) for call in message.tool_calls]
    return body


def _tool_call_body(call: ToolCall) -> dict[str, Any]:
    return {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}


# -------------------- from the server


def parse_json(text: str) -> Any:
    """Return the JSON value. Raises `BrokenJson` for whatever cannot be read."""
    if len(text) > _LARGE_JSON and sum(map(text.count, "{[,")) > _MOST_VALUES:
        raise BrokenJson("more values than an answer has")
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:  # deep nesting; integers of more than 4,300 digits
        raise BrokenJson(str(error)) from error


def parse_chunk(text: str, _event: str = "") -> Chunk:
    """Read one JSON object of an answer. Raises `BrokenJson`."""
    value = parse_json(text)
    try:
        return _plain_delta(value) or read_chunk(value)
    except RecursionError as error:
        raise BrokenJson(str(error)) from error


def _plain_delta(value: Any) -> Chunk | None:
    """Read a chunk of nothing but text, as nearly all are, in half the time of the careful way. None for any other."""
    try:
        (choice,) = value["choices"]
        delta, text = choice["delta"], choice["delta"]["content"]
        is_plain = len(delta) == 1 and choice["finish_reason"] is None and type(text) is str
        is_plain = is_plain and not (value.get("error") or value.get("usage") or choice.get("error"))
    except (TypeError, KeyError, ValueError, AttributeError):
        return None
    is_plain = is_plain and not (choice.get("usage") or choice.get("logprobs"))
    return Chunk(integer(choice.get("index")), text) if is_plain else None


def read_chunk(value: Any) -> Chunk:
    """Read one JSON value of an answer."""
    if isinstance(value, list) and value:  # Google answers errors, and some gateways everything, in a list
        value = value[0]
    if not isinstance(value, dict):
        return Chunk(is_recognised=False)
    chunk = Chunk(usage=_usage(value.get("usage")))
    choices = value.get("choices")
    if isinstance(choices, dict):
        choices = [choices]
    if isinstance(value.get("message"), dict) or isinstance(value.get("content"), str):
        choices = choices or [value]  # an answer without the list around it
    if isinstance(choices, list):
        choice = next((each for each in choices if isinstance(each, dict)), None)
        if choice is not None:
            _read_choice(chunk, choice)
    else:
        chunk.is_recognised = chunk.usage is not None
    if chunk.error is None:
        chunk.error = reported_error(value, is_answer=isinstance(choices, list))
    if chunk.error is not None:
        chunk.is_recognised = True
    return chunk


def _read_choice(chunk: Chunk, choice: dict[str, Any]) -> None:
    chunk.choice = integer(choice.get("index"))
    delta = choice.get("delta")
    if not delta:
        delta = choice.get("message") or {key: choice[key] for key in ("content", "text") if key in choice}
    if isinstance(delta, str):
        chunk.text = delta
    elif isinstance(delta, dict):
        _read_delta(chunk, delta)
    logprobs = choice.get("logprobs")
    if isinstance(logprobs, dict):
        chunk.chances = read_content(logprobs.get("content"))
    reason = choice.get("finish_reason")
    chunk.finish_reason = finish_reason(reason)
    if chunk.usage is None:
        chunk.usage = _usage(choice.get("usage"))
    if choice.get("error") or reason == "error":
        chunk.error = _error_of(choice.get("error")) or ReportedError("The server broke off with an error.")


def finish_reason(name: Any) -> FinishReason | None:
    """Return the reason of this name, in any API's spelling, or None where there is no name."""
    if not isinstance(name, str) or not name:
        return None
    return _FINISH_REASONS.get(name.lower(), FinishReason.UNKNOWN)


def _read_delta(chunk: Chunk, delta: dict[str, Any]) -> None:
    content = delta.get("content")
    if type(content) is str:  # the way of nearly every chunk
        chunk.text = content
    elif content is not None:
        chunk.text, chunk.reasoning = _flattened(content)
    elif isinstance(delta.get("text"), str):
        chunk.text = delta["text"]
    if isinstance(delta.get("refusal"), str):
        chunk.text += delta["refusal"]
    if len(delta) > 1 or content is None:
        chunk.reasoning += _reasoning(delta)
        chunk.tool_calls = tuple(_tool_call_fragments(delta))


def _reasoning(delta: dict[str, Any]) -> str:
    """Return the reasoning, once: gateways send the same words under two or three names."""
    for name in ("reasoning_content", "reasoning", "thinking", "reasoning_details"):
        value = delta.get(name)
        if value:
            text, inner = _flattened(value)
            if text or inner:
                return text + inner
    return ""


def _flattened(value: Any, depth: int = 0) -> tuple[str, str]:
    """Return the text and the reasoning of content that may be a string, a number, a part, or a list of parts."""
    if isinstance(value, str):
        return value, ""
    if isinstance(value, bool) or value is None or depth > 4:
        return "", ""
    if isinstance(value, int | float):
        return str(value), ""
    if isinstance(value, list):
        pairs = [_flattened(each, depth + 1) for each in value]
        return "".join(text for text, _ in pairs), "".join(reasoning for _, reasoning in pairs)
    if isinstance(value, dict):
        return _flattened_part(value, depth)
    return "", ""


def _flattened_part(part: dict[str, Any], depth: int) -> tuple[str, str]:
    for name in ("thinking", "reasoning", "text", "content", "summary", "value", "refusal"):
        if part.get(name):
            text, reasoning = _flattened(part[name], depth + 1)
            is_reasoning = name in ("thinking", "reasoning") or part.get("type") in ("thinking", "reasoning")
            return ("", text + reasoning) if is_reasoning else (text, reasoning)
    return "", ""


def _tool_call_fragments(delta: dict[str, Any]) -> Iterator[ToolCallFragment]:
    calls = delta.get("tool_calls")
    if isinstance(calls, dict):
        calls = [calls]
    if isinstance(calls, list):
        for call in calls:
            if isinstance(call, dict):
                function = call.get("function")
                yield _fragment(call, function if isinstance(function, dict) else call)
    legacy = delta.get("function_call")
    if isinstance(legacy, dict):
        yield _fragment({}, legacy)


def _fragment(call: dict[str, Any], function: dict[str, Any]) -> ToolCallFragment:
    arguments = function.get("arguments")
    if arguments is None:
        arguments = ""
    elif not isinstance(arguments, str):
        arguments = json.dumps(arguments, ensure_ascii=False)
    return ToolCallFragment(
        integer(call.get("index")),
        repaired(string(call.get("id"))),
        repaired(string(function.get("name"))),
        repaired(arguments),
    )


def _usage(value: Any) -> Usage | None:
    if not isinstance(value, dict):
        return None
    prompt = count(value.get("prompt_tokens", value.get("input_tokens")))
    completion = count(value.get("completion_tokens", value.get("output_tokens")))
    return None if prompt is None and completion is None else Usage(prompt, completion)


# -------------------- errors


def reported_error(value: Any, *, is_answer: bool = False) -> ReportedError | None:
    """Return the error that a JSON object reports, in whichever of the known shapes, or None.

    ``is_answer``: the object has choices, so only an explicit ``error`` in it is one.
    """
    if isinstance(value, list) and value:
        value = value[0]
    if not isinstance(value, dict):
        return None
    error = value.get("error")
    if error is True:
        return _error_of(value) or ReportedError("The server reports an error.")
    if error:
        inner = _error_of(error)
        if inner is not None and inner.status is None:
            return ReportedError(inner.message, _status(value), inner.parameter)
        return inner
    if is_answer:
        return None
    if error == {}:
        return ReportedError("The server reports an error.", _status(value))
    is_error = value.get("object") == "error" or value.get("type") == "error" or "choices" not in value
    return _error_of(value) if is_error and ("message" in value or "detail" in value) else None


def _error_of(error: Any) -> ReportedError | None:
    if isinstance(error, str) and error.strip():
        return ReportedError(error)
    if not isinstance(error, dict) or not error:
        return None
    for name in ("message", "detail", "error", "msg", "reason", "type"):
        found = error.get(name)
        text = found if isinstance(found, str) else json.dumps(found, ensure_ascii=False) if found else ""
        if text.strip():
            return ReportedError(text + _passed_on(error), _status(error), _parameter(error))
    return ReportedError("The server reports an error.", _status(error))


def _passed_on(error: dict[str, Any]) -> str:
    """Return what the server behind a gateway said: OpenRouter's own words are only that there was an error."""
    metadata = error.get("metadata")
    raw = metadata.get("raw") if isinstance(metadata, dict) else None
    return f": {raw}" if isinstance(raw, str) and raw.strip() else ""


def _status(error: dict[str, Any]) -> int | None:
    for name in ("code", "status", "status_code"):
        value = error.get(name)
        number = (
            int(value) if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) == 3 else value
        )
        if type(number) is int and 400 <= number <= 599:
            return number
    return None


def _parameter(error: dict[str, Any]) -> str:
    """Return the parameter that an error is about: by OpenAI's field, or by the place that FastAPI's servers name."""
    detail = error.get("detail")
    if isinstance(detail, list) and detail and isinstance(detail[0], dict):
        place = detail[0].get("loc")
        if isinstance(place, list):
            return ".".join(each for each in place if isinstance(each, str) and each != "body")
    return string(error.get("param"))
