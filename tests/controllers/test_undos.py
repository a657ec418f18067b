"""What was done can be taken back, step by step."""

from __future__ import annotations

import pytest

from easychat_gui.controllers.notifier import Notice, NoticeKind, Notifier
from easychat_gui.controllers.undos import MOST_UNDOS, Action, Undos

pytestmark = pytest.mark.usefixtures("qapp")


def test_steps_are_taken_back_in_turn_and_taking_back_is_no_step() -> None:
    undos, done = Undos(Notifier()), list[str]()

    def take_back() -> None:
        done.append("second")
        undos.add(lambda: done.append("second again"))  # as everything does that changes the order

    undos.add(lambda: done.append("first"))
    undos.add(take_back)
    undos.take_back()
    undos.take_back()
    assert done == ["second", "first"]
    assert not undos


def test_the_oldest_steps_are_forgotten() -> None:
    undos, done = Undos(Notifier()), list[int]()
    for number in range(MOST_UNDOS + 5):
        undos.add(lambda number=number: done.append(number))  # type: ignore[misc]
    while undos:
        undos.take_back()
    assert done == list(range(MOST_UNDOS + 4, 4, -1))


def test_the_notice_offers_to_take_it_back_only_where_that_is_possible() -> None:
    notifier, posted = Notifier(), list[Notice]()
    notifier.posted.connect(posted.append)
    undos, done = Undos(notifier), list[str]()
    undos.add(lambda: done.append("back"))
    undos.tell(Action.DELETED, 1, "a", can_undo=False)
    undos.tell(Action.PINNED, 1, "a")
    undos.tell(Action.TRASHED, 1, "a")
    assert [each.kind for each in posted] == [NoticeKind.ORDER_TOLD, NoticeKind.CHATS_ARRANGED]
    assert posted[0].undo is None
    assert posted[1].undo is not None
    posted[1].undo()
    assert done == ["back"]
