"""What the mirror has written: which file is whose, and what it looked like, so that nothing of others is touched.

A database of its own beside that of the chats. If it is lost nothing else is: files that are as they would be written
now are recognised by that.
"""

from __future__ import annotations

import json
import sqlite3
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from easychat_gui.domain.errors import DatabaseDamaged
from easychat_gui.domain.ids import ConversationId
from easychat_gui.storage.connecting import Access, connect
from easychat_gui.storage.drives import is_on_network
from easychat_gui.storage.file_header import beside
from easychat_gui.storage.sqlite_errors import translated
from easychat_gui.support.atomic_files import create_private

_VERSION = 1
_TABLES = """
CREATE TABLE place (folder TEXT NOT NULL);
CREATE TABLE files (
    conversation_id TEXT PRIMARY KEY NOT NULL,
    stamp           TEXT NOT NULL,              -- what the conversation was like
    wanted          TEXT NOT NULL,              -- the path that it would have if no other file were there
    path            TEXT NOT NULL,              -- the one it has, from the folder, with "/"
    folded          TEXT NOT NULL,              -- the same, as a file system sees it that knows no case
    sha256          TEXT NOT NULL,              -- of the file as it was written
    next_sha256     TEXT NOT NULL DEFAULT '',   -- of the file that is being written
    attached        TEXT NOT NULL DEFAULT '{}'  -- JSON: path to SHA-256 of each copy
) WITHOUT ROWID;
CREATE INDEX files_by_name ON files (folded);
"""


@dataclass(frozen=True, slots=True)
class MirroredFile:
    """One conversation's file. Paths are relative to the mirror's folder, with "/" between the parts."""

    conversation_id: ConversationId
    stamp: str
    wanted: str
    path: str
    sha256: str
    next_sha256: str = ""
    attached: tuple[tuple[str, str], ...] = ()

    def is_ours(self, sha256: str) -> bool:
        """Is a file with this content one that we wrote, the last one or the one before a crash?"""
        return bool(sha256) and sha256 in (self.sha256, self.next_sha256)


class MirrorState:
    """Belongs to the thread that opened it. All methods raise `StorageError`."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self._connection = connection

    @classmethod
    def open(cls, path: Path, folder: Path) -> Self:
        """Open the state of the mirror in this folder; that of another folder, or a damaged one, begins anew."""
        try:
            state = cls._open(path)
        except DatabaseDamaged:
            with translated(path):
                for each in (*beside(path), path):
                    each.unlink(missing_ok=True)
            state = cls._open(path)
        state.settle(folder)
        return state

    @classmethod
    def _open(cls, path: Path) -> Self:
        with translated(path):
            with suppress(FileExistsError):
                create_private(path)
            connection = connect(path, Access.WRITE)
            try:
                connection.execute(f"PRAGMA journal_mode = {'DELETE' if is_on_network(path) else 'WAL'}")
                connection.execute("PRAGMA synchronous = NORMAL")
                if connection.execute("PRAGMA user_version").fetchone()[0] != _VERSION:
                    for name in ("place", "files"):
                        connection.execute(f"DROP TABLE IF EXISTS {name}")
                    connection.executescript(_TABLES)
                    connection.execute(f"PRAGMA user_version = {_VERSION}")
            except BaseException:
                connection.close()
                raise
        return cls(path, connection)

    def settle(self, folder: Path) -> None:
        """Be the state of the mirror in this folder; of another one nothing is known any more."""
        with translated(self.path):
            row = self._connection.execute("SELECT folder FROM place").fetchone()
            if row is None or row[0] != str(folder):
                self._connection.execute("DELETE FROM files")
                self._connection.execute("DELETE FROM place")
                self._connection.execute("INSERT INTO place (folder) VALUES (?)", (str(folder),))

    def close(self) -> None:
        self._connection.close()

    def stamps(self) -> dict[ConversationId, str]:
        """Return what each conversation was like when it was written."""
        with translated(self.path):
            return dict(self._connection.execute("SELECT conversation_id, stamp FROM files"))

    def paths(self) -> list[str]:
        """Return the path of each file, of those that were perhaps not written, too."""
        with translated(self.path):
            return [row[0] for row in self._connection.execute("SELECT path FROM files")]

    def some_paths(self, count: int) -> list[str]:
        """Return a few files that were written."""
        sql = "SELECT path FROM files WHERE sha256 <> '' LIMIT ?"
        with translated(self.path):
            return [row[0] for row in self._connection.execute(sql, (count,))]

    def get(self, conversation_id: ConversationId) -> MirroredFile | None:
        sql = """SELECT conversation_id, stamp, wanted, path, sha256, next_sha256, attached FROM files
                 WHERE conversation_id = ?"""
        with translated(self.path):
            row = self._connection.execute(sql, (conversation_id,)).fetchone()
        if row is None:
            return None
        id_, stamp, wanted, path, sha256, next_sha256, attached = row
        return MirroredFile(id_, stamp, wanted, path, sha256, next_sha256, tuple(json.loads(attached).items()))

    def is_taken(self, path: str, conversation_id: ConversationId) -> bool:
        """Is this the file of another conversation, on a file system that knows no case?"""
        sql = "SELECT 1 FROM files WHERE folded = ? AND conversation_id <> ? LIMIT 1"
        with translated(self.path):
            return self._connection.execute(sql, (path.casefold(), conversation_id)).fetchone() is not None

    def put(self, file: MirroredFile) -> None:
        sql = "INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
        values = (
            *(file.conversation_id, file.stamp, file.wanted, file.path, file.path.casefold()),
            *(file.sha256, file.next_sha256, json.dumps(dict(file.attached))),
        )
        with translated(self.path):
            self._connection.execute(sql, values)

    def clear(self) -> None:
        """Know of no file any more."""
        with translated(self.path):
            self._connection.execute("DELETE FROM files")

    def forget(self, conversation_id: ConversationId) -> None:
        with translated(self.path):
            self._connection.execute("DELETE FROM files WHERE conversation_id = ?", (conversation_id,))
