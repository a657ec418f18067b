"""A database file that is taken away, or replaced, while it is in use.

The program still holds the old file, which nobody finds any more: what is written to it would be gone with the
program, without a word of SQLite's. So its content is saved under its name again, and what lies there is set aside.
"""

from __future__ import annotations

import logging
import time
from pathlib import Path

from easychat_gui.storage.database import REPLACED, SAVED, Database
from easychat_gui.storage.file_header import beside
from easychat_gui.storage.online_copy import copy_whole
from easychat_gui.storage.recovery import set_aside
from easychat_gui.storage.reports import RecoveryReport
from easychat_gui.storage.sqlite_errors import translated
from easychat_gui.support.atomic_files import free_name, make_private_folder, sync_folder

_log = logging.getLogger(__name__)


def save_out_of(database: Database) -> Path:
    """Save what an open database holds beside the place where it lay. Raises `StorageError`."""
    make_private_folder(database.path.parent)
    saved = free_name(database.path.with_name(f"{database.path.stem}.{SAVED}{database.path.suffix}"))
    copy_whole(database.connection, saved)
    return saved


def put_back(saved: Path, path: Path) -> RecoveryReport:
    """Put it in its place, which nobody may have open, and what lies there under another name."""
    with translated(path):
        kept = set_aside(path, REPLACED, time.time()) if path.exists() else None
        for left in beside(path):
            left.unlink(missing_ok=True)
        saved.rename(path)
        sync_folder(path.parent)
    _log.warning("the database %s was taken away while it was open, and was put back; in its place lay %s", path, kept)
    return RecoveryReport(kept, how=None, finished_at=time.time())
