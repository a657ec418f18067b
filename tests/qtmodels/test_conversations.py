"""The sidebar shows conversations under the right headings and follows every change."""

from __future__ import annotations

import random
import time
from datetime import date, timedelta

import pytest
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from easychat_gui.domain.conversations import ConversationSummary
from easychat_gui.domain.ids import ConversationId
from easychat_gui.qtmodels.conversations import ConversationListModel, ConversationRole
from easychat_gui.qtmodels.sections import Heading, sort_key
from easychat_gui.support.clock import start_of

TODAY = date(2026, 11, 22)


def at(days_ago: int, hour: float = 12.0) -> float:
    return start_of(TODAY - timedelta(days=days_ago)) + hour * 3600


def summary(title: str, updated_at: float, *, is_pinned: bool = False) -> ConversationSummary:
    return ConversationSummary(ConversationId(title), title, updated_at, int(is_pinned))


class Calendar:
    def __init__(self) -> None:
        self.day = TODAY

    def __call__(self) -> date:
        return self.day


@pytest.fixture
def calendar() -> Calendar:
    return Calendar()


@pytest.fixture
def model(qtbot: QtBot, qtmodeltester: ModelTester, calendar: Calendar) -> ConversationListModel:
    model = ConversationListModel(today=calendar)
    qtmodeltester.check(model)  # type: ignore[no-untyped-call]  # goes on watching every later signal
    return model


def shown(model: ConversationListModel) -> list[str]:
    """Return what a person would read, headings in brackets."""
    lines = []
    for row in range(model.rowCount()):
        heading = model.index(row).data(ConversationRole.HEADING)
        if isinstance(heading, Heading):
            month = f" {heading.month:%Y-%m}" if heading.month else ""
            lines.append(f"[{heading.kind.name}{month}]")
        else:
            lines.append(model.index(row).data())
    return lines


def test_conversations_stand_under_their_days(model: ConversationListModel) -> None:
    model.set_summaries(
        [
            summary("Physics", at(200), is_pinned=True),
            summary("Softmax", at(0, 23.9)),
            summary("Letter", at(0, 0)),
            summary("Regex", at(1, 23.99)),
            summary("Kyoto", at(1, 0)),
            summary("SQL", at(2)),
            summary("Cat", at(7, 0)),
            summary("Early November", at(8, 23)),
            summary("Tax", at(30)),
            summary("Poem", at(50)),
            summary("Last year", at(400)),
        ]
    )
    assert shown(model) == [
        *("[PINNED]", "Physics", "[TODAY]", "Softmax", "Letter", "[YESTERDAY]", "Regex", "Kyoto"),
        *("[PREVIOUS_7_DAYS]", "SQL", "Cat", "[MONTH 2026-11]", "Early November"),
        *("[MONTH 2026-10]", "Tax", "Poem", "[MONTH 2025-10]", "Last year"),
    ]


def test_headings_cannot_be_chosen(model: ConversationListModel) -> None:
    model.set_summaries([summary("A", at(0))])
    heading, row = model.index(0), model.index(1)
    assert not heading.flags().value
    assert heading.data(ConversationRole.IS_HEADING) is True
    assert heading.data(ConversationRole.SUMMARY) is None
    assert row.data(ConversationRole.IS_HEADING) is False
    assert row.data(ConversationRole.SUMMARY) == summary("A", at(0))
    assert model.summary(0) is None
    assert model.summary(1) == summary("A", at(0))


def test_an_old_conversation_moves_to_today_and_its_empty_heading_goes(model: ConversationListModel) -> None:
    model.set_summaries([summary("A", at(1)), summary("B", at(40))])
    model.upsert(summary("B", at(0)))
    assert shown(model) == ["[TODAY]", "B", "[YESTERDAY]", "A"]
    model.upsert(summary("A", at(0, 13)))
    assert shown(model) == ["[TODAY]", "A", "B"]


def test_pinning_and_unpinning(model: ConversationListModel) -> None:
    model.set_summaries([summary("A", at(0)), summary("B", at(1))])
    model.upsert(summary("B", at(1), is_pinned=True))
    assert shown(model) == ["[PINNED]", "B", "[TODAY]", "A"]
    model.upsert(summary("B", at(1)))
    assert shown(model) == ["[TODAY]", "A", "[YESTERDAY]", "B"]


def test_a_new_title_is_shown_in_place(model: ConversationListModel, qtbot: QtBot) -> None:
    model.set_summaries([summary("A", at(0)), summary("B", at(1))])
    renamed = summary("A", at(0))._replace(title="Renamed")
    with qtbot.waitSignal(model.dataChanged):
        model.upsert(renamed)
    assert shown(model) == ["[TODAY]", "Renamed", "[YESTERDAY]", "B"]


def test_a_selection_goes_with_the_conversation_that_moves(model: ConversationListModel) -> None:
    from PySide6.QtCore import QPersistentModelIndex

    model.set_summaries([summary("A", at(0)), summary("B", at(1)), summary("C", at(40))])
    chosen = QPersistentModelIndex(model.index(model.row_of(ConversationId("C")) or 0))
    model.upsert(summary("C", at(0, 14)))
    assert chosen.row() == model.row_of(ConversationId("C")) == 1
    assert chosen.data() == "C"


def test_removing(model: ConversationListModel) -> None:
    model.set_summaries([summary("A", at(0)), summary("B", at(1))])
    model.remove(ConversationId("A"))
    model.remove(ConversationId("never there"))
    assert shown(model) == ["[YESTERDAY]", "B"]
    assert model.row_of(ConversationId("A")) is None
    model.remove(ConversationId("B"))
    assert shown(model) == []


def test_filtering_by_title(model: ConversationListModel) -> None:
    model.set_summaries([summary("STRASSE nach Rom", at(0)), summary("Рецепт борща", at(1)), summary("Cat", at(1, 3))])
    model.filter("straße")
    assert shown(model) == ["[TODAY]", "STRASSE nach Rom"]
    model.filter(" БОРЩ ")
    assert shown(model) == ["[YESTERDAY]", "Рецепт борща"]
    model.filter("nothing like it")
    assert shown(model) == []
    model.filter("")
    assert model.rowCount() == 5


def test_changes_under_a_filter(model: ConversationListModel) -> None:
    model.set_summaries([summary("Cat one", at(0)), summary("Dog", at(1))])
    model.filter("cat")
    model.upsert(summary("Cat two", at(0, 15)))
    model.upsert(summary("Mouse", at(0, 16)))
    assert shown(model) == ["[TODAY]", "Cat two", "Cat one"]
    model.upsert(summary("Dog", at(1))._replace(title="Cat three"))
    assert shown(model) == ["[TODAY]", "Cat two", "Cat one", "[YESTERDAY]", "Cat three"]
    model.upsert(summary("Cat one", at(0))._replace(title="Renamed"))
    assert shown(model) == ["[TODAY]", "Cat two", "[YESTERDAY]", "Cat three"]
    model.filter("")
    assert shown(model) == ["[TODAY]", "Mouse", "Cat two", "Renamed", "[YESTERDAY]", "Cat three"]


def test_a_running_answer_is_marked(model: ConversationListModel, qtbot: QtBot) -> None:
    model.set_summaries([summary("A", at(0)), summary("B", at(1))])
    row = model.index(3)
    with qtbot.waitSignal(model.dataChanged):
        model.set_running(ConversationId("B"), True)
    assert row.data(ConversationRole.IS_RUNNING) is True
    assert model.index(1).data(ConversationRole.IS_RUNNING) is False
    model.set_running(ConversationId("not listed yet"), True)
    model.set_running(ConversationId("B"), False)
    assert row.data(ConversationRole.IS_RUNNING) is False


def test_the_next_day_today_becomes_yesterday(model: ConversationListModel, calendar: Calendar) -> None:
    model.set_summaries([summary("A", at(0)), summary("B", at(1))])
    calendar.day = TODAY + timedelta(days=1)
    model.regroup()
    assert shown(model) == ["[YESTERDAY]", "A", "[PREVIOUS_7_DAYS]", "B"]
    calendar.day = TODAY + timedelta(days=2)
    model.upsert(summary("C", at(-2)))
    assert shown(model) == ["[TODAY]", "C", "[PREVIOUS_7_DAYS]", "A", "B"]


def test_many_changes_give_what_setting_the_result_would(
    model: ConversationListModel, calendar: Calendar, qtbot: QtBot
) -> None:
    dice = random.Random(7)
    kept: dict[str, ConversationSummary] = {}
    for _ in range(400):
        title = f"chat {dice.randrange(40)}"
        if dice.random() < 0.2:
            kept.pop(title, None)
            model.remove(ConversationId(title))
        else:
            changed = summary(
                title, at(dice.choice([0, 0, 1, 3, 9, 40, 400]), dice.randrange(24)), is_pinned=dice.random() < 0.2
            )
            kept[title] = changed
            model.upsert(changed)
        for each in kept.values():
            row = model.row_of(each.id)
            assert row is not None
            assert model.summary(row) == each
    fresh = ConversationListModel(today=calendar)
    fresh.set_summaries(sorted(kept.values(), key=sort_key))
    assert shown(model) == shown(fresh)


@pytest.mark.parametrize("moment", [-1e12, 0.0, 1e15, time.time() + 1e7])
def test_a_wrong_clock_does_no_harm(model: ConversationListModel, moment: float) -> None:
    model.set_summaries([summary("A", moment)])
    assert shown(model)[-1] == "A"


def test_whoever_looks_between_two_slices_sees_all_that_was_wished(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("easychat_gui.qtmodels.conversations._SLICE_S", 0.0)
    model = ConversationListModel(today=lambda: TODAY)
    many = [ConversationSummary(ConversationId(f"c{number:05}"), "Talk", 1e9 - number) for number in range(6_000)]
    model.set_summaries(many)
    qtbot.waitUntil(lambda: not model.is_arranging)
    model.apply([each._replace(archived_at=5.0) for each in many[:4_000]])
    assert model._putting is not None  # else nothing is tried here
    assert len(model.shelves.archived) == 4_000
    assert len(model.shelves.loose) == 2_000
    model.apply([each._replace(title="Other") for each in many[3_000:]])
    qtbot.waitUntil(lambda: not model.is_arranging)
    assert [each.id for each in model.shelves.loose.items] == [each.id for each in many[3_000:]]
    assert model.summaries(0, model.rowCount()) == model.shelves.loose.items
