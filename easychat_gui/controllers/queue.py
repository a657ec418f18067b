"""Messages that were sent while an answer ran: they wait, and go out one after the other."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from easychat_gui.controllers.chat import ChatController
from easychat_gui.controllers.conversations import ConversationController
from easychat_gui.domain.conversations import Draft
from easychat_gui.domain.ids import ConversationId, QueuedId
from easychat_gui.domain.messages import Message
from easychat_gui.workers.store_executor import StoreExecutor

if TYPE_CHECKING:  # nothing waits at the first paint
    from easychat_gui.domain.queued import QueuedMessage


class QueueController(QObject):
    """A queue for each conversation, whichever is shown.

    The next message goes out when an answer of its conversation ends well. After one that failed, was stopped or has
    no words, and at the start of the program, the queue is held until the person says `send_now` or another answer
    ends well. ``changed(ConversationId)`` when the queue of a conversation is another.
    """

    changed = Signal(str)

    def __init__(
        self,
        *,
        chat: ChatController,
        conversations: ConversationController,
        store: StoreExecutor,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._chat = chat
        self._conversations = conversations
        self._store = store
        self._queues: dict[ConversationId, list[QueuedMessage]] = {}
        self._known: set[QueuedId] = set()
        self._edited: set[QueuedId] = set()
        """Those that are being written anew, in any window."""
        self._waits_for_edit: set[ConversationId] = set()
        chat.answer_ended.connect(self._on_answer_ended)
        conversations.deleting.connect(self._forget)

    def load(self) -> None:
        """Read what the last run left."""
        self._store.submit(lambda store: store.queued.all(), self._on_read, self._conversations.on_store_failed)

    def waiting(self, conversation_id: ConversationId) -> list[QueuedMessage]:
        """Return what waits in a conversation, the next one first."""
        return list(self._queues.get(conversation_id, ()))

    def is_held(self, conversation_id: ConversationId) -> bool:
        """Does something wait though no answer runs?"""
        return bool(self._queues.get(conversation_id)) and not self._chat.is_running(conversation_id)

    # What the person wishes

    def submit(self, draft: Draft, chat: ChatController | None = None) -> None:
        """Send what was typed, or let it wait while an answer runs. ``chat`` is that of the window; None: the first."""
        chat = chat or self._chat
        conversation_id = chat.conversations.current.id
        if draft.queued is not None:
            self._replace(draft.queued, draft, chat)
        elif draft.edits is None and chat.is_running(conversation_id):
            from easychat_gui.domain.queued import new_queued

            self._add(new_queued(conversation_id, draft.text.strip(), draft.attachments))
        else:
            chat.submit(draft)

    def begin_edit(self, queued_id: QueuedId) -> QueuedMessage | None:
        """Return the message to be written anew; it is not sent before `end_edit`. None: it has gone already."""
        message = self._find(queued_id)
        if message is not None:
            self._edited.add(queued_id)
        return message

    def end_edit(self, queued_id: QueuedId) -> None:
        """The message may be sent again, and is at once if its turn came meanwhile."""
        self._edited.discard(queued_id)
        message = self._find(queued_id)
        if message is not None and message.conversation_id in self._waits_for_edit:
            self._send_next(message.conversation_id)

    def remove(self, queued_id: QueuedId) -> None:
        """Take a message out of its queue, for good."""
        message = self._find(queued_id)
        if message is not None:
            self._take_out(message)
            self._write(message.conversation_id, lambda store: store.queued.remove(queued_id))

    def send_now(self, conversation_id: ConversationId) -> None:
        """Let a queue that is held go on."""
        if not self._chat.is_running(conversation_id):
            self._send_next(conversation_id)

    # Inside

    def _add(self, message: QueuedMessage) -> None:
        self._known.add(message.id)
        self._queues.setdefault(message.conversation_id, []).append(message)
        self._write(message.conversation_id, lambda store: store.queued.add(message))
        self.changed.emit(message.conversation_id)

    def _replace(self, queued_id: QueuedId, draft: Draft, chat: ChatController) -> None:
        old = self._find(queued_id)
        if old is None:  # deleted meanwhile with its conversation: what was typed goes where the person is
            self.submit(Draft(draft.text, attachments=draft.attachments), chat)
            return
        new = old.with_text(draft.text.strip(), draft.attachments)
        if not new.text and not new.attachments:
            self.remove(queued_id)
            return
        queue = self._queues[old.conversation_id]
        queue[queue.index(old)] = new
        self._write(new.conversation_id, lambda store: store.queued.replace(new))
        self.changed.emit(new.conversation_id)
        self.end_edit(queued_id)

    def _on_answer_ended(self, message: Message) -> None:
        if message.is_unfinished:
            self.changed.emit(message.conversation_id)
        else:
            self._send_next(message.conversation_id)

    def _send_next(self, conversation_id: ConversationId) -> None:
        self._waits_for_edit.discard(conversation_id)
        queue = self._queues.get(conversation_id)
        if not queue:
            return
        message = queue[0]
        if message.id in self._edited:
            self._waits_for_edit.add(conversation_id)
            self.changed.emit(conversation_id)
            return
        self._take_out(message)
        draft = Draft(message.text, attachments=message.attachments, queued=message.id)
        self._chat.submit_in(conversation_id, draft, on_refused=lambda: self._put_back(message))

    def _put_back(self, message: QueuedMessage) -> None:
        self._queues.setdefault(message.conversation_id, []).insert(0, message)
        self.changed.emit(message.conversation_id)

    def _take_out(self, message: QueuedMessage) -> None:
        queue = self._queues[message.conversation_id]
        queue.remove(message)
        if not queue:
            del self._queues[message.conversation_id]
        self.changed.emit(message.conversation_id)

    def _find(self, queued_id: QueuedId) -> QueuedMessage | None:
        return next((each for queue in self._queues.values() for each in queue if each.id == queued_id), None)

    def _forget(self, conversation_id: ConversationId) -> None:
        self._queues.pop(conversation_id, None)  # its rows go with the conversation
        self._waits_for_edit.discard(conversation_id)

    def _on_read(self, found: list[QueuedMessage]) -> None:
        left = [message for message in found if message.id not in self._known]  # the others may have gone out by now
        for message in reversed(left):
            self._queues.setdefault(message.conversation_id, []).insert(0, message)
        for conversation_id in {message.conversation_id for message in left}:
            self.changed.emit(conversation_id)

    def _write(self, conversation_id: ConversationId, job: Callable[..., object]) -> None:
        store = self._conversations.temporary.store_of(conversation_id)
        store.submit(job, None, self._conversations.on_store_failed)
