"""Has a database the tables, columns and triggers that the migrations make, and no triggers of anybody else?

A flipped bit in the list of tables passes every check of SQLite's and surfaces as "no such column" in the middle of the
work; a trigger that somebody has put there changes or deletes what is written without a word. Tables, columns, views
and indexes that are added do no harm, and stay.
"""

from __future__ import annotations

import hashlib
import sqlite3

from easychat_gui.storage.connecting import connect_in_memory
from easychat_gui.storage.migrations import migrate

DIGEST = "ca9952be57502988cd3d848312d3005c9c94808d79f90908bb1a9bbc3efc3f12"
"""That of today's shape, so that a usual start need not make an empty database to compare with."""

_COLUMNS = """
    SELECT tables.name || '.' || columns.name FROM sqlite_master AS tables
    JOIN pragma_table_info(tables.name) AS columns
    WHERE tables.type = 'table' AND tables.name NOT LIKE 'sqlite%' AND tables.sql NOT LIKE 'CREATE VIRTUAL%'
"""
_TRIGGERS = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"


def fault_in(connection: sqlite3.Connection) -> str | None:
    """Return what is wrong with the schema of a database in the format of today, None if nothing is."""
    columns, triggers = _columns_of(connection), _triggers_of(connection)
    if digest_of(columns, triggers) == DIGEST:
        return None
    usual = connect_in_memory()
    try:
        migrate(usual)
        wanted_columns, wanted_triggers = _columns_of(usual), _triggers_of(usual)
    finally:
        usual.close()
    if missing := wanted_columns - columns:
        return f"{min(missing)} is missing"
    if missing_triggers := wanted_triggers - triggers:
        return f"the trigger {min(missing_triggers)[0]} is missing or changed"
    if foreign := triggers - wanted_triggers:
        return f"the trigger {min(foreign)[0]} is not of this program"
    return None


def digest_of(columns: set[str], triggers: set[tuple[str, str]]) -> str:
    return hashlib.sha256(repr((sorted(columns), sorted(triggers))).encode()).hexdigest()


def _columns_of(connection: sqlite3.Connection) -> set[str]:
    return {row[0] for row in connection.execute(_COLUMNS)}


def _triggers_of(connection: sqlite3.Connection) -> set[tuple[str, str]]:
    return set(connection.execute(_TRIGGERS))
