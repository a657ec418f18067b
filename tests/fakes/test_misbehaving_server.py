"""The fake says byte for byte what its script says; checked with bare sockets."""

from __future__ import annotations

import socket
import threading

import pytest

from tests.fakes.misbehaving_server import Connection, MisbehavingServer, answer, close_delimited, good_stream, raw

REQUEST = b"POST /x HTTP/1.1\r\nHost: h\r\nX-A: 1\r\nContent-Length: 5\r\n\r\nhello"


def talk(server: MisbehavingServer, *requests: bytes) -> bytes:
    """Send requests on one connection and return all that comes back until its end."""
    with socket.create_connection(("127.0.0.1", server.port)) as sock:
        for request in requests:
            sock.sendall(request)
        sock.shutdown(socket.SHUT_WR)
        received = b""
        while data := sock.recv(65536):
            received += data
        return received


def test_a_request_is_recorded_as_it_came() -> None:
    with MisbehavingServer(answer("200 OK", b"hi")) as server:
        assert talk(server, REQUEST) == b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"
    (request,) = server.requests
    assert (request.method, request.target, request.body) == ("POST", "/x", b"hello")
    assert request.headers == {"host": "h", "x-a": "1", "content-length": "5"}


def test_each_request_takes_the_next_script_and_the_last_one_stays() -> None:
    with MisbehavingServer(answer("200 OK", b"1"), answer("200 OK", b"2")) as server:
        bodies = [part[:1] for part in talk(server, REQUEST, REQUEST, REQUEST).split(b"\r\n\r\n")[1:]]
    assert bodies == [b"1", b"2", b"2"]
    assert (len(server.requests), server.connection_count) == (3, 1)


def test_raw_bytes_need_not_be_http() -> None:
    with MisbehavingServer(raw(b"\x00nonsense")) as server:
        assert talk(server, REQUEST) == b"\x00nonsense"


def test_framing() -> None:
    with MisbehavingServer(good_stream("a"), close_delimited(b"x", b"y")) as server:
        chunked = talk(server, REQUEST)
        assert chunked.endswith(b"0\r\n\r\n")
        assert b"data: [DONE]\n\n" in chunked
        assert talk(server, REQUEST).endswith(b"\r\n\r\nxy")


def test_a_reset_is_a_reset() -> None:
    with MisbehavingServer(Connection.reset) as server, socket.create_connection(("127.0.0.1", server.port)) as sock:
        sock.sendall(REQUEST)
        with pytest.raises(ConnectionResetError):
            sock.recv(1)


def test_a_hang_up_is_seen() -> None:
    with MisbehavingServer(Connection.wait_for_hang_up) as server:
        with socket.create_connection(("127.0.0.1", server.port)) as sock:
            sock.sendall(REQUEST)
            server.wait_for_request()
        server.wait_for_hang_up()


def test_a_stalled_script_does_not_outlive_its_server() -> None:
    before = threading.active_count()
    with MisbehavingServer(lambda connection: connection.wait_for(threading.Event())) as server:
        sock = socket.create_connection(("127.0.0.1", server.port))
        sock.sendall(REQUEST)
        server.wait_for_request()
    sock.close()
    assert threading.active_count() == before
