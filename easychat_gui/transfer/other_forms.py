"""Forms of JSON in which what `jsonl` reads is written elsewhere, made into one of those it knows.

* OpenAI's newer API ("Responses"): ``{"object": "response", "output": […]}``, ``{"input": […]}``, and both in a batch
* ``{"instruction": …, "input": …, "output": …}`` (Alpaca)
* ``{"prompt": …, "chosen": …, "rejected": …}``, texts or lists of messages (preferences, as of Hugging Face's TRL)
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from easychat_gui.transfer.contents import joined
from easychat_gui.transfer.reader import listed, mapping, text_of

_ITEMS = ("message", "reasoning", "function_call", "function_call_output")


def in_known_form(value: Any) -> Any:
    """Return a value in a form that `jsonl` knows; the same where it is in none of these."""
    values = mapping(value)
    if messages := _of_responses(values):
        body = mapping(values.get("body")) or mapping(mapping(values.get("response")).get("body")) or values
        told = {name: values[name] for name in ("id", "title", "custom_id") if name in values}
        return {**told, "messages": messages, "system": text_of(body.get("instructions")),
                "created_at": body.get("created_at")}  # fmt: skip
    if isinstance(values.get("instruction"), str) and isinstance(values.get("output"), str):
        asked = joined([values["instruction"], text_of(values.get("input"))])
        return {"prompt": asked, "completion": values["output"], "system": values.get("system")}
    if "chosen" in values and "rejected" in values and (before := _as_messages(values.get("prompt"), "user")):
        return {
            "input": {"messages": before},
            "preferred_output": _as_messages(values["chosen"], "assistant"),
            "non_preferred_output": _as_messages(values["rejected"], "assistant"),
        }
    return value


def _of_responses(values: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what was asked or answered in the newer API, as messages of the older one."""
    for held in (mapping(values.get("body")), mapping(mapping(values.get("response")).get("body")), values):
        model = text_of(held.get("model"))
        for name in ("input", "output"):
            items = listed(held.get(name))
            if items and all(map(_is_item, items)):
                return list(_messages(items, model if name == "output" else ""))
        asked = held.get("input")
        if isinstance(asked, str) and text_of(values.get("url")).endswith("/responses"):
            return [{"role": "user", "content": asked}]
    return []


def _is_item(value: Any) -> bool:
    held = mapping(value)
    return held.get("type") in _ITEMS or ("role" in held and isinstance(held.get("content"), str | list))


def _messages(items: list[Any], model: str) -> Iterable[dict[str, Any]]:
    """Yield a message for each item; what was thought goes to what follows it."""
    thoughts: list[str] = []
    for item in map(mapping, items):
        kind = item.get("type")
        if kind == "reasoning":
            parts = listed(item.get("content")) or listed(item.get("summary"))
            thoughts += [text_of(mapping(part).get("text")) for part in parts]
            continue
        if kind == "function_call":
            function = {"name": item.get("name"), "arguments": item.get("arguments")}
            made = {"role": "assistant", "tool_calls": [{"id": item.get("call_id"), "function": function}]}
        elif kind == "function_call_output":
            output = item.get("output")
            made = {"role": "tool", "content": output if isinstance(output, str) else json.dumps(output)}
        else:
            made = {**item, "model": model} if item.get("role") == "assistant" else item
        if thoughts and made.get("role") == "assistant":
            made["reasoning"], thoughts = joined(thoughts), []
        yield made
    if any(thought.strip() for thought in thoughts):
        yield {"role": "assistant", "content": "", "reasoning": joined(thoughts), "model": model}


def _as_messages(value: Any, role: str) -> list[Any]:
    return [{"role": role, "content": value}] if isinstance(value, str) else listed(value)
