"""The ledger of all requests that this process has made: when, to which host, what for, how much, and how it ended.

It is one for the whole process and not handed around, so that no part can leave a request out by being made without
it. Neither path nor content is kept: an address may hold a key, and what was said is in the conversation.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from enum import StrEnum

from easychat_gui.support.quick_dataclass import dataclass

MAX_KEPT = 2000
"""Requests that are listed. Older ones count in the totals only."""

CANCELLED = "Cancelled"
"""The fault of a request that was stopped."""


class Purpose(StrEnum):
    """What a request is for."""

    ANSWER = "answer"
    TITLE = "title"
    MODELS = "models"
    TOKENS = "tokens"
    PICTURE = "picture"
    GREETING = "greeting"
    CHECKUP = "checkup"
    DISCOVERY = "discovery"
    LOCAL_MODEL = "local_model"


@dataclass(frozen=True, slots=True)
class Traffic:
    """One request. ``host`` is name and port, ``sent_at`` in seconds since 1970.

    Bytes are those of HTTP, heads included, before any encryption. ``proxy`` is where the connection went instead, if
    it went through one. ``status`` is None until an answer begins, ``fault``
    the name of the error that ended it, ``duration_s`` None while it runs.
    """

    number: int
    sent_at: float
    purpose: Purpose
    method: str
    host: str
    is_local: bool
    bytes_out: int
    bytes_in: int
    status: int | None
    fault: str
    duration_s: float | None
    proxy: str = ""


@dataclass(frozen=True, slots=True)
class Totals:
    """Since the start of the process. ``forgotten`` requests are no longer listed."""

    requests: int
    bytes_out: int
    bytes_in: int
    forgotten: int


class Meter:
    """Counts one request. Its own thread writes, any may look."""

    def __init__(
        self, ledger: Ledger, number: int, purpose: Purpose, method: str, host: str, *, is_local: bool
    ) -> None:
        self.bytes_out = 0
        self.bytes_in = 0
        self.status: int | None = None
        self.fault = ""
        self.proxy = ""
        self.number = number
        self._ledger = ledger
        self._about = purpose, method, host, is_local
        self._sent_at = time.time()
        self._began = time.monotonic()
        self._duration_s: float | None = None

    @property
    def is_running(self) -> bool:
        return self._duration_s is None

    def end(self) -> None:
        """Note that nothing more will be sent or read."""
        if self._duration_s is None:
            self._duration_s = time.monotonic() - self._began
            self._ledger._note_end(self)  # noqa: SLF001 - the two classes are one thing

    def read(self) -> Traffic:
        purpose, method, host, is_local = self._about
        counts = self.bytes_out, self.bytes_in, self.status, self.fault, self._duration_s, self.proxy
        return Traffic(self.number, self._sent_at, purpose, method, host, is_local, *counts)


class Ledger:
    """See the head of this module. For all threads."""

    def __init__(self, most: int = MAX_KEPT) -> None:
        self._lock = threading.Lock()
        self._meters: deque[Meter] = deque()
        self._most = most
        self._count = self._forgotten = 0
        self._ended_out = self._ended_in = 0
        self._running: set[Meter] = set()

    def begin(self, purpose: Purpose, method: str, host: str, *, is_local: bool = False) -> Meter:
        """Open an entry for a request that is about to be made. Whoever does so ends it."""
        with self._lock:
            self._count += 1
            meter = Meter(self, self._count, purpose, method, host, is_local=is_local)
            self._meters.append(meter)
            self._running.add(meter)
            if len(self._meters) > self._most:
                self._meters.popleft()
                self._forgotten += 1
        return meter

    def traffic(self) -> list[Traffic]:
        """Return what is listed, oldest first."""
        with self._lock:
            meters = list(self._meters)
        return [meter.read() for meter in meters]

    def totals(self) -> Totals:
        with self._lock:
            running = list(self._running)
            out = self._ended_out + sum(meter.bytes_out for meter in running)
            into = self._ended_in + sum(meter.bytes_in for meter in running)
            return Totals(self._count, out, into, self._forgotten)

    def clear(self) -> None:
        """Take from the list what has ended. The totals stay."""
        with self._lock:
            kept = deque(meter for meter in self._meters if meter.is_running)
            self._forgotten += len(self._meters) - len(kept)
            self._meters = kept

    def _note_end(self, meter: Meter) -> None:
        with self._lock:
            self._running.discard(meter)
            self._ended_out += meter.bytes_out
            self._ended_in += meter.bytes_in


ledger = Ledger()
"""That of this process."""
