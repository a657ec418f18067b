"""TCP and TLS connections that a `Cancellation` can end in every phase.

urllib3 makes the connections; these subclasses replace how a socket is made (so that it is registered before the first
byte is sent, and a name look-up can be left behind) and how a status line is read.
"""

from __future__ import annotations

import contextlib
import errno
import http.client
import io
import os
import selectors
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError

from easychat_gui.domain.streaming import Phase
from easychat_gui.providers.cancellation import Cancellation, Registration
from easychat_gui.support.traffic import Meter

MAX_INTERIM_ANSWERS = 20
_IN_PROGRESS = (errno.EINPROGRESS, errno.EWOULDBLOCK, errno.EALREADY)
_CA_VARIABLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE")

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

    def note_connected(self) -> None:
        """Tell whoever asks that the way to the server is open."""
        if self.cancellation is not None:
            self.cancellation.on_phase(Phase.CONNECTED)


current = CurrentExchange()


class _TimedReader(io.RawIOBase):
    """Reads from a socket, all together not longer than the socket allows for one read, until told otherwise.

    A head that comes byte by byte keeps each read within the limit and would never end.
    """

    def __init__(self, raw: io.RawIOBase, sock: socket.socket) -> None:
        self._raw = raw
        self._sock = sock
        self._meter = current.meter
        limit_s = sock.gettimeout()
        self.deadline = None if limit_s is None else time.monotonic() + limit_s

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        if self.deadline is not None:
            left = self.deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError("timed out")
            self._sock.settimeout(left)
        count = self._raw.readinto(buffer)
        if self._meter is not None:
            self._meter.bytes_in += count or 0
        return count

    def close(self) -> None:
        self._raw.close()
        super().close()


class PatientResponse(http.client.HTTPResponse):
    """Skips every interim answer, and gives the head as a whole one time limit.

    The standard library knows only 100 as interim and takes a 103 for the final one.
    """

    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self._reader = _TimedReader(self.fp.detach(), sock)
        self.fp = io.BufferedReader(self._reader, 65536)

    def begin(self) -> None:
        """Read the head. Refuses what urllib3 would refuse later, without closing what it leaves behind."""
        super().begin()
        self._reader.deadline = None
        lengths = {each.strip() for value in self.headers.get_all("content-length", ()) for each in value.split(",")}
        if len(lengths) > 1:
            raise http.client.HTTPException("two different lengths of one answer")

    def _read_status(self) -> tuple[str, int, str]:
        for _ in range(MAX_INTERIM_ANSWERS):
            version, status, reason = super()._read_status()  # type: ignore[misc]
            if not 100 <= status < 200 or status == http.HTTPStatus.SWITCHING_PROTOCOLS:
                return version, status, reason
            http.client.parse_headers(self.fp)
        raise http.client.HTTPException(f"more than {MAX_INTERIM_ANSWERS} interim answers")


def _addresses(host: str, port: int, timeout_s: float | None) -> Sequence[Address]:
    """Look a name up. An IP address needs no look-up; a name gets a thread that a cancel may leave behind."""
    host = host.strip("[]")
    host.encode("idna")  # raises UnicodeError for a label that is empty or too long
    with contextlib.suppress(socket.gaierror):
        return socket.getaddrinfo(host, port, 0, socket.SOCK_STREAM, 0, socket.AI_NUMERICHOST)
    cancellation = current.cancellation or Cancellation()
    return cancellation.run_abandonable(lambda: socket.getaddrinfo(host, port, 0, socket.SOCK_STREAM), timeout_s)


def _finish_connecting(sock: socket.socket, target: Any, deadline: float | None) -> None:
    """Connect without blocking, then wait.

    A socket that has not begun to connect cannot be shut down: a cancel in the moment before a blocking connect would
    be lost. So it begins first and looks at the flag afterwards. Raises OSError, `Cancelled`.
    """
    sock.setblocking(False)
    code = sock.connect_ex(target)
    if current.cancellation is not None:
        current.cancellation.raise_if_cancelled()
    if code in _IN_PROGRESS:
        with selectors.DefaultSelector() as selector:
            selector.register(sock, selectors.EVENT_WRITE)
            if not selector.select(None if deadline is None else max(0.0, deadline - time.monotonic())):
                raise TimeoutError("no connection in time")
        if current.cancellation is not None:
            current.cancellation.raise_if_cancelled()
        code = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    if code:
        raise OSError(code, os.strerror(code))


class WatchedConnection(HTTPConnection):
    """A plain connection."""

    response_class = PatientResponse
    _registration: Registration | None = None

    def _new_conn(self) -> socket.socket:
        """Connect, within one deadline for the look-up and all addresses of the host together."""
        timeout_s = self.timeout if isinstance(self.timeout, int | float) else None
        deadline = None if timeout_s is None else time.monotonic() + timeout_s
        failure: OSError | None = None
        try:
            for address in _addresses(self._dns_host, self.port, timeout_s):
                try:
                    return self._connect_to(address, deadline)
                except OSError as error:
                    failure = error
                if deadline is not None and time.monotonic() >= deadline:
                    break
        except (socket.gaierror, UnicodeError) as error:
            cause = error if isinstance(error, socket.gaierror) else socket.gaierror(str(error))
            raise NameResolutionError(self.host, self, cause) from error
        except TimeoutError as error:
            failure = error
        if isinstance(failure, TimeoutError):
            raise ConnectTimeoutError(self, f"no connection to {self.host} within {timeout_s} s") from failure
        raise NewConnectionError(self, f"no connection to {self.host}: {failure}") from failure

    def request(self, *args: Any, **kwargs: Any) -> None:
        """Send a request. A connection that served an earlier one listens to this one's cancel from here on."""
        if self.sock is not None:
            if self._registration is not current.registration or current.registration is None:
                self._adopt(self.sock)
            current.sock = self.sock
            self.timeout = current.send_timeout_s
            current.note_connected()
        super().request(*args, **kwargs)
        current.sock = self.sock

    def send(self, data: Any) -> None:
        """Send bytes, and count them."""
        super().send(data)
        if current.meter is not None:
            current.meter.bytes_out += len(data)

    def connect(self) -> None:
        super().connect()
        self.sock.settimeout(current.send_timeout_s)
        current.sock = self.sock
        current.note_connected()

    def _connect_to(self, address: Address, deadline: float | None) -> socket.socket:
        family, kind, protocol, _, target = address
        sock = socket.socket(family, kind, protocol)
        try:
            for option in self.socket_options or ():
                sock.setsockopt(*option)
            self._adopt(sock)
            _finish_connecting(sock, target, deadline)
            sock.settimeout(None if deadline is None else max(0.001, deadline - time.monotonic()))
        except BaseException:
            sock.close()
            raise
        return sock

    def _adopt(self, sock: socket.socket) -> None:
        """Make this the socket that a cancel of the running request, and of no earlier one, shuts down."""
        if self._registration is not None:
            self._registration.release()
        self._registration = None if current.cancellation is None else current.cancellation.watch(sock)
        current.registration = self._registration


class WatchedTlsConnection(WatchedConnection, HTTPSConnection):
    """A TLS connection."""

    def connect(self) -> None:
        with _tls_contexts.borrowed() as self.ssl_context:
            super().connect()


class _TlsContexts:
    """Contexts that trust what the operating system trusts, made when the first TLS connection is.

    One takes some 20 ms to make, so they are kept; and each is lent to one handshake at a time, because truststore
    holds a lock during it and a stalled server would otherwise hold up every other.
    """

    def __init__(self) -> None:
        self._free: dict[tuple[str | None, ...], list[ssl.SSLContext]] = {}

    @contextlib.contextmanager
    def borrowed(self) -> Iterator[ssl.SSLContext]:
        free = self._free.setdefault(tuple(os.environ.get(name) for name in _CA_VARIABLES), [])
        try:
            context = free.pop()
        except IndexError:
            context = _new_tls_context()
        try:
            yield context
        finally:
            free.append(context)


_tls_contexts = _TlsContexts()


def _new_tls_context() -> ssl.SSLContext:
    import truststore

    context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    for name in _CA_VARIABLES:  # how companies make their own authority known to Python programs
        path = os.environ.get(name)
        if path and Path(path).exists():
            is_folder = Path(path).is_dir()
            context.load_verify_locations(cafile=None if is_folder else path, capath=path if is_folder else None)
    return context


class WatchedPool(urllib3.HTTPConnectionPool):
    ConnectionCls = WatchedConnection


class WatchedTlsPool(urllib3.HTTPSConnectionPool):
    ConnectionCls = WatchedTlsConnection


POOL_CLASSES = {"http": WatchedPool, "https": WatchedTlsPool}
KEEP_ALIVE = [
    (socket.IPPROTO_TCP, socket.TCP_NODELAY, 1),
    (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1),
    *(
        (socket.IPPROTO_TCP, getattr(socket, name), value)
        for name, value in (("TCP_KEEPIDLE", 30), ("TCP_KEEPINTVL", 10), ("TCP_KEEPCNT", 3))
        if hasattr(socket, name)
    ),
]
"""A connection that died while the computer slept is noticed within a minute."""
