"""Which conversations change, told by the database itself: by whatever statement, cascade or import it happens."""

from __future__ import annotations

from collections.abc import Callable

from easychat_gui.domain.ids import ConversationId
from easychat_gui.storage.database import Database

_OF_CONVERSATION = ("messages", "attachments", "conversation_tags")
_FIELDS = (
    *("title", "updated_at", "model_id", "leaf_id", "folder_id", "system_prompt", "is_pinned"),
    *("archived_at", "trashed_at"),
)
"""Of a conversation itself only these count: its draft is saved at every word."""

_NAMES = ("folders", "tags")
"""A change in these may concern any conversation."""

ALL = ConversationId("")
"""Stands for all of them."""


def watch(database: Database, note: Callable[[ConversationId], None]) -> None:
    """Call ``note`` for each row that changes, on the thread of the database, also where that is taken back later.

    Holds as long as the connection; called again, it changes whom it tells.
    """
    database.connection.create_function("note_changed", 1, note)
    for event, row in (("INSERT", "new"), ("UPDATE", "new"), ("DELETE", "old")):
        for table in _OF_CONVERSATION:
            _add(database, event, table, f"{row}.conversation_id")
        _add(database, event, "conversations", f"{row}.id", _WHEN if event == "UPDATE" else "")
    for event in ("UPDATE", "DELETE"):
        for table in _NAMES:
            _add(database, event, table, f"'{ALL}'")


_WHEN = f"WHEN ({', '.join(f'new.{each}' for each in _FIELDS)}) IS NOT ({', '.join(f'old.{each}' for each in _FIELDS)})"


def _add(database: Database, event: str, table: str, value: str, when: str = "") -> None:
    database.execute(
        f"CREATE TEMP TRIGGER IF NOT EXISTS mirror_{table}_{event} AFTER {event} ON main.{table} {when} "
        f"BEGIN SELECT note_changed({value}); END"
    )
