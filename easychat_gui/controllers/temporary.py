"""Which conversations are temporary, and which store each one's words go to."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from easychat_gui.domain.errors import DatabaseUnavailable, StorageError
from easychat_gui.domain.ids import ConversationId
from easychat_gui.workers.store_executor import StoreExecutor

if TYPE_CHECKING:
    from easychat_gui.storage.attachment_files import AttachmentFiles
    from easychat_gui.storage.store import Store
    from easychat_gui.storage.temporary import Rows
    from easychat_gui.workers.temporary_store import TemporaryStore


class TemporaryChats(QObject):
    """Whoever reads or writes something of a conversation asks `store_of` for where.

    What belongs to a temporary one goes to a store in memory, by the same way and with the same code as all else; so
    there is no place that could forget that it must not be written.
    """

    def __init__(self, store: StoreExecutor, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._memory: TemporaryStore | None = None
        self._is_granted = False
        self.ask_to_leave: Callable[[Callable[[], None]], None] | None = None
        """Asks the person what becomes of a temporary chat, and calls what it gets if it may be left."""
        self._ids: set[ConversationId] = set()
        """Those that are gone stay in it: what still arrives for one must not be written either."""
        self._keeping: dict[ConversationId, list[Callable[[], None]]] = {}
        """Those that are about to be written, with what is done then."""

    def __contains__(self, conversation_id: object) -> bool:
        return conversation_id in self._ids

    def store_of(self, conversation_id: ConversationId) -> StoreExecutor:
        return self._memory if self._memory is not None and conversation_id in self._ids else self._store

    def add(self, conversation_id: ConversationId, on_error: Callable[[StorageError], None]) -> bool:
        """Keep this conversation out of everything that is written. Return whether that can be."""
        if self._memory is None:
            from easychat_gui.workers.temporary_store import TemporaryStore

            try:
                self._memory = TemporaryStore(self)
            except OSError as error:  # no place even for files that pass
                on_error(DatabaseUnavailable(error.strerror or str(error)))
                return False
            self._memory.start()
        self._ids.add(conversation_id)
        return True

    def may_leave(self, go_on: Callable[[], None], *, has_words: bool) -> bool:
        """May the temporary chat that is shown be left? If not, the person is asked; ``go_on`` is what leads away."""
        is_granted, self._is_granted = self._is_granted, False
        if is_granted or not has_words or self.ask_to_leave is None:
            return True
        self.ask_to_leave(go_on)
        return False

    def leave(self, go_on: Callable[[], None]) -> None:
        """Let the temporary chat that is shown go, by what leads to another."""
        self._is_granted = True
        go_on()

    def files_of(self, conversation_id: ConversationId, usual: AttachmentFiles) -> AttachmentFiles:
        """Return where what is attached to a conversation lies."""
        return self._memory.files if self._memory is not None and conversation_id in self._ids else usual

    def holder_of(self, usual: AttachmentFiles) -> Callable[[str], AttachmentFiles]:
        """Return what tells where an attached file is, by its SHA-256. It may be called on any thread."""
        passing = self._memory.files if self._memory is not None else None

        def find(sha256: str) -> AttachmentFiles:
            is_passing = passing is not None and not usual.path(sha256).exists() and passing.path(sha256).exists()
            return passing if passing is not None and is_passing else usual

        return find

    def discard(self, conversation_id: ConversationId) -> None:
        """Drop all that there is of one."""
        self._keeping.pop(conversation_id, None)
        if self._memory is not None:
            self._memory.submit(lambda store: store.conversations.delete(conversation_id))

    def keep(
        self, conversation_id: ConversationId, then: Callable[[], None], on_error: Callable[[StorageError], None]
    ) -> None:
        """Write one from now on. ``then`` is called when the rest of the program may write to the disk about it.

        What is asked or answered while its rows are read is read with the next ones; asked twice, it is done once.
        """
        memory = self._memory
        if memory is None or conversation_id not in self._ids:
            return
        is_on_its_way = conversation_id in self._keeping
        self._keeping.setdefault(conversation_id, []).append(then)
        if not is_on_its_way:
            self._read(memory, conversation_id, on_error)

    def _read(
        self, memory: TemporaryStore, conversation_id: ConversationId, on_error: Callable[[StorageError], None]
    ) -> None:
        def read(store: Store) -> Rows:
            from easychat_gui.storage.temporary import rows_of

            return rows_of(store, conversation_id)

        def take(rows: Rows) -> None:
            if conversation_id not in self._keeping:  # it was left meanwhile, and is not wanted any more
                return
            if memory.submissions != number:  # messages may have been added that these rows lack
                self._read(memory, conversation_id, on_error)
            else:
                self._write(memory, conversation_id, rows, on_error)

        def give_up(error: StorageError) -> None:
            self._keeping.pop(conversation_id, None)
            on_error(error)

        memory.submit(read, take, give_up)
        number = memory.submissions

    def _write(
        self,
        memory: TemporaryStore,
        conversation_id: ConversationId,
        rows: Rows,
        on_error: Callable[[StorageError], None],
    ) -> None:
        source = memory.files

        def put(store: Store) -> None:
            from easychat_gui.storage.temporary import put_in

            put_in(store, rows, source)

        self._ids.discard(conversation_id)
        self._store.submit(put, lambda _: self._forget(conversation_id), on_error)
        for then in self._keeping.pop(conversation_id):
            then()

    def close(self) -> None:
        """End the store in memory, and with it all that was in it."""
        if self._memory is not None:
            self._memory.close()

    def _forget(self, conversation_id: ConversationId) -> None:
        self.discard(conversation_id)  # only now: its files were copied from there
