"""Servers that speak OpenAI's ``POST …/v1/responses``. Source of all names: OpenAI's API reference."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from easychat_gui.domain.messages import FinishReason, Usage
from easychat_gui.domain.token_chances import read_content
from easychat_gui.providers.answer import AnswerReader
from easychat_gui.providers.http_provider import HttpProvider
from easychat_gui.providers.json_values import count, integer, mapping, mappings, string
from easychat_gui.providers.text_repair import repaired
from easychat_gui.providers.tool_calls import ToolCallFragment
from easychat_gui.providers.translation import Picture, Translation, calls_of, functions_of, words_of
from easychat_gui.providers.typed_events import TypedEventParser
from easychat_gui.providers.wire import Chunk, finish_reason, read_chunk

_WITHOUT_A_WORD = ("stop", "seed", "presence_penalty", "frequency_penalty", "logit_bias", "n", "stream_options")


_TEXT, _REASONING, _ARGUMENTS = "text", "reasoning", "arguments"

_PIECES: Mapping[str, str] = {
    "response.output_text.delta": _TEXT,
    "response.refusal.delta": _TEXT,
    "response.reasoning_text.delta": _REASONING,
    "response.reasoning_summary_text.delta": _REASONING,
    "response.reasoning.delta": _REASONING,
    "response.function_call_arguments.delta": _ARGUMENTS,
}
_ENDS: Mapping[str, str] = {kind.removesuffix("delta") + "done": what for kind, what in _PIECES.items()}
_ENDS_WITH: Mapping[str, str] = {
    "response.refusal.done": "refusal",
    "response.function_call_arguments.done": "arguments",
}
"""In which field the end of a part says all of it again; in the others it is ``text``."""


class OpenAIResponses(HttpProvider):
    """One endpoint of the Responses API; all but the words that go over the wire is as everywhere."""

    supports_gpt_35_turbo: ClassVar[bool] = True
    aliases: ClassVar[Mapping[str, str]] = {"effort": "reasoning.effort"}

    def _in_this_api(self, body: dict[str, Any]) -> Translation:
        return responses_body(body)

    def _reader(self, server: str, body: Mapping[str, Any]) -> AnswerReader:
        parse = ResponsesParser(count(body.get("max_output_tokens")))
        return AnswerReader(server, clean=self._clean, parse=parse)


# -------------------- to the server


def responses_body(body: Mapping[str, Any]) -> Translation:
    """Translate the body of a chat completion.

    ``store`` is sent as false where nothing else is wished: by itself the service keeps every answer for a month.
    """
    out = Translation(dict(body))
    said = conversation(out)
    most_tokens = out.most_tokens()
    out.body = {
        "model": out.take("model"),
        **said,
        **({} if most_tokens is None else {"max_output_tokens": most_tokens}),
        "store": False,
        **out.body,
    }
    _translate_format(out, out.take("response_format"))
    effort = out.take("reasoning_effort")
    if effort is not None:
        out.put_inside("reasoning", "effort", effort)
    if out.take("logprobs"):
        out.body.setdefault("include", ["message.output_text.logprobs"])
    _translate_tools(out)
    out.leave_out(*_WITHOUT_A_WORD)
    return out


def conversation(out: Translation) -> dict[str, Any]:
    """Take the messages, and return the instructions (the system messages at the head) and the items that follow."""
    instructions: list[str] = []
    items: list[dict[str, Any]] = []
    for message in out.messages():
        parts, role = out.parts(message), message.get("role")
        if role in ("system", "developer") and not items:
            instructions.append(words_of(parts))
        elif role == "tool":
            call_id = string(message.get("tool_call_id"))
            items.append({"type": "function_call_output", "call_id": call_id, "output": words_of(parts)})
        else:
            if parts:
                items.append({"type": "message", "role": role, "content": _content(parts)})
            items += [
                {"type": "function_call", "call_id": call.id, "name": call.name, "arguments": call.arguments}
                for call in calls_of(message)
            ]
    prompt = "\n\n".join(filter(None, instructions))
    return {**({"instructions": prompt} if prompt else {}), "input": items}


def _content(parts: list[str | Picture]) -> str | list[dict[str, Any]]:
    if not any(isinstance(part, Picture) for part in parts):
        return words_of(parts)
    return [
        {"type": "input_image", "image_url": part.url}
        if isinstance(part, Picture)
        else {"type": "input_text", "text": part}
        for part in parts
    ]


def _translate_format(out: Translation, response_format: Any) -> None:
    wished = mapping(response_format)
    if wished:
        out.put_inside("text", "format", {"type": wished.get("type"), **mapping(wished.get("json_schema"))})


def _translate_tools(out: Translation) -> None:
    if tools := out.take("tools"):
        out.body["tools"] = [
            {"type": "function", **function} if function else tool for tool, function in functions_of(tools)
        ]
    choice = out.take("tool_choice")
    if name := mapping(mapping(choice).get("function")).get("name"):
        choice = {"type": "function", "name": name}
    if choice is not None:
        out.body["tool_choice"] = choice


# -------------------- from the server


class ResponsesParser(TypedEventParser):
    """Reads the objects of one answer: the events of a stream, or the whole response.

    What a piece says is said again by the end of its part, of its item and of the response. The pieces count; where a
    server sends none, the first of the ends does.

    :param most_tokens: the limit that was asked for.
    """

    statuses: ClassVar[Mapping[str, int]] = {
        "invalid_prompt": 400,
        "invalid_request_error": 400,
        "rate_limit_exceeded": 429,
        "server_error": 500,
        "vector_store_timeout": 504,
    }

    def __init__(self, most_tokens: int | None = None) -> None:
        self._most_tokens = most_tokens
        self._said: set[str] = set()
        """Items of which text, reasoning or arguments have come."""

        self._positions: dict[str, int] = {}
        self._summaries = 0

    def read(self, kind: str, value: dict[str, Any]) -> Chunk:
        if what := _PIECES.get(kind):
            return self._as_chunk(what, value, self._piece(what, value))
        if what := _ENDS.get(kind):
            return self._as_chunk(what, value, self._rest(what, value, value.get(_ENDS_WITH.get(kind, "text"))))
        match kind:
            case "response.reasoning_summary_part.added":
                self._summaries += 1
                return Chunk(reasoning="\n\n" if self._summaries > 1 else "")
            case "response.output_item.added":
                return self._call_begun(value)
            case "response.output_item.done":
                return self._item(mapping(value.get("item")), value)
            case "response.completed" | "response.incomplete" | "response.failed" | "response.cancelled":
                return self._response(mapping(value.get("response")), is_last=True)
            case "error":
                return Chunk(error=self.error_of(value))
        if value.get("object") == "response":
            return self._response(value, is_last=False)
        return Chunk() if kind.startswith("response.") else read_chunk(value)

    # -------------------- pieces

    def _as_chunk(self, what: str, value: dict[str, Any], text: str) -> Chunk:
        if what == _TEXT:
            return Chunk(text=text, chances=read_content(value.get("logprobs")) if text else ())
        if what == _REASONING:
            return Chunk(reasoning=text)
        return Chunk(tool_calls=(self._fragment(value, {}, text),) if text else ())

    def _piece(self, what: str, value: dict[str, Any]) -> str:
        piece = string(value.get("delta"))
        if piece:
            self._said.add(f"{what} {_item_id(value)}")
        return piece

    def _rest(self, what: str, value: dict[str, Any], whole: Any) -> str:
        """Return the whole of something of which no piece has come; else nothing."""
        key = f"{what} {_item_id(value)}"
        if key in self._said:
            return ""
        if string(whole):
            self._said.add(key)
        return string(whole)

    def _call_begun(self, value: dict[str, Any]) -> Chunk:
        item = mapping(value.get("item"))
        if item.get("type") != "function_call":
            return Chunk()
        return Chunk(tool_calls=(self._fragment({**value, "item_id": item.get("id")}, item, ""),))

    def _fragment(self, value: dict[str, Any], item: dict[str, Any], arguments: str) -> ToolCallFragment:
        position = self._positions.setdefault(_item_id(value), len(self._positions))
        call_id = string(item.get("call_id")) or string(item.get("id"))
        return ToolCallFragment(position, repaired(call_id), repaired(string(item.get("name"))), repaired(arguments))

    # -------------------- wholes

    def _item(self, item: dict[str, Any], event: dict[str, Any]) -> Chunk:
        """Read a whole item, and return what of it has not come in pieces."""
        place = {**event, "item_id": item.get("id") or event.get("item_id")}
        match item.get("type"):
            case "message":
                parts = [*mappings(item.get("content"))]
                words = (string(part.get("text")) or string(part.get("refusal")) for part in parts)
                text = self._rest(_TEXT, place, "".join(words))
                told = [chance for part in parts for chance in read_content(part.get("logprobs"))]
                return Chunk(text=text, chances=tuple(told) if text else ())
            case "reasoning":
                parts = [*mappings(item.get("content"))] or [*mappings(item.get("summary"))]
                words = (string(part.get("text")) for part in parts)
                return Chunk(reasoning=self._rest(_REASONING, place, "\n\n".join(filter(None, words))))
            case "function_call":
                rest = self._rest(_ARGUMENTS, place, item.get("arguments"))
                return Chunk(tool_calls=(self._fragment(place, item, rest),))
        return Chunk()

    def _response(self, response: dict[str, Any], *, is_last: bool) -> Chunk:
        chunk = Chunk(usage=_usage(response), is_last=is_last)
        has_said = bool(self._said)
        for index, item in enumerate(mappings(response.get("output"))):
            if not has_said:  # else its pieces have come, perhaps under other ids
                part = self._item(item, {"output_index": index})
                chunk.text += part.text
                chunk.reasoning += part.reasoning
                chunk.chances += part.chances
                chunk.tool_calls += part.tool_calls
        chunk.finish_reason = self._finish_reason(response, chunk.usage)
        if response.get("status") == "failed" or response.get("error"):
            chunk.error = self.error_of(response)
        return chunk

    def _finish_reason(self, response: dict[str, Any], usage: Usage | None) -> FinishReason | None:
        status = response.get("status")
        if status == "incomplete":
            reason = mapping(response.get("incomplete_details")).get("reason")
            return finish_reason(reason) or FinishReason.UNKNOWN
        if status != "completed":
            return None
        if self._positions:
            return FinishReason.TOOL_CALLS
        # llama.cpp calls an answer completed that it has cut.
        if "incomplete_details" not in response and usage and self._most_tokens:
            is_cut = (usage.completion_tokens or 0) >= self._most_tokens
            return FinishReason.LENGTH if is_cut else FinishReason.STOP
        return FinishReason.STOP


def _item_id(value: Mapping[str, Any]) -> str:
    """Return what tells one item from another, in every event about it."""
    return string(value.get("item_id")) or f"#{integer(value.get('output_index')) or 0}"


def _usage(response: dict[str, Any]) -> Usage | None:
    usage = mapping(response.get("usage"))
    found = Usage(count(usage.get("input_tokens")), count(usage.get("output_tokens")))
    return None if found == Usage() else found
