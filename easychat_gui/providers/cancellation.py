"""Stop, from any thread, in every phase of a request.

Measured: closing a response, a session or a socket never wakes a thread that is blocked in a read on it, and closing
a response blocks the caller too. What works everywhere is ``shutdown`` on a *duplicate* of the socket: TLS detaches the
original when it wraps it, and a duplicate stays ours whatever the HTTP library does with its own. A name look-up
cannot be interrupted at all, so it runs in a thread that is left to itself.
"""

from __future__ import annotations

import contextlib
import socket
import struct
import sys
import threading
from collections.abc import Callable, Iterator
from typing import TypeVar

from easychat_gui.domain.streaming import Phase

T = TypeVar("T")

_RESET_AT_CLOSE = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)
"""No lingering. A server that floods us waits for room in our buffer, and so never meets the end that a shutdown
tells of: measured, it went on waiting for a minute after we had closed. A reset reaches it at once.
"""


class Cancelled(Exception):
    """Raised inside the provider layer where a wait was ended by `Cancellation.cancel`. It never leaves it."""


class Registration:
    """Something to be done at a cancel. `release` takes it back; releasing twice is harmless."""

    def __init__(self, owner: Cancellation, on_cancel: Callable[[], None], on_release: Callable[[], None]) -> None:
        self._owner = owner
        self.on_cancel = on_cancel
        self.on_release = on_release

    def release(self) -> None:
        self._owner._forget(self)  # noqa: SLF001 - the two classes are one thing


class Cancellation:
    """The Stop of one request, and what else passes between it and its asker while it blocks.

    The flag decides, not what the socket says: a cancelled read of a body that ends with the connection looks like a
    clean end. Whoever waits asks `is_cancelled` before it trusts what it read.

    ``on_phase`` is told, in the thread of the request, how far it has come; `hurry` ends a pause before another try,
    and does whatever ``on_hurry`` does, which must neither block nor raise.
    """

    def __init__(self) -> None:
        self.on_phase: Callable[[Phase], None] = lambda _phase: None
        self.on_hurry: Callable[[], None] = nothing
        self._flag = threading.Event()
        self._end_of_pause = threading.Event()
        self._lock = threading.RLock()  # re-entrant: a signal handler may cancel while its own thread registers
        self._registrations: dict[int, Registration] = {}

    @property
    def is_cancelled(self) -> bool:
        return self._flag.is_set()

    def cancel(self) -> None:
        """End whatever the request waits for. Returns at once; calling it again, or too late, does nothing."""
        self._flag.set()
        self._end_of_pause.set()
        with self._lock:
            for registration in list(self._registrations.values()):
                registration.on_cancel()

    def wait(self, seconds: float) -> bool:
        """Sleep for so many seconds, or until a cancel. Returns whether it is cancelled."""
        return self._flag.wait(max(0.0, seconds))

    def pause(self, seconds: float) -> bool:
        """As `wait`, but `hurry` ends it, too."""
        self._end_of_pause.clear()
        return self.is_cancelled or (self._end_of_pause.wait(max(0.0, seconds)) and self.is_cancelled)

    def hurry(self) -> None:
        """End the pause that the request makes now, or go on to another server where there is one to try."""
        self._end_of_pause.set()
        self.on_hurry()

    @contextlib.contextmanager
    def part(self) -> Iterator[Cancellation]:
        """Give the Stop of a part of the request, which `hurry` ends while the rest goes on."""
        part = Cancellation()
        part.on_phase = self.on_phase
        registration = self.on_cancel(part.cancel)
        self.on_hurry = part.cancel
        try:
            yield part
        finally:
            self.on_hurry = nothing
            registration.release()

    def on_cancel(self, action: Callable[[], None], on_release: Callable[[], None] = lambda: None) -> Registration:
        """Have ``action`` called at a cancel, or now if there was one. It must neither block nor raise.

        ``on_release`` is called once, when the registration is released.
        """
        registration = Registration(self, action, on_release)
        with self._lock:
            self._registrations[id(registration)] = registration
            if self.is_cancelled:
                action()
        return registration

    def watch(self, sock: socket.socket) -> Registration:
        """Have a cancel shut this socket down. Release it before the connection serves anybody else.

        Raises OSError when the socket is closed already.
        """
        twin = socket.socket(fileno=socket.dup(sock.fileno()))  # a TLS socket refuses its own `dup`

        def shut_down() -> None:
            with contextlib.suppress(OSError):  # not connected yet, or gone already
                twin.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_AT_CLOSE)
                twin.shutdown(socket.SHUT_RDWR)
            if sys.platform == "win32":  # there a shutdown alone does not end a pending receive
                twin.close()

        return self.on_cancel(shut_down, twin.close)

    def run_abandonable(self, work: Callable[[], T], timeout_s: float | None) -> T:
        """Do ``work`` in a thread of its own and return its result, or raise what it raised.

        For calls that nothing can interrupt. When the wait is cancelled (`Cancelled`) or takes longer than
        ``timeout_s`` (TimeoutError), the thread is left to itself and its result dropped.
        """
        ended = threading.Event()
        results: list[T] = []
        errors: list[BaseException] = []

        def run() -> None:
            try:
                results.append(work())
            except BaseException as error:
                errors.append(error)
            finally:
                ended.set()

        registration = self.on_cancel(ended.set)
        try:
            threading.Thread(target=run, name="abandonable", daemon=True).start()
            is_in_time = ended.wait(timeout_s)
        finally:
            registration.release()
        if self.is_cancelled:
            raise Cancelled
        if errors:
            raise errors[0]
        if not is_in_time or not results:
            raise TimeoutError(f"no result within {timeout_s} s")
        return results[0]

    def raise_if_cancelled(self) -> None:
        if self.is_cancelled:
            raise Cancelled

    def _forget(self, registration: Registration) -> None:
        with self._lock:
            if self._registrations.pop(id(registration), None) is not None:
                registration.on_release()


def nothing() -> None:
    """Nobody waits for anything that could be hurried."""
