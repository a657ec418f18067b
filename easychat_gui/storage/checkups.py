"""The look at the whole database that is taken once a week: every page, every index, every reference.

It runs on a connection of its own, beside the program's, and can be stopped. When it was done last stands in
``checkup.json`` beside the database.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from pathlib import Path

from easychat_gui.domain.backups import Checkup
from easychat_gui.storage import online_copy
from easychat_gui.storage.connecting import Access, connect
from easychat_gui.storage.sqlite_errors import translated
from easychat_gui.support.atomic_files import write_atomically
from easychat_gui.support.clock import DAY_S

_log = logging.getLogger(__name__)

EVERY_S = 7 * DAY_S
STATE_NAME = "checkup.json"
_FINDINGS_AT_MOST = 100


def last_checkup(database: Path) -> Checkup | None:
    """Return what the last one gave, None if there was none, or it is not known."""
    try:
        values = json.loads(database.with_name(STATE_NAME).read_bytes())
        return Checkup(float(values["at"]), tuple(str(each) for each in values["findings"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def is_due(database: Path, now: float) -> bool:
    """Tell whether the last one was more than a week ago, or lies in a future that a wrong clock made."""
    last = last_checkup(database)
    return last is None or not 0 <= now - last.at < EVERY_S


def check_all(database: Path, now: float, ask: Callable[[], None] = online_copy.never) -> Checkup:
    """Look at everything, and note that it was done. Raises `StorageError`, and what ``ask`` raises."""
    with translated(database):
        connection = connect(database, Access.READ)
        try:
            found = online_copy.findings(connection, f"PRAGMA integrity_check({_FINDINGS_AT_MOST})", ask)
            if not found:
                found = [
                    f"{table}, row {row}: refers to a row of {parent} that is not there"
                    for table, row, parent, _number in connection.execute("PRAGMA foreign_key_check").fetchmany(
                        _FINDINGS_AT_MOST
                    )
                ]
        finally:
            connection.close()
    checkup = Checkup(now, tuple(found))
    _note(database, checkup)
    for finding in found:
        _log.warning("checking the database: %s", finding)
    return checkup


def _note(database: Path, checkup: Checkup) -> None:
    values = {"at": checkup.at, "findings": list(checkup.findings)}
    try:
        write_atomically(database.with_name(STATE_NAME), json.dumps(values).encode())
    except OSError as error:  # a full disk is no fault of the database: the next start looks again
        _log.warning("that the database was checked could not be noted: %s", error)
