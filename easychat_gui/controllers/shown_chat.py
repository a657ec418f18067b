"""The conversation that a window shows: what is read of it, what happens in it, and what is kept of it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any
from weakref import WeakSet

from PySide6.QtCore import QObject, QTimer, Signal

from easychat_gui.controllers.notifier import NoticeKind, Notifier
from easychat_gui.controllers.temporary import TemporaryChats
from easychat_gui.domain.branches import BranchTree
from easychat_gui.domain.conversations import (
    ContextChoice,
    Conversation,
    ConversationSummary,
    Edit,
    placed,
    placement_of,
)
from easychat_gui.domain.errors import StorageError
from easychat_gui.domain.ids import ConversationId, EndpointId, FolderId, MessageId, new_conversation_id
from easychat_gui.domain.messages import Message
from easychat_gui.qtmodels.conversations import ConversationListModel
from easychat_gui.qtmodels.messages import MessageListModel
from easychat_gui.workers.store_executor import StoreExecutor

SAVE_DELAY_MS = 400
"""Changes made by sliders and typing (parameters, system prompt, draft) are written so long after the last one."""


class AllChats(QObject):
    """What all windows have in common: the list, and which chats are shown where."""

    def __init__(self, store: StoreExecutor, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.list = ConversationListModel(self)
        self.temporary = TemporaryChats(store, self)
        self.deleted: set[ConversationId] = set()
        # Weakly: a ring of references would be taken apart by whichever thread collects garbage.
        self.shown: WeakSet[ShownChat] = WeakSet()


class ShownChat(QObject):
    """Owns the messages that its window shows, and the list of chats with all that stand ``beside`` it.

    A conversation is shown in one window at most: what is typed in it and where it stands are here until they are
    written, and two that both had them would write over each other.

    ``current`` is never None: a new conversation exists from the start and reaches the database with its first
    message. ``opened(Conversation)`` when another is shown, ``updated(Conversation)`` when the shown one changed,
    ``deleting(ConversationId)`` before one goes, ``sibling_shown(MessageId)`` when another version of a message has
    taken its place, ``called`` when somebody wishes to see what is shown here, ``not_found`` when what was to be shown
    is not there or cannot be read.
    """

    opened = Signal(object)
    updated = Signal(object)
    deleting = Signal(str)
    sibling_shown = Signal(object)
    called = Signal()
    not_found = Signal()

    def __init__(
        self,
        *,
        store: StoreExecutor,
        notifier: Notifier,
        beside: ShownChat | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._store = store
        self._notifier = notifier
        self.messages = MessageListModel(self)
        self.all: AllChats = beside.all if beside is not None else AllChats(store, self)
        self.all.shown.add(self)
        self.list = self.all.list
        self.temporary = self.all.temporary
        self.current = _fresh()
        self._tree = BranchTree()
        self.overlay: Callable[[Message], Message] = lambda message: message
        self.has_more_to_keep: Callable[[], bool] = lambda: False
        self.is_saved = False
        """Is it in the database? An empty one is not."""
        self.wanted: ConversationId | None = None
        """Which one is being read, to be shown."""
        if beside is not None:
            self.deleting.connect(beside.deleting)
        self._save_timer = QTimer(self, singleShot=True, interval=SAVE_DELAY_MS)
        self._save_timer.timeout.connect(self._write)

    @property
    def tree(self) -> BranchTree:
        """The tree of the conversation that is shown."""
        return self._tree

    def branch(self) -> list[Message]:
        """Return the messages that are shown, oldest first."""
        return list(self.messages.messages())

    # Which one is shown

    def showing(self, conversation_id: ConversationId) -> ShownChat | None:
        """Return what shows a conversation, in whichever window; None: nobody does."""
        return next((each for each in self.all.shown if each.current.id == conversation_id), None)

    def elsewhere(self, conversation_id: ConversationId) -> ShownChat | None:
        """Return what shows a conversation in another window, or is about to."""
        others = (each for each in self.all.shown if each is not self)
        return next((each for each in others if conversation_id in (each.current.id, each.wanted)), None)

    def start_new(self, folder_id: FolderId | None = None, draft: str = "") -> None:
        """Show a new conversation, with the model that the last one used; it will stand in this folder."""
        if self._may_leave(lambda: self.start_new(folder_id, draft)):
            self.leave()
            self.show_fresh(_fresh().with_(folder_id=folder_id, draft=draft))
            self.is_saved = bool(draft.strip())
            self._save_soon()

    def start_temporary(self) -> None:
        """Show a new conversation of which nothing is ever written."""
        if self._may_leave(self.start_temporary):
            self.leave()
            fresh = _fresh()
            if self.temporary.add(fresh.id, self.on_store_failed):
                self.show_fresh(fresh)

    def show_fresh(self, fresh: Conversation | None = None) -> None:
        """Show a new conversation, whatever is shown."""
        self.wanted = None
        last = self.current
        self._tree = BranchTree()
        new = fresh or _fresh()
        self._show(new.with_(endpoint_id=last.endpoint_id, model_id=last.model_id), [], is_saved=False)

    def give_up(self, conversation_id: ConversationId) -> None:
        """Show a new conversation in the place of this one, if it is shown or being read: another window is to."""
        if self.wanted == conversation_id:
            self.wanted = None
        if self.current.id == conversation_id:
            self.leave()
            self.show_fresh()

    def open(self, conversation_id: ConversationId) -> None:
        """Show a conversation of the list as soon as it is read; the latest wish counts. What is shown in another
        window stays there, and that is ``called``."""
        if (elsewhere := self.elsewhere(conversation_id)) is not None:
            elsewhere.called.emit()
            return
        if conversation_id == self.current.id:
            self.wanted = None
            return
        if not self._may_leave(lambda: self.open(conversation_id)):
            return
        self.flush()
        self.read(conversation_id)

    def read_again(self) -> None:
        """Show the conversation that is shown as the database has it."""
        self.flush()
        self.read(self.current.id)

    def read(self, conversation_id: ConversationId) -> None:
        """Show a conversation as the database has it, as soon as it is read."""
        self.wanted = conversation_id
        self.temporary.store_of(conversation_id).submit(
            lambda store: (
                store.conversations.get(conversation_id),
                store.messages.branch_of(conversation_id),
                BranchTree(store.messages.family(conversation_id)),
            ),
            lambda read: self._on_read(conversation_id, *read),
            lambda error: self._on_not_read(conversation_id, error),
        )

    def _on_read(
        self,
        conversation_id: ConversationId,
        conversation: Conversation | None,
        messages: list[Message],
        tree: BranchTree,
    ) -> None:
        if conversation_id != self.wanted:
            return
        self.wanted = None
        if conversation is None:
            self.not_found.emit()
            return
        self.leave()
        self._tree = tree
        self._show(conversation, [self.overlay(message) for message in messages], is_saved=True)

    def _on_not_read(self, conversation_id: ConversationId, error: StorageError) -> None:
        self.on_store_failed(error)
        if conversation_id == self.wanted:
            self.wanted = None  # else it would count as being shown here, and could be shown nowhere
            self.not_found.emit()

    def _show(self, conversation: Conversation, messages: list[Message], *, is_saved: bool) -> None:
        if self.is_temporary:
            self.deleting.emit(self.current.id)
            self.all.deleted.add(self.current.id)
            self.temporary.discard(self.current.id)
        self.current = conversation
        self.is_saved = is_saved
        self.messages.set_messages(messages)
        self.messages.set_tree(self._tree)
        self.opened.emit(conversation)

    def stand_at(self, summary: ConversationSummary) -> None:
        """It stands elsewhere in the list by now. From the trash it is left."""
        was_trashed = self.current.trashed_at is not None
        self.current = self.current.with_(**placement_of(summary)._asdict())
        if summary.trashed_at is not None and not was_trashed:
            self.flush()
            self.show_fresh()
        else:
            self.updated.emit(self.current)

    # Its branches

    def show_sibling(self, message_id: MessageId, step: int) -> None:
        """Show the branch of the sibling so many steps to the right (or left) of a message."""
        sibling = self._tree.sibling(message_id, step)
        if sibling is None:
            return
        self.show_branch(self._tree.leaf_below(sibling), lambda: self.sibling_shown.emit(sibling))

    def show_branch(self, leaf_id: MessageId, then: Callable[[], None] | None = None) -> None:
        """Show the branch that ends with this message, as soon as it is read, and call ``then``."""
        shown = (self.current.id, self.current.leaf_id)

        def show(messages: list[Message]) -> None:
            if shown == (self.current.id, self.current.leaf_id) and messages:  # no question was asked meanwhile
                self.messages.show_branch([self.overlay(message) for message in messages])
                self.messages.set_tree(self._tree)
                self._change(leaf_id=leaf_id)
                if then is not None:
                    then()

        store = self.temporary.store_of(self.current.id)
        store.submit(lambda store: store.messages.branch(leaf_id), show, self.on_store_failed)

    def read_tree_again(self, then: Callable[[], None]) -> None:
        """Call ``then`` when the tree of the conversation that is shown is again that of the database."""
        conversation_id = self.current.id

        def take(family: list[tuple[MessageId, MessageId | None]]) -> None:
            if conversation_id == self.current.id:
                self._tree = BranchTree(family)
                self.messages.set_tree(self._tree)
                then()

        store = self.temporary.store_of(conversation_id)
        store.submit(lambda store: store.messages.family(conversation_id), take, self.on_store_failed)

    # Temporary ones

    @property
    def is_temporary(self) -> bool:
        """Is the conversation that is shown one that is not written?"""
        return self.current.id in self.temporary

    def keep_temporary(self, then: Callable[[], None] = lambda: None) -> None:
        """Write the temporary chat that is shown from now on."""
        self._save(self.current)

        def show() -> None:
            self.is_saved = self.is_saved or bool(self.current.title)
            shown = list(self.messages.messages())  # what an answer has said since its rows were read is only here
            self._store.submit(lambda store: [store.messages.save(each) for each in shown], None, self.on_store_failed)
            self._save(self.current)
            self._update(self.current)
            then()

        self.temporary.keep(self.current.id, show, self.on_store_failed)

    def _may_leave(self, go_on: Callable[[], None]) -> bool:
        """May another conversation take the place of this one now? If not, ``go_on`` is called when it may."""
        return not self.is_temporary or self.temporary.may_leave(go_on, has_words=self.messages.rowCount() > 0)

    # What happens in it

    def show_branch_end(self, conversation: Conversation, question: Message | None, answer: Message) -> None:
        """Put a question and its answer at the end of the branch (at the place of the answer it repeats).

        Of a conversation that is shown nowhere only the list tells.
        """
        if conversation.id != self.current.id:
            if (shown := self.showing(conversation.id)) is not None:
                shown.show_branch_end(conversation, question, answer)
                return
            self.show_in_list(conversation)
            for each in self.all.shown:
                if each.wanted == conversation.id:  # what is just being read for the view lacks both
                    each.read(conversation.id)
            return
        first = question or answer
        parent_row = None if first.parent_id is None else self.messages.row_of(first.parent_id)
        self.messages.truncate(0 if parent_row is None else parent_row + 1)
        if question is not None:
            self.messages.append(question)
        self.messages.append(answer)
        for new in (question, answer):
            if new is not None:
                self._tree.add(new.id, new.parent_id)
        self.messages.set_tree(self._tree)
        self.is_saved = True
        self._save_timer.stop()  # the exchange carries the conversation's fields with it
        self._update(conversation)

    def show_without(self, message_id: MessageId, *, with_following: bool = False) -> MessageId | None:
        """Take a message out of what is shown, and with it all that follows if so wished.

        Returns the end of the branch that is shown then; None when no message is left.
        """
        parent_id = self._tree.parent(message_id)
        row = self.messages.row_of(message_id)
        leaf_id = self.current.leaf_id
        if with_following:
            self._tree.cut_off(message_id)
            if row is not None:
                self.messages.truncate(row)
        else:
            self._tree.take_out(message_id)
            self.messages.take_out(message_id)
        self.messages.set_tree(self._tree)
        if leaf_id is None or leaf_id not in self._tree:
            leaf_id = self._tree.end_near(parent_id)
        self._change(leaf_id=leaf_id)
        return leaf_id

    def show_changed(self, message: Message) -> None:
        """Show a message that is replaced by a later state of itself."""
        if (shown := self.showing(message.conversation_id)) is not None:
            shown.messages.replace(message)
            shown.updated.emit(shown.current)

    def set_model(self, endpoint_id: EndpointId, model_id: str) -> None:
        self._change(endpoint_id=endpoint_id, model_id=model_id)

    def set_guidance(self, **changes: Any) -> None:
        """Change who answers and what it is told: ``preset_id``, ``params``, ``system_prompt``, ``model_id``, …"""
        if any(getattr(self.current, name) != value for name, value in changes.items()):
            self._change(**changes)

    def set_context(self, context: ContextChoice) -> None:
        """Say what is done about messages that no longer fit."""
        self._change(context=context)

    def set_draft(self, text: str) -> None:
        if text != self.current.draft:
            self.current = self.current.with_(draft=text)
            self.is_saved = self.is_saved or bool(text.strip())  # it must survive the program
            self._save_soon()

    def set_edit(self, edit: Edit | None) -> None:
        """Keep the new version of a message that is being written; None: no more."""
        if edit != self.current.edit:
            self.current = self.current.with_(edit=edit)
            self._save_soon()

    # What is kept of it

    def leave(self) -> None:
        """Keep what was typed, before another conversation is shown or the program ends.

        One that holds nothing but a draft or a system prompt is kept for their sake, until they are taken back.
        """
        if not self.messages.rowCount() and not self.current.title:
            if self.current.draft.strip() or self.current.system_prompt.strip() or self.has_more_to_keep():
                self.is_saved = True
                self.show_in_list(self.current)
                self._save_timer.start()
            elif self.is_saved:
                self._remove(self.current.id)
        self.flush()

    def keep(self) -> None:
        """Have the shown conversation in the database now: a row of another table is about to refer to it."""
        self.is_saved = True
        self._write()

    def flush(self) -> None:
        """Write what waits to be written, of all windows."""
        for each in self.all.shown:
            each.write_what_waits()

    def write_what_waits(self) -> None:
        """As `flush`, of this window alone."""
        if self._save_timer.isActive():
            self._write()

    def stop_saving(self) -> None:
        """It is in the database no more, and shall not come back."""
        self._save_timer.stop()
        self.is_saved = False

    def _save_soon(self) -> None:
        """Write within `SAVE_DELAY_MS`, also while somebody types without a pause."""
        if self.is_saved and not self._save_timer.isActive():
            self._save_timer.start()

    def _write(self) -> None:
        self._save_timer.stop()  # a timer that has just fired is no longer active: this must not be asked here
        self._save(self.current)

    def _remove(self, *ids: ConversationId) -> None:
        self.all.deleted.update(ids)
        self.list.remove(*ids)
        for each in filter(None, map(self.showing, ids)):
            each.stop_saving()
        for passing in filter(self.temporary.__contains__, ids):
            self.temporary.discard(passing)
        self._store.submit(lambda store: store.order.delete(ids), None, self.on_store_failed)

    def show_in_list(self, conversation: Conversation) -> None:
        """Show it in the list as it is now; but where that has it, which may be later than it was read.

        Of one that is not written nothing is to be found there.
        """
        if conversation.id in self.temporary:
            return
        known = self.list.get(conversation.id)
        summary = conversation.summary
        self.list.upsert(summary if known is None else placed(summary, placement_of(known)))

    def change_now(self, **changes: Any) -> None:
        """Change the conversation, and write it at once."""
        self._update(self.current.with_(**changes))
        self._save(self.current)

    def _change(self, **changes: Any) -> None:
        self._update(self.current.with_(**changes))
        self._save_soon()

    def _update(self, conversation: Conversation) -> None:
        self.current = conversation
        if self.is_saved:
            self.show_in_list(conversation)
        self.updated.emit(conversation)

    def _save(self, conversation: Conversation) -> None:
        if self.is_saved:
            store = self.temporary.store_of(conversation.id)
            store.submit(lambda store: store.conversations.save(conversation), None, self.on_store_failed)

    def on_store_failed(self, error: StorageError) -> None:
        """Tell the person that something could not be written or read."""
        self._notifier.post(
            NoticeKind.SAVE_FAILED, error=type(error).__name__, path=str(error.path or ""), message=str(error)
        )


def _fresh() -> Conversation:
    now = time.time()
    return Conversation(id=new_conversation_id(), created_at=now, updated_at=now)
