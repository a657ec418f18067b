"""What must hold of a conversation, and of a message in it, for the filters of a query: as conditions of SQL."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from easychat_gui.domain.search import Filters, Has, State
from easychat_gui.domain.search_words import folded
from easychat_gui.storage.reading import Reader


@dataclass(slots=True)
class Conditions:
    """Conditions of SQL and their values."""

    sql: list[str] = field(default_factory=list)
    values: list[Any] = field(default_factory=list)

    def add(self, sql: str, *values: Any) -> None:
        self.sql.append(f"AND {sql}")
        self.values += values

    def copy(self) -> Conditions:
        return Conditions(list(self.sql), list(self.values))

    def __str__(self) -> str:
        return " ".join(self.sql)


def conditions_of(reader: Reader, filters: Filters) -> tuple[Conditions, Conditions]:
    """Return what must hold of a conversation ``c``, and of a message ``m`` in it."""
    of_chat, of_message = Conditions(), Conditions()
    for each in (of_chat, of_message):
        if filters.folders:
            each.add(f"c.folder_id IN ({_list(_folders(reader, filters.folders))})")
        if filters.tags:
            tagged = _list(_named(reader.rows("SELECT id, name FROM tags"), filters.tags))
            each.add(f"c.id IN (SELECT conversation_id FROM conversation_tags WHERE tag_id IN ({tagged}))")  # noqa: S608
        if State.PINNED in filters.states:
            each.add("c.is_pinned")
        if State.ARCHIVED in filters.states:
            each.add("c.archived_at IS NOT NULL")
        if State.UNREAD in filters.states:
            each.add("c.is_unread")
    if filters.role is not None:
        of_message.add("m.role = ?", filters.role.value)
    if filters.models:
        # What was asked belongs to the model that was to answer.
        of_model = "(CASE m.role WHEN 'user' THEN c.model_id ELSE m.model_id END) LIKE ? ESCAPE '\\'"
        patterns = [f"%{_escaped(model)}%" for model in filters.models]
        of_message.add(f"({' OR '.join([of_model] * len(patterns))})", *patterns)
    if filters.before is not None:
        of_message.add("m.created_at < ?", filters.before)
    if filters.after is not None:
        of_message.add("m.created_at >= ?", filters.after)
    _add_things(of_message, filters)
    return of_chat, of_message


def _add_things(conditions: Conditions, filters: Filters) -> None:
    attached = "EXISTS (SELECT 1 FROM attachments x WHERE x.message_id = m.id AND x.media_type"
    if Has.CODE in filters.has:
        conditions.add("m.text LIKE '%```%'")
    if Has.IMAGE in filters.has:
        conditions.add(f"{attached} LIKE 'image/%')")
    if Has.FILE in filters.has:
        conditions.add(f"{attached} NOT LIKE 'image/%')")
    if Has.REASONING in filters.has:
        conditions.add("m.reasoning <> ''")


def _escaped(text: str) -> str:
    for each in "\\%_":
        text = text.replace(each, f"\\{each}")
    return text


def _list(ids: set[str]) -> str:
    """Return ids of this database as SQL."""
    return ", ".join("'" + each.replace("'", "''") + "'" for each in sorted(ids))


def _named(rows: list[Any], names: tuple[str, ...]) -> set[str]:
    """Return the ids of what is called so, or, where nothing is called just so, of what has it in its name."""
    wanted = {folded(name) for name in names}
    exact = {row[0] for row in rows if folded(row[1]) in wanted}
    return exact or {row[0] for row in rows if any(each in folded(row[1]) for each in wanted)}


def _folders(reader: Reader, names: tuple[str, ...]) -> set[str]:
    """Return these folders and all that are in them."""
    rows = reader.rows("SELECT id, name, parent_id FROM folders")
    found = _named(rows, names)
    while more := {row[0] for row in rows if row[2] in found} - found:
        found |= more
    return found
