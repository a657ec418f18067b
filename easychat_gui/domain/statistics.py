"""What answers have taken: how many there were, their tokens, their time and their price, by day, model and server."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple, TypeVar

from easychat_gui.domain.endpoints import Price
from easychat_gui.domain.ids import EndpointId

K = TypeVar("K")
T = TypeVar("T")

TOKENS_OF_A_PRICE = 1_000_000

MOST_MEASURED = 100_000
"""A median is of so many answers at most, the newest: of a million it would take seconds to sort them."""


class Period(NamedTuple):
    """From the first day to the last, both included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    def each_day(self) -> list[date]:
        return [self.first + timedelta(days=number) for number in range(self.days)]


class Share(NamedTuple):
    """The answers of one model of one server on one day.

    ``prompt_tokens`` and ``completion_tokens`` are those that servers have told; ``uncounted`` answers told none.
    ``first_token_s`` is the sum over ``first_tokens`` answers. ``timed_tokens`` came in ``timed_s`` seconds after
    their first.
    """

    day: date
    model_id: str
    endpoint_id: EndpointId
    answers: int
    uncounted: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    first_tokens: int = 0
    first_token_s: float = 0.0
    timed_tokens: int = 0
    timed_s: float = 0.0

    @property
    def tokens(self) -> int:
        return self.prompt_tokens + self.completion_tokens


@dataclass(frozen=True, slots=True)
class Figures:
    """All of a period. The medians are over its newest `MOST_MEASURED` answers, None where none was
    measured. ``names`` are what servers were
    called when they answered last."""

    period: Period
    shares: tuple[Share, ...] = ()
    median_speed: float | None = None
    median_first_token_s: float | None = None
    names: Mapping[EndpointId, str] | None = None

    @property
    def answers(self) -> int:
        return sum(each.answers for each in self.shares)

    @property
    def uncounted(self) -> int:
        return sum(each.uncounted for each in self.shares)

    @property
    def prompt_tokens(self) -> int:
        return sum(each.prompt_tokens for each in self.shares)

    @property
    def completion_tokens(self) -> int:
        return sum(each.completion_tokens for each in self.shares)

    def by_day(self, value: Callable[[Share], float]) -> dict[date, float]:
        """Return a sum for each day of the period, nothing for those without an answer."""
        found = _sums(self.shares, lambda each: each.day, value)
        return {day: found.get(day, 0) for day in self.period.each_day()}

    def by_model(self, value: Callable[[Share], float]) -> list[tuple[str, float]]:
        """Return a sum for each model, the largest first."""
        return _ranked(_sums(self.shares, lambda each: each.model_id, value))

    def by_server(self, value: Callable[[Share], float]) -> list[tuple[EndpointId, float]]:
        """Return a sum for each server, the largest first."""
        return _ranked(_sums(self.shares, lambda each: each.endpoint_id, value))

    def over_time(
        self, part: Callable[[Share], float], whole: Callable[[Share], float], most: int
    ) -> list[tuple[str, list[tuple[date, float]]]]:
        """Return for the models with most answers what ``part`` is to ``whole`` on each day that has some."""
        lines = []
        for model, _ in self.by_model(lambda each: each.answers):
            own = [each for each in self.shares if each.model_id == model]
            parts, wholes = (_sums(own, lambda each: each.day, value) for value in (part, whole))
            points = [(day, parts[day] / wholes[day]) for day in sorted(wholes) if wholes[day]]
            if points:
                lines.append((model, points))
        return lines[:most]


class Cost(NamedTuple):
    """What a share costs by a price, in the price's currency."""

    currency: str
    amount: float


def cost_of(share: Share, price: Price | None) -> Cost | None:
    """Return what a share costs at a price; None where there is none."""
    if price is None:
        return None
    amount = share.prompt_tokens * price.input + share.completion_tokens * price.output
    return Cost(price.currency, amount / TOKENS_OF_A_PRICE)


def total_cost(shares: Iterable[Share], price_of: Callable[[Share], Price | None]) -> dict[str, float]:
    """Return what shares cost together, by currency; those without a price are left out."""
    costs = [cost for each in shares if (cost := cost_of(each, price_of(each))) is not None]
    return _sums(costs, lambda each: each.currency, lambda each: each.amount)


def _sums(items: Iterable[T], key: Callable[[T], K], value: Callable[[T], float]) -> dict[K, float]:
    found: dict[K, float] = {}
    for each in items:
        place = key(each)
        found[place] = found.get(place, 0) + value(each)
    return found


def _ranked(sums: Mapping[K, float]) -> list[tuple[K, float]]:
    return sorted(((key, value) for key, value in sums.items() if value), key=lambda each: (-each[1], str(each[0])))


@dataclass(frozen=True, slots=True)
class Table:
    """The figures of a chart: what its columns are, and its rows. Numbers are as they are, days are `date`."""

    columns: tuple[str, ...]
    rows: Sequence[tuple[str | float | date, ...]]
