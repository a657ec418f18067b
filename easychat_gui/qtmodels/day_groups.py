"""The headings of the sidebar: which stretch of time a conversation stands under."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import Enum, auto

from easychat_gui.domain.conversations import ConversationSummary
from easychat_gui.support.clock import day_of, start_of


class HeadingKind(Enum):
    """In the order of the sidebar. The interface has the words."""

    PINNED = auto()
    TODAY = auto()
    YESTERDAY = auto()
    PREVIOUS_7_DAYS = auto()
    MONTH = auto()


@dataclass(frozen=True, slots=True)
class Heading:
    """A row between conversations. ``month`` is the first day of it, for `HeadingKind.MONTH` only."""

    kind: HeadingKind
    month: date | None = None


def heading_of(summary: ConversationSummary, today: date) -> Heading:
    """Return what a conversation stands under. One from the future (a clock was wrong) counts as of today."""
    if summary.is_pinned:
        return Heading(HeadingKind.PINNED)
    day = day_of(summary.updated_at)
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
        case HeadingKind.PINNED:
            raise ValueError("the pinned ones are of any time")
        case HeadingKind.TODAY:
            return start_of(today)
        case HeadingKind.YESTERDAY:
            return start_of(today - timedelta(days=1))
        case HeadingKind.PREVIOUS_7_DAYS:
            return start_of(today - timedelta(days=7))
        case HeadingKind.MONTH:
            assert heading.month is not None  # noqa: S101
            return start_of(heading.month)


SortKey = tuple[int, float, str]


def sort_key(summary: ConversationSummary) -> SortKey:
    """Order as the store does: pinned first, then newest first, then by id."""
    return (-summary.is_pinned, -summary.updated_at, summary.id)


def position_of(heading: Heading) -> tuple[int, int]:
    """Order headings from top to bottom."""
    return (heading.kind.value, -heading.month.toordinal() if heading.month else 0)


@dataclass(slots=True, eq=False)
class Section:
    """A heading and the conversations under it, in order."""

    heading: Heading
    items: list[ConversationSummary] = field(default_factory=list)

    @property
    def row_count(self) -> int:
        return 1 + len(self.items)


def grouped(summaries: list[ConversationSummary], today: date) -> list[Section]:
    """Cut a list that is in order into its sections.

    Each cut is found by halving: of 100,000 conversations only a few hundred are looked at.
    """
    sections = []
    start = 0
    while start < len(summaries):
        heading = heading_of(summaries[start], today)
        if heading.kind is HeadingKind.PINNED:
            last_key: tuple[float, ...] = (-1, float("inf"))
        else:
            last_key = (0, -beginning_of(heading, today))
        end = bisect_right(summaries, last_key, lo=start, key=lambda each: (-each.is_pinned, -each.updated_at))
        end = max(end, start + 1)  # whatever moments the rows claim, this comes to an end
        sections.append(Section(heading, summaries[start:end]))
        start = end
    return sections
