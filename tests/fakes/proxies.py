"""Proxies on loopback, as scripts of a `MisbehavingServer`: HTTP ones with CONNECT, SOCKS 5 ones, and broken ones.

Wherever they are asked to lead, they lead to one server, so that names which exist nowhere can be asked for.
"""

from __future__ import annotations

import base64
import contextlib
import socket
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.fakes.misbehaving_server import Connection, MisbehavingServer, Script


def _relay(client: socket.socket, port: int, greeting: bytes) -> None:
    """Carry bytes both ways until both ends are done."""
    with contextlib.closing(socket.create_connection(("127.0.0.1", port))) as target:
        client.sendall(greeting)
        back = threading.Thread(target=_copy, args=(target, client), daemon=True)
        back.start()
        _copy(client, target)
        back.join(60)


def _copy(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
    for each in (source, target):
        with contextlib.suppress(OSError):
            each.shutdown(socket.SHUT_RDWR)


def http_proxy(leads_to: MisbehavingServer, log_in: str = "") -> Script:
    """CONNECT, and what is asked for by its whole address. ``log_in`` is ``user:password``."""

    def script(connection: Connection) -> None:
        request = connection.server.requests[-1]
        wanted = f"Basic {base64.b64encode(log_in.encode()).decode()}"
        if log_in and request.headers.get("proxy-authorization") != wanted:
            connection.head(
                "407 Proxy Authentication Required", 'Proxy-Authenticate: Basic realm="x"', "Content-Length: 0"
            )
            connection.is_kept = True
        elif request.method == "CONNECT":
            _relay(connection.sock, leads_to.port, b"HTTP/1.1 200 Connection established\r\nVia: x\r\n\r\n")
        else:
            _relay_one(connection, leads_to.port)

    return script


def _relay_one(connection: Connection, port: int) -> None:
    """Fetch what was asked for, and hang up."""
    request = connection.server.requests[-1]
    with contextlib.closing(socket.create_connection(("127.0.0.1", port))) as target:
        target.sendall(request.head + b"\r\n\r\n" + request.body)
        while data := target.recv(65536):
            connection.send(data)
            if data.endswith(b"0\r\n\r\n"):
                break


@dataclass
class SocksProxy:
    """The ``at_accept`` of a server: SOCKS 5 as RFC 1928 and 1929 have it.

    :param log_in: ``user:password``, if it wants them.
    :param reply: what it answers when asked to lead on: 0 is well.
    :param stalls_at: the message after which it falls silent: "greeting", "log-in" or "target".
    """

    leads_to: MisbehavingServer | None = None
    log_in: str = ""
    reply: int = 0
    stalls_at: str = ""
    targets: list[str] = field(default_factory=list)
    log_ins: list[str] = field(default_factory=list)
    is_stalled: threading.Event = field(default_factory=threading.Event)

    def __call__(self, connection: Connection) -> None:
        read, sock = _reader(connection.sock), connection.sock
        _, count = read(2)
        methods = read(count)
        self._stall("greeting", connection)
        if self.log_in and 2 not in methods:
            sock.sendall(b"\x05\xff")
            raise EOFError
        sock.sendall(b"\x05\x02" if self.log_in else b"\x05\x00")
        if self.log_in:
            self.log_ins.append(":".join((read(read(2)[1]).decode(), read(read(1)[0]).decode())))
            self._stall("log-in", connection)
            sock.sendall(b"\x01\x00" if self.log_ins[-1] == self.log_in else b"\x01\x01")
        *_, kind = read(4)
        host = read(read(1)[0]).decode() if kind == 3 else _literal(kind, read)
        self.targets.append(f"{host} {struct.unpack('>H', read(2))[0]}")
        self._stall("target", connection)
        answer = bytes([5, self.reply, 0, 1, 127, 0, 0, 1, 0, 80])
        if self.reply or self.leads_to is None:
            sock.sendall(answer)
            raise EOFError
        _relay(sock, self.leads_to.port, answer)

    def _stall(self, message: str, connection: Connection) -> None:
        if self.stalls_at == message:
            self.is_stalled.set()
            connection.wait_for_hang_up()
            raise EOFError


def _literal(kind: int, read: Callable[[int], bytes]) -> str:
    family, size = (socket.AF_INET, 4) if kind == 1 else (socket.AF_INET6, 16)
    return socket.inet_ntop(family, read(size))


def _reader(sock: socket.socket) -> Callable[[int], bytes]:
    def read(size: int) -> bytes:
        data = b""
        while len(data) < size:
            more = sock.recv(size - len(data))
            if not more:
                raise EOFError
            data += more
        return data

    return read
