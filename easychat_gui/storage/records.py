"""Conversations with all that belongs to them, read one by one for those who write them to files.

The reader has a connection of its own, so that a long export keeps nobody from writing. Each conversation is read in a
transaction of its own: it is whole and agrees with itself, and no lock or log is held for longer than that.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Self

from easychat_gui.domain.exports import Scope, Wanted
from easychat_gui.domain.ids import ConversationId, FolderId
from easychat_gui.domain.transfer import ConversationRecord
from easychat_gui.storage.attachment_files import AttachmentFiles
from easychat_gui.storage.connecting import Access, connect, key_for
from easychat_gui.storage.conversations import Conversations
from easychat_gui.storage.database import TOLERANT_TEXT, Database
from easychat_gui.storage.messages import Messages
from easychat_gui.storage.reports import OpenReport
from easychat_gui.storage.sealed_files import content_of
from easychat_gui.storage.sqlite_errors import translated
from easychat_gui.storage.whole import Whole

_IN_FOLDER = """
    WITH RECURSIVE inside (id) AS (
        SELECT ? UNION SELECT folders.id FROM folders JOIN inside ON folders.parent_id = inside.id
    )
    SELECT conversations.id FROM conversations JOIN inside ON conversations.folder_id = inside.id
    WHERE trashed_at IS NULL ORDER BY conversations.number
"""
_TAGS = """
    SELECT tags.name FROM conversation_tags JOIN tags ON tags.id = conversation_tags.tag_id
    WHERE conversation_id = ? ORDER BY conversation_tags.number
"""


class RecordReader:
    """Belongs to the thread that opened it. All methods raise `StorageError`."""

    def __init__(self, path: Path, attachments_folder: Path) -> None:
        with translated(path):
            connection = connect(path, Access.READ)
        connection.text_factory = TOLERANT_TEXT
        self.database = Database(path, connection, OpenReport())
        self._files = AttachmentFiles(attachments_folder)
        self.with_rows = False
        """Shall records hold all that is stored?"""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self.database.connection.close()

    def ids(self, wanted: Wanted) -> list[ConversationId]:
        """Return which conversations are meant, oldest first; chosen ones in the order in which they were chosen."""
        if wanted.scope is Scope.ALL:
            condition = "" if wanted.with_trash else "WHERE trashed_at IS NULL"
            rows = self.database.rows(f"SELECT id FROM conversations {condition} ORDER BY number")  # noqa: S608
        elif wanted.scope is Scope.FOLDER:
            rows = self.database.rows(_IN_FOLDER, (wanted.folder_id,))
        else:
            return list(wanted.conversation_ids)
        return [ConversationId(row[0]) for row in rows]

    def records(self, ids: Sequence[ConversationId], wanted: Wanted) -> Iterator[ConversationRecord]:
        """Yield them in this order, each read when it is asked for. One that was deleted meanwhile is left out."""
        library = Whole(self.database).belongings() if self.with_rows and wanted.scope is Scope.ALL else []
        for conversation_id in ids:
            record = self.read(conversation_id)
            if record is None:
                continue
            if library and record.rows is not None:
                record = replace(record, rows=replace(record.rows, belongings=tuple(library)))
                library = []  # once is enough
            yield as_wanted(record, wanted)

    def read(self, conversation_id: ConversationId) -> ConversationRecord | None:
        """Return one with everything, None if it is not there."""
        return read_record(self.database, self._files, conversation_id, with_rows=self.with_rows)


class KnownRecord:
    """A conversation that was read already, for those who otherwise read records: one that is in no file."""

    def __init__(self, record: ConversationRecord) -> None:
        self._record = record
        self.with_rows = False

    def ids(self, wanted: Wanted) -> list[ConversationId]:
        return list(wanted.conversation_ids)

    def records(self, ids: Sequence[ConversationId], wanted: Wanted) -> Iterator[ConversationRecord]:
        del ids
        yield as_wanted(self._record, wanted)


def read_record(
    database: Database, files: AttachmentFiles, conversation_id: ConversationId, *, with_rows: bool = False
) -> ConversationRecord | None:
    """Return a conversation with everything, None if it is not there. Raises `StorageError`."""
    with database.transaction(is_for_writing=False):
        conversation = Conversations(database).get(conversation_id)
        if conversation is None:
            return None
        messages = tuple(Messages(database).of_conversation(conversation_id))
        tags = tuple(str(row[0]) for row in database.rows(_TAGS, (conversation_id,)))
        folder = _path_of(database, conversation.folder_id)
        rows = Whole(database).rows_of(conversation_id) if with_rows else None
    hashes = {each.sha256 for message in messages for each in message.attachments}
    if rows is not None:  # the draft and what waits have files, too
        hashes |= {each["sha256"] for each in rows.attachments}
    places = {sha256: files.path(sha256) for sha256 in hashes}
    return ConversationRecord(conversation, messages, folder, tags, places, rows)


def as_wanted(record: ConversationRecord, wanted: Wanted) -> ConversationRecord:
    """Return the record with the messages that are wanted of it."""
    if wanted.scope.is_piece:
        messages = wanted.messages
    elif wanted.scope is Scope.BRANCH:
        messages = record.branch
    else:
        return record
    leaf_id = messages[-1].id if messages else None
    conversation = record.conversation.with_(leaf_id=leaf_id)
    return replace(record, conversation=conversation, messages=tuple(messages), rows=None)


def _path_of(database: Database, folder_id: FolderId | None) -> tuple[str, ...]:
    """Return the names of the folders around a conversation, outermost first."""
    names: list[str] = []
    seen: set[FolderId] = set()
    while folder_id is not None and folder_id not in seen:  # a ring of folders ends
        seen.add(folder_id)
        row = database.row("SELECT name, parent_id FROM folders WHERE id = ?", (folder_id,))
        if row is None:
            break
        names.append(str(row[0]))
        folder_id = row[1]
    return tuple(reversed(names))


class AttachedFileLost(Exception):
    """A file that belongs to a record is gone or cannot be read. Writers say so in its place, and go on."""


def attached_content(path: Path) -> Iterator[bytes]:
    """Yield what is in a file of a record, decrypted where it is encrypted. Raises `AttachedFileLost`."""
    try:
        yield from content_of(path, key_for(path))
    except OSError as error:
        raise AttachedFileLost(str(path)) from error
