"""What models have turned out not to take, in the database."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import Any

from easychat_gui.domain.ids import EndpointId, new_lesson_id
from easychat_gui.domain.lessons import Lesson
from easychat_gui.storage.database import Database
from easychat_gui.storage.stored_text import mended

_ALL = "SELECT endpoint_id, model_id, lesson FROM lessons ORDER BY number"
_ADD = """
    INSERT INTO lessons (id, endpoint_id, model_id, learned_at, lesson) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (endpoint_id, model_id, lesson) DO NOTHING
"""
_REMOVE = "DELETE FROM lessons WHERE endpoint_id = ? AND model_id = ? AND lesson = ?"


class LearnedLessons:
    """All methods raise `StorageError`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> dict[EndpointId, list[Lesson]]:
        """Return those of every server, oldest first."""
        found: dict[EndpointId, list[Lesson]] = {}
        for endpoint_id, model, text in self._database.rows(_ALL):
            lesson = _lesson(model, text)
            if lesson is not None:
                found.setdefault(EndpointId(endpoint_id), []).append(lesson)
        return found

    def add(self, endpoint_id: EndpointId, lesson: Lesson) -> None:
        values = (new_lesson_id(), endpoint_id, mended(lesson.model), time.time(), _text(lesson))
        self._database.execute(_ADD, values)

    def remove(self, endpoint_id: EndpointId, lesson: Lesson) -> None:
        self._database.execute(_REMOVE, (endpoint_id, mended(lesson.model), _text(lesson)))

    def remove_all(self, endpoint_id: EndpointId) -> None:
        """Forget what a server has taught: it is gone, or is another one now."""
        self._database.execute("DELETE FROM lessons WHERE endpoint_id = ?", (endpoint_id,))


def _text(lesson: Lesson) -> str:
    values = {
        "parameter": lesson.parameter,
        "renamed_to": lesson.renamed_to,
        "limit": lesson.limit,
        "values": list(lesson.values),
        "beside": lesson.beside,
    }
    kept = {name: value for name, value in values.items() if value not in ("", None, [])}
    return json.dumps(kept, separators=(",", ":"), sort_keys=True, default=str)


def _lesson(model: str, text: str) -> Lesson | None:
    """Read one; of a later version, or damaged, it is only something to be learned again."""
    values = json.loads(text)
    if not isinstance(values, Mapping) or not isinstance(values.get("parameter"), str):
        return None
    limit: Any = values.get("limit")
    meant: Any = values.get("values")
    return Lesson(
        model,
        values["parameter"],
        renamed_to=str(values.get("renamed_to", "")),
        limit=limit if isinstance(limit, int) else None,
        values=tuple(meant) if isinstance(meant, list) else (),
        beside=str(values.get("beside", "")),
    )
