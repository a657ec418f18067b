"""Several keys of one server take turns when one has had too many requests."""

from __future__ import annotations

import threading

import pytest

from easychat_gui.domain.errors import NotAuthorized, RateLimited
from easychat_gui.domain.messages import FinishReason
from easychat_gui.domain.streaming import Finished, NoticeKind, StreamNotice
from easychat_gui.providers.cancellation import Cancellation
from easychat_gui.providers.key_ring import KeyRing
from easychat_gui.providers.pool import ServerPool
from tests.fakes.asking import Serve, Source, events_and_error, events_of, notices_of, question, text_of
from tests.fakes.misbehaving_server import Connection, MisbehavingServer, Script, answer, good_stream


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


class ServerWithKeys:
    """Answers by key: what each is worth can be changed while it runs."""

    def __init__(self, **scripts: Script) -> None:
        self.scripts = scripts
        self.keys: list[str] = []

    def __call__(self, connection: Connection) -> None:
        key = connection.server.requests[-1].headers["authorization"].removeprefix("Bearer ")
        self.keys.append(key)
        self.scripts[key](connection)


def ring_of(server: MisbehavingServer, source: Source, *keys: str, clock: Clock | None = None) -> KeyRing:
    return KeyRing([source(server, key) for key in keys], clock or Clock())


SLOW_DOWN = answer("429 Slow Down", b"", "Retry-After: 40")


def test_the_next_key_is_used_at_once_and_until_it_is_used_up_in_turn(serve: Serve, source: Source) -> None:
    clock = Clock()
    told = ServerWithKeys(one=SLOW_DOWN, two=good_stream("a"))
    ring = ring_of(serve(told), source, "one", "two", clock=clock)
    events = events_of(ring)
    assert text_of(events) == "a"
    assert notices_of(events) == [NoticeKind.NEXT_KEY]
    assert text_of(events_of(ring)) == "a"
    assert told.keys == ["one", "two", "two"]
    told.scripts.update(one=good_stream("b"), two=SLOW_DOWN)
    clock.now = 41.0
    assert text_of(events_of(ring)) == "b"
    assert told.keys[3:] == ["two", "one"]


def test_a_key_that_rests_is_not_asked_with_before_its_time(serve: Serve, source: Source) -> None:
    clock = Clock()
    told = ServerWithKeys(one=SLOW_DOWN, two=good_stream("a"))
    ring = ring_of(serve(told), source, "one", "two", clock=clock)
    events_of(ring)
    told.scripts["two"] = answer("429 Slow Down", b"", "Retry-After: 3000")
    clock.now = 39.0
    assert isinstance(events_and_error(ring)[1], RateLimited)
    assert told.keys == ["one", "two", "two"]


def test_a_refused_key_makes_room_for_the_next(serve: Serve, source: Source) -> None:
    told = ServerWithKeys(old=answer("401 No"), new=good_stream("a"))
    events = events_of(ring_of(serve(told), source, "old", "new"))
    assert text_of(events) == "a"
    assert all("old" not in each.message.split() for each in events if isinstance(each, StreamNotice))


def test_all_keys_refused_is_the_error_of_the_server(serve: Serve, source: Source) -> None:
    told = ServerWithKeys(one=answer("401 No"), two=answer("401 No"))
    assert isinstance(events_and_error(ring_of(serve(told), source, "one", "two"))[1], NotAuthorized)
    assert told.keys == ["one", "two"]


def test_when_all_rest_the_shortest_wait_is_told_and_can_be_skipped(serve: Serve, source: Source) -> None:
    told = ServerWithKeys(one=SLOW_DOWN, two=answer("429 Slow Down", b"", "Retry-After: 20"))
    ring = ring_of(serve(told), source, "one", "two")
    cancellation = Cancellation()
    events = []
    for event in ring.stream_events(question(), cancellation):
        events.append(event)
        if isinstance(event, StreamNotice) and event.kind is NoticeKind.RETRY:
            assert event.wait_s == 20.0
            told.scripts["two"] = good_stream("a")
            threading.Timer(0.1, cancellation.hurry).start()  # while the generator pauses
    assert text_of(events) == "a"
    assert told.keys == ["one", "two", "two"]


def test_stop_ends_the_wait(serve: Serve, source: Source) -> None:
    ring = ring_of(serve(ServerWithKeys(one=SLOW_DOWN, two=SLOW_DOWN)), source, "one", "two")
    cancellation = Cancellation()
    events = []
    for event in ring.stream_events(question(), cancellation):
        events.append(event)
        if isinstance(event, StreamNotice) and event.kind is NoticeKind.RETRY:
            threading.Timer(0.1, cancellation.cancel).start()
    assert events[-1] == Finished(FinishReason.CANCELLED)


def test_in_a_pool_the_next_server_is_asked_when_all_keys_rest(serve: Serve, source: Source) -> None:
    told = ServerWithKeys(one=SLOW_DOWN, two=SLOW_DOWN)
    other = serve(good_stream("b"))
    pool = ServerPool([ring_of(serve(told), source, "one", "two"), source(other, "its-own")], choose=list)
    events = events_of(pool)
    assert text_of(events) == "b"
    assert notices_of(events) == [NoticeKind.NEXT_KEY, NoticeKind.FAILOVER]
    assert told.keys == ["one", "two"]
    assert other.requests[0].headers["authorization"] == "Bearer its-own"


@pytest.mark.parametrize("status", ["400 Bad Request", "503 Loading"])
def test_another_key_is_no_remedy_for_anything_else(serve: Serve, source: Source, status: str) -> None:
    told = ServerWithKeys(one=answer(status), two=good_stream("a"))
    pool = ServerPool([ring_of(serve(told), source, "one", "two"), source(serve(good_stream("b")))], choose=list)
    events_and_error(pool)
    assert set(told.keys) == {"one"}
