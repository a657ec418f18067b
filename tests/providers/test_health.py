"""The circuit breaker of each server, and its speed."""

from __future__ import annotations

import pytest

from easychat_gui.domain.errors import NotAuthorized, RateLimited, RequestRefused, ServerFailed, StreamInterrupted
from easychat_gui.domain.ids import EndpointId
from easychat_gui.domain.messages import FinishReason
from easychat_gui.domain.streaming import Finished, Started, StreamEvent, TextDelta
from easychat_gui.providers.health import LONGEST_SET_ASIDE_S, SHORTEST_SET_ASIDE_S, HealthBook

A, B = EndpointId("a"), EndpointId("b")


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def book(clock: Clock) -> HealthBook:
    return HealthBook(clock)


def test_nothing_is_known_at_first(book: HealthBook) -> None:
    assert not book.of(A).is_known
    assert book.take(A)
    assert book.take(A), "only a server that failed is asked by one at a time"


def test_a_failed_server_stands_aside_and_then_gets_one_probe(book: HealthBook, clock: Clock) -> None:
    book.note_failure(A, ServerFailed("down", status=503))
    assert book.of(A).is_aside
    clock.now = SHORTEST_SET_ASIDE_S - 1
    assert not book.take(A)
    clock.now = LONGEST_SET_ASIDE_S
    assert book.take(A)
    assert not book.take(A), "the probe is under way"
    book.note_failure(A, ServerFailed("still down", status=503))
    book.let_go(A)
    assert not book.take(A), "set aside anew"
    clock.now *= 3
    assert book.take(A)
    book.note_first_word(A, 0.5)
    assert book.take(A)
    assert book.take(A)
    assert not book.of(A).is_aside
    assert book.take(B)


def test_a_probe_that_was_stopped_leaves_the_next_request_to_try(book: HealthBook, clock: Clock) -> None:
    book.note_failure(A, ServerFailed("down", status=503))
    clock.now = LONGEST_SET_ASIDE_S
    assert book.take(A)
    book.let_go(A)
    assert book.take(A)


@pytest.mark.parametrize(("asked_s", "set_aside_s"), [(1.0, 30.0), (45.0, 45.0), (3600.0, 60.0)])
def test_who_asks_for_a_pause_gets_it_within_bounds(
    book: HealthBook, clock: Clock, asked_s: float, set_aside_s: float
) -> None:
    book.note_failure(A, RateLimited("slow down", retry_after_s=asked_s, status=429))
    clock.now = set_aside_s - 0.1
    assert not book.take(A)
    clock.now = set_aside_s
    assert book.take(A)


@pytest.mark.parametrize("status", [400, 413, 422])
def test_what_the_request_is_to_blame_for_is_not_held_against_the_server(book: HealthBook, status: int) -> None:
    book.note_failure(A, RequestRefused("no", status=status))
    assert not book.of(A).is_known


def test_the_speed_follows_slowly(book: HealthBook) -> None:
    for seconds in (1.0, 1.0, 5.0):
        book.note_first_word(A, seconds)
    assert 1.0 < (book.of(A).first_word_s or 0.0) < 3.0
    for _ in range(20):
        book.note_first_word(A, 5.0)
    assert book.of(A).first_word_s == pytest.approx(5.0, abs=0.1)


def test_what_was_measured_long_ago_counts_for_less(book: HealthBook, clock: Clock) -> None:
    assert book.expected_s(A) == 0.0
    book.note_first_word(A, 8.0)
    assert book.expected_s(A) == 8.0
    clock.now += 1200
    assert book.expected_s(A) == pytest.approx(2.0)
    book.note_failure(A, ServerFailed("down", status=503))
    assert book.expected_s(A) == pytest.approx(2.0)
    assert book.of(A).first_word_s == 8.0


def test_an_answer_is_noted_while_it_passes(book: HealthBook, clock: Clock) -> None:
    def answer() -> object:
        yield Started("s", "m")
        clock.now = 2.0
        yield TextDelta("a")
        clock.now = 9.0
        yield Finished(FinishReason.STOP)

    assert len(list(book.noted(A, answer()))) == 3  # type: ignore[arg-type]
    assert book.of(A).first_word_s == 2.0


def test_a_failure_is_noted_also_after_the_first_word(book: HealthBook) -> None:
    error = StreamInterrupted("broke off")

    def answer() -> object:
        yield TextDelta("a")
        raise error

    with pytest.raises(StreamInterrupted):
        list(book.noted(A, answer()))  # type: ignore[arg-type]
    assert book.of(A).error is error
    assert book.of(A).is_aside


def test_a_stop_says_nothing_about_the_server(book: HealthBook) -> None:
    events: list[StreamEvent] = [Finished(FinishReason.CANCELLED)]
    list(book.noted(A, iter(events)))
    assert not book.of(A).is_known


def test_what_was_known_of_an_older_address_is_forgotten(book: HealthBook) -> None:
    book.note_failure(A, NotAuthorized("no", status=401))
    book.forget(A)
    assert book.take(A)
    assert not book.of(A).is_known
