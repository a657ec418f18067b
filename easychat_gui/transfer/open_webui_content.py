"""What a message of Open WebUI holds: text in which thinking and tools stand as HTML, and files.

``<details type="reasoning" duration="3"><summary>…</summary>…</details>`` is what the model thought, quoted;
``type="tool_calls"`` has the call in its attributes, ``type="code_interpreter"`` the code inside. Since 0.8 the same
is in ``output``, too, as the items of OpenAI's Responses API.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from easychat_gui.domain.errors import TransferError
from easychat_gui.domain.transfer import FoundFile, NotRead, Omission
from easychat_gui.storage.foreign import ForeignDatabase
from easychat_gui.transfer.bundles import Bundle
from easychat_gui.transfer.contents import (
    data_url_file,
    file_of,
    joined,
    key_of,
    text_file,
    tool_note,
    without_thinking,
)
from easychat_gui.transfer.reader import fenced, listed, mapping, text_of

_DETAILS = re.compile(
    r'<details\b(?=[^>]*\stype="(reasoning|tool_calls|code_interpreter)")([^>]*)>(.*?)</details>\s*', re.DOTALL
)
_SUMMARY = re.compile(r"\s*<summary>.*?</summary>", re.DOTALL)
_ATTRIBUTE = re.compile(r'(\w+)="([^"]*)"')
_QUOTE = re.compile(r"^(?:&gt;|>) ?", re.MULTILINE)
_FILE_URL = re.compile(r"(?:^|/)api/v1/files/([\w-]+)")


@dataclass(slots=True)
class Content:
    """A message in our terms."""

    text: str = ""
    reasoning: str = ""
    reasoning_s: float | None = None
    files: list[FoundFile] = field(default_factory=list)


class Uploads:
    """Files that were sent: beside the database they lie in ``uploads`` under "<id>_<name>"."""

    def __init__(self, bundle: Bundle, database: ForeignDatabase | None = None) -> None:
        self._bundle = bundle
        self._names: dict[str, str] = {}
        if database is not None:
            try:
                for row in database.rows("file", "id", "filename", "path"):
                    path = text_of(row.get("path")) or text_of(row.get("filename"))
                    self._names[key_of(row.get("id"))] = re.split(r"[/\\]", path)[-1]
            except TransferError:
                return

    def find(self, id_: str, name: str) -> FoundFile | None:
        """Return a file by its id, None where it did not come along."""
        for stored in (self._names.get(id_, ""), f"{id_}_{name}"):
            if id_ and stored and (entry := self._by_name.get(stored)) is not None:
                return file_of(name or stored.removeprefix(f"{id_}_"), entry.read)
        return None

    @cached_property
    def _by_name(self) -> dict[str, Any]:
        return {entry.base_name: entry for entry in self._bundle.nearby}


def content_of(held: dict[str, Any], uploads: Uploads, title: str, omitted: list[Omission]) -> Content:
    """Return what is in a message; what cannot be brought is added to ``omitted``."""
    found = Content()
    texts: list[str] = []
    value = held.get("content")
    for part in value if isinstance(value, list) else [value]:
        if isinstance(part, str):
            texts.append(part)
        elif picture := mapping(mapping(part).get("image_url")).get("url"):
            _add_file({"type": "image", "url": picture}, found, uploads, title, omitted)
        else:
            texts.append(text_of(mapping(part).get("text")))
    _take_text(found, joined(texts) if len(texts) > 1 else "".join(texts))
    if not found.text.strip() and not found.reasoning:
        _take_output(found, listed(held.get("output")))
    if not found.text.strip() and (fault := _fault(held.get("error"))):
        found.text = fault
    for each in map(mapping, listed(held.get("files")) + listed(held.get("images"))):
        _add_file(each, found, uploads, title, omitted)
    for each in listed(held.get("images")):
        if isinstance(each, str):
            _add_file({"type": "image", "url": each}, found, uploads, title, omitted)
    return found


def _take_text(found: Content, text: str) -> None:
    """Divide a text into what is said and what was thought and done before it."""
    thoughts: list[str] = []
    durations = 0.0
    for match in _DETAILS.finditer(text):
        kind, about, inside = match.groups()
        attributes = {name: html.unescape(value) for name, value in _ATTRIBUTE.findall(about)}
        inside = _SUMMARY.sub("", inside, count=1).strip("\n")
        if kind == "tool_calls":
            thoughts.append(_called(attributes, inside))
        elif kind == "reasoning":
            thoughts.append(html.unescape(_QUOTE.sub("", inside)))
        else:
            thoughts.append(html.unescape(inside))
        if kind == "reasoning" and re.fullmatch(r"\d{1,6}(\.\d{1,6})?", attributes.get("duration", "")):
            durations += float(attributes["duration"])
    said, thought = without_thinking(_DETAILS.sub("", text) if thoughts else text)
    found.text = said.strip("\n") if thoughts else said
    found.reasoning = joined([*thoughts, thought])
    found.reasoning_s = durations or None


def _called(attributes: dict[str, str], inside: str) -> str:
    given, result = (_plain(attributes.get(name, "")) for name in ("arguments", "result"))
    return tool_note(attributes.get("name", ""), given, result or html.unescape(inside.strip()))


def _plain(value: str) -> str:
    """Return a text that was written as JSON once more, as often as that was done."""
    for _ in range(2):
        try:
            decoded = json.loads(value)
        except (ValueError, RecursionError):
            break
        if not isinstance(decoded, str):
            break
        value = decoded
    return value


def _take_output(found: Content, output: list[Any]) -> None:
    """Take the items of an answer that has no text of its own."""
    results = {key_of(item.get("call_id")): joined(list(_texts(item.get("output"))))
               for item in map(mapping, output) if item.get("type") == "function_call_output"}  # fmt: skip
    said: list[str] = []
    thoughts: list[str] = []
    for item in map(mapping, output):
        kind = text_of(item.get("type"))
        if kind == "message":
            said += _texts(item.get("content"))
        elif kind == "reasoning":
            thoughts += [*_texts(item.get("content")), *_texts(item.get("summary"))]
            duration = item.get("duration")
            if isinstance(duration, int | float) and 0 < duration < 1e6:
                found.reasoning_s = (found.reasoning_s or 0.0) + float(duration)
        elif kind == "function_call":
            result = results.get(key_of(item.get("call_id")))
            thoughts.append(tool_note(text_of(item.get("name")), item.get("arguments"), result))
        elif kind == "open_webui:code_interpreter":
            thoughts.append(fenced(text_of(item.get("code")), text_of(item.get("lang"))))
    found.text, found.reasoning = joined(said), joined(thoughts)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for part in listed(value):
        yield text_of(part) or text_of(mapping(part).get("text"))


def _fault(error: Any) -> str:
    """Return why there is no answer, which was to be read in its place."""
    return text_of(error) or text_of(mapping(error).get("content")) or text_of(mapping(error).get("message"))


def _add_file(held: dict[str, Any], found: Content, uploads: Uploads, title: str, omitted: list[Omission]) -> None:
    about = mapping(held.get("file"))
    name = (
        text_of(held.get("name"))
        or text_of(about.get("filename"))
        or text_of(mapping(about.get("meta")).get("name"))
        or text_of(held.get("title"))
    )
    url = text_of(held.get("url"))
    match = _FILE_URL.search(url)
    id_ = key_of(held.get("id")) or key_of(about.get("id")) or (match.group(1) if match else "")
    is_picture = held.get("type") == "image" or text_of(held.get("content_type")).startswith("image/")
    text = text_of(mapping(about.get("data")).get("content")) or text_of(mapping(held.get("data")).get("content"))
    if (picture := data_url_file(url, name)) is not None:
        found.files.append(picture)
    elif (stored := uploads.find(id_ or url, name)) is not None:
        found.files.append(stored)
    elif text.strip() and not is_picture:
        found.files.append(text_file(name if name.lower().endswith((".txt", ".md")) else f"{name or 'file'}.txt", text))
    elif held.get("type") not in ("collection", "note", "chat", "folder") and (name or url or id_):
        omitted.append(Omission(NotRead.FILE_MISSING, title, name or url or id_))
