"""The store: everything that is kept, behind one object. Lives on the store thread."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from easychat_gui.domain.conversations import Conversation
from easychat_gui.domain.messages import Message
from easychat_gui.storage.conversations import Conversations
from easychat_gui.storage.database import Database
from easychat_gui.storage.messages import Messages
from easychat_gui.storage.reports import OpenReport


class Store(Database):
    """An open database with what is in it.

    What must happen together is a method here; everything else is in `conversations` and `messages`.
    """

    @property
    def conversations(self) -> Conversations:
        return Conversations(self)

    @property
    def messages(self) -> Messages:
        return Messages(self)

    def begin_exchange(self, conversation: Conversation, messages: Iterable[Message]) -> None:
        """Save the conversation and add these messages (the question, the empty answer), or do neither.

        The request goes out only after this: what a server has seen is always on disk.
        """
        with self.transaction():
            self.conversations.save(conversation)
            self.messages.add(*messages)

    def finalise(self, message: Message, conversation: Conversation | None = None) -> bool:
        """Save a finished answer, and its conversation if that changed too. Return whether it was still there.

        Neither is brought back if it was deleted while the answer ran.
        """
        with self.transaction():
            if conversation is not None:
                self.conversations.update(conversation)
            return self.messages.save(message)


def open_store(path: Path, backups_folder: Path | None = None) -> tuple[Store, OpenReport]:
    """Open the database and settle what the last run left behind. Raises `StorageError`."""
    store = Store.open(path, backups_folder)
    try:
        interrupted = store.messages.mark_interrupted()
    except BaseException:
        store.close()
        raise
    return store, replace(store.report, interrupted=interrupted)
