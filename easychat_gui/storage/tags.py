"""Tags in the database, and which conversations have them."""

from __future__ import annotations

import json
from collections.abc import Iterable

from easychat_gui.domain.folders import Tag
from easychat_gui.domain.ids import ConversationId, TagId
from easychat_gui.storage.database import Database
from easychat_gui.storage.stored_text import mended

_SAVE = """
    INSERT INTO tags (id, name, colour) VALUES (?, ?, ?)
    ON CONFLICT (id) DO UPDATE SET name = excluded.name, colour = excluded.colour
"""
_PUT_ON = """
    INSERT OR IGNORE INTO conversation_tags (conversation_id, tag_id)
    SELECT conversations.id, tags.id FROM json_each(?)
    JOIN conversations ON conversations.id = json_each.value JOIN tags ON tags.id = ?
"""
_TAKE_OFF = "DELETE FROM conversation_tags WHERE conversation_id IN (SELECT value FROM json_each(?)) AND tag_id = ?"

Links = dict[ConversationId, tuple[TagId, ...]]
"""The tags of each conversation that has any, in the order in which they were put on."""


class Tags:
    """All methods raise `StorageError`. Two tags of the same name are refused by the database: ask `named` before."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> list[Tag]:
        return [Tag(*row) for row in self._database.rows("SELECT id, name, colour FROM tags ORDER BY number")]

    def named(self, name: str) -> Tag | None:
        """Return the tag of this name, in whatever case it is written."""
        row = self._database.row("SELECT id, name, colour FROM tags WHERE name = ?", (mended(name),))
        return None if row is None else Tag(*row)

    def links(self) -> Links:
        links: Links = {}
        sql = "SELECT conversation_id, tag_id FROM conversation_tags ORDER BY number"
        for conversation_id, tag_id in self._database.rows(sql):
            links[conversation_id] = (*links.get(conversation_id, ()), tag_id)
        return links

    def save(self, *tags: Tag) -> None:
        """Insert them, or replace those that are there."""
        with self._database.transaction():
            for each in tags:
                self._database.execute(_SAVE, (each.id, mended(each.name), each.colour))

    def remove(self, tag_id: TagId) -> bool:
        """Take a tag away, from all conversations that have it."""
        return self._database.execute("DELETE FROM tags WHERE id = ?", (tag_id,)) > 0

    def put_on(self, ids: Iterable[ConversationId], tag_id: TagId) -> int:
        """Give conversations a tag; return how many did not have it."""
        return self._database.execute(_PUT_ON, (json.dumps(list(ids)), tag_id))

    def take_off(self, ids: Iterable[ConversationId], tag_id: TagId) -> int:
        return self._database.execute(_TAKE_OFF, (json.dumps(list(ids)), tag_id))
