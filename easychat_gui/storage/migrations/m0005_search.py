"""Version 5: a journal of what has become searchable or ceased to be, for the index in `search.db`.

A row says that there is a text now (``removed`` NULL), or which text is there no more: the index holds no texts, and
must be told what to take out. An answer that is being written is no text yet. ``kind`` is 1 for the text of a message,
2 for the title of a conversation, 3 for what was read out of a message's file, with its name; ``number`` is that of the
row. The newest row is always kept: with its ``token`` the index knows that this is the file which it was made of.
"""

from __future__ import annotations

import sqlite3

_JOURNAL = """
CREATE TABLE search_journal (
    number  INTEGER PRIMARY KEY,
    kind    INTEGER NOT NULL CHECK (kind BETWEEN 0 AND 3),
    row     INTEGER NOT NULL,
    removed TEXT,
    token   BLOB NOT NULL DEFAULT (randomblob(8))
)
"""


def _triggers(kind: int, table: str, columns: str, text: str, is_there: str) -> list[str]:
    """Return what notes when a row of ``table`` begins or ceases to have a text.

    ``text`` and ``is_there`` are written with "row" for the row, which is the new or the old one.
    """
    new_text, old_text = text.replace("row.", "new."), text.replace("row.", "old.")
    is_new, was_old = is_there.replace("row.", "new."), is_there.replace("row.", "old.")
    added = f"INSERT INTO search_journal (kind, row) SELECT {kind}, new.number WHERE {is_new};"
    removed = f"INSERT INTO search_journal (kind, row, removed) SELECT {kind}, old.number, {old_text} WHERE {was_old};"
    # First what is quick to see: the text of an answer that is being written is compared with nothing.
    is_changed = f"(({is_new}) OR ({was_old})) AND (({is_new}) IS NOT ({was_old}) OR {new_text} IS NOT {old_text})"
    return [
        f"CREATE TRIGGER search_{table}_added AFTER INSERT ON {table} WHEN {is_new} BEGIN {added} END",
        f"CREATE TRIGGER search_{table}_removed AFTER DELETE ON {table} WHEN {was_old} BEGIN {removed} END",
        f"CREATE TRIGGER search_{table}_changed AFTER UPDATE OF {columns} ON {table} "
        f"WHEN {is_changed} BEGIN {removed} {added} END",
    ]


_STATEMENTS = (
    _JOURNAL,
    "CREATE INDEX search_journal_of_row ON search_journal (kind, row)",
    "INSERT INTO search_journal (kind, row) VALUES (0, 0)",
    *_triggers(
        1, "messages", "text, status", "row.text", "row.status NOT IN ('pending', 'streaming') AND row.text <> ''"
    ),
    *_triggers(2, "conversations", "title", "row.title", "row.title <> ''"),
    *_triggers(
        3,
        "attachments",
        "name, text, message_id",
        "(row.name || char(10) || row.text)",
        "row.message_id IS NOT NULL",
    ),
)


def apply(connection: sqlite3.Connection) -> None:
    for statement in _STATEMENTS:
        connection.execute(statement)
