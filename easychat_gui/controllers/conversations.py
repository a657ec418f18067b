"""The list of all chats, and what can be done to any of them, shown or not."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal

from easychat_gui.controllers.shown_chat import ShownChat
from easychat_gui.domain.conversations import Conversation, ConversationSummary, TitleFrom
from easychat_gui.domain.ids import ConversationId
from easychat_gui.qtmodels.shelves import Shelves

if TYPE_CHECKING:
    from easychat_gui.storage.store import Store

FIRST_PAGE = 100

TURNS_S = 0.001
"""While the whole list is read, the window gets its turn so often."""


class ConversationController(ShownChat):
    """What a window has to do with chats: the one that it shows, and the list.

    ``reading_list_again`` when the database has more than was shown.
    """

    reading_list_again = Signal()
    kept_for_windows: frozenset[ConversationId] = frozenset()
    """Those that are about to be shown in windows of their own, as when the program last ran."""

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
        is_idle = self.wanted is None and not self.is_saved and not self.current.draft
        if newest is not None and newest.id not in self.kept_for_windows and not newest.title and is_idle:
            self.open(newest.id)

    def _show_shelves(self, shelves: Shelves, *, is_whole: bool = True) -> None:
        shelves.remove(self.all.deleted)
        self.list.set_shelves(shelves, is_whole=is_whole)
        if is_whole:
            gc.freeze()  # so many tuples need not be gone through again and again
        for each in self.all.shown:
            if each.is_saved:  # it may have begun after these were read
                each.show_in_list(each.current)

    def open_interrupted(self) -> None:
        """Show the chat whose answer the last run left unfinished: it was on the screen, and asks for a decision.

        Whoever has begun to write or has chosen another meanwhile is left there.
        """
        first = self.current

        def show(conversation_id: ConversationId | None) -> None:
            is_idle = self.current is first and self.wanted is None
            if conversation_id is not None and conversation_id not in self.kept_for_windows and is_idle:
                self.open(conversation_id)

        self._store.submit(lambda store: store.messages.newest_interrupted(), show, self.on_store_failed)

    def read_list_again(self) -> None:
        """Show what the database has: something has been added past this object."""
        self.reading_list_again.emit()  # folders and tags first
        self.list.begin_reading()
        self._store.submit(_read_list, self._show_shelves, self.on_store_failed)

    def read_earlier_prompts(self, then: Callable[[list[str]], None]) -> None:
        """Call ``then`` with what was lately asked in all conversations, newest first."""
        self._store.submit(lambda store: store.messages.newest_questions(), then, self.on_store_failed)

    # What the list offers

    def follow(self, summaries: Iterable[ConversationSummary]) -> None:
        """Show conversations where they stand by now. One that is shown and comes into the trash is left."""
        by_id = {each.id: each for each in summaries}
        self.list.apply(list(by_id.values()))
        for shown in list(self.all.shown):
            if (summary := by_id.get(shown.current.id)) is not None:
                shown.stand_at(summary)

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
        for conversation_id in ids:
            self.deleting.emit(conversation_id)
        self._remove(*ids)
        for each in list(self.all.shown):
            if each.wanted in ids:
                each.wanted = None
                each.not_found.emit()
            if each.current.id in ids:
                each.show_fresh()

    def _change_any(
        self,
        conversation_id: ConversationId,
        *,
        only_if: Callable[[Conversation], bool] = lambda _conversation: True,
        **changes: Any,
    ) -> None:
        if (shown := self.showing(conversation_id)) is not None:
            if only_if(shown.current):
                shown.change_now(**changes)
            return

        def change(store: Any) -> Conversation | None:
            conversation: Conversation | None = store.conversations.get(conversation_id)
            if conversation is not None and only_if(conversation):
                conversation = conversation.with_(**changes)
                store.conversations.save(conversation)
            return conversation

        def show(conversation: Conversation | None) -> None:
            if conversation is not None and conversation_id not in self.all.deleted:
                self.show_in_list(conversation)

        self.temporary.store_of(conversation_id).submit(change, show, self.on_store_failed)


def _read_list(store: Store) -> Shelves:
    from easychat_gui.support import turns

    with turns.taken_every(TURNS_S):
        summaries = store.conversations.summaries()
        return Shelves(summaries, (each.id for each in store.folders.all()))
