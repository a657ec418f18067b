"""Whatever a provider sends is in the ledger, to the byte, with what it was for and how it ended."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress

import pytest

from easychat_gui.domain.endpoints import EndpointKind, Network, ProxyChoice
from easychat_gui.domain.errors import ProviderError
from easychat_gui.domain.streaming import TextDelta
from easychat_gui.providers.cancellation import Cancellation
from easychat_gui.providers.checkup import check_up
from easychat_gui.providers.discovery import find_local_servers
from easychat_gui.providers.pictures import PictureNotLoaded, fetch_picture
from easychat_gui.providers.tokenizer import NoTokenizer, count_tokens
from easychat_gui.support.traffic import CANCELLED, Purpose, Traffic, ledger
from tests.fakes.asking import Serve, Source, events_and_error, events_of, question
from tests.fakes.misbehaving_server import STREAM_HEAD, Connection, answer, delta, good_stream, json_answer, raw
from tests.fakes.proxies import SocksProxy

Listed = Callable[[], list[Traffic]]


@pytest.fixture
def listed() -> Listed:
    """Return what was added since the test began."""
    first = ledger.totals().requests
    return lambda: [each for each in ledger.traffic() if each.number > first]


def test_bytes_are_counted_as_they_went_over_the_wire(serve: Serve, source: Source, listed: Listed) -> None:
    body = b'{"choices": [{"message": {"content": "Hi"}, "finish_reason": "stop"}]}'
    reply = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)
    server = serve(raw(reply))
    events_of(source(server), question(stream=False))
    (entry,) = listed()
    request = server.requests[0]
    assert entry.bytes_out == len(request.head) + len(b"\r\n\r\n") + len(request.body)
    assert entry.bytes_in == len(reply)
    assert (entry.purpose, entry.method, entry.host) == (Purpose.ANSWER, "POST", f"127.0.0.1:{server.port}")
    assert (entry.status, entry.fault, entry.is_local) == (200, "", True)
    assert entry.duration_s is not None


def test_the_frames_of_a_stream_count_and_each_request_on_one_connection_by_itself(
    serve: Serve, source: Source, listed: Listed
) -> None:
    server = serve(good_stream("a"), good_stream("a"))
    chat = source(server)
    events_of(chat)
    events_of(chat)
    first, second = listed()
    assert first.bytes_in == second.bytes_in > len(delta("a"))
    assert first.bytes_out == second.bytes_out
    assert server.connection_count == 1


@pytest.mark.parametrize(
    ("script", "status", "fault"),
    [
        (answer("400 Bad Request"), 400, "RequestRefused"),
        (answer("307 Temporary Redirect", b"", "Location: http://elsewhere/"), 307, "UnexpectedRedirect"),
        (raw(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"), 200, "StreamInterrupted"),
        (raw(b"nonsense\r\n\r\n"), None, "MalformedAnswer"),
    ],
)
def test_how_it_ended(
    serve: Serve, source: Source, listed: Listed, script: object, status: int | None, fault: str
) -> None:
    assert events_and_error(source(serve(script)))[1] is not None
    (entry,) = listed()
    assert (entry.status, entry.fault) == (status, fault)


def test_nobody_there(source: Source, listed: Listed) -> None:
    with suppress(ProviderError):
        source("http://127.0.0.1:9").list_models(Cancellation())
    (entry,) = listed()
    assert (entry.purpose, entry.bytes_out, entry.bytes_in, entry.fault) == (
        Purpose.MODELS,
        0,
        0,
        "ConnectionFailed",
    )


def test_stopped(serve: Serve, source: Source, listed: Listed) -> None:
    def stalling(connection: Connection) -> None:
        connection.head("200 OK", *STREAM_HEAD)
        connection.chunk(delta("One"))
        connection.wait_for_hang_up()

    cancellation = Cancellation()
    for event in source(serve(stalling)).stream_events(question(), cancellation):
        if isinstance(event, TextDelta):
            (entry,) = listed()
            assert entry.duration_s is None
            assert entry.bytes_in > 0
            threading.Thread(target=cancellation.cancel).start()
    (entry,) = listed()
    assert (entry.status, entry.fault) == (200, CANCELLED)


def test_the_proxy_that_a_connection_goes_through_is_told_for_each_request(
    serve: Serve, source: Source, listed: Listed
) -> None:
    socks = serve(raw(b""), at_accept=SocksProxy(serve(good_stream("a"))))
    network = Network(proxy=ProxyChoice.OWN, proxy_url=f"socks5h://127.0.0.1:{socks.port}")
    chat = source("http://nowhere.invalid", network=network)
    events_of(chat)
    events_of(chat)
    assert [(each.host, each.proxy) for each in listed()] == [("nowhere.invalid", f"127.0.0.1:{socks.port}")] * 2


def test_a_trial_of_a_server_is_told_as_such(serve: Serve, source: Source, listed: Listed) -> None:
    server = serve(json_answer({"data": [{"id": "a"}]}), good_stream("a", "b"))
    check_up(source(server), Cancellation())
    assert [each.purpose for each in listed()] == [Purpose.CHECKUP, Purpose.CHECKUP]


def test_what_each_request_is_for(serve: Serve, source: Source, listed: Listed) -> None:
    server = serve(answer("200 OK", b"<html>"), good_stream("a"))
    events_of(source(server, kind=EndpointKind.EASYCHAT))
    source(serve(json_answer({"data": []}))).list_models(Cancellation())
    with suppress(NoTokenizer):
        count_tokens(source(serve(answer("404 Not Found"))), "m", ["text"], Cancellation())
    with suppress(PictureNotLoaded):
        fetch_picture(f"{serve(answer('404 Not Found')).url}/x.png", Cancellation())
    find_local_servers({serve(json_answer({"data": [{"id": "a"}]})).port: "Somebody"})
    assert [each.purpose for each in listed()] == [
        Purpose.GREETING,
        Purpose.ANSWER,
        Purpose.MODELS,
        Purpose.TOKENS,
        Purpose.PICTURE,
        Purpose.DISCOVERY,
    ]
