"""Sockets to a host: its name looked up, its addresses tried, every wait one that a cancel ends.

Each wait has an end that all share, the deadline; and each failure a sentence that says at which step it was.
"""

from __future__ import annotations

import contextlib
import errno
import os
import selectors
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from easychat_gui.domain.checkups import Step
from easychat_gui.domain.errors import ConnectionFailed, ProxyFailed, TimedOut
from easychat_gui.domain.streaming import Phase
from easychat_gui.providers.cancellation import Cancellation, Cancelled, Registration
from easychat_gui.providers.proxies import Proxy
from easychat_gui.providers.ways import Way
from easychat_gui.support.traffic import Meter

HEAD_START_S = 0.25
"""How long one address has before the next is tried beside it (RFC 8305 recommends this)."""

_IN_PROGRESS = (errno.EINPROGRESS, errno.EWOULDBLOCK, errno.EALREADY)

Address = tuple[Any, ...]
"""What `socket.getaddrinfo` gives: family, kind, protocol, canonical name, target."""


class CurrentExchange(threading.local):
    """What the thread that sends a request is about to do; its connection looks here. None outside of a request."""

    cancellation: Cancellation | None = None
    sock: socket.socket | None = None
    """The socket that the request went out on, with TLS around it, once there is one."""

    registration: Registration | None = None
    """What makes a cancel shut it down; whoever ends the request releases it."""

    meter: Meter | None = None
    """What counts the bytes of the request and of its answer."""

    send_timeout_s: float | None = None
    """How long sending the whole request may take. urllib3 would apply the limit for connecting to a long upload."""

    proxy: Proxy | None = None
    """The proxy that was asked to fetch what was asked for, so that an answer may be its own."""

    on_step: Callable[[Step, str], None] | None = None
    """Told when a step on the way begins, with the address that it goes to."""

    def note_connected(self) -> None:
        """Tell whoever asks that the way to the server is open."""
        if self.cancellation is not None:
            self.cancellation.on_phase(Phase.CONNECTED)


current = CurrentExchange()


class Opened(NamedTuple):
    """A connected socket, and what makes a cancel shut it down."""

    sock: socket.socket
    registration: Registration


@dataclass(slots=True)
class Dial:
    """The making of one connection. ``ends_at``: when it must be there, on the monotonic clock; None is never."""

    way: Way
    timeout_s: float | None
    options: Sequence[tuple[Any, ...]] = ()
    cancellation: Cancellation = field(default_factory=lambda: current.cancellation or Cancellation())
    ends_at: float | None = None
    proxy: Proxy | None = None
    """Where the connection goes first, if not to the server itself."""

    def __post_init__(self) -> None:
        if self.timeout_s is not None:
            self.ends_at = time.monotonic() + self.timeout_s

    @property
    def left_s(self) -> float | None:
        """How many seconds are left, for `socket.settimeout`; None is for ever. Raises TimeoutError when none are."""
        if self.ends_at is None:
            return None
        left = self.ends_at - time.monotonic()
        if left <= 0:
            raise TimeoutError("no time left")
        return left

    @property
    def in_time(self) -> str:
        return "in time" if self.timeout_s is None else f"within {self.timeout_s:g} s"

    @property
    def whom(self) -> str:
        """The other end of the connection that is being made, for a sentence."""
        return self.way.name if self.proxy is None else f"the proxy {self.proxy.name}"

    def begin(self, step: Step, address: str = "") -> None:
        self.cancellation.raise_if_cancelled()
        if current.on_step is not None:
            current.on_step(step, address)

    def failed(self, sentence: str, detail: str = "", *, is_final: bool = False) -> ConnectionFailed:
        """Return the error for a failure at the other end of the connection that is being made."""
        kind = ConnectionFailed if self.proxy is None else ProxyFailed
        error = kind(begun(sentence), server=self.way.server, detail=detail)
        if is_final:
            error.is_retryable = False
        return error

    def timed_out(self, sentence: str) -> TimedOut:
        return TimedOut(begun(sentence), server=self.way.server)

    @contextlib.contextmanager
    def honest(self) -> Iterator[None]:
        """Inside, what a cancelled socket raises is `Cancelled`."""
        try:
            yield
        except Exception as error:
            if self.cancellation.is_cancelled:
                raise Cancelled from error
            raise

    def look_up(self, host: str, port: int) -> list[Address]:
        """Return the addresses of a host, those of the two families in turns. Raises `ProviderError`, `Cancelled`."""
        self.begin(Step.NAME, host)
        try:
            found = _addresses(host, port, self.cancellation, self.left_s)
        except TimeoutError as error:
            raise self.timed_out(f"The name of {self.whom} was not found {self.in_time}.") from error
        except (OSError, UnicodeError) as error:
            why = (error.strerror if isinstance(error, OSError) else None) or "it is no name of a host"
            sentence = f"The name of {self.whom} cannot be found: {why.rstrip('.')}."
            raise self.failed(sentence, is_final=isinstance(error, UnicodeError)) from error
        if not found:
            raise self.failed(f"The name of {self.whom} cannot be found: it has no address.")
        return in_turns(found)

    def connect(self, host: str, port: int) -> Opened:
        """Return a connected socket. Raises `ProviderError`, `Cancelled`."""
        found = self.look_up(host, port)
        self.begin(Step.CONNECTION, str(found[0][4][0]))
        try:
            with self.honest():
                return _Race(found, self).run()
        except TimeoutError as error:
            raise self.timed_out(f"There was no connection to {self.whom} {self.in_time}.") from error
        except ConnectionRefusedError as error:
            hint = "is the server running?" if self.proxy is None else "is it running?"
            raise self.failed(f"{self.whom} refuses connections; {hint}") from error
        except OSError as error:
            why = (error.strerror or str(error) or type(error).__name__).rstrip(".")
            raise self.failed(f"{self.whom} cannot be reached: {why}.") from error


def begun(sentence: str) -> str:
    """Return a sentence with its first word as such. The name of a host stays as it is."""
    return f"The{sentence[3:]}" if sentence.startswith("the ") else sentence


def _addresses(host: str, port: int, cancellation: Cancellation, timeout_s: float | None) -> list[Address]:
    """Look a name up. An IP address needs no look-up; a name gets a thread that a cancel may leave behind."""
    host = host.strip("[]").replace("%25", "%")
    host.encode("idna")  # raises UnicodeError for a label that is empty or too long
    with contextlib.suppress(socket.gaierror):
        return list(socket.getaddrinfo(host, port, 0, socket.SOCK_STREAM, 0, socket.AI_NUMERICHOST))
    return list(cancellation.run_abandonable(lambda: socket.getaddrinfo(host, port, 0, socket.SOCK_STREAM), timeout_s))


def in_turns(addresses: Sequence[Address]) -> list[Address]:
    """Put the addresses of both families in turns, the first as the system has it, so that a dead one costs little."""
    first = [each for each in addresses if each[0] == addresses[0][0]]
    others = [each for each in addresses if each[0] != addresses[0][0]]
    ordered: list[Address] = []
    while first or others:
        ordered += first[:1] + others[:1]
        first, others = first[1:], others[1:]
    return ordered


class TimedSocket:
    """A connected socket whose waits share the end of a dial; libraries give each wait a limit of its own."""

    def __init__(self, sock: Any, dial: Dial) -> None:
        self._sock = sock
        self._dial = dial

    def recv(self, size: int) -> bytes:
        self._sock.settimeout(self._dial.left_s)
        data: bytes = self._sock.recv(size)
        return data

    def sendall(self, data: bytes) -> None:
        self._sock.settimeout(self._dial.left_s)
        self._sock.sendall(data)

    def close(self) -> None:
        """Whoever opened the socket closes it."""


class _Race:
    """Several addresses, each tried a little after the one before; the first that answers is taken, the rest closed."""

    def __init__(self, addresses: Sequence[Address], dial: Dial) -> None:
        self._waiting = list(addresses)
        self._dial = dial
        self._selector = selectors.DefaultSelector()
        self._running: dict[socket.socket, Registration] = {}
        self._failure: OSError | None = None

    def run(self) -> Opened:
        """Raises OSError, TimeoutError, `Cancelled`."""
        try:
            while self._waiting or self._running:
                if self._waiting and (winner := self._start(self._waiting.pop(0))):
                    return winner
                if winner := self._wait():
                    return winner
            raise self._failure or OSError(errno.EHOSTUNREACH, os.strerror(errno.EHOSTUNREACH))
        finally:
            for sock in list(self._running):
                self._drop(sock)
            self._selector.close()

    def _start(self, address: Address) -> Opened | None:
        """Connect without blocking.

        A socket that has not begun to connect cannot be shut down: a cancel in the moment before a blocking connect
        would be lost. So it begins first and looks at the flag afterwards.
        """
        family, kind, protocol, _, target = address
        try:
            sock = socket.socket(family, kind, protocol)
        except OSError as error:  # a family that this computer does not have
            self._note(error)
            return None
        self._running[sock] = self._dial.cancellation.watch(sock)
        try:
            for option in self._dial.options:
                sock.setsockopt(*option)
            sock.setblocking(False)
            code = sock.connect_ex(target)
            self._dial.cancellation.raise_if_cancelled()
        except OSError as error:
            self._lost(sock, error)
            return None
        if code in _IN_PROGRESS:
            self._selector.register(sock, selectors.EVENT_WRITE, sock)
            return None
        if code == 0:
            return self._taken(sock)
        self._lost(sock, OSError(code, os.strerror(code)))
        return None

    def _wait(self) -> Opened | None:
        """Wait for an answer, or until the next address has its turn."""
        if not self._running:
            return None
        left = self._dial.left_s
        patience = min(HEAD_START_S, left or HEAD_START_S) if self._waiting else left
        for key, _ in self._selector.select(patience):
            sock: socket.socket = key.data
            self._dial.cancellation.raise_if_cancelled()
            self._selector.unregister(sock)
            code = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
            if code == 0:
                return self._taken(sock)
            self._lost(sock, OSError(code, os.strerror(code)))
        return None

    def _taken(self, sock: socket.socket) -> Opened:
        registration = self._running.pop(sock)
        sock.settimeout(self._dial.left_s)
        return Opened(sock, registration)

    def _lost(self, sock: socket.socket, error: OSError) -> None:
        self._note(error)
        self._drop(sock)

    def _note(self, error: OSError) -> None:
        """Remember the failure that tells most: who refuses is there, and an unreachable network may be the usual."""
        if not isinstance(self._failure, ConnectionRefusedError):
            self._failure = error

    def _drop(self, sock: socket.socket) -> None:
        self._running.pop(sock).release()
        sock.close()
