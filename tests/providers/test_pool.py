"""Several servers as one."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from easychat_gui.domain.endpoints import PoolPolicy
from easychat_gui.domain.errors import (
    AllServersFailed,
    KeyUnavailable,
    NoServerConfigured,
    NotAuthorized,
    PassphraseNeeded,
    ProviderError,
    RequestRefused,
    ServerFailed,
    StreamInterrupted,
)
from easychat_gui.domain.messages import FinishReason
from easychat_gui.domain.streaming import Finished, NoticeKind, Started, StreamEvent, StreamNotice, TextDelta
from easychat_gui.providers.cancellation import Cancellation
from easychat_gui.providers.health import LONGEST_SET_ASIDE_S, HealthBook, Turn
from easychat_gui.providers.http_provider import HttpProvider
from easychat_gui.providers.pool import ServerPool
from easychat_gui.providers.pool_order import chooser, in_random_order
from tests.fakes.asking import Serve, Source, events_and_error, events_of, notices_of, question, text_of
from tests.fakes.misbehaving_server import DONE, STREAM_HEAD, Connection, answer, delta, event, good_stream, raw, stream

pytestmark = pytest.mark.usefixtures("no_waiting")


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def in_order(*sources: Any, clock: Callable[[], float] = time.monotonic) -> ServerPool:
    return ServerPool(sources, choose=list, clock=clock)


FAULTS = {
    "refused": None,
    "closed": raw(b""),
    "no HTTP": raw(b"nonsense\r\n\r\n"),
    "401": answer("401 Unauthorized"),
    "403": answer("403 Forbidden"),
    "429": answer("429 Slow Down"),
    "503": answer("503 Loading"),
    "503 for long": answer("503 Loading", b"", "Retry-After: 50"),
    "a page": answer("200 OK", b"<html>"),
    "empty": answer("200 OK"),
    "404": answer("404 Not Found"),
    "redirect": answer("302 Found", b"", "Location: /login"),
    "error in stream": stream(event({"error": {"message": "overloaded"}})),
    "cut before a word": stream(b": hello\n\n"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_the_next_server_is_asked_when_one_fails_before_its_answer(serve: Serve, source: Source, fault: str) -> None:
    script = FAULTS[fault]
    bad, good = serve(script or raw(b"")), serve(good_stream("a"))
    if script is None:
        bad.__exit__(None, None, None)
    events = events_of(in_order(source(bad, "sk-of-bad"), source(good, "sk-of-good")))
    assert text_of(events) == "a"
    assert notices_of(events)[-1] is NoticeKind.FAILOVER
    assert [each.server for each in events if isinstance(each, Started)] == [good.url]
    assert events[-1] == Finished(FinishReason.STOP)
    assert b"sk-of-bad" not in good.requests[0].head
    assert len(bad.requests) <= 2


def test_a_failover_names_the_next_server_and_why(serve: Serve, source: Source) -> None:
    bad, good = serve(answer("403 Forbidden")), serve(good_stream("a"))
    notice = events_of(in_order(source(bad), source(good)))[0]
    assert isinstance(notice, StreamNotice)
    assert (notice.kind, notice.server) == (NoticeKind.FAILOVER, good.url)
    assert f"127.0.0.1:{bad.port}" in notice.message


@pytest.mark.parametrize("status", [400, 413, 422])
def test_the_requests_own_fault_is_not_asked_around(serve: Serve, source: Source, status: int) -> None:
    bad, good = serve(answer(f"{status} No")), serve(good_stream("a"))
    error = events_and_error(in_order(source(bad), source(good)))[1]
    assert isinstance(error, RequestRefused)
    assert (error.status, good.connection_count) == (status, 0)


def test_an_answer_that_breaks_off_is_not_begun_anew_elsewhere(serve: Serve, source: Source) -> None:
    bad, good = serve(stream(*[event({"choices": [{"delta": {"content": "half"}}]})])), serve(good_stream("a"))
    events, error = events_and_error(in_order(source(bad), source(good)))
    assert text_of(events) == "half"
    assert isinstance(error, StreamInterrupted)
    assert good.connection_count == 0


def test_all_failed_is_one_error_that_names_each(serve: Serve, source: Source) -> None:
    first, second = serve(answer("503 Loading")), serve(answer("401 Unauthorized"))
    error = events_and_error(in_order(source(first), source(second)))[1]
    assert isinstance(error, AllServersFailed)
    assert [each.status for each in error.errors] == [503, 401]
    for server in (first, second):
        assert f"127.0.0.1:{server.port}" in str(error)
    assert (len(first.requests), len(second.requests)) == (2, 1)  # a 5xx twice, anything else once


def test_a_pool_of_one_tells_its_error_as_it_is(serve: Serve, source: Source) -> None:
    assert isinstance(events_and_error(in_order(source(serve(answer("401 No")))))[1], NotAuthorized)


def test_an_empty_pool(source: Source) -> None:
    assert isinstance(events_and_error(ServerPool([]))[1], NoServerConfigured)


def test_a_failed_server_is_set_aside_for_a_while(serve: Serve, source: Source) -> None:
    clock = Clock()
    bad, good = serve(answer("401 Unauthorized")), serve(good_stream("a"))
    pool = in_order(source(bad), source(good), clock=clock)
    for now, asked in [(0.0, 1), (1.0, 1), (29.0, 1), (61.0, 2), (62.0, 2)]:
        clock.now = now
        assert text_of(events_of(pool)) == "a"
        assert len(bad.requests) == asked, now


def test_servers_set_aside_are_still_better_than_none(serve: Serve, source: Source) -> None:
    server, other = serve(answer("401 No"), good_stream("a")), serve(answer("401 No"))
    pool = in_order(source(server), source(other))
    assert isinstance(events_and_error(pool)[1], AllServersFailed)
    assert text_of(events_of(pool)) == "a"


def test_stop_is_no_reason_to_ask_the_next(serve: Serve, source: Source) -> None:
    first, second = serve(good_stream("a")), serve(good_stream("b"))
    cancellation = Cancellation()
    cancellation.cancel()
    pool = in_order(source(first), source(second))
    assert list(pool.stream_events(question(), cancellation)) == [Finished(FinishReason.CANCELLED)]
    assert second.connection_count == 0


def test_every_server_can_be_drawn_first(source: Source) -> None:
    sources = [source(f"http://127.0.0.1:{port}") for port in (1, 2, 3)]
    draws = [in_random_order(sources) for _ in range(200)]
    assert {draw[0] for draw in draws} == set(sources)
    assert all(set(draw) == set(sources) for draw in draws)


def test_turns_go_round(serve: Serve, source: Source) -> None:
    servers = [serve(good_stream(name)) for name in "abc"]
    health = HealthBook()
    pool = ServerPool([source(each) for each in servers], choose=chooser(PoolPolicy.ROTATION, health), health=health)
    assert "".join(text_of(events_of(pool)) for _ in range(5)) == "abcab"


def test_the_fastest_is_asked_once_all_are_known(serve: Serve, source: Source) -> None:
    sources = [source(serve(good_stream(name))) for name in "abc"]
    health = HealthBook()
    pool = ServerPool(sources, choose=chooser(PoolPolicy.LATENCY, health), health=health)
    assert sorted(text_of(events_of(pool)) for _ in range(3)) == ["a", "b", "c"]
    for each, seconds in zip(sources, (3.0, 0.1, 2.0), strict=True):
        for _ in range(20):
            health.note_first_word(each.endpoint.id, seconds)
    assert text_of(events_of(pool)) == "b"


def test_a_server_that_never_answered_gets_another_chance_beside_quick_ones(serve: Serve, source: Source) -> None:
    clock = Clock()
    health = HealthBook(clock)
    sources = [source(serve(answer("401 No"), good_stream("back"))), source(serve(good_stream("a")))]
    pool = ServerPool(sources, choose=chooser(PoolPolicy.LATENCY, health), health=health)
    assert text_of(events_of(pool)) == "a"
    clock.now = 61.0
    assert text_of(events_of(pool)) == "back"


def test_the_order_of_the_list_is_kept_and_comes_back(serve: Serve, source: Source) -> None:
    clock = Clock()
    first, second = (
        serve(answer("502 Bad Gateway"), answer("502 Bad Gateway"), good_stream("a")),
        serve(good_stream("b")),
    )
    health = HealthBook(clock)
    choose = chooser(PoolPolicy.ORDER, health)
    pool = ServerPool([source(first), source(second)], choose=choose, health=health)
    told = []
    for clock.now in (0.0, 10.0, 61.0):
        told.append(text_of(events_of(pool)))
    assert told == ["b", "b", "a"]


def test_a_server_that_may_be_back_is_tried_by_one_request_only(serve: Serve, source: Source) -> None:
    clock, holding, release = Clock(), threading.Event(), threading.Event()

    def held(connection: Connection) -> None:
        holding.set()
        connection.wait_for(release)
        good_stream("back")(connection)

    bad, good = serve(answer("401 No"), held), serve(good_stream("b"))
    pool = in_order(source(bad), source(good), clock=clock)
    assert text_of(events_of(pool)) == "b"
    clock.now = 61.0
    probed: list[str] = []
    probe = threading.Thread(target=lambda: probed.append(text_of(events_of(pool))))
    probe.start()
    assert holding.wait(60)
    assert text_of(events_of(pool)) == "b", "while the probe is under way, the others go elsewhere"
    assert len(bad.requests) == 2
    release.set()
    probe.join(60)
    assert probed == ["back"]
    assert text_of(events_of(pool)) == "back"


def test_an_answer_from_before_does_not_end_the_probe_of_another_request(serve: Serve, source: Source) -> None:
    clock = Clock()
    book = HealthBook(clock)
    server = source(serve(good_stream("a long answer")))
    answered = ServerPool([server], health=book).stream_events(question(), Cancellation())
    assert isinstance(next(answered), Started)
    book.note_failure(server.endpoint.id, ServerFailed("down", status=503))
    clock.now = LONGEST_SET_ASIDE_S
    assert book.take(server.endpoint.id) is Turn.PROBE
    list(answered)
    assert book.take(server.endpoint.id) is Turn.NONE


def test_usage_alone_is_no_answer(serve: Serve, source: Source) -> None:
    usage = event({"choices": [], "usage": {"prompt_tokens": 3, "completion_tokens": 0}})
    overloaded = stream(usage, event({"error": {"message": "overloaded"}}))
    events = events_of(in_order(source(serve(overloaded)), source(serve(good_stream("a")))))
    assert text_of(events) == "a"
    assert len([each for each in events if isinstance(each, Started)]) == 1


def test_who_answers_and_where_the_pool_has_come_to_is_told(serve: Serve, source: Source) -> None:
    members = [source(serve(answer("401 No"))), source(serve(answer("404 Gone"))), source(serve(good_stream("a")))]
    events = events_of(in_order(*members))
    told = [(each.position, each.total) for each in events if isinstance(each, StreamNotice)]
    assert told == [(2, 3), (3, 3)]
    assert [each.endpoint_id for each in events if isinstance(each, Started)] == [members[2].endpoint.id]


def test_many_dead_servers_are_still_one_short_message(serve: Serve, source: Source) -> None:
    wordy = answer("500 No", b"very " * 300)
    error = events_and_error(in_order(*[source(serve(wordy)) for _ in range(12)]))[1]
    assert isinstance(error, AllServersFailed)
    assert len(error.errors) == 12
    assert len(str(error)) <= 1000
    assert len(error.detail) <= 1000
    assert len(error.as_failure().values["servers"]) == 12


class Unopened:
    """A member whose key cannot be had."""

    def __init__(self, error: ProviderError, of: HttpProvider) -> None:
        self.endpoint, self.server, self._error = of.endpoint, of.server, error

    def stream_events(self, *_: Any, **__: Any) -> Iterator[StreamEvent]:
        raise self._error
        yield  # a generator, as all sources are

    def close(self) -> None:
        pass


def test_a_key_that_cannot_be_read_says_nothing_about_its_server(serve: Serve, source: Source) -> None:
    good, health = source(serve(good_stream("a"))), HealthBook()
    closed = Unopened(KeyUnavailable("The keyring is locked."), source("http://127.0.0.1:1/v1"))
    assert text_of(events_of(ServerPool([closed, good], choose=list, health=health))) == "a"
    assert not health.of(closed.endpoint.id).is_aside


def test_a_passphrase_is_asked_for_before_any_server_is(serve: Serve, source: Source) -> None:
    server = serve(good_stream("a"))
    closed = Unopened(PassphraseNeeded("The file is locked."), source("http://127.0.0.1:1/v1"))
    assert isinstance(events_and_error(in_order(closed, source(server)))[1], PassphraseNeeded)
    assert server.connection_count == 0


def in_a_hurry(pool: ServerPool, cancellation: Cancellation, waiting: threading.Event) -> list[StreamEvent]:
    """Ask, and have the first server not waited for once it has the question."""

    def hurry() -> None:
        assert waiting.wait(60)
        cancellation.hurry()

    thread = threading.Thread(target=hurry)
    thread.start()
    events = list(pool.stream_events(question(), cancellation))
    thread.join(60)
    return events


@pytest.mark.parametrize("has_head", [False, True])
def test_who_is_in_a_hurry_goes_on_to_the_next_server(serve: Serve, source: Source, has_head: bool) -> None:
    waiting = threading.Event()

    def stalls(connection: Connection) -> None:
        if has_head:
            connection.head("200 OK", *STREAM_HEAD)
        waiting.set()
        connection.wait_for_hang_up()

    slow, good = serve(stalls), serve(good_stream("a"))
    pool = in_order(source(slow), source(good))
    events = in_a_hurry(pool, Cancellation(), waiting)
    assert text_of(events) == "a"
    assert notices_of(events) == [NoticeKind.FAILOVER]
    slow.wait_for_hang_up()
    assert text_of(events_of(pool)) == "a"
    assert len(slow.requests) == 1, "it is left alone for a while"


def test_hurry_does_not_end_an_answer_that_has_begun(serve: Serve, source: Source) -> None:
    hurried = threading.Event()

    def script(connection: Connection) -> None:
        connection.head("200 OK", *STREAM_HEAD)
        connection.chunk(delta("One "))
        connection.wait_for(hurried)
        connection.chunk(delta("two", "stop") + DONE)
        connection.end_chunks()

    pool = in_order(source(serve(script)), source(serve(good_stream("no"))))
    cancellation = Cancellation()
    events: list[StreamEvent] = []
    for each in pool.stream_events(question(), cancellation):
        events.append(each)
        if isinstance(each, TextDelta) and not hurried.is_set():
            cancellation.hurry()
            hurried.set()
    assert text_of(events) == "One two"


def test_a_stop_during_a_pool_is_still_a_stop(serve: Serve, source: Source) -> None:
    waiting, cancellation = threading.Event(), Cancellation()

    def stalls(connection: Connection) -> None:
        cancellation.cancel()
        waiting.set()
        connection.wait_for_hang_up()

    good = serve(good_stream("a"))
    pool = in_order(source(serve(stalls)), source(good))
    assert list(pool.stream_events(question(), cancellation))[-1] == Finished(FinishReason.CANCELLED)
    assert good.connection_count == 0
