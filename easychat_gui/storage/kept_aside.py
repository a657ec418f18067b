"""Databases that were put aside: a damaged one that was mended, a sound one in whose place another was put.

Each holds what had been deleted from it only afterwards, and may be the only copy of what a repair could not save. So
they stay until the person has looked, and deletes them.
"""

from __future__ import annotations

import logging
import re
from contextlib import suppress
from pathlib import Path

from easychat_gui.domain.backups import Backup, BackupKind
from easychat_gui.domain.errors import DatabaseUnavailable
from easychat_gui.storage.database import REPLACED, SAVED, SET_ASIDE
from easychat_gui.storage.file_header import beside
from easychat_gui.storage.sqlite_errors import translated
from easychat_gui.support.atomic_files import sync_folder
from easychat_gui.support.clock import from_file_stamp

_log = logging.getLogger(__name__)

_KINDS = {SET_ASIDE: BackupKind.DAMAGED, REPLACED: BackupKind.REPLACED, SAVED: BackupKind.REPLACED}


def find(database: Path) -> list[Backup]:
    """Return what was put aside of this database, the newest first; nothing where the folder cannot be read."""
    pattern = _pattern(database)
    found = []
    with suppress(OSError):
        for path in database.parent.iterdir():
            if (match := pattern.fullmatch(path.name)) and path.is_file():
                found.append(_described(path, match))
    return sorted(found, key=lambda each: each.made_at, reverse=True)


def remove(database: Path, kept: Backup) -> None:
    """Delete one for good, with its log and the report of the repair. Raises `StorageError`."""
    path = kept.path
    if path.parent != database.parent or not _pattern(database).fullmatch(path.name):
        raise DatabaseUnavailable(f"{path} was not put aside from {database}.", path)
    with translated(path):
        for file in (path.with_suffix(".txt"), *beside(path), path):  # the log first: alone it would say nothing
            file.unlink(missing_ok=True)
        sync_folder(path.parent)
    _log.info("what was put aside as %s is deleted", path.name)


def _pattern(database: Path) -> re.Pattern[str]:
    words = "|".join(_KINDS)
    stem, suffix = re.escape(database.stem), re.escape(database.suffix)
    return re.compile(rf"{stem}\.(?P<word>{words})(-(?P<stamp>\d{{8}}-\d{{6}}))?(-\d+)?{suffix}")


def _described(path: Path, match: re.Match[str]) -> Backup:
    size = 0
    for file in (path, *beside(path)):
        with suppress(OSError):
            size += file.stat().st_size
    made_at = path.stat().st_mtime
    if match["stamp"]:
        with suppress(ValueError):
            made_at = from_file_stamp(match["stamp"])
    return Backup(path, made_at, kind=_KINDS[match["word"]], size=size)
