"""A scripted HTTP server on loopback that does what real servers do, and what broken ones do.

A script is a plain function that gets the `Connection` after its request was read, and says byte for byte what goes
back. It waits for events, never for time, so tests state what happened before what. Each request takes the next script;
the last one serves for all that follow.
"""

from __future__ import annotations

import contextlib
import json
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

WAIT_S = 20.0
"""Ends a test that would hang; no test waits that long when the program is right."""


@dataclass(frozen=True)
class RecordedRequest:
    """A request as it came over the wire."""

    head: bytes
    body: bytes
    connection_number: int

    @property
    def method(self) -> str:
        return self.head.split(b" ", 1)[0].decode()

    @property
    def target(self) -> str:
        return self.head.split(b" ", 2)[1].decode()

    @property
    def headers(self) -> dict[str, str]:
        """The headers, names in lower case."""
        lines = self.head.decode("latin-1").split("\r\n")[1:]
        return {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Connection:
    """The server's end of one connection, in the hands of a script."""

    def __init__(self, sock: socket.socket, server: MisbehavingServer) -> None:
        self.sock = sock
        self.server = server
        self.request: RecordedRequest | None = None
        """What came last, for scripts that answer by it."""

        self.is_kept = False
        """May another request come on this connection? Set by whatever ends an answer that says how long it is."""

    def send(self, data: bytes) -> None:
        self.sock.sendall(data)

    def head(self, status: str = "200 OK", *lines: str) -> None:
        """Send a status line and headers."""
        self.send("\r\n".join((f"HTTP/1.1 {status}", *lines, "", "")).encode("latin-1"))

    def chunk(self, data: bytes) -> None:
        if data:
            self.send(b"%x\r\n%b\r\n" % (len(data), data))

    def end_chunks(self) -> None:
        self.send(b"0\r\n\r\n")
        self.is_kept = True

    def reset(self) -> None:
        """Cut the connection so that the other end gets a reset instead of an end."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.close()

    def wait_for(self, event: threading.Event) -> None:
        """Wait for the test. Raises ConnectionAbortedError when the server is taken down meanwhile."""
        while not event.wait(0.01):
            if self.server.is_closing:
                raise ConnectionAbortedError

    def wait_for_hang_up(self) -> None:
        """Wait until the client has closed the connection, then say so in ``server.hang_ups``."""
        with contextlib.suppress(OSError):
            while self.sock.recv(65536):
                pass
        self.server.hang_ups.release()


Script = Callable[[Connection], None]


class MisbehavingServer:
    """Listens on a free loopback port until the ``with`` block ends; see the head of this module.

    :param tls: wraps every connection when given.
    :param at_accept: runs on a new connection before a request is read; for servers that do not even get that far.
    """

    def __init__(self, *scripts: Script, tls: ssl.SSLContext | None = None, at_accept: Script | None = None) -> None:
        self.requests: list[RecordedRequest] = []
        self.connection_count = 0
        self.arrivals = threading.Semaphore(0)
        """Released once for each request that has been read."""

        self.accepts = threading.Semaphore(0)
        self.hang_ups = threading.Semaphore(0)
        self.is_closing = False
        self._scripts = list(scripts)
        self._tls = tls
        self._at_accept = at_accept
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []
        self._sockets: list[socket.socket] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]

    @property
    def url(self) -> str:
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self._start(self._accept)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.is_closing = True
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        with self._lock:
            sockets, threads = list(self._sockets), list(self._threads)
        for sock in sockets:
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
        for thread in threads:
            thread.join(WAIT_S)
        for sock in sockets:
            sock.close()

    def wait_for_request(self) -> RecordedRequest:
        """Wait until one more request has been read."""
        assert self.arrivals.acquire(timeout=WAIT_S), "no request came"
        return self.requests[-1]

    def wait_for_hang_up(self) -> None:
        assert self.hang_ups.acquire(timeout=WAIT_S), "the client has not hung up"

    def _start(self, target: Callable[..., None], *arguments: Any) -> None:
        thread = threading.Thread(target=target, args=arguments, daemon=True)
        with self._lock:
            self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while not self.is_closing:
                sock, _ = self._listener.accept()
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                with self._lock:
                    self._sockets.append(sock)
                    self.connection_count += 1
                    number = self.connection_count
                self._start(self._serve, sock, number)
                self.accepts.release()

    def _serve(self, sock: socket.socket, number: int) -> None:
        with contextlib.suppress(OSError, EOFError):
            if self._at_accept is not None:
                self._at_accept(Connection(sock, self))
            if self._tls is not None:
                sock = self._tls.wrap_socket(sock, server_side=True)
                with self._lock:
                    self._sockets.append(sock)
            connection = Connection(sock, self)
            received = bytearray()
            while True:
                request = _read_request(sock, received, number)
                with self._lock:
                    self.requests.append(request)
                    script = self._scripts.pop(0) if len(self._scripts) > 1 else self._scripts[0]
                self.arrivals.release()
                connection.is_kept = False
                connection.request = request
                try:
                    script(connection)
                except ConnectionError:  # the client was gone before the script came to look
                    self.hang_ups.release()
                    raise
                if not connection.is_kept:
                    break
        with contextlib.suppress(OSError):
            sock.shutdown(socket.SHUT_RDWR)  # a close alone may leave the end unsent while a thread reads
        sock.close()


def _read_request(sock: socket.socket, received: bytearray, number: int) -> RecordedRequest:
    while b"\r\n\r\n" not in received:
        _receive(sock, received)
    head, _, rest = bytes(received).partition(b"\r\n\r\n")
    request = RecordedRequest(head, b"", number)
    received[:] = rest
    length = int(request.headers.get("content-length", "0"))
    while len(received) < length:
        _receive(sock, received)
    body = bytes(received[:length])
    del received[:length]
    return RecordedRequest(head, body, number)


def _receive(sock: socket.socket, received: bytearray) -> None:
    data = sock.recv(65536)
    if not data:
        raise EOFError
    received += data


# -------------------- scripts


def delta(text: str | None = None, finish_reason: str | None = None, **more: Any) -> bytes:
    """Return one event of an honest stream."""
    content = {} if text is None else {"content": text}
    choice = {"index": 0, "delta": {**content, **more}, "finish_reason": finish_reason}
    return event({"id": "c1", "object": "chat.completion.chunk", "choices": [choice]})


def event(value: Any) -> bytes:
    return b"data: " + json.dumps(value, ensure_ascii=False).encode() + b"\n\n"


DONE = b"data: [DONE]\n\n"
STREAM_HEAD = ("Content-Type: text/event-stream", "Transfer-Encoding: chunked")


def stream(*events: bytes) -> Script:
    """Answer with these bytes, each in a chunk of its own."""

    def script(connection: Connection) -> None:
        connection.head("200 OK", *STREAM_HEAD)
        for each in events:
            connection.chunk(each)
        connection.end_chunks()

    return script


def good_stream(*texts: str) -> Script:
    return stream(*(delta(text) for text in texts), delta(finish_reason="stop"), DONE)


def close_delimited(*events: bytes, headers: Iterable[str] = ("Content-Type: text/event-stream",)) -> Script:
    """Answer with these bytes and close: the body ends where the connection does."""

    def script(connection: Connection) -> None:
        connection.head("200 OK", *headers, "Connection: close")
        for each in events:
            connection.send(each)

    return script


def answer(status: str, body: bytes = b"", *headers: str) -> Script:
    """Answer at once with a status and a body of known length."""

    def script(connection: Connection) -> None:
        connection.head(status, *headers, f"Content-Length: {len(body)}")
        connection.send(body)
        connection.is_kept = True

    return script


def json_answer(value: Any, status: str = "200 OK", *headers: str) -> Script:
    return answer(status, json.dumps(value).encode(), "Content-Type: application/json", *headers)


def raw(data: bytes) -> Script:
    """Send these bytes, which need not be HTTP, and close."""
    return lambda connection: connection.send(data)
