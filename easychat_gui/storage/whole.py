"""Everything that is stored of a conversation, as rows: what the lossless export writes and its import takes.

The rows are those of the tables, by the names of the columns, without ``number`` and without what is NULL. JSON that
is stored as text stands in them as the value that it means.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from easychat_gui.domain.ids import ConversationId
from easychat_gui.domain.transfer import Belonging, WholeRows
from easychat_gui.storage.database import Database

JSON_COLUMNS = frozenset(
    {"params", "context", "edit", "tool_calls", "failure", "adapted", "request", "logprobs", "details", "lesson"}
)
AS_TEXT = "$json"
"""The key under which JSON stands as its text, where writing its value anew would not give the same text."""

BELONGINGS = {"preset": "presets", "prompt": "prompts", "folder": "folders", "tag": "tags", "lesson": "lessons"}
"""What conversations refer to or go with, and its tables, in the order in which they may be written."""

NOT_WRITTEN = frozenset({"running_days", "search_journal"})
"""Tables that are about this installation alone, or made of the others."""

_MESSAGES = "SELECT * FROM messages WHERE conversation_id = ? ORDER BY number"
_ATTACHMENTS = "SELECT * FROM attachments WHERE conversation_id = ? ORDER BY position, number"
_QUEUED = "SELECT * FROM queued_messages WHERE conversation_id = ? ORDER BY number"
_TAGS = """
    SELECT tags.* FROM conversation_tags JOIN tags ON tags.id = conversation_tags.tag_id
    WHERE conversation_id = ? ORDER BY conversation_tags.number
"""
_FOLDERS = """
    WITH RECURSIVE around (id, depth) AS (
        SELECT folder_id, 0 FROM conversations WHERE id = ? AND folder_id IS NOT NULL
        UNION SELECT folders.parent_id, depth + 1 FROM folders JOIN around ON folders.id = around.id
        WHERE folders.parent_id IS NOT NULL AND depth < 100
    )
    SELECT folders.* FROM folders JOIN around ON folders.id = around.id GROUP BY folders.id ORDER BY max(depth) DESC
"""


class Whole:
    """All methods raise `StorageError`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def rows_of(self, conversation_id: ConversationId) -> WholeRows | None:
        """Return all rows of a conversation, and of what it refers to; None if it is not there."""
        of = (conversation_id,)
        found = list(self._rows("SELECT * FROM conversations WHERE id = ?", of))
        if not found:
            return None
        tags = [Belonging("tag", row) for row in self._rows(_TAGS, of)]
        folders = [Belonging("folder", row) for row in self._rows(_FOLDERS, of)]
        wanted = {found[0].get("preset_id"), *(each.row.get("preset_id") for each in folders)}
        presets = [each for each in self._all("preset") if each.row["id"] in wanted]
        return WholeRows(
            found[0],
            tuple(self._rows(_MESSAGES, of)),
            tuple(self._rows(_ATTACHMENTS, of)),
            tuple(self._rows(_QUEUED, of)),
            tuple(str(each.row["name"]) for each in tags),
            (*presets, *folders, *tags),
        )

    def belongings(self) -> list[Belonging]:
        """Return all presets, prompts, folders, tags and lessons; what refers to another one stands behind it."""
        return [each for kind in BELONGINGS for each in self._all(kind)]

    def _all(self, kind: str) -> list[Belonging]:
        found = [Belonging(kind, row) for row in self._rows(f"SELECT * FROM {BELONGINGS[kind]} ORDER BY number")]  # noqa: S608
        if kind != "folder":
            return found
        by_id = {each.row["id"]: each for each in found}
        placed: dict[str, Belonging] = {}
        for each in found:
            chain = []
            at: Belonging | None = each
            while at is not None and at.row["id"] not in placed and at not in chain:
                chain.append(at)
                at = by_id.get(at.row.get("parent_id"))
            placed.update((one.row["id"], one) for one in reversed(chain))
        return list(placed.values())

    def _rows(self, sql: str, values: Sequence[Any] = ()) -> Iterator[dict[str, Any]]:
        cursor = self._database.connection.execute(sql, values)
        names = [column[0] for column in cursor.description]
        for row in cursor.fetchall():
            yield meant(dict(zip(names, row, strict=True)))


def meant(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a stored row without its number, with values in the place of JSON."""
    return {
        name: _meant(value) if name in JSON_COLUMNS else value
        for name, value in row.items()
        if value is not None and name != "number"
    }


def stored(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row as it is stored: JSON as text."""
    return {name: _text(value) if name in JSON_COLUMNS else value for name, value in row.items()}


def _meant(text: str) -> Any:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return {AS_TEXT: text}
    return value if _written(value) == text and not _is_text(value) else {AS_TEXT: text}


def _text(value: Any) -> str:
    return str(value[AS_TEXT]) if _is_text(value) else _written(value)


def _is_text(value: Any) -> bool:
    return isinstance(value, dict) and set(value) == {AS_TEXT}


def _written(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"))
