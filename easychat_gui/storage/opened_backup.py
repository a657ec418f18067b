"""A backup put together again, to be looked into or to be put in the place of the database."""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from easychat_gui.domain.backups import PUT_ASIDE, Backup, BackupFault, BackupKind, Difference, ListedChat
from easychat_gui.domain.errors import BackupUnusable
from easychat_gui.domain.ids import ConversationId
from easychat_gui.domain.messages import Message
from easychat_gui.storage import online_copy, salvage
from easychat_gui.storage.backups import CHUNKS, FOLDER, copy_of, in_use
from easychat_gui.storage.chunk_store import ChunkStore
from easychat_gui.storage.connecting import Access, connect
from easychat_gui.storage.database import TOLERANT_TEXT, Database
from easychat_gui.storage.folder_lock import alone_in
from easychat_gui.storage.listings import chats_in, read_block
from easychat_gui.storage.manifests import read_manifest
from easychat_gui.storage.messages import Messages
from easychat_gui.storage.migrations import CURRENT_VERSION, migrate, user_version
from easychat_gui.storage.readable_forms import has_readable_tables
from easychat_gui.storage.reports import OpenReport
from easychat_gui.storage.sqlite_errors import translated
from easychat_gui.support.atomic_files import create_private, make_private_folder


def put_together(
    backup: Backup, target: Path, ask: Callable[[], None] = online_copy.never, *, is_to_stay: bool = True
) -> None:
    """Write the database of a backup to ``target``, where nothing is yet, in the format of today.

    One that is to stay is checked again as a whole, and brought to the disk; for a look the sums of its pieces do.
    Raises `StorageError`, `BackupUnusable` among them, and what ``ask`` raises; nothing is left then.
    """
    with translated(target):
        try:
            if backup.kind is BackupKind.CHUNKS:
                with alone_in(backup.path.parent):
                    _join(backup.path, target, ask)
            elif backup.kind is BackupKind.DAMAGED:
                _save_readable(backup.path, target)
            elif backup.kind is BackupKind.REPLACED:
                copy_of(backup.path, target, ask)  # a log may lie beside it
            else:
                online_copy.require_room(target.parent, backup.size)
                create_private(target)
                shutil.copyfile(backup.path, target)
            _prepare(backup, target, ask, must_check=is_to_stay or backup.kind is not BackupKind.CHUNKS)
            if not is_to_stay:
                return
            with target.open("rb+") as file:
                os.fsync(file.fileno())
        except BaseException:
            online_copy.remove(target)
            raise


def _save_readable(path: Path, target: Path) -> None:
    if not has_readable_tables(path):
        raise BackupUnusable(f"Nothing in {path} can be read.", path, BackupFault.DAMAGED)
    salvage.save_readable(path, target)


def _join(path: Path, target: Path, ask: Callable[[], None]) -> None:
    manifest = read_manifest(path)
    store = ChunkStore(path.parent / CHUNKS)
    online_copy.require_room(target.parent, manifest.size)
    create_private(target)
    whole = hashlib.sha256()
    with target.open("rb+") as file:
        for name in manifest.chunks:
            ask()
            content = store.read(name)
            whole.update(content)
            file.write(content)
    if whole.hexdigest() != manifest.sha256:
        raise BackupUnusable(f"{path} does not give what it was made of.", path, BackupFault.DAMAGED)


def _prepare(backup: Backup, target: Path, ask: Callable[[], None], *, must_check: bool) -> None:
    """Check the copy, and bring it to the format of today."""
    try:
        connection = connect(target, Access.WRITE)
        try:
            if must_check and online_copy.findings(connection, "PRAGMA quick_check(1)", ask):
                raise BackupUnusable(f"{backup.path} is damaged.", backup.path, BackupFault.DAMAGED)
            if user_version(connection) > CURRENT_VERSION:
                raise BackupUnusable(f"{backup.path} was made by a later version.", backup.path, BackupFault.TOO_NEW)
            connection.execute("PRAGMA journal_mode = DELETE")
            migrate(connection)
        finally:
            connection.close()
    except sqlite3.DatabaseError as error:
        raise BackupUnusable(f"{backup.path} is damaged.", backup.path, BackupFault.DAMAGED) from error


def listing_of(backup: Backup) -> list[ListedChat]:
    """Return the chats of a backup, the last changed first. Raises `StorageError`."""
    is_list = backup.kind is BackupKind.CHUNKS
    if not is_list and backup.kind is not BackupKind.DAMAGED:
        chats = listing_of_file(backup.path)
    elif is_list and (listing := read_manifest(backup.path).listing) is not None:
        store = ChunkStore(backup.path.parent / CHUNKS)
        chats = [chat for name in listing for chat in read_block(store.read(name))]
    else:
        opened = OpenedBackup.open(backup)
        try:
            chats = listing_of_file(opened.path)
        finally:
            opened.close()
    return sorted(chats, key=lambda chat: (-chat.updated_at, chat.id))


def listing_of_file(path: Path) -> list[ListedChat]:
    """Return the chats of a database file of any version. Raises `StorageError`."""
    with translated(path), reading(path) as database:
        return [chat for _number, chat in chats_in(database.connection)]


def difference(then: list[ListedChat], now: list[ListedChat]) -> Difference:
    """Return what is no longer as it was ``then``."""
    present = {chat.id: chat for chat in now}
    return Difference(
        gone=frozenset(chat.id for chat in then if chat.id not in present),
        fuller=frozenset(chat.id for chat in then if chat.id in present and chat.messages > present[chat.id].messages),
    )


@contextmanager
def reading(path: Path) -> Iterator[Database]:
    """Open a file of today's format so that nothing can be written to it. Raises `sqlite3.Error`."""
    connection = connect(path, Access.READ)
    try:
        connection.text_factory = TOLERANT_TEXT
        yield Database(path, connection, OpenReport())
    finally:
        connection.close()


class OpenedBackup:
    """A backup as a file of its own, until `close`. Its methods may be called from any thread."""

    def __init__(self, backup: Backup, path: Path) -> None:
        self.backup = backup
        self.path = path

    @classmethod
    def open(cls, backup: Backup, ask: Callable[[], None] = online_copy.never) -> OpenedBackup:
        """Put it together beside the backups, whose next one removes what a kill would leave. Raises `StorageError`."""
        folder = backup.path.parent
        if backup.kind in PUT_ASIDE:
            folder = folder / FOLDER
            with translated(folder):
                make_private_folder(folder)
        path = folder / f"preview-{os.urandom(8).hex()}.unfinished"
        in_use.add(path)
        try:
            put_together(backup, path, ask, is_to_stay=False)
        except BaseException:
            in_use.discard(path)
            raise
        return cls(backup, path)

    def messages_of(self, conversation_id: ConversationId) -> list[Message]:
        """Return the branch that a chat showed. Raises `StorageError`."""
        with translated(self.path), reading(self.path) as database:
            return Messages(database).branch_of(conversation_id)

    def close(self) -> None:
        """Remove the file."""
        in_use.discard(self.path)
        online_copy.remove(self.path)
