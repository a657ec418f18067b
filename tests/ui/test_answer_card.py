"""The card offers its ways on at any width."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from easychat_gui.domain.errors import StreamInterrupted
from easychat_gui.domain.ids import ConversationId
from easychat_gui.domain.messages import MessageStatus, Role, new_message
from easychat_gui.ui.answer_card import AnswerCard


@pytest.mark.parametrize("width", [300, 392, 500, 760])
def test_every_button_can_be_seen_whole(qtbot: QtBot, width: int) -> None:
    card = AnswerCard()
    qtbot.addWidget(card)
    failure = StreamInterrupted("cut", server="http://127.0.0.1:1/v1").as_failure()
    message = new_message(ConversationId("c"), Role.ASSISTANT, "Half", status=MessageStatus.FAILED, failure=failure)
    card.show()
    card.resize(760, 100)
    card.show_message(message, "A server with quite a long name")
    card.resize(width, card.heightForWidth(width))
    card.grab()  # lays it out
    buttons = [each for each in card.findChildren(QPushButton) if each.isVisible()]
    assert len(buttons) == 4
    for button in buttons:
        assert card.rect().contains(button.geometry())
        assert button.width() >= button.fontMetrics().horizontalAdvance(button.text())
    for one in buttons:
        assert not [other for other in buttons if other is not one and one.geometry().intersects(other.geometry())]


def test_asking_for_its_height_does_not_ask_for_a_new_layout(qtbot: QtBot) -> None:
    card = AnswerCard()
    qtbot.addWidget(card)
    card.show_message(new_message(ConversationId("c"), Role.ASSISTANT, "Half", status=MessageStatus.CANCELLED), "S")
    card.show()
    card.resize(760, card.heightForWidth(760))
    QApplication.processEvents()
    requests = LayoutRequests()
    card.installEventFilter(requests)
    card.heightForWidth(760)
    QApplication.processEvents()
    assert requests.count == 0, "the view that holds the card would be painted for ever"


class LayoutRequests(QObject):
    count = 0

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.count += event.type() is QEvent.Type.LayoutRequest
        return False
