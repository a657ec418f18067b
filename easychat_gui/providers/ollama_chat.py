"""Servers that speak Ollama's own ``POST /api/chat``. Source of all names: Ollama's API reference."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from easychat_gui.domain.messages import FinishReason, Usage
from easychat_gui.domain.token_chances import read_content
from easychat_gui.providers.answer import AnswerReader
from easychat_gui.providers.http_provider import HttpProvider
from easychat_gui.providers.json_values import count, mapping, string
from easychat_gui.providers.tool_calls import ToolCallFragment
from easychat_gui.providers.translation import Picture, Translation, calls_of, schema_of, words_of
from easychat_gui.providers.wire import BrokenJson, Chunk, finish_reason, parse_json, read_chunk

_OPTIONS = frozenset(
    {
        *("temperature", "top_p", "top_k", "min_p", "typical_p", "seed", "stop", "num_predict", "num_keep"),
        *("presence_penalty", "frequency_penalty", "repeat_penalty", "repeat_last_n", "penalize_newline"),
        *("mirostat", "mirostat_tau", "mirostat_eta", "tfs_z", "draft_num_predict"),
        *("num_ctx", "num_batch", "num_gpu", "main_gpu", "num_thread", "use_mmap", "use_mlock", "numa", "low_vram"),
    }
)
"""What stands in ``options``; all else stands beside it."""

_WITHOUT_A_WORD = ("logit_bias", "n", "parallel_tool_calls", "tool_choice", "stream_options", "store", "user")


class OllamaChat(HttpProvider):
    """One Ollama server; all but the words that go over the wire is as everywhere."""

    aliases: ClassVar[Mapping[str, str]] = {"thinking": "think"}

    def _accepted(self, *, is_stream: bool) -> str:
        return "application/x-ndjson" if is_stream else "application/json"

    def _in_this_api(self, body: dict[str, Any]) -> Translation:
        return chat_body(body)

    def _reader(self, server: str, _: Mapping[str, Any]) -> AnswerReader:
        return AnswerReader(server, clean=self._clean, parse=ChatParser(), by_line=True)


# -------------------- to the server


def chat_body(body: Mapping[str, Any]) -> Translation:
    """Translate the body of a chat completion."""
    out = Translation(dict(body))
    said = conversation(out)
    out.body = {"model": out.take("model"), **said, **out.body}
    most_tokens = out.most_tokens()
    if most_tokens is not None:
        out.body.setdefault("num_predict", most_tokens)
    _translate_format(out, out.take("response_format"))
    _translate_effort(out, out.take("reasoning_effort"))
    out.leave_out(*_WITHOUT_A_WORD)
    if options := {name: out.take(name) for name in list(out.body) if name in _OPTIONS}:
        out.body["options"] = {**options, **mapping(out.body.get("options"))}
    return out


def conversation(out: Translation) -> dict[str, Any]:
    """Take the messages, and return them as this API has them."""
    messages = []
    names: dict[str, str] = {}
    for message in out.messages():
        parts = out.parts(message)
        role = string(message.get("role"))
        translated: dict[str, Any] = {
            "role": "system" if role == "developer" else role,
            "content": words_of(parts),
        }
        if pictures := [part for part in parts if isinstance(part, Picture)]:
            translated["images"] = [picture.data for picture in pictures if picture.data]
            for picture in pictures:
                out.tell("image_url", None if picture.data else picture.url)  # it fetches nothing
        if calls := calls_of(message):
            translated["tool_calls"] = [{"function": {"name": call.name, "arguments": call.values}} for call in calls]
            names.update((call.id, call.name) for call in calls)
        if name := names.get(string(message.get("tool_call_id"))):
            translated["tool_name"] = name
        messages.append(translated)
    return {"messages": messages}


def _translate_format(out: Translation, response_format: Any) -> None:
    schema = schema_of(response_format)
    if schema is not None:
        out.body.setdefault("format", schema)
    elif mapping(response_format).get("type") == "json_object":
        out.body.setdefault("format", "json")
    elif mapping(response_format).get("type") != "text":
        out.tell("response_format", response_format)


def _translate_effort(out: Translation, effort: Any) -> None:
    if effort is not None:
        out.body.setdefault("think", False if effort == "none" else "low" if effort == "minimal" else effort)


# -------------------- from the server


class ChatParser:
    """Reads the lines of one answer, or the whole of it."""

    def __init__(self) -> None:
        self._calls = 0

    def __call__(self, text: str, _event: str = "") -> Chunk:
        value = parse_json(text)
        try:
            chunk = read_chunk(value)
        except RecursionError as error:
            raise BrokenJson(str(error)) from error
        if not isinstance(value, dict) or "done" not in value:
            return chunk
        chunk.is_recognised = True
        chunk.chances = read_content(value.get("logprobs"))
        chunk.tool_calls = tuple(self._numbered(call) for call in chunk.tool_calls)
        if value["done"] is True:
            chunk.is_last = True
            chunk.finish_reason = finish_reason(value.get("done_reason"))
            if self._calls and chunk.finish_reason is FinishReason.STOP:
                chunk.finish_reason = FinishReason.TOOL_CALLS
            chunk.usage = _usage(value)
        return chunk

    def _numbered(self, call: ToolCallFragment) -> ToolCallFragment:
        """Every call comes whole, and most without an id: two in a row must not be taken for one."""
        self._calls += 1
        return call._replace(position=self._calls - 1)


def _usage(value: Mapping[str, Any]) -> Usage | None:
    usage = Usage(count(value.get("prompt_eval_count")), count(value.get("eval_count")))
    return None if usage == Usage() else usage
