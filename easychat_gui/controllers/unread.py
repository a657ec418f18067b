"""Which chats have an answer that nobody has looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import QObject

from easychat_gui.controllers.chat import ChatController
from easychat_gui.controllers.conversations import ConversationController
from easychat_gui.domain.conversations import Conversation
from easychat_gui.domain.ids import ConversationId
from easychat_gui.domain.messages import Message


class UnreadController(QObject):
    """Marks a chat when its answer ends out of sight, and takes the mark away when the chat is looked at.

    ``is_looking`` says whether the window is the one that the person works in; whoever makes the window sets it.
    """

    def __init__(
        self, *, conversations: ConversationController, chat: ChatController, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._conversations = conversations
        self._marked: set[ConversationId] = set()
        """Those of this run: one that is being read from the database while it is marked does not know of it yet."""
        self._beside: list[tuple[ConversationController, Callable[[], bool]]] = []
        self.is_looking: Callable[[], bool] = lambda: True
        chat.answer_ended.connect(self._on_answer_ended)
        conversations.opened.connect(self._on_opened)

    def watch(self, conversations: ConversationController, is_looking: Callable[[], bool]) -> None:
        """Know of a window beside the first one, too."""
        self._beside.append((conversations, is_looking))

    def mark(self, ids: Iterable[ConversationId], *, is_unread: bool) -> None:
        """Say of these chats that there is something new in them, or that there is not."""
        for conversation_id in ids:
            (self._marked.add if is_unread else self._marked.discard)(conversation_id)
            self._conversations.set_unread(conversation_id, is_unread=is_unread)

    def look(self, conversations: ConversationController | None = None) -> None:
        """The person has come back to a window (None: the first): what it shows is seen now."""
        self._see((conversations or self._conversations).current)

    def _on_answer_ended(self, message: Message) -> None:
        windows = [(self._conversations, self.is_looking), *self._beside]
        if not any(shown.current.id == message.conversation_id and is_looking() for shown, is_looking in windows):
            self.mark([message.conversation_id], is_unread=True)

    def _on_opened(self, conversation: Conversation) -> None:
        if self.is_looking():
            self._see(conversation)

    def _see(self, conversation: Conversation) -> None:
        if conversation.is_unread or conversation.id in self._marked:
            self.mark([conversation.id], is_unread=False)
