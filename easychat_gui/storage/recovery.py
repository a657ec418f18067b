"""What to do with a database that cannot be used. The old file is renamed, never deleted and never changed.

The new file is made whole beside the old one before anything is renamed: whatever fails, and wherever the program is
ended, one of the two is in its place.
"""

from __future__ import annotations

import logging
import sqlite3
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from easychat_gui.domain.backups import Backup
from easychat_gui.domain.errors import BackupUnusable, DatabaseUnavailable
from easychat_gui.storage import backups, online_copy, readable_forms, salvage
from easychat_gui.storage.attachment_files import ATTACHMENTS_FOLDER, AttachmentFiles
from easychat_gui.storage.connecting import Access, connect
from easychat_gui.storage.database import MENDED, REPLACED, SET_ASIDE, Database
from easychat_gui.storage.file_header import beside
from easychat_gui.storage.kept_files import KeptFiles
from easychat_gui.storage.opened_backup import put_together
from easychat_gui.storage.reports import RecoveryReport, Repair, Restoration, Wish
from easychat_gui.storage.salvage import Losses
from easychat_gui.storage.sqlite_errors import translated
from easychat_gui.support.atomic_files import OWNER_ONLY_FILE, free_name, sync_folder
from easychat_gui.support.clock import file_stamp

_log = logging.getLogger(__name__)

_CLEARLY_LESS = 0.9
"""A log that is ours holds the last words, and may have deleted some: it is left out only if much is behind it."""


def repair(how: Wish, path: Path, backups_folder: Path, now: float | None = None) -> RecoveryReport:
    """Put a usable database at ``path`` and tell what was saved. Raises `StorageError`; then the old file is there.

    ``now`` (seconds since 1970) names the file that is kept.
    """
    moment = time.time() if now is None else now
    with translated(path):
        fresh = free_name(path.with_name(f"{path.stem}.repaired{path.suffix}"))
        whole = path.with_name(f"{path.stem}.{MENDED}{path.suffix}")
        try:
            report = _make(how, path, fresh, backups_folder)
            report = replace(report, missing_files=_give_files_back(fresh, path.parent, backups_folder))
            fresh.replace(whole)  # from here on the next start would go on with it
            sync_folder(path.parent)
            word = REPLACED if isinstance(how, Restoration) else SET_ASIDE
            kept = set_aside(path, word, moment)
            whole.rename(path)
            sync_folder(path.parent)
        finally:
            online_copy.remove(fresh)
            if path.exists():
                online_copy.remove(whole)
    report = replace(report, kept=kept, finished_at=moment, how=how)
    _log.warning("database %s: %s; the old file is %s, %s", path, how, kept, report)
    return report


def _make(how: Wish, path: Path, fresh: Path, backups_folder: Path) -> RecoveryReport:
    """Make the new file."""
    if isinstance(how, Restoration):
        put_together(how.backup, fresh)
        return _counted(fresh, how.backup)
    if how is Repair.RESTORE:
        return _counted(fresh, _put_newest_together(fresh, backups_folder))
    if how is Repair.START_NEW:
        Database.open(fresh, backups_folder / "none").close()
        online_copy.make_one_file(fresh)
        return RecoveryReport(None)
    return _salvage(path, fresh, backups_folder, is_filling=how is Repair.SALVAGE_AND_FILL)


def _put_newest_together(target: Path, folder: Path) -> Backup:
    """Put the newest backup together that can be. Raises `DatabaseUnavailable` if there is none."""
    for backup in backups.find(folder):
        try:
            put_together(backup, target)
        except BackupUnusable as error:
            _log.warning("the backup %s cannot be used: %s", backup.path, error)
        else:
            return backup
    raise DatabaseUnavailable(f"There is no usable backup in {folder}.", folder)


def _salvage(path: Path, fresh: Path, backups_folder: Path, *, is_filling: bool) -> RecoveryReport:
    """Read what can be read, in the form of the file that gives the most."""
    good = path.with_name(f"{path.stem}.backup{path.suffix}")
    backup = None
    online_copy.remove(good)
    try:
        with suppress(DatabaseUnavailable, OSError):
            backup = _put_newest_together(good, backups_folder)
        fill_from = good if is_filling and backup else None
        losses = salvage.save_readable(path, fresh, fill_from)
        best = _counted(fresh)
        if not losses.is_none or not readable_forms.has_readable_tables(path):
            for form in readable_forms.other_forms(path, _donors(good, fresh)):
                losses, best = _better(form, fresh, fill_from, losses, best)
    finally:
        online_copy.remove(good)
    return replace(
        best,
        lost={table: count for table, count in losses.rows.items() if count},
        filled={table: count for table, count in losses.filled.items() if count},
        untitled=losses.untitled,
        restored_from=backup.path if fill_from and backup else None,
        backup_made_at=backup.made_at if fill_from and backup else None,
    )


def _donors(backup: Path, fresh: Path) -> Iterator[Path]:
    """Yield sound files whose first page may stand for that of the damaged one."""
    if backup.exists():
        yield backup
    empty = fresh.with_name(f"{fresh.name}.empty")
    try:
        Database.open(empty, fresh.parent / "none").close()
        yield empty
    finally:
        online_copy.remove(empty)


def _better(
    form: Path, fresh: Path, fill_from: Path | None, losses: Losses, best: RecoveryReport
) -> tuple[Losses, RecoveryReport]:
    """Try another form of the damaged file, and take what it gives in the place of ``fresh`` if that is more."""
    attempt = fresh.with_name(f"{fresh.name}.attempt")
    online_copy.remove(attempt)
    try:
        found = salvage.save_readable(form, attempt, fill_from)
        counted = _counted(attempt)
        if (
            best.messages < counted.messages * _CLEARLY_LESS
            or best.conversations < counted.conversations * _CLEARLY_LESS
        ):
            attempt.replace(fresh)
            return found, counted
    finally:
        online_copy.remove(attempt)
    return losses, best


def _counted(path: Path, backup: Backup | None = None) -> RecoveryReport:
    """Tell what is in a new file."""
    connection = connect(path, Access.READ)
    try:
        conversations, messages, attachments = connection.execute(
            "SELECT (SELECT count(*) FROM conversations), (SELECT count(*) FROM messages), "
            "(SELECT count(*) FROM attachments)"
        ).fetchone()
    finally:
        connection.close()
    return RecoveryReport(
        None,
        conversations,
        messages,
        attachments,
        restored_from=backup.path if backup else None,
        backup_made_at=backup.made_at if backup else None,
    )


def _give_files_back(fresh: Path, data_folder: Path, backups_folder: Path) -> int:
    """Have the files with the chats that rows of the new database use; return how many are nowhere."""
    connection = connect(fresh, Access.READ)
    try:
        used = [row[0] for row in connection.execute("SELECT DISTINCT sha256 FROM attachments")]
    except sqlite3.OperationalError:
        return 0
    finally:
        connection.close()
    usable = [name for name in used if _is_name(name)]
    missing = KeptFiles(backups_folder / backups.FILES).give_back(usable, data_folder)
    # Into their places at once: after a crash the next start would do the same.
    AttachmentFiles(data_folder / ATTACHMENTS_FOLDER).place(usable)
    return missing + len(used) - len(usable)


def _is_name(sha256: str) -> bool:
    return len(sha256) == 64 and set(sha256) <= set("0123456789abcdef")


def set_aside(path: Path, word: str, now: float) -> Path | None:
    """Rename the file and what belongs to it, so that they still belong together. Return the new name."""
    kept = free_name(path.with_name(f"{path.stem}.{word}-{file_stamp(now)}{path.suffix}"))
    for old, new in zip((path, *beside(path)), (kept, *beside(kept)), strict=True):
        with suppress(FileNotFoundError):
            old.rename(new)
            with suppress(OSError):
                new.chmod(OWNER_ONLY_FILE)
    sync_folder(path.parent)
    return kept if kept.exists() else None
