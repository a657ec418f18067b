"""What is done to the tree of a conversation: messages are taken out and put back, branches gone to and copied."""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING
from weakref import WeakSet

from PySide6.QtCore import QObject, QTimer, Signal

from easychat_gui.controllers.chat import ChatController
from easychat_gui.controllers.conversations import ConversationController
from easychat_gui.controllers.notifier import NoticeKind, Notifier
from easychat_gui.domain.branches import Outline, outline_of
from easychat_gui.domain.conversations import Conversation
from easychat_gui.domain.ids import MessageId, new_conversation_id
from easychat_gui.workers.background import Background
from easychat_gui.workers.store_executor import StoreExecutor

if TYPE_CHECKING:
    from easychat_gui.domain.branch_graph import Graph
    from easychat_gui.storage.branch_changes import Removal
    from easychat_gui.storage.store import Store

UNDO_OFFERED_MS = 20_000
"""So long after the last removal it can be undone."""

MOST_REMOVALS = 20


class BranchController(QObject):
    """``revealed(MessageId)``: this message is shown now, and is what the person wants to see. ``drawn(Graph)``."""

    revealed = Signal(object)
    drawn = Signal(object)

    def __init__(
        self,
        *,
        conversations: ConversationController,
        chat: ChatController,
        store: StoreExecutor,
        notifier: Notifier,
        background: Background,
        beside: BranchController | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._background = background
        self.all: WeakSet[BranchController] = beside.all if beside is not None else WeakSet()
        self.all.add(self)
        self._conversations = conversations
        self._chat = chat
        self._store = store
        self._store_of = conversations.temporary.store_of
        self._notifier = notifier
        self._removals: list[Removal] = []
        self._drawing = 0
        self._is_closed = False
        self._timer = QTimer(self, singleShot=True, interval=UNDO_OFFERED_MS)
        self._timer.timeout.connect(self._forget_removals)

    def go_to(self, message_id: MessageId) -> None:
        """Show a message of the conversation, in whichever branch it is."""
        conversations = self._conversations
        if conversations.messages.row_of(message_id) is not None:
            self.revealed.emit(message_id)
        elif message_id in conversations.tree:
            leaf_id = conversations.tree.leaf_below(message_id)
            conversations.show_branch(leaf_id, lambda: self.revealed.emit(message_id))

    def delete(self, message_id: MessageId, *, with_following: bool = False) -> None:
        """Take a message out; what followed it then follows its parent, or goes with it. `undo` puts all back."""
        conversations = self._conversations
        if message_id not in conversations.tree:
            return
        running = self._chat.running_answer(conversations.current.id)
        if running is not None and conversations.tree.is_at_or_below(running.message_id, message_id):
            self._chat.abandon(conversations.current.id)
        leaf_id = conversations.show_without(message_id, with_following=with_following)
        self._store_of(conversations.current.id).submit(
            lambda store: store.branches.take_out(message_id, leaf_id, with_following=with_following),
            self._on_taken_out,
            conversations.on_store_failed,
        )
        if leaf_id is not None and conversations.messages.row_of(leaf_id) is None:
            conversations.show_branch(leaf_id)

    @property
    def can_undo(self) -> bool:
        return bool(self._removals)

    def undo(self) -> None:
        """Put back what was taken out last, whichever chat is shown."""
        if not self._removals:
            return
        removal = self._removals.pop()
        self._tell()
        self._store_of(removal.conversation_id).submit(
            lambda store: store.branches.put_back(removal),
            lambda is_back: self._on_put_back(removal) if is_back else None,
            self._conversations.on_store_failed,
        )

    def copy_to_new_chat(self, message_id: MessageId, title: str) -> None:
        """Open a new conversation with a copy of the branch down to a message."""
        conversations = self._conversations
        conversations.flush()
        now = time.time()
        made = conversations.current.with_(
            id=new_conversation_id(), title=title, created_at=now, updated_at=now, is_pinned=False, leaf_id=None,
            draft="", edit=None, archived_at=None, trashed_at=None,
        )  # fmt: skip

        def copy(store: Store) -> Conversation:
            store.conversations.save(made)
            whole = made.with_(leaf_id=store.branches.copy(message_id, made))
            store.conversations.save(whole)
            return whole

        def show(conversation: Conversation) -> None:
            if is_temporary:
                conversations.temporary.leave(lambda: conversations.open(conversation.id))
            else:
                conversations.list.upsert(conversation.summary)
                conversations.open(conversation.id)

        if is_temporary := conversations.current.id in conversations.temporary:
            conversations.temporary.add(made.id, conversations.on_store_failed)
        self._store_of(made.id).submit(copy, show, conversations.on_store_failed)

    def close(self) -> None:
        """Begin nothing new. For quitting."""
        self._timer.stop()
        self._is_closed = True

    def draw(self, unfolded: frozenset[MessageId]) -> None:
        """Draw the tree of the conversation that is shown; ``drawn`` follows, unless another is shown by then.

        ``unfolded``: see `domain.branch_graph.draw`.
        """
        conversation_id = self._conversations.current.id
        if self._is_closed:
            return
        self._drawing += 1
        number = self._drawing

        def tell(graph: Graph) -> None:
            if number == self._drawing and conversation_id == self._conversations.current.id:
                self.drawn.emit(graph)

        def lay_out(outline: list[Outline]) -> None:
            self._background.run(partial(_draw, self._with_unsaved(outline), unfolded), tell)

        self._store_of(conversation_id).submit(
            lambda store: store.messages.outline(conversation_id), lay_out, self._conversations.on_store_failed
        )

    def _with_unsaved(self, outline: list[Outline]) -> list[Outline]:
        """Add what is on the screen and, on a slow or full disk, not in the database yet."""
        known = {each.id for each in outline}
        messages = self._conversations.messages
        if all(message_id in known for message_id in messages.ids()):
            return outline
        shown = [message for message in messages.messages() if message.id not in known]
        return outline + [outline_of(message) for message in shown]

    def _on_taken_out(self, removal: Removal | None) -> None:
        if removal is not None:
            self._removals = [*self._removals[1 - MOST_REMOVALS :], removal]
            self._tell()

    def _on_put_back(self, removal: Removal) -> None:
        conversations = self._conversations
        if removal.conversation_id == conversations.current.id:
            conversations.read_tree_again(lambda: self._show_again(removal))

    def _show_again(self, removal: Removal) -> None:
        is_known = removal.leaf_id is not None and removal.leaf_id in self._conversations.tree
        leaf_id = removal.leaf_id if is_known else removal.message_id
        self._conversations.show_branch(leaf_id or removal.message_id, lambda: self.go_to(removal.message_id))

    def _tell(self) -> None:
        if not self._removals:
            self._timer.stop()
            self._notifier.withdraw(NoticeKind.MESSAGES_DELETED)
            return
        self._timer.start()
        self._notifier.post(NoticeKind.MESSAGES_DELETED, count=self._removals[-1].count)

    def _forget_removals(self) -> None:
        self._removals = []
        self._tell()
        if not any(each.can_undo for each in self.all):  # the files that are held are those of all windows
            self._store.submit(lambda store: store.end_undo(), None, self._conversations.on_store_failed)


def _draw(outline: list[Outline], unfolded: frozenset[MessageId]) -> Graph:
    from easychat_gui.domain.branch_graph import draw

    return draw(outline, unfolded)
