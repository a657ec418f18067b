"""HTTP connections that a `Cancellation` can end in every phase, through whatever is on the way.

urllib3 keeps and uses the connections; these subclasses replace how one is made (`opening`), so that it is
registered before the first byte is sent, and how a status line is read.
"""

from __future__ import annotations

import contextlib
import http.client
import io
import re
import socket
import time
from functools import partial
from typing import Any

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection

from easychat_gui.providers.cancellation import Registration
from easychat_gui.providers.dialling import Dial, current
from easychat_gui.providers.opening import open_way, secure_way
from easychat_gui.providers.proxies import Proxy
from easychat_gui.providers.tunnels import proxy_authorization
from easychat_gui.providers.ways import Way

MAX_INTERIM_ANSWERS = 20
MAX_TRAILERS = 100
_TRAILERS_S = 1.0
_LONGEST_LINE = 65536
_CHUNK_SIZE = re.compile(rb"[0-9A-Fa-f]{1,15}")


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
        self._sock = sock
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

    def _read_next_chunk_size(self) -> int:
        """Take hexadecimal digits only. ``int`` takes "-5", too, and then reads for ever what is no chunk."""
        line = self.fp.readline(_LONGEST_LINE)
        if not line:
            raise http.client.IncompleteRead(b"")
        size = line.partition(b";")[0].strip()
        if not _CHUNK_SIZE.fullmatch(size):
            raise http.client.HTTPException("the size of a chunk is no number")
        return int(size, 16)

    def _read_and_discard_trailer(self) -> None:
        """Skip what follows the last chunk. The answer is whole: trailers without end cost the connection, not it."""
        allowed_s = self._sock.gettimeout()
        self._reader.deadline = time.monotonic() + min(_TRAILERS_S, allowed_s or _TRAILERS_S)
        with contextlib.suppress(OSError):
            for _ in range(MAX_TRAILERS):
                line = self.fp.readline(_LONGEST_LINE)
                if line in (b"\r\n", b"\n", b""):
                    return
        with contextlib.suppress(OSError):
            self._sock.shutdown(socket.SHUT_RDWR)


class WatchedConnection(HTTPConnection):
    """A plain connection, by its `Way`."""

    response_class = PatientResponse
    way: Way
    _registration: Registration | None = None
    _asked_proxy: Proxy | None = None
    """The proxy that fetches what is asked for, where it does not just lead on."""

    _through = ""
    """The name of the proxy, whichever way it serves."""

    def _new_conn(self) -> socket.socket:
        """Connect, within one deadline for the look-up, all addresses of the host and what a proxy wants to hear."""
        opened, self._asked_proxy = open_way(self.dial(), self.host_as_named, self.port, is_tls=self.is_tls)
        self._registration = current.registration = opened.registration
        return opened.sock

    is_tls = False

    @property
    def host_as_named(self) -> str:
        return str(self._dns_host)

    def dial(self) -> Dial:
        return Dial(
            self.way, self.timeout if isinstance(self.timeout, int | float) else None, self.socket_options or ()
        )

    def request(self, method: str, url: str, body: Any = None, headers: Any = None, **options: Any) -> None:
        """Send a request. A connection that served an earlier one listens to this one's cancel from here on."""
        if self._registration is not current.registration or current.registration is None:
            self._adopt(self.sock)
        current.sock, current.proxy = self.sock, self._asked_proxy
        if current.meter is not None:
            self._through = current.meter.proxy = current.meter.proxy or self._through
        self.timeout = current.send_timeout_s
        current.note_connected()
        if self._asked_proxy is not None:
            host = f"[{self.host}]" if ":" in self.host else self.host
            url = f"http://{host}:{self.port}{url}" if self.port != self.default_port else f"http://{host}{url}"
            headers = {**(headers or {}), **proxy_authorization(self._asked_proxy)}
        super().request(method, url, body, headers, **options)
        current.sock = self.sock

    def send(self, data: Any) -> None:
        """Send bytes, and count them."""
        super().send(data)
        if current.meter is not None:
            current.meter.bytes_out += len(data)

    def connect(self) -> None:
        self.sock = self._new_conn()
        self._begin_sending()

    def _begin_sending(self) -> None:
        self.sock.settimeout(current.send_timeout_s)
        current.sock = self.sock

    def _adopt(self, sock: socket.socket) -> None:
        """Make this the socket that a cancel of the running request, and of no earlier one, shuts down."""
        if self._registration is not None:
            self._registration.release()
        self._registration = None if current.cancellation is None else current.cancellation.watch(sock)
        current.registration = self._registration


class WatchedTlsConnection(WatchedConnection, HTTPSConnection):
    """A TLS connection."""

    is_tls = True
    is_verified = True  # else there would be no connection

    def connect(self) -> None:
        dial = self.dial()
        opened, _ = open_way(dial, self.host_as_named, self.port, is_tls=True)
        self._registration = current.registration = opened.registration
        self.sock = secure_way(dial, opened, self.host_as_named)
        self._begin_sending()


class _WayPool:
    """Gives each new connection of a pool the way that it is to take, and connects before a request is sent.

    urllib3 would connect a plain one amid the sending, where it takes a reset for an early answer.
    """

    def __init__(self, *args: Any, way: Way, **options: Any) -> None:
        self._way = way
        super().__init__(*args, **options)

    def _new_conn(self) -> Any:
        connection = super()._new_conn()  # type: ignore[misc]
        connection.way = self._way
        return connection

    def _validate_conn(self, conn: Any) -> None:
        if conn.is_closed:
            conn.connect()


class WatchedPool(_WayPool, urllib3.HTTPConnectionPool):
    ConnectionCls = WatchedConnection


class WatchedTlsPool(_WayPool, urllib3.HTTPSConnectionPool):
    ConnectionCls = WatchedTlsConnection


def pool_classes(way: Way) -> dict[str, Any]:
    """Return what makes urllib3's pools of connections, all of which take this way."""
    return {"http": partial(WatchedPool, way=way), "https": partial(WatchedTlsPool, way=way)}


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
