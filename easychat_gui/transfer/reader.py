"""What a reader of some program's files is, and what readers share."""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any, NamedTuple

from easychat_gui.domain.transfer import FoundConversation, NotRead, Omission, Source
from easychat_gui.transfer.bundles import Bundle
from easychat_gui.transfer.entries import Entry
from easychat_gui.transfer.json_stream import Damaged

Told = Callable[[Omission], None]


class Reader(NamedTuple):
    """``recognises`` looks at the content, quickly (`Entry.head`, `Entry.first_item`), and never at names alone.

    ``read`` yields conversations as it finds them. What it cannot read it tells, and goes on: a damaged conversation
    costs itself only. Both raise `TransferError` where the file itself cannot be read.
    """

    source: Source
    recognises: Callable[[Bundle], bool]
    read: Callable[[Bundle, Told], Iterator[FoundConversation]]


EARLIEST_S = 946_684_800.0
LATEST_S = 4_102_444_800.0
"""The years 2000 and 2100: what is outside is no date of a chat."""

_MOST = 1e30
"""More than nanoseconds come to; JSON has integers that no float can hold."""

_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})")


def seconds(value: Any) -> float | None:
    """Read a date in any of the forms in which programs write them: seconds, milliseconds, micro- or nanoseconds since
    1970, such a number as text, or ISO 8601 (without a zone: UTC). None for what is none.
    """
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, str):
        return _seconds_of_text(value.strip())
    if not isinstance(value, int | float) or abs(value) > _MOST or not math.isfinite(value):
        return None
    found = float(value)
    while found > LATEST_S:
        found /= 1000
    return found if found >= EARLIEST_S else None


def _seconds_of_text(text: str) -> float | None:
    try:
        return seconds(float(text))
    except (ValueError, OverflowError):
        pass
    try:
        moment = datetime.fromisoformat(text.replace(" UTC", "+00:00"))
        return seconds((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())
    except (ValueError, OverflowError):
        return None


def text_of(value: Any) -> str:
    """Return a text, and "" for anything else."""
    return value if isinstance(value, str) else ""


def mapping(value: Any) -> dict[str, Any]:
    """Return an object, and an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def listed(value: Any) -> list[Any]:
    """Return a list, and an empty one for anything else."""
    return value if isinstance(value, list) else []


def made_key(*told: Any) -> str:
    """Return a key for what has none: the same whenever these are."""
    return hashlib.sha256(repr(told).encode("utf-8", "replace")).hexdigest()[:32]


def fenced(text: str, language: str = "") -> str:
    """Return code in a fence that nothing in it can close; nothing for nothing."""
    if not text.strip():
        return ""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{text.rstrip()}\n{fence}"


def marked_lines(text: str) -> Iterator[tuple[str, bool]]:
    """Yield each line of a text in Markdown, and whether it is code: in a fence, or one that begins or ends it."""
    fence = ""
    for line in text.split("\n"):
        mark = _FENCE.match(line)
        yield line, bool(fence or mark)
        if not fence:
            fence = mark.group(1) if mark else ""
        elif mark and mark.group(1).startswith(fence) and not line.strip(" `~"):
            fence = ""


def damaged_item(entry: Entry, item: Damaged) -> Omission:
    """Say that an element of a file cannot be read."""
    why = NotRead.FILE_TOO_LARGE if item.is_too_large else NotRead.DAMAGED
    return Omission(why, f"{entry.base_name}, {item.number}", item.reason)
