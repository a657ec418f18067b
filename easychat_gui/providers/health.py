"""How the servers have been doing since the program started: a circuit breaker for each, and its speed."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import IntEnum

from easychat_gui.domain.endpoints import ServerHealth
from easychat_gui.domain.errors import CertificateUnusable, KeyExposed, KeyUnavailable, ProviderError
from easychat_gui.domain.ids import EndpointId
from easychat_gui.domain.messages import FinishReason
from easychat_gui.domain.streaming import Finished, ReasoningDelta, StreamEvent, TextDelta, ToolCallReady

SHORTEST_SET_ASIDE_S = 30.0
LONGEST_SET_ASIDE_S = 60.0
"""So long a failed server is left alone; different ones differently long, lest all are tried again at once."""

_WEIGHT_OF_THE_LAST = 0.3
"""Of one answer in the average speed: a single slow one does not change the order, a few do."""

_HALVED_AFTER_S = 600.0
"""After so long without an answer a server is expected to be twice as quick as it was."""

THE_REQUESTS_OWN_FAULT = frozenset({400, 413, 422})
"""What one server refuses with these, another would refuse too: it says nothing about the server."""

_NOTHING_WAS_SENT = (KeyUnavailable, KeyExposed, CertificateUnusable)
"""When the person has seen to it, the server can be asked at once."""

FIRST_WORDS = (TextDelta, ReasoningDelta, ToolCallReady, Finished)
"""With any of these an answer has begun; usage alone is none, some servers tell it before they fail."""


class Turn(IntEnum):
    """Whether a server may be asked now: not in its turn, as usual, or as the one probe of whether it is back."""

    NONE = 0
    USUAL = 1
    PROBE = 2


@dataclass(slots=True)
class _Record:
    first_word_s: float | None = None
    measured_at: float = 0.0
    error: ProviderError | None = None
    aside_until: float | None = None
    is_probed: bool = False


class HealthBook:
    """Keeps a record of each server, by its endpoint's id. For several threads at once.

    A server that failed is set aside (the circuit is open). When its time is over, one request may try it (half
    open), and only one: until that has ended, the server stands aside for all others. If it answers, all is well.

    :param clock: seconds that never go back.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self._lock = threading.Lock()
        self._records: dict[EndpointId, _Record] = {}

    def of(self, server_id: EndpointId) -> ServerHealth:
        """Return what is known of a server."""
        with self._lock:
            record = self._records.get(server_id) or _Record()
            return ServerHealth(record.first_word_s, record.error, record.aside_until is not None)

    def expected_s(self, server_id: EndpointId) -> float:
        """Return how long the first word of a server may take, in seconds; 0 while nobody knows.

        What was measured counts for less the older it is: one slow morning shall not leave a server out for ever.
        """
        with self._lock:
            record = self._records.get(server_id)
            if record is None or record.first_word_s is None:
                return 0.0
            age_s: float = self.clock() - record.measured_at
            return record.first_word_s * float(0.5 ** (age_s / _HALVED_AFTER_S))

    def take(self, server_id: EndpointId) -> Turn:
        """Say whether a server may be asked in its turn.

        The first to ask when its time aside is over gets `Turn.PROBE`, and calls `let_go` afterwards, whatever became
        of it.
        """
        with self._lock:
            record = self._records.setdefault(server_id, _Record())
            if record.aside_until is None:
                return Turn.USUAL
            if record.is_probed or self.clock() < record.aside_until:
                return Turn.NONE
            record.is_probed = True
            return Turn.PROBE

    def let_go(self, server_id: EndpointId) -> None:
        """Say that the probe of a server has ended. Where it brought no verdict, the next request is one."""
        with self._lock:
            if record := self._records.get(server_id):
                record.is_probed = False

    def note_first_word(self, server_id: EndpointId, seconds: float) -> None:
        with self._lock:
            record = self._records.setdefault(server_id, _Record())
            known = record.first_word_s
            share = 1.0 if known is None else _WEIGHT_OF_THE_LAST
            average = seconds * share + (known or 0.0) * (1.0 - share)
            self._records[server_id] = _Record(average, self.clock())

    def note_failure(self, server_id: EndpointId, error: ProviderError) -> None:
        """Set a server aside, unless the request was to blame, or something on this computer."""
        if error.status in THE_REQUESTS_OWN_FAULT or isinstance(error, _NOTHING_WAS_SENT):
            return
        seconds = random.uniform(SHORTEST_SET_ASIDE_S, LONGEST_SET_ASIDE_S)  # noqa: S311 - no secret
        if error.retry_after_s is not None:
            seconds = min(max(error.retry_after_s, SHORTEST_SET_ASIDE_S), LONGEST_SET_ASIDE_S)
        with self._lock:
            known = self._records.get(server_id) or _Record()
            self._records[server_id] = _Record(known.first_word_s, known.measured_at, error, self.clock() + seconds)

    def forget(self, server_id: EndpointId) -> None:
        """Begin anew: the server's address or key has changed."""
        with self._lock:
            self._records.pop(server_id, None)

    def noted(self, server_id: EndpointId, events: Iterator[StreamEvent]) -> Iterator[StreamEvent]:
        """Pass an answer on, and note how the server did."""
        asked_at = self.clock()
        has_begun = False
        try:
            for event in events:
                is_stopped = isinstance(event, Finished) and event.reason is FinishReason.CANCELLED
                if not has_begun and isinstance(event, FIRST_WORDS) and not is_stopped:
                    has_begun = True
                    self.note_first_word(server_id, self.clock() - asked_at)
                yield event
        except ProviderError as error:
            self.note_failure(server_id, error)
            raise
