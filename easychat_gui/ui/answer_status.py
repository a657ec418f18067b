"""Keeps the status line below the composer true while an answer runs, and when it has ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from easychat_gui.domain.ids import ConversationId
from easychat_gui.ui.answer_words import answer_words, hurry_words, outcome_words
from easychat_gui.ui.composer import Composer

if TYPE_CHECKING:
    from easychat_gui.ui.main_window import Controllers
    from easychat_gui.ui.talk_pane import TalkPane


class AnswerStatus(QObject):
    """Shows how far the answer of the conversation on the screen has come. Made with the first answer."""

    def __init__(self, talk: TalkPane, controllers: Controllers, parent: QObject) -> None:
        super().__init__(parent)
        self._talk = talk
        self._composer: Composer = talk.composer
        self._controllers = controllers
        controllers.chat.progressed.connect(self.show_progress)

    def show_progress(self, conversation_id: ConversationId) -> None:
        answer = self._controllers.chat.running_answer(conversation_id)
        if answer is not None and conversation_id == self._controllers.conversations.current.id:
            model = self._controllers.endpoints.model_name(answer.message.model_id)
            self._composer.show_status(answer_words(answer, model), hurry_words(answer))

    def show_outcome(self) -> None:
        """Say what the person made of the answer that has just ended, if anything."""
        message = self._talk.last_message()
        if message is not None and (words := outcome_words(message)):
            self._composer.show_outcome(words)
