"""The schema, version by version: numbered functions, run in order, all in one transaction.

To change the schema: add ``m0002_<what>.py`` with ``apply(connection)``, list it in `MIGRATIONS`, and keep a database
file of the version before under tests/data. A released migration is never edited.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping

from easychat_gui.storage.migrations import (
    m0001_initial,
    m0002_writing,
    m0003_parameters,
    m0004_order,
    m0005_search,
    m0006_statistics,
)

Migration = Callable[[sqlite3.Connection], None]

MIGRATIONS: Mapping[int, Migration] = {
    1: m0001_initial.apply,
    2: m0002_writing.apply,
    3: m0003_parameters.apply,
    4: m0004_order.apply,
    5: m0005_search.apply,
    6: m0006_statistics.apply,
}

CURRENT_VERSION = max(MIGRATIONS)

APPLICATION_ID = 0x45435931
"""Written into the file's header, so that a database of some other program is recognised. "ECY1" in ASCII."""


def user_version(connection: sqlite3.Connection) -> int:
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    return version


def migrate(connection: sqlite3.Connection, migrations: Mapping[int, Migration] = MIGRATIONS) -> None:
    """Bring the schema to the newest version of ``migrations``, or leave the file exactly as it was.

    Raises whatever goes wrong, after rolling back. The connection must be in autocommit mode.
    """
    present, newest = user_version(connection), max(migrations)
    if present >= newest:
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        for number in range(present + 1, newest + 1):
            migrations[number](connection)
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {newest}")
        _check_foreign_keys(connection)
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _check_foreign_keys(connection: sqlite3.Connection) -> None:
    broken = connection.execute("PRAGMA foreign_key_check").fetchone()
    if broken is not None:
        raise sqlite3.IntegrityError(f"migration leaves a dangling reference in {broken[0]} row {broken[1]}")
