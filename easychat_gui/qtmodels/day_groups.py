"""The headings of the sidebar: which stretch of time a conversation stands under."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum, auto

from easychat_gui.domain.conversations import ConversationSummary
from easychat_gui.support.clock import day_of, start_of


class HeadingKind(Enum):
    """In the order of the sidebar. The interface has the words.

    FOLDERS stands above the folders, CHATS above chats that are in no order of days, ARCHIVED above those of the
    archive that a search has found.
    """

    PINNED = auto()
    FOLDERS = auto()
    CHATS = auto()
    TODAY = auto()
    YESTERDAY = auto()
    PREVIOUS_7_DAYS = auto()
    MONTH = auto()
    ARCHIVED = auto()


@dataclass(frozen=True, slots=True)
class Heading:
    """A row between conversations. ``month`` is the first day of it, for `HeadingKind.MONTH` only."""

    kind: HeadingKind
    month: date | None = None


def heading_of(moment: float, today: date) -> Heading:
    """Return what a moment stands under. One from the future (a clock was wrong) counts as of today."""
    day = day_of(moment)
    if day >= today:
        return Heading(HeadingKind.TODAY)
    if day == today - timedelta(days=1):
        return Heading(HeadingKind.YESTERDAY)
    if day >= today - timedelta(days=7):
        return Heading(HeadingKind.PREVIOUS_7_DAYS)
    return Heading(HeadingKind.MONTH, day.replace(day=1))


def beginning_of(heading: Heading, today: date) -> float:
    """Return the earliest moment that belongs under a heading of days, in seconds since 1970."""
    match heading.kind:
        case HeadingKind.TODAY:
            return start_of(today)
        case HeadingKind.YESTERDAY:
            return start_of(today - timedelta(days=1))
        case HeadingKind.PREVIOUS_7_DAYS:
            return start_of(today - timedelta(days=7))
        case HeadingKind.MONTH if heading.month is not None:
            return start_of(heading.month)
        case _:
            raise ValueError("its conversations are of any time")


SortKey = tuple[int, float, str]


def sort_key(summary: ConversationSummary) -> SortKey:
    """Order as the store does: pinned first, then newest first, then by id."""
    return (-summary.is_pinned, -summary.updated_at, summary.id)


def position_of(heading: Heading) -> tuple[int, int]:
    """Order headings from top to bottom."""
    return (heading.kind.value, -heading.month.toordinal() if heading.month else 0)


def by_days(
    summaries: list[ConversationSummary], today: date, moment_of: Callable[[ConversationSummary], float]
) -> list[tuple[Heading, list[ConversationSummary]]]:
    """Cut a list that is in order, the newest first, where another heading begins.

    Each cut is found by halving: of 100,000 conversations only a few hundred are looked at.
    """
    groups = []
    start = 0
    while start < len(summaries):
        heading = heading_of(moment_of(summaries[start]), today)
        earliest = -beginning_of(heading, today)
        end = bisect_right(summaries, earliest, lo=start, key=lambda each: -moment_of(each))
        end = max(end, start + 1)  # whatever moments the rows claim, this comes to an end
        groups.append((heading, summaries[start:end]))
        start = end
    return groups
