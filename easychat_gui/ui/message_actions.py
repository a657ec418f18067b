"""What a person wishes of one message, passed on to whoever can do it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, QPoint
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu

from easychat_gui.controllers.branches import BranchController
from easychat_gui.controllers.chat import ChatController
from easychat_gui.controllers.conversations import ConversationController
from easychat_gui.controllers.endpoints import EndpointController
from easychat_gui.controllers.speech import SpeechController
from easychat_gui.controllers.transmissions import TransmissionController
from easychat_gui.domain.ids import EndpointId, MessageId
from easychat_gui.domain.messages import Message, Role
from easychat_gui.ui import status_words
from easychat_gui.ui.composer import Composer
from easychat_gui.ui.conversation.view import ConversationView
from easychat_gui.ui.flows import Flows

MOST_MODELS_IN_MENU = 8


class MessageActions(QObject):
    """Serves the buttons, links and menus of a conversation's view, whose child it is."""

    def __init__(
        self,
        view: ConversationView,
        *,
        composer: Composer,
        chat: ChatController,
        conversations: ConversationController,
        branches: BranchController,
        transmissions: Callable[[], TransmissionController],
        speech: SpeechController,
        endpoints: EndpointController,
        flows: Flows,
    ) -> None:
        super().__init__(view)
        self._view = view
        self._composer = composer
        self._chat = chat
        self._conversations = conversations
        self._messages = conversations.messages
        self._branches = branches
        self._transmissions = transmissions
        self._speech = speech
        self._endpoints = endpoints
        self._flows = flows
        view.link_activated.connect(flows.open_link)
        view.copy_requested.connect(self._copy)
        view.edit_requested.connect(self._edit)
        view.regenerate_requested.connect(lambda message_id: chat.regenerate(message_id))
        view.branch_requested.connect(self._branch)
        view.sibling_requested.connect(conversations.show_sibling)
        conversations.sibling_shown.connect(self._hold)
        view.more_requested.connect(self._show_menu)
        view.fill_message_menu = self.fill_menu
        view.menu.export_selection = lambda: flows.export_selection()
        branches.revealed.connect(self._reveal)
        speech.prepare()

    def fill_menu(self, menu: QMenu, message_id: MessageId) -> None:
        """Add all that can be done with a message of the shown branch to a menu."""
        message = self._messages.find(message_id)
        if message is None:
            return
        is_answer = message.role is Role.ASSISTANT
        is_idle = not self._chat.is_running(message.conversation_id)
        menu.addAction(self.tr("Copy message"), partial(self._copy, message_id))
        menu.addAction(self.tr("Edit…"), partial(self._edit, message_id)).setEnabled(message.status.is_final)
        again = self.tr("Regenerate") if is_answer else self.tr("Answer this again")
        menu.addAction(again, partial(self._chat.regenerate, message_id)).setEnabled(is_idle)
        self._add_models(menu.addMenu(self.tr("Regenerate with")), message_id, is_idle=is_idle)
        if is_answer:
            can_go_on = is_idle and bool(message.text) and self._is_last(message_id)
            menu.addAction(self.tr("Continue"), self._chat.resume).setEnabled(can_go_on)
        menu.addAction(self.tr("Branch to a new chat"), partial(self._branch, message_id))
        menu.addAction(self.tr("Export this message…"), partial(self._export, message_id))
        menu.addSeparator()
        self._add_reading(menu, message)
        if is_answer:
            menu.addAction(self.tr("Show what was sent…"), partial(self.show_sent, message_id))
            if _has_asked_for_chances(message):
                menu.addAction(self.tr("Word probabilities…"), partial(self._show_chances, message))
            menu.addAction(self.tr("About this answer…"), partial(self._flows.show_details, message))
        menu.addSeparator()
        menu.addAction(self.tr("Delete this message"), partial(self._branches.delete, message_id))
        menu.addAction(
            self.tr("Delete this and all that follows"),
            partial(self._branches.delete, message_id, with_following=True),
        )

    def show_sent(self, message_id: MessageId) -> None:
        """Show what was sent for an answer, and what came back."""
        message = self._messages.find(message_id)
        if message is not None:
            self._transmissions().read(message, partial(self._flows.show_sent, self._send_again))

    def _show_chances(self, message: Message) -> None:
        self._transmissions().read_chances(message, self._flows.show_chances)

    def _add_models(self, menu: QMenu, message_id: MessageId, *, is_idle: bool) -> None:
        menu.setEnabled(is_idle)
        menu.aboutToShow.connect(self._endpoints.refresh_unknown)
        for endpoint in self._endpoints.choices():
            name = status_words.name_of(endpoint)
            menu.addAction(name.replace("&", "&&")).setEnabled(False)
            for model in self._endpoints.models(endpoint.id)[:MOST_MODELS_IN_MENU]:
                words = self._endpoints.model_name(model).replace("&", "&&")
                menu.addAction(words, partial(self._regenerate_with, message_id, endpoint.id, model))
        menu.addSeparator()
        choose = partial(self._regenerate_with, message_id)
        menu.addAction(self.tr("Search the models…"), partial(self._flows.search_models, choose))

    def _add_reading(self, menu: QMenu, message: Message) -> None:
        if self._speech.message_id == message.id:
            menu.addAction(self.tr("Stop reading"), self._speech.stop)
            return
        code_word = self.tr("A block of code.")
        action = menu.addAction(self.tr("Read aloud"), partial(self._speech.read, message, code_word))
        action.setEnabled(self._speech.can_speak and bool(message.text.strip()))
        if not self._speech.can_speak:
            action.setToolTip(self.tr("This computer has no program that speaks"))

    def _is_last(self, message_id: MessageId) -> bool:
        return self._messages.row_of(message_id) == self._messages.rowCount() - 1

    def _copy(self, message_id: MessageId) -> None:
        if message := self._messages.find(message_id):
            QGuiApplication.clipboard().setText(message.text)

    def _export(self, message_id: MessageId) -> None:
        if message := self._messages.find(message_id):
            self._flows.export_message(message)

    def _edit(self, message_id: MessageId) -> None:
        if message := self._messages.find(message_id):
            self._composer.begin_edit(message.id, message.text)

    def _branch(self, message_id: MessageId) -> None:
        title = self._conversations.current.title
        self._branches.copy_to_new_chat(message_id, self.tr("{title} (branch)").format(title=title))

    def _regenerate_with(self, message_id: MessageId, endpoint_id: EndpointId, model_id: str) -> None:
        current = self._conversations.current
        self._chat.regenerate(message_id, current.with_(endpoint_id=endpoint_id, model_id=model_id))

    def _send_again(self, message: Message, system_prompt: str) -> None:
        self._chat.send_again(message, system_prompt)

    def _hold(self, message_id: MessageId) -> None:
        """The reader compares: the next version stands where the last one stood."""
        row = self._messages.row_of(message_id)
        if row is not None:
            self._view.hold_row(row)

    def _reveal(self, message_id: MessageId) -> None:
        row = self._messages.row_of(message_id)
        if row is not None:
            self._view.scroll_to_message(row)

    def _show_menu(self, message_id: MessageId, place: QPoint) -> None:
        menu = QMenu(self._view)
        menu.setToolTipsVisible(True)
        menu.aboutToHide.connect(menu.deleteLater)
        self.fill_menu(menu, message_id)
        menu.popup(place)


def _has_asked_for_chances(message: Message) -> bool:
    params = message.params or {}
    extra = params.get("extra") or {}
    return bool(params.get("logprobs") or extra.get("logprobs") or extra.get("top_logprobs"))
