"""JSON as OpenAI's API takes and gives it, and what is made of that for training.

Lines, or a list, or one value, each of them one of these:

* ``{"messages": [{"role": …, "content": …}, …]}`` (fine-tuning; `jsonl_export`; ``system`` and ``model`` beside it)
* ``{"custom_id": …, "body": {"messages": […]}}`` (a request of a batch), and its answer with ``response.body.choices``
* ``{"input": {"messages": […]}, "preferred_output": […], "non_preferred_output": […]}`` (two branches)
* ``{"prompt": …, "completion": …}``, ``{"conversations": [{"from": "human", "value": …}, …]}`` (ShareGPT)
* a bare message; then all of them are one conversation
* a list of bare messages: one conversation
* what `other_forms` makes into one of these
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from easychat_gui.domain.messages import FinishReason, Role, ToolCall
from easychat_gui.domain.transfer import FoundConversation, FoundFile, FoundMessage, NotRead, Omission, Source
from easychat_gui.transfer.arranging import chained, conversation_of
from easychat_gui.transfer.bundles import Bundle
from easychat_gui.transfer.contents import (
    base64_file,
    data_url_file,
    finish_of,
    joined,
    role_of,
    text_file,
    usage_of,
    without_thinking,
)
from easychat_gui.transfer.entries import Entry
from easychat_gui.transfer.json_stream import Damaged, items
from easychat_gui.transfer.other_forms import in_known_form
from easychat_gui.transfer.reader import Reader, Told, damaged_item, listed, made_key, mapping, seconds, text_of

_OF_JAN, _OF_VIVIDNODE = "thread_id", "insert_dt"
"""What tells files of these programs, which look much the same."""

_MOST_OF_ONE = 100_000
"""So many bare messages become one conversation at most."""


def recognises(bundle: Bundle) -> bool:
    """Does a file begin with something of these forms?"""
    return any(map(_is_known, bundle.of_json(most=200)))


def read(bundle: Bundle, told: Told) -> Iterator[FoundConversation]:
    """Yield the conversations in the order of the files. Raises `TransferError`."""
    for entry in bundle.of_json():
        if _is_known(entry):
            yield from _of_file(entry, told)


READER = Reader(Source.JSONL, recognises, read)


def _is_known(entry: Entry) -> bool:
    first = entry.first_item
    return _is_message(first) or _is_conversation(first)


def _is_message(value: Any) -> bool:
    values = mapping(value)
    has_content = any(name in values for name in ("content", "tool_calls", "function_call", "refusal"))
    return _role(values.get("role")) is not None and has_content and _OF_JAN not in values


def _is_conversation(value: Any) -> bool:
    if isinstance(value, list):
        return bool(value) and all(map(_is_message, value))
    values = mapping(in_known_form(value))
    if _OF_VIVIDNODE in values:
        return False
    if any(_has_messages(each) for each in (values, mapping(values.get("body")), mapping(values.get("input")))):
        return True
    if listed(mapping(mapping(values.get("response")).get("body")).get("choices")) or _is_answer(values):
        return True
    if isinstance(values.get("prompt"), str) and isinstance(values.get("completion"), str):
        return True
    turns = listed(values.get("conversations"))
    return bool(turns) and all("from" in mapping(each) and "value" in mapping(each) for each in turns)


def _has_messages(values: dict[str, Any]) -> bool:
    return bool(listed(values.get("messages"))) and all(map(_is_message, values["messages"]))


def _is_answer(values: dict[str, Any]) -> bool:
    choices = listed(values.get("choices"))
    return bool(choices) and all(_is_message(mapping(each).get("message")) for each in choices)


def _of_file(entry: Entry, told: Told) -> Iterator[FoundConversation]:
    loose: list[dict[str, Any]] = []
    for number, item in enumerate(items(entry), 1):
        where = f"{entry.base_name}, {number}"
        if isinstance(item, Damaged):
            told(damaged_item(entry, item))
        elif _is_message(item) and len(loose) < _MOST_OF_ONE:
            loose.append(mapping(item))
        elif not _is_conversation(item):
            told(Omission(NotRead.UNKNOWN_CONTENT, where))
        elif (found := _conversation(item, told)) is not None:
            yield found
    if loose:
        found = conversation_of(Source.JSONL, _key(loose), entry.stem, _messages(loose), told)
        if found is not None:
            yield found


def _conversation(item: Any, told: Told) -> FoundConversation | None:
    key = _key(item)
    item = in_known_form(item)
    values = mapping(item)
    messages = _all_messages(item)
    title = text_of(values.get("title")) or text_of(values.get("custom_id"))
    body = mapping(values.get("body")) or mapping(mapping(values.get("response")).get("body")) or values
    return conversation_of(
        Source.JSONL,
        text_of(values.get("id")) or key,
        title,
        messages,
        told,
        created_at=seconds(values.get("created_at") or body.get("created")),
        system_prompt=text_of(values.get("system")) or text_of(body.get("instructions")),
    )


def _all_messages(item: Any) -> list[FoundMessage]:
    if isinstance(item, list):
        return _messages(item)
    values = mapping(item)
    for each in (values, mapping(values.get("body"))):
        if _has_messages(each):
            return _messages(each["messages"])
    if _has_messages(mapping(values.get("input"))):
        return _preferences(values)
    for each in (mapping(mapping(values.get("response")).get("body")), values):
        if listed(each.get("choices")):
            return _answers(each)
    if "prompt" in values:
        turns = [{"role": "user", "content": values["prompt"]}, {"role": "assistant", "content": values["completion"]}]
        return _messages(turns)
    told = [mapping(each) for each in listed(values.get("conversations"))]
    names = {"gpt": "assistant", "chatgpt": "assistant", "function_call": "assistant", "observation": "tool"}
    return _messages([{"role": names.get(str(each["from"]), each["from"]), "content": each["value"]} for each in told])


def _messages(told: list[Any]) -> list[FoundMessage]:
    return chained(_message(mapping(each), str(place)) for place, each in enumerate(told))


def _preferences(values: dict[str, Any]) -> list[FoundMessage]:
    """Return what was asked, and below it both answers, the preferred one last: it is the newest."""
    asked = _messages(values["input"]["messages"])
    above = asked[-1].key
    found = list(asked)
    for name in ("non_preferred_output", "preferred_output"):
        outputs = [_message(mapping(each), f"{name}-{place}") for place, each in enumerate(listed(values.get(name)))]
        found += chained(outputs, above)
    return found


def _answers(body: dict[str, Any]) -> list[FoundMessage]:
    """Return the answers of one response: versions of the same message."""
    usage = usage_of(body.get("usage"), ("prompt_tokens",), ("completion_tokens",))
    found = []
    for place, choice in enumerate(map(mapping, listed(body.get("choices")))):
        message = _message(mapping(choice.get("message")), str(place), text_of(body.get("model")))
        found.append(replace(message, usage=usage, finish_reason=finish_of(choice.get("finish_reason"))))
    return found


def _message(values: dict[str, Any], key: str, model: str = "") -> FoundMessage:
    role = _role(values.get("role")) or Role.USER
    texts: list[str] = []
    files: list[FoundFile] = []
    content = values.get("content")
    if isinstance(content, str):
        texts.append(content)
    for part in map(mapping, listed(content)):
        _add_part(part, texts, files)
    if refusal := text_of(values.get("refusal")):
        texts.append(refusal)
    text = content if isinstance(content, str) and not refusal else joined(texts)
    reasoning = text_of(values.get("reasoning_content")) or text_of(values.get("reasoning"))
    if role is Role.ASSISTANT and not reasoning:
        text, reasoning = without_thinking(text)
    return FoundMessage(
        key,
        role,
        text,
        created_at=seconds(values.get("created_at") or values.get("timestamp")),
        reasoning=reasoning,
        model_id=text_of(values.get("model")) or model,
        tool_calls=tuple(_calls(values)),
        files=tuple(files),
        finish_reason=FinishReason.TOOL_CALLS if values.get("tool_calls") and not text else None,
    )


def _add_part(part: dict[str, Any], texts: list[str], files: list[FoundFile]) -> None:
    kind = text_of(part.get("type"))
    url = part.get("image_url")
    url = mapping(url).get("url") if isinstance(url, dict) else url
    if isinstance(part.get("text"), str):
        texts.append(part["text"])
    elif picture := data_url_file(url):
        files.append(picture)
    elif isinstance(url, str):
        texts.append(f"![]({url})")
    elif kind in ("file", "input_file"):
        file = mapping(part.get("file")) or part
        name = text_of(file.get("filename")) or "file"
        data = text_of(file.get("file_data"))
        if found := data_url_file(data, name) or (base64_file(name, data) if data else None):
            files.append(found)
    elif kind == "input_audio":
        sound = mapping(part.get("input_audio"))
        files.append(base64_file(f"recording.{text_of(sound.get('format')) or 'wav'}", text_of(sound.get("data"))))
    elif kind == "image" and text_of(mapping(part.get("source")).get("data")):
        source = mapping(part["source"])
        files.append(base64_file("picture", source["data"], text_of(source.get("media_type"))))
    elif kind == "refusal":
        texts.append(text_of(part.get("refusal")))
    elif kind == "document" and text_of(part.get("data")):
        files.append(text_file(text_of(part.get("title")) or "document.txt", part["data"]))


def _calls(values: dict[str, Any]) -> Iterator[ToolCall]:
    for call in map(mapping, listed(values.get("tool_calls"))):
        function = mapping(call.get("function"))
        arguments = function.get("arguments")
        yield ToolCall(text_of(call.get("id")), text_of(function.get("name")), _text(arguments))
    if old := mapping(values.get("function_call")):
        yield ToolCall("", text_of(old.get("name")), _text(old.get("arguments")))


def _text(value: Any) -> str:
    return value if isinstance(value, str) else "" if value is None else json.dumps(value, ensure_ascii=False)


def _role(value: Any) -> Role | None:
    if isinstance(value, str) and value.strip().lower() in ("tool", "function", "ipython"):
        return Role.TOOL
    return role_of(value)


def _key(item: Any) -> str:
    return made_key(json.dumps(item, sort_keys=True, default=str))
