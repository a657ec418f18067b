"""Days put together to as many bars as can be told apart."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from enum import Enum
from typing import NamedTuple

MOST_DAYS = 92
MOST_DAYS_BY_WEEK = 740


class Step(Enum):
    """What a bar stands for."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


class Span(NamedTuple):
    first: date
    last: date
    value: float


def step_for(count: int) -> Step:
    """Return what a bar stands for in a period of so many days."""
    return Step.DAY if count <= MOST_DAYS else Step.WEEK if count <= MOST_DAYS_BY_WEEK else Step.MONTH


def spans(by_day: Mapping[date, float]) -> list[Span]:
    """Return the bars of a period, given each of its days in their order. Weeks begin on Monday."""
    step = step_for(len(by_day))
    made: list[Span] = []
    start = None
    for day, value in by_day.items():
        begins = _start(day, step)
        if begins == start:
            made[-1] = Span(made[-1].first, day, made[-1].value + value)
        else:
            made.append(Span(day, day, value))
            start = begins
    return made


def _start(day: date, step: Step) -> date:
    if step is Step.WEEK:
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if step is Step.MONTH else day
