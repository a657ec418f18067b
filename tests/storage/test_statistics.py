"""Figures against a database made by hand: days by the clock on the wall, copies once, nothing of the trash."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from easychat_gui.domain.conversations import Conversation
from easychat_gui.domain.ids import ConversationId, EndpointId
from easychat_gui.domain.messages import Role, Usage, new_message
from easychat_gui.domain.statistics import Figures, Period, Share
from easychat_gui.storage.reading import Reader
from easychat_gui.storage.statistics import figures_of
from easychat_gui.storage.store import Store
from easychat_gui.support import clock

E1, E2 = EndpointId("e1"), EndpointId("e2")
CHAT, TRASH = ConversationId("c"), ConversationId("t")


@pytest.fixture
def berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    if not hasattr(time, "tzset"):
        pytest.skip("the zone cannot be set")
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def add(
    store: Store, moment: float, model: str, tokens: tuple[int, int] | None, first: float | None, whole: float,
    *, endpoint: EndpointId = E1, chat: ConversationId = CHAT, role: Role = Role.ASSISTANT,
) -> None:  # fmt: skip
    message = new_message(
        chat, role, "text", model_id=model, endpoint_id=endpoint, endpoint_name=f"name of {endpoint}",
        usage=Usage(*tokens) if tokens else None, first_token_s=first, duration_s=whole,
    )  # fmt: skip
    store.messages.add(message.with_(created_at=moment))


def at(day: date, hour: float) -> float:
    return clock.start_of(day) + hour * 3600


@pytest.fixture
def filled(store: Store) -> Store:
    store.conversations.save(Conversation(CHAT))
    store.conversations.save(Conversation(TRASH, trashed_at=1.0))
    one, two = date(2026, 11, 2), date(2026, 11, 5)
    add(store, at(one, 0), "a", (10, 100), 0.5, 2.5)  # 50 a second
    add(store, at(one, 23.99), "a", (20, 60), 1.5, 4.5)  # 20 a second
    add(store, at(one, 12), "b", None, 0.1, 9.0, endpoint=E2)
    add(store, at(two, 1), "b", (5, 30), 0.3, 1.3, endpoint=E2)  # 30 a second
    add(store, at(two, 2), "a", (7, 1), 0.2, 0.2)
    add(store, at(two, 3), "a", (999, 999), 0.1, 1.0, chat=TRASH)
    add(store, at(two, 3), "", (999, 999), 0.1, 1.0, role=Role.USER)
    add(store, at(two, 4), "a", None, None, 1.0)  # failed before a word came
    return store


def read(store: Store, first: date | None, last: date | None) -> Figures:
    reader = Reader(store.path)
    try:
        return figures_of(reader, Period(first, last) if first and last else None)
    finally:
        reader.close()


def test_the_figures_of_some_days(filled: Store) -> None:
    one, two = date(2026, 11, 2), date(2026, 11, 5)
    figures = read(filled, one, two)
    assert figures.shares == (
        Share(one, "a", E1, 2, 0, 30, 160, 2, 2.0, 160, 5.0),
        Share(one, "b", E2, 1, 1, 0, 0, 1, 0.1, 0, 0),
        Share(two, "a", E1, 1, 0, 7, 1, 1, 0.2, 0, 0),
        Share(two, "b", E2, 1, 0, 5, 30, 1, 0.3, 30, 1.0),
    )
    assert (figures.answers, figures.uncounted, figures.prompt_tokens, figures.completion_tokens) == (5, 1, 42, 191)
    assert figures.median_speed == pytest.approx(30.0)
    assert figures.median_first_token_s == pytest.approx(0.3)
    assert figures.names == {E1: "name of e1", E2: "name of e2"}
    assert read(filled, one, one).answers == 3
    assert read(filled, date(2026, 11, 3), date(2026, 11, 4)).shares == ()


def test_all_time_goes_from_the_first_answer_to_today(filled: Store) -> None:
    figures = read(filled, None, None)
    assert figures.answers == 5
    assert figures.period.first == date(2026, 11, 2)
    assert figures.period.last >= date(2026, 11, 5)


def test_an_empty_library_has_no_figures(store: Store) -> None:
    figures = read(store, None, None)
    assert figures == Figures(Period(clock.today(), clock.today()), (), None, None, {})


def test_copies_count_once(filled: Store) -> None:
    filled.copies.duplicate(CHAT, "copy", 1.0)
    assert read(filled, None, None).answers == 5


@pytest.mark.usefixtures("berlin")
@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25)])
def test_days_of_23_and_25_hours(store: Store, day: date, hours: int) -> None:
    store.conversations.save(Conversation(CHAT))
    for hour in range(hours):
        add(store, clock.start_of(day) + hour * 3600 + 1, "a", (1, 1), 0.1, 1.0)
    add(store, clock.start_of(day) - 1, "a", (1, 1), 0.1, 1.0)
    add(store, clock.start_of(day) + hours * 3600, "a", (1, 1), 0.1, 1.0)
    figures = read(store, day, day)
    assert figures.answers == hours
    assert [share.answers for share in read(store, None, None).shares][:3] == [1, hours, 1]


def test_no_text_is_read(store: Store, path: Path) -> None:
    """The page answers from its index alone: texts may be gigabytes."""
    del path
    from easychat_gui.storage import statistics

    for sql in (statistics._OF_A_DAY, statistics._SPEED, statistics._FIRST_TOKEN):
        plan = " ".join(str(row[-1]) for row in store.rows(f"EXPLAIN QUERY PLAN {sql}", (0.0, 1.0)))
        assert "USING COVERING INDEX messages_figures" in plan
        assert "SCAN messages" not in plan
