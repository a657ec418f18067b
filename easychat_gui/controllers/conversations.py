"""Which conversation is shown, and all that can be done to one."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from easychat_gui.controllers.notifier import NoticeKind, Notifier
from easychat_gui.controllers.temporary import TemporaryChats
from easychat_gui.domain.branches import BranchTree
from easychat_gui.domain.conversations import (
    ContextChoice,
    Conversation,
    ConversationSummary,
    Edit,
    TitleFrom,
    placed,
    placement_of,
)
from easychat_gui.domain.errors import StorageError
from easychat_gui.domain.ids import ConversationId, EndpointId, FolderId, MessageId, new_conversation_id
from easychat_gui.domain.messages import Message
from easychat_gui.qtmodels.conversations import ConversationListModel
from easychat_gui.qtmodels.messages import MessageListModel
from easychat_gui.qtmodels.shelves import Shelves
from easychat_gui.workers.store_executor import StoreExecutor

if TYPE_CHECKING:
    from easychat_gui.storage.store import Store

FIRST_PAGE = 100

TURNS_S = 0.001
"""While the whole list is read, the window gets its turn so often."""

SAVE_DELAY_MS = 400
"""Changes made by sliders and typing (parameters, system prompt, draft) are written so long after the last one."""


class ConversationController(QObject):
    """Owns the two item models that the window shows.

    ``current`` is never None: a new conversation exists from the start and reaches the database with its first
    message. ``opened(Conversation)`` when another is shown, ``updated(Conversation)`` when the shown one changed,
    ``deleting(ConversationId)`` before one goes, ``sibling_shown(MessageId)`` when another version of a message has
    taken its place, ``reading_list_again`` when the database has more than was shown.
    """

    opened = Signal(object)
    updated = Signal(object)
    deleting = Signal(str)
    reading_list_again = Signal()
    sibling_shown = Signal(object)

    def __init__(self, *, store: StoreExecutor, notifier: Notifier, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._notifier = notifier
        self.messages = MessageListModel(self)
        self.list = ConversationListModel(self)
        self.current = _fresh()
        self._tree = BranchTree()
        self.overlay: Callable[[Message], Message] = lambda message: message
        self.has_more_to_keep: Callable[[], bool] = lambda: False
        self._is_saved = False
        self._wanted: ConversationId | None = None
        self._deleted: set[ConversationId] = set()
        self.temporary = TemporaryChats(store, self)
        self._save_timer = QTimer(self, singleShot=True, interval=SAVE_DELAY_MS)
        self._save_timer.timeout.connect(self._write)

    def load(self) -> None:
        """Read the list from the database: what fits the screen first, since 100,000 take a fifth of a second."""

        def show_first(first: list[ConversationSummary]) -> None:
            self._show_shelves(Shelves(first), is_whole=False)
            self._open_draft(first)
            self.list.begin_reading()
            self._store.submit(_read_list, self._show_shelves, self.on_store_failed)

        self._store.submit(lambda store: store.conversations.summaries(FIRST_PAGE), show_first, self.on_store_failed)

    def _open_draft(self, summaries: list[ConversationSummary]) -> None:
        """Show the newest chat if nothing of it was sent yet: it stood on the screen, and would be taken for lost.

        Whoever has begun to write or has chosen another meanwhile is left there.
        """
        newest = max(summaries, key=lambda each: each.updated_at, default=None)
        is_idle = self._wanted is None and not self._is_saved and not self.current.draft
        if newest is not None and not newest.title and is_idle:
            self.open(newest.id)

    def _show_shelves(self, shelves: Shelves, *, is_whole: bool = True) -> None:
        shelves.remove(self._deleted)
        self.list.set_shelves(shelves, is_whole=is_whole)
        if is_whole:
            gc.freeze()  # so many tuples need not be gone through again and again
        if self._is_saved:  # it may have begun after these were read
            self._list(self.current)

    def open_interrupted(self) -> None:
        """Show the chat whose answer the last run left unfinished: it was on the screen, and asks for a decision.

        Whoever has begun to write or has chosen another meanwhile is left there.
        """
        first = self.current

        def show(conversation_id: ConversationId | None) -> None:
            if conversation_id is not None and self.current is first and self._wanted is None:
                self.open(conversation_id)

        self._store.submit(lambda store: store.messages.newest_interrupted(), show, self.on_store_failed)

    def read_list_again(self) -> None:
        """Show what the database has: something has been added past this object."""
        self.reading_list_again.emit()  # folders and tags first
        self.list.begin_reading()
        self._store.submit(_read_list, self._show_shelves, self.on_store_failed)

    def read_again(self) -> None:
        """Show the conversation that is shown as the database has it."""
        self.flush()
        self._read(self.current.id)

    def read_earlier_prompts(self, then: Callable[[list[str]], None]) -> None:
        """Call ``then`` with what was lately asked in all conversations, newest first."""
        self._store.submit(lambda store: store.messages.newest_questions(), then, self.on_store_failed)

    @property
    def tree(self) -> BranchTree:
        """The tree of the conversation that is shown."""
        return self._tree

    def branch(self) -> list[Message]:
        """Return the messages that are shown, oldest first."""
        return list(self.messages.messages())

    # Which one is shown

    def start_new(self, folder_id: FolderId | None = None) -> None:
        """Show a new, empty conversation, with the model that the last one used; it will stand in this folder."""
        if self._may_leave(lambda: self.start_new(folder_id)):
            self.leave()
            self._show_fresh(_fresh().with_(folder_id=folder_id))

    def start_temporary(self) -> None:
        """Show a new conversation of which nothing is ever written."""
        if self._may_leave(self.start_temporary):
            self.leave()
            fresh = _fresh()
            if self.temporary.add(fresh.id, self.on_store_failed):
                self._show_fresh(fresh)

    def _show_fresh(self, fresh: Conversation | None = None) -> None:
        self._wanted = None
        last = self.current
        self._tree = BranchTree()
        new = fresh or _fresh()
        self._show(new.with_(endpoint_id=last.endpoint_id, model_id=last.model_id), [], is_saved=False)

    def follow(self, summaries: Iterable[ConversationSummary]) -> None:
        """Show conversations where they stand by now. One that is shown and comes into the trash is left."""
        summaries = list(summaries)
        self.list.apply(summaries)
        shown = next((each for each in summaries if each.id == self.current.id), None)
        if shown is None:
            return
        was_trashed = self.current.trashed_at is not None
        self.current = self.current.with_(**placement_of(shown)._asdict())
        if shown.trashed_at is not None and not was_trashed:
            self.flush()
            self._show_fresh()
        else:
            self.updated.emit(self.current)

    # Temporary ones

    @property
    def is_temporary(self) -> bool:
        """Is the conversation that is shown one that is not written?"""
        return self.current.id in self.temporary

    def keep_temporary(self, then: Callable[[], None] = lambda: None) -> None:
        """Write the temporary chat that is shown from now on."""
        self._save(self.current)

        def show() -> None:
            self._is_saved = self._is_saved or bool(self.current.title)
            shown = list(self.messages.messages())  # what an answer has said since its rows were read is only here
            self._store.submit(lambda store: [store.messages.save(each) for each in shown], None, self.on_store_failed)
            self._save(self.current)
            self._update(self.current)
            then()

        self.temporary.keep(self.current.id, show, self.on_store_failed)

    def _may_leave(self, go_on: Callable[[], None]) -> bool:
        """May another conversation take the place of this one now? If not, ``go_on`` is called when it may."""
        return not self.is_temporary or self.temporary.may_leave(go_on, has_words=self.messages.rowCount() > 0)

    def open(self, conversation_id: ConversationId) -> None:
        """Show a conversation of the list as soon as it is read; the latest wish counts."""
        if conversation_id == self.current.id:
            self._wanted = None
            return
        if not self._may_leave(lambda: self.open(conversation_id)):
            return
        self.flush()
        self._read(conversation_id)

    def _read(self, conversation_id: ConversationId) -> None:
        self._wanted = conversation_id
        self.temporary.store_of(conversation_id).submit(
            lambda store: (
                store.conversations.get(conversation_id),
                store.messages.branch_of(conversation_id),
                BranchTree(store.messages.family(conversation_id)),
            ),
            self._on_read,
            self.on_store_failed,
        )

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

    def _on_read(self, read: tuple[Conversation | None, list[Message], BranchTree]) -> None:
        conversation, messages, tree = read
        if conversation is None or conversation.id != self._wanted:
            return
        self._wanted = None
        self.leave()
        self._tree = tree
        self._show(conversation, [self.overlay(message) for message in messages], is_saved=True)

    def _show(self, conversation: Conversation, messages: list[Message], *, is_saved: bool) -> None:
        if self.is_temporary:
            self.deleting.emit(self.current.id)
            self._deleted.add(self.current.id)
            self.temporary.discard(self.current.id)
        self.current = conversation
        self._is_saved = is_saved
        self.messages.set_messages(messages)
        self.messages.set_tree(self._tree)
        self.opened.emit(conversation)

    # What happens in it

    def show_branch_end(self, conversation: Conversation, question: Message | None, answer: Message) -> None:
        """Put a question and its answer at the end of the branch (at the place of the answer it repeats).

        Of a conversation that is not shown only the list tells.
        """
        if conversation.id != self.current.id:
            self._list(conversation)
            if self._wanted == conversation.id:  # what is just being read for the view lacks both
                self.open(conversation.id)
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
        self._is_saved = True
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
        self.messages.replace(message)
        if message.conversation_id == self.current.id:
            self.updated.emit(self.current)

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
            self._is_saved = self._is_saved or bool(text.strip())  # it must survive the program
            self._save_soon()

    def set_edit(self, edit: Edit | None) -> None:
        """Keep the new version of a message that is being written; None: no more."""
        if edit != self.current.edit:
            self.current = self.current.with_(edit=edit)
            self._save_soon()

    def _save_soon(self) -> None:
        """Write within `SAVE_DELAY_MS`, also while somebody types without a pause."""
        if self._is_saved and not self._save_timer.isActive():
            self._save_timer.start()

    def leave(self) -> None:
        """Keep what was typed, before another conversation is shown or the program ends.

        One that holds nothing but a draft or a system prompt is kept for their sake, until they are taken back.
        """
        if not self.messages.rowCount() and not self.current.title:
            if self.current.draft.strip() or self.current.system_prompt.strip() or self.has_more_to_keep():
                self._is_saved = True
                self._list(self.current)
                self._save_timer.start()
            elif self._is_saved:
                self._remove(self.current.id)
        self.flush()

    def keep(self) -> None:
        """Have the shown conversation in the database now: a row of another table is about to refer to it."""
        self._is_saved = True
        self._write()

    def flush(self) -> None:
        """Write what waits to be written."""
        if self._save_timer.isActive():
            self._write()

    def _write(self) -> None:
        self._save_timer.stop()  # a timer that has just fired is no longer active: this must not be asked here
        self._save(self.current)

    # What the list offers

    def rename(self, conversation_id: ConversationId, title: str) -> None:
        title = " ".join(title.split())
        if title:
            self._change_any(conversation_id, title=title, title_from=TitleFrom.PERSON)

    def retitle(self, conversation_id: ConversationId, title: str, *, instead_of: str) -> None:
        """Give a chat a title that nobody typed, if it still has the one that this was made to replace."""
        changes = {"title": title, "title_from": TitleFrom.MODEL}
        self._change_any(conversation_id, only_if=lambda each: each.title == instead_of, **changes)

    def set_unread(self, conversation_id: ConversationId, *, is_unread: bool) -> None:
        """Mark a chat as one with an answer that nobody has looked at, or no longer."""
        self._change_any(conversation_id, only_if=lambda each: each.is_unread != is_unread, is_unread=is_unread)

    def delete(self, *ids: ConversationId) -> None:
        """Remove conversations with all their messages, for good."""
        for each in ids:
            self.deleting.emit(each)
        self._remove(*ids)
        if self._wanted in ids:
            self._wanted = None
        if self.current.id in ids:
            self._show_fresh()

    def _remove(self, *ids: ConversationId) -> None:
        self._deleted.update(ids)
        self.list.remove(*ids)
        if self.current.id in ids:
            self._save_timer.stop()
            self._is_saved = False
        for each in filter(self.temporary.__contains__, ids):
            self.temporary.discard(each)
        self._store.submit(lambda store: store.order.delete(ids), None, self.on_store_failed)

    def _list(self, conversation: Conversation) -> None:
        """Show it in the list as it is now; but where that has it, which may be later than it was read.

        Of one that is not written nothing is to be found there.
        """
        if conversation.id in self.temporary:
            return
        known = self.list.get(conversation.id)
        summary = conversation.summary
        self.list.upsert(summary if known is None else placed(summary, placement_of(known)))

    def _change_any(
        self,
        conversation_id: ConversationId,
        *,
        only_if: Callable[[Conversation], bool] = lambda _conversation: True,
        **changes: Any,
    ) -> None:
        if conversation_id == self.current.id:
            if only_if(self.current):
                self._update(self.current.with_(**changes))
                self._save(self.current)
            return

        def change(store: Any) -> Conversation | None:
            conversation: Conversation | None = store.conversations.get(conversation_id)
            if conversation is not None and only_if(conversation):
                conversation = conversation.with_(**changes)
                store.conversations.save(conversation)
            return conversation

        def show(conversation: Conversation | None) -> None:
            if conversation is not None and conversation_id not in self._deleted:
                self._list(conversation)

        self.temporary.store_of(conversation_id).submit(change, show, self.on_store_failed)

    def _change(self, **changes: Any) -> None:
        self._update(self.current.with_(**changes))
        self._save_soon()

    def _update(self, conversation: Conversation) -> None:
        self.current = conversation
        if self._is_saved:
            self._list(conversation)
        self.updated.emit(conversation)

    def _save(self, conversation: Conversation) -> None:
        if self._is_saved:
            store = self.temporary.store_of(conversation.id)
            store.submit(lambda store: store.conversations.save(conversation), None, self.on_store_failed)

    def on_store_failed(self, error: StorageError) -> None:
        """Tell the person that something could not be written or read."""
        self._notifier.post(
            NoticeKind.SAVE_FAILED, error=type(error).__name__, path=str(error.path or ""), message=str(error)
        )


def _read_list(store: Store) -> Shelves:
    from easychat_gui.support import turns

    with turns.taken_every(TURNS_S):
        summaries = store.conversations.summaries()
        return Shelves(summaries, (each.id for each in store.folders.all()))


def _fresh() -> Conversation:
    now = time.time()
    return Conversation(id=new_conversation_id(), created_at=now, updated_at=now)
