"""What tells whether a conversation has changed since it was last written somewhere, without reading its messages."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator

from easychat_gui.domain.ids import ConversationId
from easychat_gui.storage.database import Database

FORM = "1"
"""Another one when the form of what is written changes, so that everything is written anew."""

_UNFINISHED = ""
"""Of a conversation with a message that is still being written: never what it was."""

# The messages are counted in their index alone: with two millions of them it takes half a second.
_STAMPS = """
    SELECT conversations.id, title, updated_at, folder_id, leaf_id, model_id, is_pinned, archived_at, system_prompt,
           (SELECT count(*) FROM messages WHERE conversation_id = conversations.id) AS messages,
           (SELECT max(number) FROM messages WHERE conversation_id = conversations.id),
           (SELECT group_concat(tag_id) FROM conversation_tags WHERE conversation_id = conversations.id)
    FROM conversations WHERE trashed_at IS NULL {more}
"""
_UNFINISHED_IDS = "SELECT DISTINCT conversation_id FROM messages WHERE status IN ('pending', 'streaming')"


def stamps(database: Database, ids: Iterable[ConversationId] | None = None) -> Iterator[tuple[ConversationId, str]]:
    """Yield id and stamp of all conversations with messages, or of these, but for those in the trash.

    An empty stamp: an answer is just being written. Raises `StorageError`.
    """
    names = _names(database)
    unfinished = {row[0] for row in database.rows(_UNFINISHED_IDS)}
    if ids is None:
        found = [database.rows(_STAMPS.format(more=""))]
    else:
        found = [database.rows(_STAMPS.format(more="AND conversations.id = ?"), (each,)) for each in ids]
    for rows in found:
        for id_, title, updated_at, folder_id, *rest, tags in rows:
            if not rest[-2]:
                continue
            marks = [names.get(each, "") for each in (tags or "").split(",")]
            values = (FORM, title, updated_at, names.get(folder_id, ""), *rest, marks)
            stamp = hashlib.blake2b(repr(values).encode("utf-8", "replace"), digest_size=12).hexdigest()
            yield ConversationId(id_), _UNFINISHED if id_ in unfinished else stamp


def _names(database: Database) -> dict[str, str]:
    """Return the paths of all folders and the names of all tags, by id."""
    names = {str(row[0]): str(row[1]) for row in database.rows("SELECT id, name FROM tags")}
    folders = {str(row[0]): (str(row[1]), row[2]) for row in database.rows("SELECT id, name, parent_id FROM folders")}
    for id_ in folders:
        parts: list[str] = []
        at: str | None = id_
        while at in folders and len(parts) <= len(folders):
            parts.append(folders[at][0])
            at = folders[at][1]
        names[id_] = "\n".join(reversed(parts))
    return names
