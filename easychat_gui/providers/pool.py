"""Several servers as one source: another one is asked when one fails before it has answered."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import replace

from easychat_gui.domain.errors import (
    AllServersFailed,
    NoServerConfigured,
    PassphraseNeeded,
    ProviderError,
    TimedOut,
    shortened_together,
)
from easychat_gui.domain.generation import CompletionRequest
from easychat_gui.domain.streaming import NoticeKind, Started, StreamEvent, StreamNotice, UsageReport
from easychat_gui.providers.cancellation import Cancellation, nothing
from easychat_gui.providers.health import FIRST_WORDS, THE_REQUESTS_OWN_FAULT, HealthBook, Turn
from easychat_gui.providers.http_errors import server_name
from easychat_gui.providers.pool_order import Choose, PoolMember, in_random_order
from easychat_gui.providers.retries import HASTY, PATIENT, RetryPolicy


class ServerPool:
    """An `EventSource` over several endpoints.

    Each has its own address, key, cookies and connections; nothing of one ever goes to another. One that stands aside
    (see `HealthBook`) is asked only after all others.

    :param choose: puts the members into the order in which they are asked.
    :param health: what is known of the servers, also to others; without one, a book of its own with this ``clock``.
    """

    def __init__(
        self,
        sources: Sequence[PoolMember],
        *,
        choose: Choose = in_random_order,
        clock: Callable[[], float] = time.monotonic,
        health: HealthBook | None = None,
    ) -> None:
        self._sources = tuple(sources)
        self._choose = choose
        self._health = health or HealthBook(clock)

    @property
    def sources(self) -> tuple[PoolMember, ...]:
        return self._sources

    def stream_events(self, request: CompletionRequest, cancellation: Cancellation) -> Iterator[StreamEvent]:
        """See `EventSource.stream_events`.

        `Started` is held back until something of the answer is there, since only until then another server may be
        asked; afterwards a failure is the person's to decide on.
        """
        if not self._sources:
            raise NoServerConfigured("No server is set up. Add one in the settings.")
        errors: list[ProviderError] = []
        names: list[str] = []
        total = len(self._sources)
        policy = PATIENT if total == 1 else HASTY
        for source in self._in_turn():
            position = len(errors) + 1
            if errors:
                yield _failover_notice(errors[-1], source, position, total)
            has_answered = False
            ask = self._skippable if position < total else self._from_first_word
            try:
                for event in ask(source, request, cancellation, policy):
                    has_answered = has_answered or isinstance(event, Started)
                    yield event
            except ProviderError as error:
                if has_answered or total == 1 or error.status in THE_REQUESTS_OWN_FAULT:
                    raise
                if isinstance(error, PassphraseNeeded):  # it opens the keys of all, and only the person has it
                    raise
                errors.append(error)
                names.append(source.endpoint.name)
            else:
                return
        each = " ".join(shortened_together(errors))
        raise AllServersFailed(f"None of the {total} servers answered. {each}", errors, names)

    def close(self) -> None:
        for source in self._sources:
            source.close()

    def _in_turn(self) -> Iterator[PoolMember]:
        """Yield the members in the order of asking; whether one stands aside is looked up when its turn comes."""
        aside = []
        for source in self._choose(self._sources):
            turn = self._health.take(source.endpoint.id)
            if turn is Turn.NONE:
                aside.append(source)
                continue
            try:
                yield source
            finally:
                if turn is Turn.PROBE:  # a long answer from before would end the probe of another request
                    self._health.let_go(source.endpoint.id)
        yield from aside

    def _skippable(
        self, source: PoolMember, request: CompletionRequest, cancellation: Cancellation, policy: RetryPolicy
    ) -> Iterator[StreamEvent]:
        """Yield the answer of one server, given up when the person is in a hurry and nothing of it is there."""
        has_begun = False
        with (
            cancellation.part() as part,
            contextlib.closing(self._from_first_word(source, request, part, policy)) as events,
        ):
            for event in events:
                if isinstance(event, Started):
                    has_begun = True
                    cancellation.on_hurry = nothing
                if part.is_cancelled and not (has_begun or cancellation.is_cancelled):
                    sentence = f"{server_name(source.server)} was not waited for any longer."
                    error = TimedOut(sentence, server=source.server)
                    self._health.note_failure(source.endpoint.id, error)
                    raise error
                yield event

    def _from_first_word(
        self, source: PoolMember, request: CompletionRequest, cancellation: Cancellation, policy: RetryPolicy
    ) -> Generator[StreamEvent]:
        """Yield the answer of one server, its `Started` not before there is something to show."""
        server_id = source.endpoint.id
        held_back: list[StreamEvent] = []
        has_begun = False
        events = source.stream_events(request, cancellation, policy=policy)
        for event in self._health.noted(server_id, events):
            if isinstance(event, Started):
                held_back.append(replace(event, endpoint_id=str(server_id)))
            elif isinstance(event, UsageReport) and not has_begun:
                held_back.append(event)
            else:
                if isinstance(event, FIRST_WORDS) and not (has_begun or cancellation.is_cancelled):
                    has_begun = True
                    yield from held_back
                yield event


def _failover_notice(error: ProviderError, following: PoolMember, position: int, total: int) -> StreamNotice:
    message = f"{error} Asking {server_name(following.server)} instead ({position} of {total})."
    return StreamNotice(NoticeKind.FAILOVER, message, following.server, position=position, total=total)
