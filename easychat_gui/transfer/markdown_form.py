"""The form of a conversation in Markdown: marks between which the texts stand as they are. docs/markdown.md shows it.

A mark is a comment on a line of its own, which no renderer shows::

    <!-- easychat:7f3a9c:message {"id": "1", "role": "user"} -->

The digits are the file's own key, chosen so that no text in the file has it: whatever stands in a message, another
exported chat among it, is never taken for a mark. What belongs to a mark goes up to the next one: first lines for the
reader (a heading), up to the first empty line, then a body, then an empty line before the next mark. A body is byte for
byte what is stored.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

FRONT_KEY = "easychat"
"""The entry of the front matter that has the file's key."""

_FRONT = re.compile(r"\A\ufeff?---\r?\n(.*?)^---\r?$", re.DOTALL | re.MULTILINE)


class Mark(StrEnum):
    """SYSTEM, REASONING and TEXT have a body, and MESSAGE has the text as its own where no other mark of the message
    follows. BRANCH begins another branch. END is the last."""

    SYSTEM = "system"
    MESSAGE = "message"
    REASONING = "reasoning"
    ATTACHMENTS = "attachments"
    TEXT = "text"
    BRANCH = "branch"
    END = "end"


@dataclass(frozen=True, slots=True)
class Piece:
    """A mark with its values, and the body that follows it."""

    mark: Mark
    values: Mapping[str, Any]
    body: str


def key_for(id_: str, texts: Iterable[str]) -> str:
    """Return the key of a conversation's file: always the same, unless a text has it."""
    everything = [text for text in texts if "easychat:" in text]
    number = 0
    while True:
        key = hashlib.sha256(f"{id_}/{number}".encode()).hexdigest()[:6]
        if not any(f"easychat:{key}:" in text for text in everything):
            return key
        number += 1


def mark_line(key: str, mark: Mark, values: Mapping[str, Any] | None = None) -> str:
    """Return a mark, with the end of its line."""
    return f"<!-- easychat:{key}:{mark} {as_json(values)} -->\n" if values else f"<!-- easychat:{key}:{mark} -->\n"


def as_json(values: Mapping[str, Any]) -> str:
    """Return JSON that cannot end a comment."""
    text = json.dumps(values, ensure_ascii=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("--", "-\\u002d")


def front_matter(values: Mapping[str, Any]) -> str:
    """Return the head of a file. JSON's values are YAML's, too."""
    lines = [f"{name}: {json.dumps(value, ensure_ascii=False)}\n" for name, value in values.items()]
    return "".join(["---\n", *lines, "---\n"])


def read_front_matter(text: str) -> dict[str, Any]:
    """Return what stands in the head of a file, as far as it is in the form of `front_matter`; nothing without one."""
    match = _FRONT.match(text)
    values: dict[str, Any] = {}
    for line in match[1].split("\n") if match else ():
        name, _, value = line.partition(":")
        try:
            values[name.strip()] = json.loads(value)
        except ValueError:  # another program's line
            continue
    return values


def pieces(text: str, key: str) -> Iterator[Piece]:
    """Yield what stands between the marks of a file. A mark that cannot be read is passed over with its body."""
    mark_of_file = re.compile(rf"^<!-- easychat:{re.escape(key)}:([a-z]+)(?: (\{{.*\}}))? -->(\r?\n|\Z)", re.MULTILINE)
    matches = list(mark_of_file.finditer(text))
    for match, following in zip(matches, [*matches[1:], None], strict=True):
        end = following.start() if following is not None else len(text)
        try:
            mark, values = Mark(match[1]), json.loads(match[2] or "{}")
        except (ValueError, RecursionError):
            continue
        yield Piece(mark, values, _body(text[match.end() : end], str(values.get("fence", "")), match[3] or "\n"))


def _body(text: str, fence: str, line_end: str) -> str:
    """Return the body out of all that stands between two marks.

    An editor may have trimmed the empty lines before the next mark, or have given all lines another end than ours.
    """
    head = re.match(r"(?:[^\n]+\n)*?\r?\n", text)
    body = text[head.end() :] if head else ""
    for rest in (line_end * 2, line_end):
        if body.endswith(rest):
            body = body.removesuffix(rest)
            break
    return body.removesuffix(f"{line_end}{fence}") if fence else body
