"""Conversations that are in memory only, and their way to the disk when the person wants to keep one after all."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from easychat_gui.domain.attachments import AttachmentFault
from easychat_gui.domain.errors import AttachmentRefused, DiskFull
from easychat_gui.domain.ids import ConversationId
from easychat_gui.storage.attachment_files import AttachmentFiles
from easychat_gui.storage.branch_changes import Record, insert, records
from easychat_gui.storage.connecting import connect_in_memory
from easychat_gui.storage.database import TOLERANT_TEXT
from easychat_gui.storage.migrations import migrate
from easychat_gui.storage.reports import OpenReport
from easychat_gui.storage.store import Store

_OWN = {
    "conversations": "SELECT * FROM conversations WHERE id = ?",
    "messages": "SELECT * FROM messages WHERE conversation_id = ? ORDER BY number",
    "queued_messages": "SELECT * FROM queued_messages WHERE conversation_id = ? ORDER BY number",
    "attachments": "SELECT * FROM attachments WHERE conversation_id = ? ORDER BY number",
}
"""What belongs to one conversation, in the order in which it can be put in."""

_LARGEST_FILE = 1 << 40

Rows = Mapping[str, list[Record]]


def open_in_memory(folder: Path) -> Store:
    """Return an empty store of which nothing is ever written. Files that are attached lie in this folder."""
    connection = connect_in_memory()
    connection.execute("PRAGMA temp_store = MEMORY")
    connection.text_factory = TOLERANT_TEXT
    migrate(connection)
    connection.execute("PRAGMA foreign_keys = ON")
    return Store(folder / "memory", connection, OpenReport())


def rows_of(store: Store, conversation_id: ConversationId) -> Rows:
    """Return all that belongs to a conversation, as it stands in its tables. Raises `StorageError`."""
    return {table: records(store, table, sql, (conversation_id,)) for table, sql in _OWN.items()}


def put_in(store: Store, rows: Rows, source: AttachmentFiles) -> None:
    """Put a conversation of another store into this one, with the files that it uses. Raises `StorageError`."""
    for sha256 in {record["sha256"] for record in rows["attachments"]}:
        try:
            store.files.receive(source.path(sha256), _LARGEST_FILE)
        except AttachmentRefused as error:
            if error.fault is AttachmentFault.DISK_FULL:
                raise DiskFull("There is no room for what is attached.", store.path) from error
            # A file that is gone is shown as missing, as everywhere: its message must not be lost for that.
    with store.transaction():
        for table, found in rows.items():
            for record in found:
                insert(store, table, _without_places(table, {**record, "number": None}))


def _without_places(table: str, record: Record) -> Record:
    """A preset or a folder was not in memory: the conversation itself is written once more after this, with them."""
    places: dict[str, Any] = {"preset_id": None, "folder_id": None} if table == "conversations" else {}
    return {**record, **places}
