"""Chats that are copied whole: duplicated, or joined to a new one; and taken back."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer

from easychat_gui.controllers.conversations import ConversationController
from easychat_gui.controllers.notifier import NoticeKind, Notifier
from easychat_gui.domain.conversations import Conversation
from easychat_gui.domain.ids import ConversationId
from easychat_gui.storage.store import Store
from easychat_gui.workers.store_executor import StoreExecutor

UNDO_OFFERED_MS = 20_000


@dataclass(frozen=True, slots=True)
class _Done:
    """What was made, with the number of its messages then, and what went into the trash for it."""

    kind: NoticeKind
    made: tuple[tuple[Conversation, int], ...]
    trashed: tuple[ConversationId, ...] = ()


class CopyController(QObject):
    """Opens what it made. `undo` takes back what was done last, for `UNDO_OFFERED_MS`."""

    def __init__(
        self,
        *,
        conversations: ConversationController,
        store: StoreExecutor,
        notifier: Notifier,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._conversations = conversations
        self._store = store
        self._notifier = notifier
        self._done: _Done | None = None
        self._timer = QTimer(self, singleShot=True, interval=UNDO_OFFERED_MS)
        self._timer.timeout.connect(self._forget)

    def duplicate(self, titles: Sequence[tuple[ConversationId, str]]) -> None:
        """Put a copy of each of these chats beside it, under this title."""
        self._conversations.flush()
        now = time.time()

        def copy(store: Store) -> list[tuple[Conversation, int]]:
            made = [store.copies.duplicate(each, title, now) for each, title in titles]
            return [(each, store.copies.count(each.id)) for each in made if each is not None]

        self._store.submit(
            copy,
            lambda made: self._on_done(_Done(NoticeKind.CHATS_COPIED, tuple(made))),
            self._conversations.on_store_failed,
        )

    def merge(self, ids: Sequence[ConversationId], title: str, *, trash_originals: bool) -> None:
        """Join copies of these chats to a new one; the originals stay, or go into the trash."""
        self._conversations.flush()
        now = time.time()

        def join(store: Store) -> tuple[Conversation, int, list[Conversation]] | None:
            made = store.copies.merge(ids, title, now)
            if made is None:
                return None
            trashed = store.copies.put_in_trash(ids, now) if trash_originals else []
            return made, store.copies.count(made.id), trashed

        def show(joined: tuple[Conversation, int, list[Conversation]] | None) -> None:
            if joined is None:
                return
            made, count, trashed = joined
            self._show(trashed)
            done = _Done(NoticeKind.CHATS_MERGED, ((made, count),), tuple(each.id for each in trashed))
            self._on_done(done, len(ids))

        self._store.submit(join, show, self._conversations.on_store_failed)

    def undo(self) -> None:
        """Take back what was done last. A copy in which something was written meanwhile stays."""
        done = self._done
        self._forget()
        if done is None:
            return
        for made, _count in done.made:
            if (shown := self._conversations.showing(made.id)) is not None:
                shown.start_new()

        def take_back(store: Store) -> tuple[list[ConversationId], list[Conversation]]:
            gone = [each.id for each, count in done.made if store.copies.take_back(each, count)]
            return gone, store.copies.put_in_trash(done.trashed, None)

        def show(result: tuple[list[ConversationId], list[Conversation]]) -> None:
            gone, back = result
            for each in gone:
                self._conversations.list.remove(each)
            self._show(back)

        self._store.submit(take_back, show, self._conversations.on_store_failed)

    def _on_done(self, done: _Done, count: int = 0) -> None:
        if not done.made:
            return
        self._show([each for each, _ in done.made])
        self._done = done
        self._timer.start()
        self._notifier.post(done.kind, undo=self.undo, count=count or len(done.made))
        self._conversations.open(done.made[0][0].id)

    def _show(self, conversations: Sequence[Conversation]) -> None:
        for each in conversations:
            self._conversations.list.upsert(each.summary)
            if (shown := self._conversations.showing(each.id)) is not None:
                shown.stand_at(each.summary)

    def _forget(self) -> None:
        self._timer.stop()
        if self._done is not None:
            self._notifier.withdraw(self._done.kind)
        self._done = None
