"""Conversations in the database."""

from __future__ import annotations

from functools import partial

from easychat_gui.domain.conversations import Conversation, ConversationSummary
from easychat_gui.domain.ids import ConversationId, PresetId
from easychat_gui.storage.database import Database
from easychat_gui.storage.order import Order
from easychat_gui.storage.rows import CONVERSATION_COLUMNS, conversation_from, conversation_row
from easychat_gui.storage.stored_text import mended

_COLUMNS = ", ".join(CONVERSATION_COLUMNS)
# A preset or a folder may be deleted while a chat of it waits to be written: the chat must not be lost for that.
_PLACES = {"preset_id": "(SELECT id FROM presets WHERE id = ?)", "folder_id": "(SELECT id FROM folders WHERE id = ?)"}
_VALUES = ", ".join(_PLACES.get(name, "?") for name in CONVERSATION_COLUMNS)
# Where it stands is changed by `Order` alone: what saves an answer has known the chat since before it was moved.
_KEPT = {"id", "is_pinned", "folder_id", "archived_at", "trashed_at"}
_CHANGING = [name for name in CONVERSATION_COLUMNS if name not in _KEPT]
_SAVE = (
    f"INSERT INTO conversations ({_COLUMNS}) VALUES ({_VALUES}) "  # noqa: S608
    f"ON CONFLICT (id) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in _CHANGING)}"
)
_CHANGES = ", ".join(f"{name} = {_PLACES.get(name, '?')}" for name in _CHANGING)
_UPDATE = f"UPDATE conversations SET {_CHANGES} WHERE id = ?"  # noqa: S608
_GET = f"SELECT {_COLUMNS} FROM conversations WHERE id = ?"  # noqa: S608
_SUMMARIES = """
    SELECT id, title, updated_at, is_pinned, created_at, folder_id, archived_at, trashed_at, is_unread
    FROM conversations WHERE trashed_at IS NULL ORDER BY is_pinned DESC, updated_at DESC, id
"""
_FIRST = _SUMMARIES.replace("IS NULL", "IS NULL AND archived_at IS NULL") + "LIMIT ?"


class Conversations:
    """All methods raise `StorageError`. Those that change one return whether it was there."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def summaries(self, limit: int | None = None) -> list[ConversationSummary]:
        """Return all but the trash: pinned first, then newest first; of the same moment in the order of their ids.

        ``limit``: only so many of them, and none of the archive. All of 100,000 take some
        100 ms, the first hundred less than one.
        """
        rows = self._database.rows_of_sound_text(*((_SUMMARIES, ()) if limit is None else (_FIRST, (limit,))))
        # tuple.__new__ on the rows themselves: in a third of the time that calling the class takes.
        return list(map(partial(tuple.__new__, ConversationSummary), rows))

    def get(self, conversation_id: ConversationId) -> Conversation | None:
        row = self._database.row(_GET, (conversation_id,))
        return None if row is None else conversation_from(row)

    def of_preset(self, preset_id: PresetId) -> list[Conversation]:
        """Return those that follow a preset, oldest first."""
        sql = f"SELECT {_COLUMNS} FROM conversations WHERE preset_id = ? ORDER BY number"  # noqa: S608
        return [conversation_from(row) for row in self._database.rows(sql, (preset_id,))]

    def save(self, conversation: Conversation) -> None:
        """Insert it, or replace the fields of the one with this id, but for where it stands: that is `Order`'s."""
        self._database.execute(_SAVE, conversation_row(conversation))

    def update(self, conversation: Conversation) -> bool:
        """As `save`; but one that was deleted meanwhile stays deleted."""
        values = dict(zip(CONVERSATION_COLUMNS, conversation_row(conversation), strict=True))
        return self._database.execute(_UPDATE, [*(values[name] for name in _CHANGING), conversation.id]) > 0

    def rename(self, conversation_id: ConversationId, title: str) -> bool:
        return self._set("title", mended(title), conversation_id)

    def set_draft(self, conversation_id: ConversationId, draft: str) -> bool:
        return self._set("draft", mended(draft), conversation_id)

    def touch(self, conversation_id: ConversationId, updated_at: float) -> bool:
        """Move it to the top of the list. ``updated_at`` is in seconds since 1970."""
        return self._set("updated_at", updated_at, conversation_id)

    def delete(self, conversation_id: ConversationId) -> bool:
        """Remove it with all its messages, for good."""
        return Order(self._database).delete([conversation_id]) > 0

    def _set(self, column: str, value: str | float, conversation_id: ConversationId) -> bool:
        sql = f"UPDATE conversations SET {column} = ? WHERE id = ?"  # noqa: S608  # a name from this module
        return self._database.execute(sql, (value, conversation_id)) > 0
