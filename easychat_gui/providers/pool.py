"""Several servers as one source: health, and another server when one fails before it has answered."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Sequence

from easychat_gui.domain.errors import AllServersFailed, NoServerConfigured, ProviderError, RateLimited
from easychat_gui.domain.generation import CompletionRequest
from easychat_gui.domain.streaming import Finished, NoticeKind, Started, StreamEvent, StreamNotice, Transmission
from easychat_gui.providers.cancellation import Cancellation
from easychat_gui.providers.http_errors import server_name
from easychat_gui.providers.http_provider import HttpProvider
from easychat_gui.providers.retries import PATIENT, RetryPolicy

SHORTEST_SET_ASIDE_S = 30.0
LONGEST_SET_ASIDE_S = 60.0

_THE_REQUESTS_OWN_FAULT = frozenset({400, 404, 413, 422})
"""What one server refuses with these, another would refuse too; asking around would only spread the chat."""

_HASTY = RetryPolicy(after_connection_failed=0, after_server_failed=1, after_rate_limited=0)
"""Inside a pool the next server is the better retry."""


def in_random_order(sources: Sequence[HttpProvider]) -> list[HttpProvider]:
    """Return the sources shuffled, so that every one can be drawn first."""
    return random.sample(list(sources), len(sources))


class ServerPool:
    """An `EventSource` over several endpoints.

    Each has its own address, key, cookies and connections; nothing of one ever goes to another. A server that failed
    is set aside for 30 to 60 s: it is then asked only after all others.

    :param choose: puts the sources into the order in which they are asked.
    :param clock: seconds that never go back.
    """

    def __init__(
        self,
        sources: Sequence[HttpProvider],
        *,
        choose: Callable[[Sequence[HttpProvider]], Sequence[HttpProvider]] = in_random_order,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._sources = tuple(sources)
        self._choose = choose
        self._clock = clock
        self._aside_until: dict[HttpProvider, float] = {}

    @property
    def sources(self) -> tuple[HttpProvider, ...]:
        return self._sources

    def stream_events(self, request: CompletionRequest, cancellation: Cancellation) -> Iterator[StreamEvent]:
        """See `EventSource.stream_events`.

        `Started` is held back until something of the answer is there, since only until then another server may be
        asked; afterwards a failure is the person's to decide on.
        """
        if not self._sources:
            raise NoServerConfigured("No server is set up. Add one in the settings.")
        errors: list[ProviderError] = []
        order = self._in_order()
        policy = PATIENT if len(order) == 1 else _HASTY
        for position, source in enumerate(order):
            has_answered = False
            try:
                for event in self._from_first_word(source, request, cancellation, policy):
                    has_answered = has_answered or not isinstance(event, StreamNotice | Transmission)
                    yield event
            except ProviderError as error:
                if error.status in _THE_REQUESTS_OWN_FAULT:
                    raise
                self._set_aside(source, error)
                if has_answered or len(order) == 1:
                    raise
                errors.append(error)
                if position + 1 < len(order):
                    yield _failover_notice(error, order[position + 1])
            else:
                self._aside_until.pop(source, None)
                return
        raise AllServersFailed(_told_together(errors), errors)

    def close(self) -> None:
        for source in self._sources:
            source.close()

    def _in_order(self) -> list[HttpProvider]:
        now = self._clock()
        chosen = list(self._choose(self._sources))
        return sorted(chosen, key=lambda source: self._aside_until.get(source, 0.0) > now)  # stable

    def _from_first_word(
        self, source: HttpProvider, request: CompletionRequest, cancellation: Cancellation, policy: RetryPolicy
    ) -> Iterator[StreamEvent]:
        """Yield the answer of one server, its `Started` not before there is something to show."""
        held_back: Started | None = None
        for event in source.stream_events(request, cancellation, policy=policy):
            if isinstance(event, Started):
                held_back = event
                continue
            if held_back is not None and not isinstance(event, StreamNotice | Transmission):
                yield held_back
                held_back = None
            yield event
            if isinstance(event, Finished):
                return

    def _set_aside(self, source: HttpProvider, error: ProviderError) -> None:
        seconds = random.uniform(SHORTEST_SET_ASIDE_S, LONGEST_SET_ASIDE_S)  # noqa: S311 - no secret
        if isinstance(error, RateLimited) and error.retry_after_s is not None:
            seconds = min(max(error.retry_after_s, SHORTEST_SET_ASIDE_S), LONGEST_SET_ASIDE_S)
        self._aside_until[source] = self._clock() + seconds


def _failover_notice(error: ProviderError, following: HttpProvider) -> StreamNotice:
    message = f"{error} Asking {server_name(following.server)} instead."
    return StreamNotice(NoticeKind.FAILOVER, message, following.server)


def _told_together(errors: Sequence[ProviderError]) -> str:
    names = ", ".join(server_name(error.server) for error in errors)
    return f"None of the {len(errors)} servers answered ({names}). The last one: {errors[-1]}"
