"""Where conversations stand: folder, archive, trash and pin, of many at once."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date

from easychat_gui.domain.conversations import ConversationSummary, Placement
from easychat_gui.domain.ids import ConversationId, FolderId
from easychat_gui.storage.database import Database

_AMONG = "id IN (SELECT value FROM json_each(?))"
_PUT_BACK = """
    UPDATE conversations SET is_pinned = ?, folder_id = (SELECT id FROM folders WHERE id = ?), archived_at = ?,
        trash_days = CASE WHEN trashed_at IS ? THEN trash_days ELSE 0 END, trashed_at = ?
    WHERE id = ?
"""
_TRASHED = """
    SELECT id, title, updated_at, is_pinned, created_at, folder_id, archived_at, trashed_at, is_unread
    FROM conversations WHERE trashed_at IS NOT NULL ORDER BY trashed_at DESC, id
"""


class Order:
    """All methods raise `StorageError`, and each is one transaction.

    Nothing else changes where a conversation stands: what is saved of one that runs or is being written in must not
    bring it back from where it was put meanwhile.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def set_pinned(self, ids: Iterable[ConversationId], *, is_pinned: bool) -> int:
        """This and the following return how many there were."""
        return self._set("is_pinned = ?", int(is_pinned), ids)

    def put_into(self, ids: Iterable[ConversationId], folder_id: FolderId | None) -> int:
        """Put them into a folder; into none, if it is no more."""
        return self._set("folder_id = (SELECT id FROM folders WHERE id = ?)", folder_id, ids)

    def archive(self, ids: Iterable[ConversationId], archived_at: float | None) -> int:
        """Put them into the archive at this moment, or with None back into the list."""
        return self._set("archived_at = ?", archived_at, ids)

    def trash(self, ids: Iterable[ConversationId], trashed_at: float | None) -> int:
        """Put them into the trash at this moment, or with None back to where they were."""
        return self._set("trash_days = 0, trashed_at = ?", trashed_at, ids)

    def put_back(self, placements: Iterable[Placement]) -> None:
        """Put each where it stood; the folder only if it is still there."""
        with self._database.transaction():
            for each in placements:
                values = (each.is_pinned, each.folder_id, each.archived_at, each.trashed_at, each.trashed_at, each.id)
                self._database.execute(_PUT_BACK, values)

    def delete(self, ids: Iterable[ConversationId]) -> int:
        """Remove them with all their messages, for good."""
        chosen = json.dumps(list(ids))
        with self._database.transaction():
            # Else each message's end sets off that of the next, and SQLite goes only a thousand deep.
            self._database.execute(
                "UPDATE messages SET parent_id = NULL"
                " WHERE conversation_id IN (SELECT value FROM json_each(?)) AND parent_id IS NOT NULL",
                (chosen,),
            )
            return self._database.execute(f"DELETE FROM conversations WHERE {_AMONG}", (chosen,))  # noqa: S608

    # The trash

    def trashed(self) -> list[ConversationSummary]:
        """Return what is in the trash, the last put there first."""
        return [ConversationSummary(*row) for row in self._database.rows_of_sound_text(_TRASHED)]

    def trash_count(self) -> int:
        row = self._database.row("SELECT count(*) FROM conversations WHERE trashed_at IS NOT NULL")
        return int(row[0]) if row is not None else 0

    def empty_trash(self) -> int:
        """Remove for good all that is in it; return how many there were."""
        return self.delete(each.id for each in self.trashed())

    def note_day(self, today: date, keep_days: int | None) -> int:
        """Note that the program runs on this day, and remove what has been in the trash on that many such days.

        Returns how many went. None keeps all. A day counts once, and however far the clock has jumped it is one day.
        """
        with self._database.transaction():
            noted = "INSERT OR IGNORE INTO running_days (day) VALUES (?)"
            if self._database.execute(noted, (today.isoformat(),)):
                count = "UPDATE conversations SET trash_days = trash_days + 1 WHERE trashed_at IS NOT NULL"
                self._database.execute(count)
            if keep_days is None:
                return 0
            due = "SELECT id FROM conversations WHERE trashed_at IS NOT NULL AND trash_days >= ?"
            rows = self._database.rows(due, (keep_days,))
            return self.delete(ConversationId(row[0]) for row in rows) if rows else 0

    def _set(self, change: str, value: str | float | None, ids: Iterable[ConversationId]) -> int:
        sql = f"UPDATE conversations SET {change} WHERE {_AMONG}"  # noqa: S608  # words of this module
        return self._database.execute(sql, (value, json.dumps(list(ids))))
