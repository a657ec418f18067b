"""The store: everything that is kept, behind one object. Lives on the store thread."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from easychat_gui.domain.conversations import Conversation
from easychat_gui.domain.errors import DatabaseDamaged
from easychat_gui.domain.ids import QueuedId
from easychat_gui.domain.messages import Message
from easychat_gui.domain.token_chances import TokenChance
from easychat_gui.storage.attachment_files import ATTACHMENTS_FOLDER, AttachmentFiles
from easychat_gui.storage.attachments import Attachments
from easychat_gui.storage.branch_changes import BranchChanges
from easychat_gui.storage.connecting import BUSY_TIMEOUT_S
from easychat_gui.storage.conversations import Conversations
from easychat_gui.storage.copies import Copies
from easychat_gui.storage.database import MENDED, SAVED, Database
from easychat_gui.storage.file_header import INDEX_NAME, RECODING_NOTE, read_header
from easychat_gui.storage.folders import Folders
from easychat_gui.storage.imports import Imports
from easychat_gui.storage.lessons import LearnedLessons
from easychat_gui.storage.messages import Messages
from easychat_gui.storage.order import Order
from easychat_gui.storage.presets import Presets
from easychat_gui.storage.prompts import Prompts
from easychat_gui.storage.queued import QueuedMessages
from easychat_gui.storage.reports import OpenReport, RecoveryReport
from easychat_gui.storage.search_journal import SearchJournal
from easychat_gui.storage.sent_requests import SentRequests
from easychat_gui.storage.sqlite_errors import translated
from easychat_gui.storage.tags import Tags
from easychat_gui.support.atomic_files import sync_folder


class Store(Database):
    """An open database with what is in it.

    What must happen together is a method here; everything else is in `conversations`, `messages`, `presets` and
    `attachments`.

    Triggers tell which files rows of `attachments` have begun or ceased to use, by whatever statement or cascade: a
    new one gets its place after the commit, and what nobody uses any more is removed then.
    """

    def __init__(self, path: Path, connection: sqlite3.Connection, report: OpenReport) -> None:
        super().__init__(path, connection, report)
        self.files = AttachmentFiles(path.parent / ATTACHMENTS_FOLDER)
        self._gained: set[str] = set()
        self._released: set[str] = set()
        self._held: set[str] = set()
        self._has_deleted = False
        connection.create_function("note_deleted", 0, self._note_deleted)
        for table in ("conversations", "messages"):
            connection.execute(
                f"CREATE TEMP TRIGGER note_{table} AFTER DELETE ON main.{table} BEGIN SELECT note_deleted(); END"
            )
        for event in ("DELETE", "UPDATE"):  # what was deleted stood in the journal until the index had learnt of it
            connection.execute(
                f"CREATE TEMP TRIGGER note_journal_{event.lower()} AFTER {event} ON main.search_journal "
                "WHEN old.removed IS NOT NULL BEGIN SELECT note_deleted(); END"
            )
        connection.create_function("note_gained", 1, self._gained.add)
        connection.create_function("note_released", 1, self._released.add)
        for event, note, row in (("INSERT", "note_gained", "new"), ("DELETE", "note_released", "old")):
            connection.execute(
                f"CREATE TEMP TRIGGER {note} AFTER {event} ON main.attachments BEGIN SELECT {note}({row}.sha256); END"
            )

    @property
    def conversations(self) -> Conversations:
        return Conversations(self)

    @property
    def folders(self) -> Folders:
        return Folders(self)

    @property
    def order(self) -> Order:
        return Order(self)

    @property
    def tags(self) -> Tags:
        return Tags(self)

    @property
    def attachments(self) -> Attachments:
        return Attachments(self)

    @property
    def imports(self) -> Imports:
        return Imports(self)

    @property
    def messages(self) -> Messages:
        return Messages(self)

    @property
    def lessons(self) -> LearnedLessons:
        return LearnedLessons(self)

    @property
    def prompts(self) -> Prompts:
        return Prompts(self)

    @property
    def queued(self) -> QueuedMessages:
        return QueuedMessages(self)

    @property
    def presets(self) -> Presets:
        return Presets(self)

    @property
    def search_journal(self) -> SearchJournal:
        return SearchJournal(self)

    @property
    def branches(self) -> BranchChanges:
        return BranchChanges(self, hold=self._held.update)

    @property
    def copies(self) -> Copies:
        return Copies(self)

    @property
    def sent_requests(self) -> SentRequests:
        return SentRequests(self)

    def end_undo(self) -> None:
        """What was taken out so far stays out: let go of the files that only it used."""
        held = set(self._held)
        self._held.clear()
        self.files.settle(held, self.attachments.uses)

    def begin_exchange(
        self, conversation: Conversation, messages: Iterable[Message], queued: QueuedId | None = None
    ) -> None:
        """Save the conversation and add these messages (the question, the empty answer), or do neither.

        ``queued``: the question waited as this; it does no more.

        The request goes out only after this: what a server has seen is always on disk.
        """
        with self.transaction():
            self.conversations.save(conversation)
            self.messages.add(*messages)
            if queued is not None:
                self.queued.remove(queued)

    def finalise(
        self,
        message: Message,
        conversation: Conversation | None = None,
        *,
        chances: Sequence[TokenChance] = (),
        is_continued: bool = False,
    ) -> bool:
        """Save a finished answer, and its conversation if that changed too. Return whether it was still there.

        ``chances`` are those of its tokens; ``is_continued``: of the tokens that were added to what was there.
        Neither is brought back if it was deleted while the answer ran.
        """
        with self.transaction():
            if conversation is not None:
                self.conversations.update(conversation)
            if chances:
                known = self.messages.chances_of(message.id) if is_continued else ()
                self.messages.save_chances(message.id, [*known, *chances])
            return self.messages.save(message)

    def _before_commit(self) -> None:
        if self._released:
            self.files.mark_leaving(self._released)

    def _after_commit(self) -> None:
        gained, released = set(self._gained), set(self._released)
        self._after_rollback()
        self.files.place(gained)
        self.files.settle(released - self._held, self.attachments.uses)
        if self._has_deleted:
            self._has_deleted = not self.scrub_log()

    def _after_rollback(self) -> None:
        self._gained.clear()
        self._released.clear()

    def _note_deleted(self) -> None:
        self._has_deleted = True

    def scrub_log(self) -> bool:
        """Empty the write-ahead log, in which older states of deleted rows still stand. Return whether that was done.

        It cannot be while somebody reads; then the next commit tries again, and closing the file does it at last.
        """
        with translated(self.path):
            self.connection.execute("PRAGMA busy_timeout = 0")
            try:
                is_busy, _, _ = self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            finally:
                self.connection.execute(f"PRAGMA busy_timeout = {round(BUSY_TIMEOUT_S * 1000)}")
        return not is_busy


def open_store(path: Path, backups_folder: Path | None = None) -> tuple[Store, OpenReport]:
    """Open the database and settle what the last run left behind. Raises `StorageError`."""
    if path.with_name(RECODING_NOTE).is_file():
        from easychat_gui.storage import encryption

        encryption.finish(path, backups_folder or path.parent / "backups")
    put_back = _put_back_what_was_saved(path)
    _refuse_lost(path)
    store = Store.open(path, backups_folder)
    try:
        interrupted = store.messages.mark_interrupted()
        store.files.settle_all(store.attachments.uses)
        _remove_unfinished_repairs(path)
    except BaseException:
        store.close()
        raise
    return store, replace(store.report, interrupted=interrupted, recovery=put_back)


def _put_back_what_was_saved(path: Path) -> RecoveryReport | None:
    """Finish a `recovery` or a `rescue` that was killed just before its last step: the place is empty then."""
    if os.path.lexists(path):
        return None
    mended = path.with_name(f"{path.stem}.{MENDED}{path.suffix}")
    if mended.is_file():
        with translated(path):
            mended.rename(path)
            sync_folder(path.parent)
        return None
    saved = path.with_name(f"{path.stem}.{SAVED}{path.suffix}")
    if not saved.is_file():
        return None
    from easychat_gui.storage.rescue import put_back

    return put_back(saved, path)


def _refuse_lost(path: Path) -> None:
    """Raise `DatabaseDamaged` where an index tells of a database that is no longer there, or empty.

    On its first day it has no backup, and an empty file would be taken for a new beginning.
    """
    with translated(path):
        header = None if path.is_dir() else read_header(path)
    if (header is None or header.size == 0) and not path.is_dir() and path.with_name(INDEX_NAME).is_file():
        raise DatabaseDamaged(
            f"{path} {'is missing' if header is None else 'is empty'}, though there were conversations in it.", path
        )


def _remove_unfinished_repairs(path: Path) -> None:
    """Remove what a `recovery` that was killed has left: copies of all chats, while the database itself is in use."""
    patterns = [f"{path.stem}.{word}*{path.suffix}*" for word in ("repaired", MENDED, "backup", "attempt")]
    for pattern in (*patterns, f"{path.stem}.{SAVED}{path.suffix}.unfinished*"):
        for left in path.parent.glob(pattern):
            with suppress(OSError):  # the next start tries again
                left.unlink()
