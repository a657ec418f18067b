"""One server with several keys: when one has had too many requests, the next is used."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence

from easychat_gui.domain.endpoints import Endpoint, ModelInfo
from easychat_gui.domain.errors import NotAuthorized, ProviderError, RateLimited
from easychat_gui.domain.generation import CompletionRequest
from easychat_gui.domain.messages import FinishReason
from easychat_gui.domain.streaming import Finished, NoticeKind, Started, StreamEvent, StreamNotice
from easychat_gui.providers.cancellation import Cancellation
from easychat_gui.providers.http_errors import server_name
from easychat_gui.providers.http_provider import HttpProvider
from easychat_gui.providers.retries import PATIENT, RetryPolicy, backoff_s, retry_notice

_RESTS_S = 60.0
"""So long a key is left alone that has had too many requests, where the server does not say for how long."""


class KeyRing:
    """An `EventSource` over one provider for each key of a server. Each has connections of its own.

    A key is used until the server answers 429 or refuses it; then the next is, at once, and the person is told. Only
    when all rest is there a pause, or an error. For several threads at once.
    """

    def __init__(self, sources: Sequence[HttpProvider], clock: Callable[[], float] = time.monotonic) -> None:
        self._sources = tuple(sources)
        self._clock = clock
        self._lock = threading.Lock()
        self._rests_until = [0.0] * len(self._sources)
        self._next = 0

    @property
    def first(self) -> HttpProvider:
        """The provider with the first key: for what is no question, such as the list of models."""
        return self._sources[0]

    @property
    def endpoint(self) -> Endpoint:
        return self.first.endpoint

    @property
    def server(self) -> str:
        return self.first.server

    def list_models(self, cancellation: Cancellation) -> list[ModelInfo]:
        return self.first.list_models(cancellation)

    def stream_events(
        self, request: CompletionRequest, cancellation: Cancellation, *, policy: RetryPolicy = PATIENT
    ) -> Iterator[StreamEvent]:
        """See `EventSource.stream_events`."""
        if len(self._sources) == 1:
            yield from self.first.stream_events(request, cancellation, policy=policy)
            return
        retries = 0
        while True:
            errors: list[ProviderError] = []
            for number in self._in_turn():
                if errors:
                    yield self._next_key_notice(errors[-1])
                try:
                    yield from self._with_key(number, request, cancellation, policy)
                except _KeyRests as rest:
                    errors.append(rest.error)
                else:
                    return
            error = min(errors, key=_rest_s)
            if not policy.allows(error, retries):
                raise error
            wait_s = backoff_s(error, retries)
            retries += 1
            yield retry_notice(error, self.server, wait_s)
            if cancellation.pause(wait_s):
                yield Finished(FinishReason.CANCELLED)
                return

    def close(self) -> None:
        for source in self._sources:
            source.close()

    def _in_turn(self) -> list[int]:
        """Return the keys that do not rest, beginning with the one in use; where all do, the first to be ready."""
        with self._lock:
            count, now = len(self._sources), self._clock()
            numbers = [(self._next + step) % count for step in range(count)]
            ready = [number for number in numbers if self._rests_until[number] <= now]
            return ready or [min(numbers, key=lambda number: self._rests_until[number])]

    def _with_key(
        self, number: int, request: CompletionRequest, cancellation: Cancellation, policy: RetryPolicy
    ) -> Iterator[StreamEvent]:
        """Ask with one key. Raises `_KeyRests` where another may do better, and what else goes wrong as it is."""
        has_started = False
        try:
            for event in self._sources[number].stream_events(request, cancellation, policy=policy.without_rate_limit()):
                if isinstance(event, Started):
                    has_started = True
                    with self._lock:
                        self._next, self._rests_until[number] = number, 0.0
                yield event
        except (RateLimited, NotAuthorized) as error:
            if has_started or error.status not in (401, 429):
                raise
            wait_s = error.retry_after_s
            with self._lock:
                self._rests_until[number] = self._clock() + (_RESTS_S if wait_s is None else wait_s)
            raise _KeyRests(error) from error

    def _next_key_notice(self, error: ProviderError) -> StreamNotice:
        message = f"{error} Asking {server_name(self.server)} with another key."
        return StreamNotice(NoticeKind.NEXT_KEY, message, self.server)


class _KeyRests(Exception):
    """Raised and caught here: the server takes no more, or nothing at all, with this key."""

    def __init__(self, error: RateLimited | NotAuthorized) -> None:
        super().__init__(str(error))
        self.error = error


def _rest_s(error: ProviderError) -> float:
    """Return for how long a server wants to be left alone: keys that it refuses come last."""
    if isinstance(error, RateLimited):
        return error.retry_after_s or 0.0
    return float("inf")
