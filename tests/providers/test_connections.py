"""The framing of answers that chunks make, where a server gets it wrong."""

from __future__ import annotations

import contextlib

import pytest

from easychat_gui.domain.errors import StreamInterrupted
from tests.fakes.asking import Serve, Source, events_and_error, events_of, text_of
from tests.fakes.misbehaving_server import DONE, STREAM_HEAD, Connection, delta

pytestmark = pytest.mark.usefixtures("no_waiting")


def _flood(connection: Connection, data: bytes) -> None:
    with contextlib.suppress(OSError):
        while True:
            connection.send(data * 1000)


@pytest.mark.parametrize("end", [delta(finish_reason="stop") + DONE, delta(finish_reason="stop")])
def test_trailers_without_end_cost_the_connection_and_not_the_answer(serve: Serve, source: Source, end: bytes) -> None:
    def script(connection: Connection) -> None:
        connection.head("200 OK", *STREAM_HEAD)
        connection.chunk(delta("a") + end)
        connection.send(b"0\r\n")
        _flood(connection, b"X-Trailer: more\r\n")

    server = serve(script, script)
    asked = source(server)
    assert text_of(events_of(asked)) == "a"
    assert text_of(events_of(asked)) == "a"
    assert server.connection_count == 2


def test_a_few_trailers_are_skipped_and_the_connection_is_used_again(serve: Serve, source: Source) -> None:
    def script(connection: Connection) -> None:
        connection.head("200 OK", *STREAM_HEAD)
        connection.chunk(delta("a", "stop") + DONE)
        connection.send(b"0\r\nX-One: 1\r\nX-Two: 2\r\n\r\n")
        connection.is_kept = True

    server = serve(script, script)
    asked = source(server)
    assert [text_of(events_of(asked)) for _ in range(2)] == ["a", "a"]
    assert server.connection_count == 1


@pytest.mark.parametrize("size", [b"-5", b"0x5", b"5_0", b"zz", b"", b"f" * 20])
def test_the_size_of_a_chunk_that_is_no_number(serve: Serve, source: Source, size: bytes) -> None:
    def script(connection: Connection) -> None:
        connection.head("200 OK", *STREAM_HEAD)
        connection.chunk(delta("kept"))
        connection.send(size + b"\r\n" + delta(" and not this") + DONE)

    events, error = events_and_error(source(serve(script)))
    assert text_of(events) == "kept"
    assert isinstance(error, StreamInterrupted)
    assert error.detail == "the size of a chunk is no number"
