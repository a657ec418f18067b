"""The body of a chat completion, taken apart for the APIs that have other words for it. Pure.

`wire.request_body` writes one for every request, and the providers of the other APIs translate it. So what a request
can hold (messages, parameters, free JSON) is decided in one place, and a field that is nobody's goes out as it stands.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from easychat_gui.domain.messages import Adaptation
from easychat_gui.providers.json_values import mapping, mappings, string

OURS = frozenset({"stream_options", "store"})
"""Fields that this program adds by itself; nobody misses them."""

NEUTRAL: Mapping[str, Any] = {
    "top_p": 1,
    "presence_penalty": 0,
    "frequency_penalty": 0,
    "logprobs": False,
    "n": 1,
    "parallel_tool_calls": True,
}
"""Values that are the same as sending nothing."""


def does_nothing(parameter: str, value: Any) -> bool:
    """Would an answer be the same without this?"""
    return value is None or parameter in OURS or (parameter in NEUTRAL and value == NEUTRAL[parameter])


class Picture(NamedTuple):
    """A picture of a message: by its content in base64, or only by an address (``data`` is then empty)."""

    media_type: str
    data: str
    url: str


class Call(NamedTuple):
    """A tool call of a message. ``arguments`` is JSON text."""

    id: str
    name: str
    arguments: str

    @property
    def values(self) -> dict[str, Any]:
        """The arguments as an object, an empty one where they are none."""
        try:
            return mapping(json.loads(self.arguments))
        except (ValueError, RecursionError):
            return {}


@dataclass(slots=True)
class Translation:
    """A body on its way into another API. ``changed`` are the parameters that it does not hold as they were set."""

    body: dict[str, Any]
    changed: list[str] = field(default_factory=list)
    _adapted: dict[str, Adaptation] = field(default_factory=dict)

    def take(self, name: str) -> Any:
        """Return the value of a field, and take it out. None where it is not set."""
        return self.body.pop(name, None)

    def leave_out(self, *names: str) -> None:
        """Take fields out that this API has no word for."""
        for name in names:
            self.tell(name, self.take(name))

    def tell(self, name: str, value: Any, adapted: Adaptation | None = None) -> None:
        """Note that a parameter is not sent as it was set, unless that makes no difference. ``adapted`` says how."""
        if not does_nothing(name, value):
            self._adapted[name] = adapted or self._adapted.get(name) or Adaptation(name)
            if name not in self.changed:
                self.changed.append(name)

    def adaptation(self, name: str) -> Adaptation:
        """Return what became of a parameter: without it, or with the value that the body has now."""
        told = self._adapted.get(name) or Adaptation(name)
        value = self.body.get(name)
        if value is None or told.renamed_to:
            return told
        return replace(told, value=json.dumps(value, ensure_ascii=False, default=str))

    def rename(self, name: str, new_name: str) -> None:
        """Give a field the name that this API has for it, unless it is there under that name already."""
        value = self.take(name)
        if value is not None:
            self.body.setdefault(new_name, value)

    def put_inside(self, outer: str, name: str, value: Any) -> None:
        """Put a value into an object of the body, unless the object has one already."""
        self.body[outer] = {name: value, **mapping(self.body.get(outer))}

    def most_tokens(self) -> Any:
        """Take the limit of the answer's length, under either of its names."""
        older, newer = self.take("max_tokens"), self.take("max_completion_tokens")
        return newer if older is None else older

    def messages(self) -> Iterator[dict[str, Any]]:
        """Take the messages, one after the other."""
        yield from mappings(self.take("messages"))

    def parts(self, message: Mapping[str, Any]) -> list[str | Picture]:
        """Return the texts and pictures of a message. What is neither is left out and told."""
        content = message.get("content")
        if isinstance(content, str):
            return [content] if content else []
        found: list[str | Picture] = []
        for part in mappings(content):
            kind = part.get("type")
            if kind in ("text", "input_text", "output_text", None) and isinstance(part.get("text"), str):
                found += [part["text"]] if part["text"] else []
            elif kind == "image_url" and (url := _url(part.get("image_url"))):
                found.append(_picture(url))
            else:
                self.tell(string(kind) or "content", part)
        return found


def words_of(parts: Iterable[str | Picture]) -> str:
    """Return the texts among the parts as one."""
    return "\n\n".join(part for part in parts if isinstance(part, str))


def calls_of(message: Mapping[str, Any]) -> list[Call]:
    """Return the tool calls of an answer."""
    calls = []
    for call in mappings(message.get("tool_calls")):
        function = mapping(call.get("function"))
        arguments = function.get("arguments")
        text = arguments if isinstance(arguments, str) else json.dumps(arguments or {}, ensure_ascii=False)
        calls.append(Call(string(call.get("id")), string(function.get("name")), text or "{}"))
    return calls


def schema_of(response_format: Any) -> dict[str, Any] | None:
    """Return the JSON schema that an answer is to follow, or None."""
    schema = mapping(mapping(response_format).get("json_schema")).get("schema")
    return schema if isinstance(schema, dict) else None


def functions_of(tools: Any) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Return each tool, with its function; the latter is empty for a tool of another kind."""
    return [(tool, mapping(tool.get("function"))) for tool in mappings(tools)]


def _url(value: Any) -> str:
    return string(mapping(value).get("url")) or string(value)


def _picture(url: str) -> Picture:
    head, mark, data = url.partition(";base64,")
    if mark and head.startswith("data:"):
        return Picture(head.removeprefix("data:") or "image/png", data, url)
    return Picture("", "", url)
