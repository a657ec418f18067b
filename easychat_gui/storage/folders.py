"""Folders in the database."""

from __future__ import annotations

import json
from collections.abc import Iterable

from easychat_gui.domain.folder_tree import FolderTree
from easychat_gui.domain.folders import Folder
from easychat_gui.domain.ids import FolderId
from easychat_gui.storage.database import Database
from easychat_gui.storage.stored_text import mended

_ALL = "SELECT id, name, parent_id, position, preset_id, icon FROM folders ORDER BY position, number"
_SAVE = """
    INSERT INTO folders (id, name, position, icon, preset_id)
    VALUES (?, ?, ?, ?, (SELECT id FROM presets WHERE id = ?))
    ON CONFLICT (id) DO UPDATE SET name = excluded.name, position = excluded.position, icon = excluded.icon,
        preset_id = excluded.preset_id
"""
_PUT_INTO = "UPDATE folders SET parent_id = (SELECT id FROM folders WHERE id = ?) WHERE id = ?"
_REMOVE = "DELETE FROM folders WHERE id IN (SELECT value FROM json_each(?))"


class Folders:
    """All methods raise `StorageError`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> list[Folder]:
        """Return all in the person's order; `FolderTree` knows which stands in which."""
        return [Folder(*row) for row in self._database.rows(_ALL)]

    def save(self, *folders: Folder) -> None:
        """Insert them, or replace those that are there. Raises ValueError if any would stand in itself."""
        with self._database.transaction():
            for each in folders:
                values = (each.id, mended(each.name), each.position, mended(each.icon), each.preset_id)
                self._database.execute(_SAVE, values)
            for each in folders:  # now that all are there
                self._database.execute(_PUT_INTO, (each.parent_id, each.id))
            stored = self.all()
            tree = FolderTree(stored)
            if any(tree.parent_of(each.id) != each.parent_id for each in stored):
                raise ValueError("a folder cannot stand in itself")

    def remove(self, ids: Iterable[FolderId]) -> int:
        """Take folders away. What stood in them stands at the top, unless it was put elsewhere before."""
        return self._database.execute(_REMOVE, (json.dumps(list(ids)),))
