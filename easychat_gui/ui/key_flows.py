"""Asks about keys when that is needed: where to keep one, for the passphrase, before one goes out readable."""

from __future__ import annotations

from typing import TYPE_CHECKING

import shiboken6
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QDialog, QWidget

from easychat_gui.controllers.notifier import NoticeKind
from easychat_gui.domain.ids import MessageId
from easychat_gui.domain.messages import Message
from easychat_gui.ui.dialogs import key_questions

if TYPE_CHECKING:
    from easychat_gui.ui.main_window import Controllers


class KeyFlows(QObject):
    """Serves a window, whose child it is. An answer that failed for want of a key is asked for again afterwards."""

    def __init__(self, window: QWidget, controllers: Controllers) -> None:
        super().__init__(window)
        self._window = window
        self._chat = controllers.chat
        self._conversations = controllers.conversations
        self._endpoints = controllers.endpoints
        self._notifier = controllers.notifier
        self._open: QDialog | None = None
        self._has_all = False
        self._chat.answer_ended.connect(self._on_answer_ended)

    def ask_for_all(self) -> None:
        """Ask what no conversation is the cause of, too: one window does, for all. May be called again."""
        if self._has_all:
            return
        self._has_all = True
        self._endpoints.keys.place_wanted.connect(self._ask_where)
        self._endpoints.keys.passphrase_wanted.connect(lambda: self._unlock(None))

    @property
    def _is_asking(self) -> bool:
        """Is a question open? Several answers may fail, and several keys be typed, for one cause."""
        return self._open is not None and shiboken6.isValid(self._open) and self._open.isVisibleTo(self._window)

    def _ask_where(self, problem: str) -> None:
        if not self._is_asking:
            keys = self._endpoints.keys
            self._open = key_questions.ask_where_to_keep(self._window, keys, problem, self._tell_that_it_ends)

    def _tell_that_it_ends(self) -> None:
        self._notifier.post(NoticeKind.KEY_KEPT_FOR_SESSION)

    def _on_answer_ended(self, message: Message) -> None:
        failure = message.failure
        if failure is None or message.conversation_id != self._conversations.current.id:
            return
        if failure.kind == "PassphraseNeeded":
            self._unlock(message.id)
        elif failure.kind == "KeyExposed":
            self._ask_to_send_readable(message)

    def _unlock(self, answer: MessageId | None) -> None:
        if not self._is_asking:
            keys = self._endpoints.keys
            self._open = key_questions.unlock(self._window, keys, lambda: self._ask_again(answer))

    def _ask_to_send_readable(self, message: Message) -> None:
        endpoint_id = message.endpoint_id
        endpoint = self._endpoints.endpoint(endpoint_id)
        if endpoint is None or endpoint_id is None or self._is_asking:
            return

        def agree() -> None:
            self._endpoints.agree_to_exposure(endpoint_id)
            self._ask_again(message.id)

        host = key_questions.host_of(endpoint)
        self._open = key_questions.ask_to_send_readable(self._window, host, agree, lambda: None)

    def _ask_again(self, answer: MessageId | None) -> None:
        """Only the answer that is still the last one of the chat that is shown."""
        branch = self._conversations.branch()
        if answer is not None and branch and branch[-1].id == answer:
            self._chat.regenerate(answer)
