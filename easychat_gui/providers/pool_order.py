"""The servers of a pool, and in which order they are asked."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

from easychat_gui.domain.endpoints import Endpoint, PoolPolicy
from easychat_gui.domain.generation import CompletionRequest
from easychat_gui.domain.streaming import StreamEvent
from easychat_gui.providers.cancellation import Cancellation
from easychat_gui.providers.health import HealthBook
from easychat_gui.providers.retries import RetryPolicy


class PoolMember(Protocol):
    """One server of a pool: an `HttpProvider`, or what stands for one that is opened when it is first asked."""

    @property
    def endpoint(self) -> Endpoint: ...

    @property
    def server(self) -> str: ...

    def stream_events(
        self, request: CompletionRequest, cancellation: Cancellation, *, policy: RetryPolicy
    ) -> Iterator[StreamEvent]: ...

    def close(self) -> None: ...


Choose = Callable[[Sequence[PoolMember]], Sequence[PoolMember]]
"""Puts servers into the order in which they are asked."""


def chooser(policy: PoolPolicy, health: HealthBook) -> Choose:
    """Return what a policy does. One that takes turns remembers whose turn it is, so keep what is returned."""
    choices: dict[PoolPolicy, Callable[[], Choose]] = {
        PoolPolicy.RANDOM: lambda: in_random_order,
        PoolPolicy.ORDER: lambda: list,
        PoolPolicy.LATENCY: lambda: lambda sources: by_latency(sources, health),
        PoolPolicy.ROTATION: in_rotation,
    }
    return choices[policy]()


def in_random_order(sources: Sequence[PoolMember]) -> list[PoolMember]:
    """Return the sources shuffled, so that every one can be drawn first."""
    return random.sample(list(sources), len(sources))


def by_latency(sources: Sequence[PoolMember], health: HealthBook) -> list[PoolMember]:
    """Return the fastest first, before them those that nobody knows yet: how else would they become known?"""
    return sorted(sources, key=lambda source: health.expected_s(source.endpoint.id))


def in_rotation() -> Choose:
    """Return what begins one server further each time."""
    turns = itertools.count()  # its steps are atomic, so threads may share it

    def rotated(sources: Sequence[PoolMember]) -> list[PoolMember]:
        first = next(turns) % max(1, len(sources))
        return [*sources[first:], *sources[:first]]

    return rotated
