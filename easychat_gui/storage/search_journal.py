"""What the index of all words has still to learn (see `search_index`)."""

from __future__ import annotations

from easychat_gui.storage.database import Database


class SearchJournal:
    """All methods raise `StorageError`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def settle(self, number: int) -> None:
        """Forget what the index has learnt: all up to this entry. The newest one stays, without its text."""
        with self._database.transaction():
            self._database.execute("DELETE FROM search_journal WHERE number < ?", (number,))
            self._database.execute("UPDATE search_journal SET removed = NULL WHERE number = ?", (number,))
