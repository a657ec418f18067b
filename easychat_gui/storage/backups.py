"""Copies of the database: made while it is in use, checked, and thinned out.

One a day while something changes; of those the newest of each of 7 days is kept, and of the older ones the newest of
each of 4 weeks.
"""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from pathlib import Path

from easychat_gui.domain.errors import DatabaseDamaged
from easychat_gui.storage.connecting import Access, connect
from easychat_gui.storage.file_header import beside, read_header
from easychat_gui.storage.sqlite_errors import translated
from easychat_gui.support.atomic_files import create_private, free_name, make_private_folder, sync_folder
from easychat_gui.support.clock import DAY_S, day_of, file_stamp, from_file_stamp

DAILY_KEPT = 7
WEEKLY_KEPT = 4

_NAME = re.compile(r"easychat-(\d{8}-\d{6})\.db")
_PAGES_AT_ONCE = 2048
"""8 MB: how much is copied before `should_stop` is asked again."""


@dataclass(frozen=True, slots=True)
class Backup:
    """A copy in the backups folder; ``made_at`` in seconds since 1970."""

    path: Path
    made_at: float


def find(folder: Path) -> list[Backup]:
    """Return the daily copies, newest first. Other files in the folder are passed over."""
    found = []
    for path in folder.glob("easychat-*.db"):
        if match := _NAME.fullmatch(path.name):
            try:
                found.append(Backup(path, from_file_stamp(match[1])))
            except ValueError:
                continue
    return sorted(found, key=lambda backup: backup.made_at, reverse=True)


def newest(folder: Path) -> Backup | None:
    return next(iter(find(folder)), None)


def is_due(database: Path, folder: Path, now: float) -> bool:
    """Tell whether the database has changed since a copy that is more than a day old."""
    last = newest(folder)
    if last is None:
        return True
    return now - last.made_at >= DAY_S and _changed_at(database) > last.made_at


def _changed_at(database: Path) -> float:
    files = (database, beside(database)[0])
    return max((file.stat().st_mtime for file in files if file.exists()), default=0.0)


def back_up(
    source: sqlite3.Connection,
    folder: Path,
    now: float,
    should_stop: Callable[[], bool] = lambda: False,
) -> Path | None:
    """Make a checked copy named for ``now`` and thin out the old ones. Return it, None if it was stopped.

    Others may read and write meanwhile. Raises `StorageError`; then no half copy is left.
    """
    for left in folder.glob("*.db.unfinished"):  # by a run that was killed
        left.unlink(missing_ok=True)
    path = free_name(folder / f"easychat-{file_stamp(now)}.db")
    if not _copy(source, path, should_stop):
        return None
    for backup in superfluous(find(folder)):
        backup.path.unlink(missing_ok=True)
    return path


def copy_before_migration(source: sqlite3.Connection, database: Path, folder: Path, version: int, now: float) -> Path:
    """Make the checked copy that a migration must not begin without. It is never thinned out."""
    path = free_name(folder / f"{database.stem}-format-{version}-{file_stamp(now)}.db")
    _copy(source, path, lambda: False)
    return path


def superfluous(found: Iterable[Backup]) -> list[Backup]:
    """Return what need not be kept of these copies, given newest first."""
    every = list(found)
    daily = _newest_of_each(every, day_of, DAILY_KEPT)
    older = [backup for backup in every if day_of(backup.made_at) < day_of(daily[-1].made_at)]
    weekly = _newest_of_each(older, lambda made_at: day_of(made_at).isocalendar()[:2], WEEKLY_KEPT)
    kept = {*daily, *weekly}
    return [backup for backup in every if backup not in kept]


def _newest_of_each(found: Iterable[Backup], period: Callable[[float], Hashable], count: int) -> list[Backup]:
    newest_of: dict[Hashable, Backup] = {}
    for backup in found:
        newest_of.setdefault(period(backup.made_at), backup)
    return list(newest_of.values())[:count]


class _Stopped(Exception):
    pass


def _copy(source: sqlite3.Connection, path: Path, should_stop: Callable[[], bool]) -> bool:
    """Copy into a file beside ``path``, check it, and give it its name. Return False if it was stopped."""

    def progress(_status: int, _remaining: int, _total: int) -> None:
        if should_stop():
            raise _Stopped

    unfinished = path.with_name(f"{path.name}.unfinished")
    with translated(path):
        make_private_folder(path.parent)
        unfinished.unlink(missing_ok=True)
        create_private(unfinished)
        try:
            target = connect(unfinished, Access.WRITE)
            try:
                source.backup(target, pages=_PAGES_AT_ONCE, progress=progress, sleep=0)
                # A copy that carries the log mode would grow two more files as soon as it is looked at.
                target.execute("PRAGMA journal_mode = DELETE")
                if target.execute("PRAGMA quick_check(1)").fetchall() != [("ok",)]:
                    raise DatabaseDamaged(f"The copy {path} of the database is damaged.", path)
            finally:
                target.close()
            _sync(unfinished)
            unfinished.replace(path)
            sync_folder(path.parent)
        except _Stopped:
            return False
        finally:
            unfinished.unlink(missing_ok=True)
    return True


def _sync(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def is_good(backup: Path) -> bool:
    """Tell whether a copy can be used: it is a database and passes its check."""
    header = read_header(backup)
    if header is None or not header.is_sqlite:
        return False
    try:
        connection = connect(backup, Access.READ)
        try:
            return bool(connection.execute("PRAGMA quick_check(1)").fetchall() == [("ok",)])
        finally:
            connection.close()
    except sqlite3.Error:
        return False
