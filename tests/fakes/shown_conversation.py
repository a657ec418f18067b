"""A conversation on the screen, for tests of its view."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from easychat_gui.domain.ids import ConversationId
from easychat_gui.domain.messages import Message, MessageStatus, Role, new_message
from easychat_gui.qtmodels.messages import MessageListModel
from easychat_gui.ui.conversation.view import ConversationView

CONVERSATION = ConversationId("test")


def user(text: str) -> Message:
    return new_message(CONVERSATION, Role.USER, text)


def answer(text: str = "", *, status: MessageStatus = MessageStatus.COMPLETE, **more: Any) -> Message:
    return new_message(CONVERSATION, Role.ASSISTANT, text, status=status, model_id="test-model", **more)


def running(text: str = "") -> Message:
    return answer(text, status=MessageStatus.STREAMING)


class Shown:
    """A view on the screen, with its model."""

    def __init__(self, bot: QtBot, messages: list[Message], size: tuple[int, int] = (800, 600)) -> None:
        self.model = MessageListModel()
        self.model.set_messages(messages)
        self.view = ConversationView()
        bot.addWidget(self.view)
        self.view.resize(*size)
        self.view.set_model(self.model)
        self.view.show()
        self.paint()

    def paint(self) -> None:
        """Let everything that is due be drawn, until nothing moves any more."""
        for _ in range(3):
            self.view.flush()
            QApplication.processEvents()
            self.view.grab()

    @property
    def value(self) -> int:
        return self.view.verticalScrollBar().value()

    @property
    def maximum(self) -> int:
        return self.view.verticalScrollBar().maximum()
