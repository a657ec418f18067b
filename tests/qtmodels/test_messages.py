"""The messages of a conversation as an item model."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QModelIndex, Qt
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from easychat_gui.domain.ids import ConversationId, MessageId
from easychat_gui.domain.messages import Message, MessageStatus, Role, new_message
from easychat_gui.qtmodels.messages import MessageListModel, MessageRole


def message(text: str = "", role: Role = Role.ASSISTANT) -> Message:
    return new_message(ConversationId("c"), role, text, status=MessageStatus.STREAMING)


def test_it_keeps_to_the_rules_of_item_models(qtmodeltester: ModelTester) -> None:
    model = MessageListModel()
    model.set_messages([message("a"), message("b")])
    model.append(message("c"))
    model.truncate(2)
    qtmodeltester.check(model)  # type: ignore[no-untyped-call]


def test_text_that_arrives_is_told_and_joined(qtbot: QtBot) -> None:
    model, growing = MessageListModel(), message("Hel")
    model.set_messages([message(), growing])
    told: list[tuple[int, str]] = []
    model.text_appended.connect(lambda row, text: told.append((row, text)))
    model.append_text(growing.id, "lo ")
    model.append_text(growing.id, "you")
    model.append_text(growing.id, "")
    assert told == [(1, "lo "), (1, "you")]
    assert model.message(1).text == "Hello you"
    assert model.index(1).data(Qt.ItemDataRole.DisplayRole) == "Hello you"
    assert model.index(1).data(MessageRole.MESSAGE).id == growing.id


def test_reasoning_has_a_signal_of_its_own(qtbot: QtBot) -> None:
    model, growing = MessageListModel(), message()
    model.set_messages([growing])
    with qtbot.waitSignal(model.reasoning_appended) as told, qtbot.assertNotEmitted(model.text_appended):
        model.append_reasoning(growing.id, "hm")
    assert told.args == [0, "hm"]
    assert model.message(0).reasoning == "hm"


def test_text_for_a_message_that_is_not_shown_is_passed_over(qtbot: QtBot) -> None:
    model = MessageListModel()
    with qtbot.assertNotEmitted(model.text_appended):
        model.append_text(MessageId("gone"), "x")
        model.replace(message())
    assert model.rowCount() == 0


def test_a_replaced_message_is_told_as_changed(qtbot: QtBot) -> None:
    model, growing = MessageListModel(), message("so far")
    model.set_messages([growing])
    model.append_text(growing.id, " and more")
    with qtbot.waitSignal(model.dataChanged) as told:
        model.replace(model.message(0).with_(status=MessageStatus.COMPLETE))
    assert told.args is not None
    assert told.args[0].row() == 0
    assert model.message(0).text == "so far and more"
    assert model.message(0).status is MessageStatus.COMPLETE


def test_rows_that_are_taken_away_are_forgotten(qtbot: QtBot) -> None:
    model, first, second = MessageListModel(), message("a"), message("b")
    model.set_messages([first, second])
    model.truncate(1)
    assert model.row_of(first.id) == 0
    assert model.row_of(second.id) is None
    with pytest.raises(IndexError):
        model.message(1)
    assert model.data(QModelIndex()) is None
