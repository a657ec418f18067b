"""Servers that speak Anthropic's ``POST …/v1/messages``. Source of all names: Anthropic's API reference."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, ClassVar

from easychat_gui.domain.messages import Usage
from easychat_gui.providers.answer import AnswerReader
from easychat_gui.providers.http_provider import HttpProvider
from easychat_gui.providers.json_values import count, integer, mapping, mappings, string
from easychat_gui.providers.text_repair import repaired
from easychat_gui.providers.tool_calls import ToolCallFragment
from easychat_gui.providers.translation import Picture, Translation, calls_of, functions_of, schema_of, words_of
from easychat_gui.providers.typed_events import TypedEventParser
from easychat_gui.providers.wire import Chunk, finish_reason, read_chunk

VERSION = "2023-06-01"

DEFAULT_MAX_TOKENS = 8192
"""The API wants a limit in every question. All of its models but the oldest take this one."""

HIGHEST_TEMPERATURE = 1.0

_WITHOUT_A_WORD = (
    *("presence_penalty", "frequency_penalty", "seed", "logprobs", "top_logprobs", "logit_bias", "n"),
    *("parallel_tool_calls", "stream_options", "store", "user"),
)


class AnthropicMessages(HttpProvider):
    """One endpoint of the Messages API; all but the words that go over the wire is as everywhere."""

    sends_bearer: ClassVar[bool] = False
    needed: ClassVar[frozenset[str]] = frozenset({"max_tokens"})
    aliases: ClassVar[Mapping[str, str]] = {"budget_tokens": "thinking", "effort": "output_config.effort"}

    def _own_headers(self) -> dict[str, str]:
        headers = {"anthropic-version": VERSION}
        if self._api_key:
            headers["x-api-key"] = self._api_key
        return headers

    def _in_this_api(self, body: dict[str, Any]) -> Translation:
        return messages_body(body)

    def _reader(self, server: str, _: Mapping[str, Any]) -> AnswerReader:
        return AnswerReader(server, clean=self._clean, parse=MessagesParser())


# -------------------- to the server


def messages_body(body: Mapping[str, Any]) -> Translation:
    """Translate the body of a chat completion."""
    out = Translation(dict(body))
    said = conversation(out)
    most_tokens = out.most_tokens()
    out.body = {
        "model": out.take("model"),
        "max_tokens": DEFAULT_MAX_TOKENS if most_tokens is None else most_tokens,
        **said,
        **out.body,
    }
    _translate_stop(out)
    _translate_format(out, out.take("response_format"))
    _translate_effort(out, out.take("reasoning_effort"))
    _translate_sampling(out)
    _translate_tools(out)
    out.leave_out(*_WITHOUT_A_WORD)
    return out


def conversation(out: Translation) -> dict[str, Any]:
    """Take the messages, and return the system prompt and the turns.

    Messages of one side in a row become one turn, and none is empty.
    """
    system: list[str] = []
    turns: list[dict[str, Any]] = []
    for message in out.messages():
        role = message.get("role")
        if role in ("system", "developer"):
            system.append(words_of(out.parts(message)))
            continue
        blocks = _blocks(out, message)
        side = "assistant" if role == "assistant" else "user"
        if turns and turns[-1]["role"] == side:
            turns[-1]["content"] += blocks
        elif blocks:
            turns.append({"role": side, "content": blocks})
    if turns and turns[-1]["role"] == "assistant":  # to be continued: white space at its end is refused
        for block in turns[-1]["content"][-1:]:
            if "text" in block:
                block["text"] = block["text"].rstrip()
    for turn in turns:
        if [block["type"] for block in turn["content"]] == ["text"]:
            turn["content"] = turn["content"][0]["text"]
    prompt = "\n\n".join(filter(None, system))
    return {**({"system": prompt} if prompt else {}), "messages": turns}


def _blocks(out: Translation, message: Mapping[str, Any]) -> list[dict[str, Any]]:
    parts = out.parts(message)
    if message.get("role") == "tool":
        return [{"type": "tool_result", "tool_use_id": string(message.get("tool_call_id")), "content": words_of(parts)}]
    blocks = [
        _picture_block(part) if isinstance(part, Picture) else {"type": "text", "text": part}
        for part in parts
        if isinstance(part, Picture) or part.strip()
    ]
    return blocks + [
        {"type": "tool_use", "id": call.id, "name": call.name, "input": call.values} for call in calls_of(message)
    ]


def _picture_block(picture: Picture) -> dict[str, Any]:
    source = (
        {"type": "base64", "media_type": picture.media_type, "data": picture.data}
        if picture.data
        else {"type": "url", "url": picture.url}
    )
    return {"type": "image", "source": source}


def _translate_stop(out: Translation) -> None:
    stop = out.take("stop")
    stops = stop if isinstance(stop, list) else [] if stop is None else [stop]
    visible = [each for each in stops if isinstance(each, str) and each.strip()]  # others are refused
    if visible:
        out.body.setdefault("stop_sequences", visible)
    if len(visible) < len(stops):
        out.tell("stop", stop)


def _translate_format(out: Translation, response_format: Any) -> None:
    schema = schema_of(response_format)
    if schema is not None:
        out.put_inside("output_config", "format", {"type": "json_schema", "schema": schema})
    elif mapping(response_format).get("type") != "text":
        out.tell("response_format", response_format)


def _translate_effort(out: Translation, effort: Any) -> None:
    """Effort is a word of its own here, and thinking is off unless it is asked for."""
    if effort == "none":
        out.body.setdefault("thinking", {"type": "disabled"})
    elif effort is not None:
        out.put_inside("output_config", "effort", "low" if effort == "minimal" else effort)
        out.body.setdefault("thinking", {"type": "adaptive"})


def _translate_sampling(out: Translation) -> None:
    temperature = out.body.get("temperature")
    if mapping(out.body.get("thinking")).get("type") in ("enabled", "adaptive"):  # it refuses any choice of words
        out.leave_out("temperature", "top_p")
    elif isinstance(temperature, int | float) and temperature > HIGHEST_TEMPERATURE:
        out.body["temperature"] = HIGHEST_TEMPERATURE
        out.tell("temperature", temperature)
    if out.body.get("top_p") == 1:  # the same as nothing, and newer models refuse both at once
        out.take("top_p")


def _translate_tools(out: Translation) -> None:
    if tools := out.take("tools"):
        out.body["tools"] = [
            {
                "name": function.get("name"),
                "description": string(function.get("description")),
                "input_schema": mapping(function.get("parameters")) or {"type": "object"},
            }
            if function
            else tool
            for tool, function in functions_of(tools)
        ]
    choice = out.take("tool_choice")
    if isinstance(choice, str):
        out.body["tool_choice"] = {"type": "any" if choice == "required" else choice}
    elif name := mapping(mapping(choice).get("function")).get("name"):
        out.body["tool_choice"] = {"type": "tool", "name": name}
    elif choice is not None:
        out.body["tool_choice"] = choice


# -------------------- from the server


class MessagesParser(TypedEventParser):
    """Reads the objects of one answer: the events of a stream, or the whole message."""

    statuses: ClassVar[Mapping[str, int]] = {
        "invalid_request_error": 400,
        "authentication_error": 401,
        "billing_error": 402,
        "permission_error": 403,
        "not_found_error": 404,
        "request_too_large": 413,
        "rate_limit_error": 429,
        "api_error": 500,
        "timeout_error": 504,
        "overloaded_error": 529,
    }

    def __init__(self) -> None:
        self._prompt_tokens: int | None = None
        self._completion_tokens: int | None = None
        self._inputs: dict[int, str] = {}
        """Arguments that came with the beginning of a tool call; pieces that follow take their place."""

    def read(self, kind: str, value: dict[str, Any]) -> Chunk:
        match kind:
            case "message" if "content" in value and "choices" not in value:
                return self._message(value)
            case "message_start":
                return self._message(mapping(value.get("message")))
            case "content_block_start":
                return self._block(integer(value.get("index")) or 0, mapping(value.get("content_block")))
            case "content_block_delta":
                return self._delta(integer(value.get("index")) or 0, mapping(value.get("delta")))
            case "content_block_stop":
                return Chunk(tool_calls=self._whole_inputs())
            case "message_delta":
                return self._end(value)
            case "message_stop":
                return Chunk(is_last=True)
            case "error":
                return Chunk(error=self.error_of(value))
            case "ping":
                return Chunk()
        return read_chunk(value)

    def _message(self, message: dict[str, Any]) -> Chunk:
        chunk = Chunk(finish_reason=finish_reason(message.get("stop_reason")), usage=self._usage(message))
        for index, block in enumerate(mappings(message.get("content"))):
            part = self._block(index, block)
            chunk.text += part.text
            chunk.reasoning += part.reasoning
            chunk.tool_calls += part.tool_calls
        chunk.tool_calls += self._whole_inputs()
        return chunk

    def _block(self, index: int, block: dict[str, Any]) -> Chunk:
        kind = block.get("type")
        if kind == "thinking":
            return Chunk(reasoning=string(block.get("thinking")))
        if kind == "tool_use":
            if block.get("input"):
                self._inputs[index] = repaired(json.dumps(block["input"], ensure_ascii=False))
            names = repaired(string(block.get("id"))), repaired(string(block.get("name")))
            return Chunk(tool_calls=(ToolCallFragment(index, *names, ""),))
        return Chunk(text=string(block.get("text")) if kind == "text" else "")

    def _delta(self, index: int, delta: dict[str, Any]) -> Chunk:
        if isinstance(delta.get("partial_json"), str):
            self._inputs.pop(index, None)
            return Chunk(tool_calls=(ToolCallFragment(index, "", "", repaired(delta["partial_json"])),))
        return Chunk(text=string(delta.get("text")), reasoning=string(delta.get("thinking")))

    def _end(self, value: dict[str, Any]) -> Chunk:
        reason = mapping(value.get("delta")).get("stop_reason")
        return Chunk(finish_reason=finish_reason(reason), usage=self._usage(value), tool_calls=self._whole_inputs())

    def _whole_inputs(self) -> tuple[ToolCallFragment, ...]:
        inputs, self._inputs = self._inputs, {}
        return tuple(ToolCallFragment(index, "", "", arguments) for index, arguments in inputs.items())

    def _usage(self, value: dict[str, Any]) -> Usage | None:
        """Return the tokens so far. Those read from a cache are counted apart; they were sent all the same."""
        usage = mapping(value.get("usage"))
        read = [
            count(usage.get(name))
            for name in ("input_tokens", "cache_read_input_tokens", "cache_creation_input_tokens")
        ]
        if read[0] is not None:
            self._prompt_tokens = sum(each or 0 for each in read)
        written = count(usage.get("output_tokens"))
        self._completion_tokens = self._completion_tokens if written is None else written
        if self._prompt_tokens is None and self._completion_tokens is None:
            return None
        return Usage(self._prompt_tokens, self._completion_tokens)
