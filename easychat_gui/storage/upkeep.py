"""What is done for the database in the background, on a connection and a thread of its own."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from pathlib import Path

from easychat_gui.domain.backups import USUAL, Retention
from easychat_gui.domain.errors import DatabaseDamaged, StorageError
from easychat_gui.storage import backups
from easychat_gui.storage.database import check_file
from easychat_gui.storage.folder_lock import alone_in
from easychat_gui.support.atomic_files import remove_left_over

_log = logging.getLogger(__name__)


def sweep(path: Path, backups_folder: Path, should_stop: Callable[[], bool]) -> None:
    """Remove what a program that was killed has left: half written files, and what was put together to be looked into.

    The next backup would do so, too, but there may be none: a whole copy of all chats would stay. Faults are logged.
    """
    try:
        remove_left_over(path.parent)
        if backups_folder.is_dir():
            remove_left_over(backups_folder)
            with alone_in(backups_folder, should_stop):
                backups.clear_leftovers(backups_folder)
    except (OSError, StorageError) as error:
        _log.warning("what a killed program has left could not be removed: %s", error)


def check_in_background(path: Path) -> None:
    """Check a file that was too large to be checked at opening. Raises `DatabaseDamaged`; other faults are logged."""
    try:
        check_file(path)
    except DatabaseDamaged:
        raise
    except StorageError as error:
        _log.warning("the database could not be checked: %s", error)


def back_up_if_due(
    path: Path,
    backups_folder: Path,
    should_stop: Callable[[], bool],
    retention: Retention = USUAL,
    on_failure: Callable[[StorageError], None] = lambda _error: None,
) -> Path | None:
    """Make today's backup if something has changed; return it, None when there was nothing to do or it was stopped.

    Every copy is checked before an older one goes, so damage never pushes out the good ones: raises
    `DatabaseDamaged`. Anything else that prevents a backup goes to the log and to ``on_failure``: the database itself
    is well.
    """
    now = time.time()
    try:
        if not retention.is_on or not backups.is_due(path, backups_folder, now):
            return None
        made = backups.back_up(path, backups_folder, now, should_stop, retention)
    except DatabaseDamaged:
        raise
    except StorageError as error:
        _log.warning("no backup today: %s", error)
        on_failure(error)
        return None
    if made:
        _log.info("backup made: %s", made)
    return made
