"""Saved prompts in the database."""

from __future__ import annotations

from easychat_gui.domain.ids import PromptId
from easychat_gui.domain.prompts import Prompt
from easychat_gui.storage.database import Database
from easychat_gui.storage.stored_text import mended

_SAVE = """
    INSERT INTO prompts (id, name, text, updated_at) VALUES (?, ?, ?, ?)
    ON CONFLICT (id) DO UPDATE SET name = excluded.name, text = excluded.text, updated_at = excluded.updated_at
"""


class Prompts:
    """All methods raise `StorageError`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> list[Prompt]:
        """Return them in the order in which they were made."""
        rows = self._database.rows("SELECT id, name, text, updated_at FROM prompts ORDER BY number")
        return [Prompt(PromptId(id_), name, text, updated_at) for id_, name, text, updated_at in rows]

    def save(self, *prompts: Prompt) -> None:
        """Insert them, or replace those with the same id; all or none. A name that another one has is an error."""
        with self._database.transaction():
            for each in prompts:
                self._database.execute(_SAVE, (each.id, mended(each.name), mended(each.text), each.updated_at))

    def delete(self, prompt_id: PromptId) -> bool:
        """Remove one; return whether it was there."""
        return self._database.execute("DELETE FROM prompts WHERE id = ?", (prompt_id,)) > 0
