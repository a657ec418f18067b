"""What helps with writing: joins the composer with the queue and with earlier prompts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from easychat_gui.domain.ids import ConversationId, QueuedId
from easychat_gui.domain.messages import MessageStatus, Role
from easychat_gui.ui.composer import Composer
from easychat_gui.ui.composer.queue_cards import QueueCards

if TYPE_CHECKING:
    from easychat_gui.ui.main_window import Controllers


class Writing(QObject):
    """Made after the first paint. A child of the composer."""

    def __init__(self, composer: Composer, controllers: Controllers) -> None:
        super().__init__(composer)
        self._composer = composer
        self._to = controllers
        self.cards = QueueCards(composer)
        composer.above.addWidget(self.cards)
        self.cards.edit_requested.connect(self._edit_queued)
        self.cards.remove_requested.connect(controllers.queue.remove)
        self.cards.send_requested.connect(self._send_queue)
        composer.queued_edit_ended.connect(controllers.queue.end_edit)
        composer.edit.recall_begun.connect(self._offer_earlier)
        controllers.queue.changed.connect(self._on_queue_changed)
        controllers.conversations.opened.connect(lambda _conversation: self._show_queue())
        controllers.chat.running_changed.connect(lambda id_, _is_running: self._on_queue_changed(id_))
        self._show_queue()

    # The queue

    def _on_queue_changed(self, conversation_id: ConversationId) -> None:
        if conversation_id == self._to.conversations.current.id:
            self._show_queue()

    def _show_queue(self) -> None:
        current = self._to.conversations.current.id
        had_focus = self.cards.has_focus()
        held_after = self._last_status() if self._to.queue.is_held(current) else None
        self.cards.show_queue(self._to.queue.waiting(current), held_after)
        if had_focus and not self.cards.has_focus():
            self._composer.edit.setFocus()

    def _last_status(self) -> MessageStatus:
        messages = self._to.conversations.messages
        count = messages.rowCount()
        return messages.message(count - 1).status if count else MessageStatus.COMPLETE

    def _edit_queued(self, queued_id: QueuedId) -> None:
        self._composer.end_edit()
        message = self._to.queue.begin_edit(queued_id)
        if message is not None:
            self._composer.begin_queued_edit(message.id, message.text)

    def _send_queue(self) -> None:
        self._to.queue.send_now(self._to.conversations.current.id)

    # Earlier prompts

    def _offer_earlier(self) -> None:
        """Give those of this conversation at once, those of the others as soon as they are read."""
        conversations = self._to.conversations
        recall = self._composer.edit.recall
        recall.begin(message.text for message in reversed(conversations.branch()) if message.role is Role.USER)
        conversations.read_earlier_prompts(recall.extend)
