"""What a person wishes of one message, passed on to whoever can do it."""

from __future__ import annotations

from PySide6.QtCore import QObject, QPoint
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu

from easychat_gui.controllers.chat import ChatController
from easychat_gui.controllers.conversations import ConversationController
from easychat_gui.domain.ids import MessageId
from easychat_gui.ui.composer import Composer
from easychat_gui.ui.conversation.view import ConversationView
from easychat_gui.ui.flows import Flows


class MessageActions(QObject):
    """Serves the buttons, links and menus of a conversation's view, whose child it is."""

    def __init__(
        self,
        view: ConversationView,
        *,
        composer: Composer,
        chat: ChatController,
        conversations: ConversationController,
        flows: Flows,
    ) -> None:
        super().__init__(view)
        self._view = view
        self._composer = composer
        self._chat = chat
        self._messages = conversations.messages
        self._flows = flows
        view.link_activated.connect(flows.open_link)
        view.copy_requested.connect(self._copy)
        view.edit_requested.connect(self._edit)
        view.regenerate_requested.connect(chat.regenerate)
        view.sibling_requested.connect(conversations.show_sibling)
        view.more_requested.connect(self._show_menu)

    def _copy(self, message_id: MessageId) -> None:
        if message := self._messages.find(message_id):
            QGuiApplication.clipboard().setText(message.text)

    def _edit(self, message_id: MessageId) -> None:
        if message := self._messages.find(message_id):
            self._composer.begin_edit(message.id, message.text)

    def _show_menu(self, message_id: MessageId, place: QPoint) -> None:
        message = self._messages.find(message_id)
        if message is None:
            return
        menu = QMenu(self._view)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.addAction(self.tr("Answer again"), lambda: self._chat.regenerate(message_id))
        menu.addAction(self.tr("About this answer…"), lambda: self._flows.show_details(message))
        menu.exec(place)
