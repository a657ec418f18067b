"""What several programs put into a message: parts of text, pictures in the text, thinking in tags, calls of tools."""

from __future__ import annotations

import base64
import binascii
import json
import mimetypes
import re
from collections.abc import Callable
from typing import Any

from easychat_gui.domain.errors import TransferError
from easychat_gui.domain.messages import FinishReason, Role, Usage
from easychat_gui.domain.streaming import ReasoningDelta
from easychat_gui.domain.transfer import FoundFile
from easychat_gui.providers.think_tags import ThinkTagSplitter
from easychat_gui.transfer.reader import mapping, text_of

_DATA_URL = re.compile(r"data:([\w.+-]+/[\w.+-]+)?((?:;[^;,]*)*),", re.ASCII)
_LONGEST_NAME = 200
_MOST_TOKENS = 2**53

ROLES = {
    "user": Role.USER,
    "human": Role.USER,
    "assistant": Role.ASSISTANT,
    "ai": Role.ASSISTANT,
    "bot": Role.ASSISTANT,
    "model": Role.ASSISTANT,
    "system": Role.SYSTEM,
    "developer": Role.SYSTEM,
}

_FINISHES = {
    "stop": FinishReason.STOP,
    "eosfound": FinishReason.STOP,
    "stopstringfound": FinishReason.STOP,
    "length": FinishReason.LENGTH,
    "max_tokens": FinishReason.LENGTH,
    "maxpredictedtokensreached": FinishReason.LENGTH,
    "contextlengthreached": FinishReason.LENGTH,
    "content_filter": FinishReason.CONTENT_FILTER,
    "content-filter": FinishReason.CONTENT_FILTER,
    "userstopped": FinishReason.CANCELLED,
    "incomplete": FinishReason.CANCELLED,
    "paused": FinishReason.CANCELLED,
}


def role_of(value: Any) -> Role | None:
    """Return the role of which this is the name, None for that of tools and for anything else."""
    return ROLES.get(value.strip().lower()) if isinstance(value, str) else None


def finish_of(value: Any) -> FinishReason | None:
    """Return why an answer ended, None for what is not known."""
    return _FINISHES.get(value.strip().lower()) if isinstance(value, str) else None


def key_of(value: Any) -> str:
    """Return what a file calls something, "" where it has no name that could be one."""
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int) and not isinstance(value, bool) and abs(value) < _MOST_TOKENS else ""


def count_of(value: Any) -> int | None:
    """Return a number of tokens, None for what is none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return int(value) if 0 <= value < _MOST_TOKENS else None


def usage_of(value: Any, prompt: tuple[str, ...], completion: tuple[str, ...]) -> Usage | None:
    """Return what was counted, from the first of these names that has a number."""
    counts = mapping(value)
    found = [next((n for name in names if (n := count_of(counts.get(name))) is not None), None)
             for names in (prompt, completion)]  # fmt: skip
    return Usage(*found) if any(found) else None


def without_thinking(text: str) -> tuple[str, str]:
    """Divide an answer that begins with ``<think>…</think>`` into what it says and what it thought."""
    if not text.lstrip().startswith("<think"):
        return text, ""
    splitter = ThinkTagSplitter()
    deltas = [*splitter.feed(text), *splitter.finish()]
    said = "".join(each.text for each in deltas if not isinstance(each, ReasoningDelta))
    thought = "".join(each.text for each in deltas if isinstance(each, ReasoningDelta))
    return said, thought.strip()


def joined(parts: list[str]) -> str:
    """Join what stands one below the other."""
    return "\n\n".join(part.strip("\n") for part in parts if part.strip())


def tool_note(name: str, arguments: Any, result: Any = None) -> str:
    """Tell of the call of a tool in a few lines of Markdown, which go to what the model thought.

    It is no `ToolCall`: one without its answer in the very next message is refused by every API, and what came of it
    would have no place.
    """
    lines = [f"`{name or 'tool'}` {_as_text(arguments)}".rstrip()]
    if said := _as_text(result).strip():
        lines += ["", *(f"> {line}" for line in said.split("\n"))]
    return "\n".join(lines)


def _as_text(value: Any) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    try:
        return json.dumps(value, ensure_ascii=False)
    except (TypeError, ValueError, RecursionError):
        return ""


def file_of(name: str, read: Callable[[], bytes], media_type: str = "") -> FoundFile:
    """Make a file whose name has no folder in it; its kind is told by its name where the file does not say."""
    base = re.split(r"[/\\]", name.strip())[-1].strip(" .\0") or "file"
    guessed = media_type or mimetypes.guess_type(base)[0] or "application/octet-stream"
    return FoundFile(base[-_LONGEST_NAME:], guessed, read)


def text_file(name: str, text: str) -> FoundFile:
    """Make a file of the text that a program read out of another file."""
    return file_of(name, lambda: text.encode("utf-8", "replace"), "text/plain")


def data_url_file(url: Any, name: str = "") -> FoundFile | None:
    """Return what stands in a ``data:`` address, None for another address."""
    match = _DATA_URL.match(text_of(url))
    if match is None:
        return None
    media_type = (match.group(1) or "application/octet-stream").lower()
    return base64_file(name or f"picture{mimetypes.guess_extension(media_type) or ''}", url[match.end() :], media_type)


def base64_file(name: str, encoded: str, media_type: str = "") -> FoundFile:
    """Make a file of Base64, which is not decoded before somebody reads it."""

    def read() -> bytes:
        try:
            return base64.b64decode(encoded + "=" * (-len(encoded) % 4), validate=False)
        except (ValueError, binascii.Error) as error:
            raise TransferError(f"{name} is damaged: {error}") from error

    return file_of(name, read, media_type)
