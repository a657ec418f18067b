"""What to do with a database that cannot be used. The old file is renamed, never deleted and never changed.

The new file is made whole beside the old one before anything is renamed: whatever fails, and wherever the program is
ended, one of the two is in its place.
"""

from __future__ import annotations

import logging
import os
import shutil
import sqlite3
import time
from contextlib import suppress
from pathlib import Path

from easychat_gui.domain.errors import DatabaseUnavailable
from easychat_gui.storage import backups, salvage
from easychat_gui.storage.connecting import Access, connect
from easychat_gui.storage.database import SET_ASIDE, Database, check_file
from easychat_gui.storage.file_header import beside
from easychat_gui.storage.reports import RecoveryReport, Repair
from easychat_gui.storage.sqlite_errors import translated
from easychat_gui.support.atomic_files import OWNER_ONLY_FILE, create_private, free_name, sync_folder
from easychat_gui.support.clock import file_stamp

_log = logging.getLogger(__name__)


def repair(how: Repair, path: Path, backups_folder: Path, now: float | None = None) -> RecoveryReport:
    """Put a usable database at ``path`` and tell what was saved. Raises `StorageError`; then the old file is there.

    ``now`` (seconds since 1970) names the file that is kept.
    """
    with translated(path):
        fresh = free_name(path.with_name(f"{path.stem}.repaired{path.suffix}"))
        try:
            report = _MAKERS[how](path, fresh, backups_folder)
            kept = _set_aside(path, time.time() if now is None else now)
            fresh.rename(path)
            sync_folder(path.parent)
        finally:
            for left in (fresh, *beside(fresh)):
                left.unlink(missing_ok=True)
    _log.warning("database %s: %s; the old file is %s, %s", path, how.name, kept, report)
    return RecoveryReport(kept, report.conversations, report.messages, report.lost_rows, report.restored_from)


def _salvage(path: Path, fresh: Path, backups_folder: Path) -> RecoveryReport:
    database = Database.open(fresh, backups_folder / "none")
    try:
        lost = salvage.copy_readable(path, database)
        return _counted(database.connection, lost_rows=lost)
    finally:
        database.close()


def _restore(path: Path, fresh: Path, backups_folder: Path) -> RecoveryReport:
    good = next((backup.path for backup in backups.find(backups_folder) if backups.is_good(backup.path)), None)
    if good is None:
        raise DatabaseUnavailable(f"There is no usable backup in {backups_folder}.", path)
    create_private(fresh)
    shutil.copyfile(good, fresh)
    with fresh.open("rb+") as file:
        os.fsync(file.fileno())
    check_file(fresh)
    connection = connect(fresh, Access.WRITE)
    try:
        return _counted(connection, restored_from=good)
    finally:
        connection.close()


def _start_new(path: Path, fresh: Path, backups_folder: Path) -> RecoveryReport:  # noqa: ARG001  # same shape as the others
    Database.open(fresh, backups_folder / "none").close()
    return RecoveryReport(None)


_MAKERS = {Repair.SALVAGE: _salvage, Repair.RESTORE: _restore, Repair.START_NEW: _start_new}


def _counted(
    connection: sqlite3.Connection, *, lost_rows: int = 0, restored_from: Path | None = None
) -> RecoveryReport:
    conversations, messages = connection.execute(
        "SELECT (SELECT count(*) FROM conversations), (SELECT count(*) FROM messages)"
    ).fetchone()
    return RecoveryReport(None, conversations, messages, lost_rows, restored_from)


def _set_aside(path: Path, now: float) -> Path | None:
    """Rename the file and what belongs to it, so that they still belong together. Return the new name."""
    kept = free_name(path.with_name(f"{path.stem}.{SET_ASIDE}-{file_stamp(now)}{path.suffix}"))
    for old, new in zip((path, *beside(path)), (kept, *beside(kept)), strict=True):
        with suppress(FileNotFoundError):
            old.rename(new)
            with suppress(OSError):
                new.chmod(OWNER_ONLY_FILE)
    sync_folder(path.parent)
    return kept if kept.exists() else None
