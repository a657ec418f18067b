"""Which pages are printed, as people type it: "1-3, 7"."""

from __future__ import annotations

import re

_RANGE = re.compile(r"(\d+)(?:\s*[-–]\s*(\d+)?)?$")


def pages_of(text: str, count: int) -> list[int] | None:
    """Return the numbers of pages, from 0 and in the order typed; all for an empty text, None for what is no range.

    Pages that are not there are left out; a range without an end goes to the last page.
    """
    if not text.strip():
        return list(range(count))
    found: list[int] = []
    for part in re.split(r"[,;]", text.strip().rstrip(",;")):
        match = _RANGE.match(part.strip())
        if match is None:
            return None
        first = min(int(match[1]), count + 1)
        is_range = "-" in part or "–" in part
        last = min(int(match[2]), count) if match[2] else count if is_range else first
        found += [number - 1 for number in range(first, last + 1) if 1 <= number <= count]
    return found
