"""What every written form says about a message: who, when, how much. In the words of the interface."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from easychat_gui.domain.messages import Message, MessageStatus, Role
from easychat_gui.transfer.words import Words

_MARKS = re.compile(r"^[ \t]*(?:(?:#{1,6}|>|[-*+])[ \t]+)*(?:(?:`{3,}|~{3,})[^\n]*$)?", re.MULTILINE)
"""Of Markdown, at the beginning of lines: they say nothing where there is one line."""
_SHORT = 60
_LATEST_S = 250_000_000_000.0


def author(message: Message, words: Words, *, with_model: bool) -> str:
    """Return who wrote it; of an answer the model, where that is wished and known."""
    if message.role is Role.USER:
        return words.you
    if message.role is Role.SYSTEM:
        return words.system
    if message.role is Role.TOOL:
        return words.tool
    return one_line(message.model_id) if with_model and message.model_id.strip() else words.assistant


def local_time(seconds: float) -> str:
    """Return a moment for a reader: "2023-11-14 22:13", in the time of this computer. Empty for an unknown one."""
    return _moment(seconds).astimezone().strftime("%Y-%m-%d %H:%M") if seconds > 0 else ""


def exact_time(seconds: float) -> str:
    """Return a moment for programs: "2023-11-14T22:13:20Z"."""
    return _moment(seconds).strftime("%Y-%m-%dT%H:%M:%SZ")


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(min(max(seconds, 0.0), _LATEST_S), UTC)


def reasoning_title(message: Message, words: Words) -> str:
    if message.reasoning_s is None:
        return words.reasoning
    return words.reasoning_time.format(seconds=seconds_text(message.reasoning_s))


def figures(message: Message, words: Words) -> str:
    """Return how long an answer took and what it used, as the window has it below an answer; empty where unknown."""
    parts = []
    if message.usage is not None and message.usage.completion_tokens is not None:
        parts.append(words.tokens.format(count=message.usage.completion_tokens))
    if message.duration_s is not None:
        parts.append(words.seconds.format(count=seconds_text(message.duration_s)))
    return " · ".join(parts)


def seconds_text(seconds: float) -> str:
    return f"{seconds:.1f}" if seconds < 10 else f"{seconds:.0f}"


def status_word(message: Message, words: Words) -> str:
    """Return how an answer ended, where that was not well."""
    return {
        MessageStatus.FAILED: words.status_failed,
        MessageStatus.CANCELLED: words.status_cancelled,
        MessageStatus.INTERRUPTED: words.status_interrupted,
    }.get(message.status, "")


def branch_title(number: int, after: Message | None, words: Words) -> str:
    """Return the heading of another branch."""
    text = one_line(_MARKS.sub("", after.text)) if after is not None else ""
    if not text:
        return words.branch.format(number=number)
    short = text if len(text) <= _SHORT else text[: _SHORT - 1].rstrip() + "…"
    return words.branch_after.format(number=number, words=short)


def title_of(title: str, words: Words) -> str:
    return one_line(title) or words.untitled


def one_line(text: str) -> str:
    """Return a text in one line; what cannot be seen in it is left out."""
    return " ".join(re.sub("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]", " ", text).split())


def size_text(size: int) -> str:
    """Return a size for a reader, in units that need no translation."""
    for unit, factor in (("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1000)):
        if size >= factor:
            return f"{size / factor:.1f} {unit}"
    return f"{size} B"
