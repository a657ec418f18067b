"""Forgetting for good: everything that a person has written here, and all copies of it.

The program does this when nothing is open any more. What was wished is noted in a file first, so that an end in the
middle leaves a program that goes on with it at its next start, before it opens anything.
"""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from easychat_gui.domain.errors import StorageError
from easychat_gui.domain.forgetting import Part
from easychat_gui.storage import salvage
from easychat_gui.storage.database import Database
from easychat_gui.storage.file_header import beside
from easychat_gui.storage.sqlite_errors import translated
from easychat_gui.support.atomic_files import sync_folder, write_atomically
from easychat_gui.support.paths import DataPaths

_log = logging.getLogger(__name__)

_FRESH = "easychat.fresh.db"
"""The new database, until it takes the place of the old one."""


_TABLES_OF: Mapping[Part, tuple[str, ...]] = {
    Part.CHATS: (
        *("conversations", "messages", "queued_messages", "attachments"),
        *("conversation_tags", "folders", "tags", "running_days"),
    ),
    Part.WRITING_AIDS: ("presets", "prompts"),
    Part.SETTINGS: ("lessons",),
}


def wish(paths: DataPaths, parts: Iterable[Part]) -> None:
    """Note that these parts are to be forgotten. Raises `StorageError`."""
    marker = paths.forgetting
    with translated(marker):
        write_atomically(marker, json.dumps(sorted(parts)).encode())


def wished(paths: DataPaths) -> frozenset[Part]:
    """Return what is still to be forgotten; a note that cannot be read stands for everything that holds chats."""
    try:
        noted = json.loads(paths.forgetting.read_bytes())
        return frozenset(Part(each) for each in noted)
    except FileNotFoundError:
        return frozenset()
    except (OSError, ValueError, TypeError):
        return frozenset({Part.CHATS})


def carry_out(paths: DataPaths) -> bool:
    """Forget what was wished. Return whether there was anything; raises `StorageError`, and the wish then stands.

    Nothing of the program may be open on the folder.
    """
    parts = wished(paths)
    if not parts:
        return False
    with translated(paths.root):
        _renew_database(paths, parts)
        for path in _files_of(paths, parts):
            _remove(path)
        sync_folder(paths.root)
        paths.forgetting.unlink(missing_ok=True)
        sync_folder(paths.root)
    _log.info("forgotten: %s", ", ".join(sorted(parts)))
    return True


def carry_out_if_possible(paths: DataPaths) -> bool:
    """As `carry_out`, but a fault is only logged: the wish stands, and the next start tries again."""
    try:
        return carry_out(paths)
    except StorageError as error:
        _log.warning("not everything could be forgotten: %s", error)
        return False


def _renew_database(paths: DataPaths, parts: frozenset[Part]) -> None:
    """Put a new database in the place of the old one, with what is to stay; one of the two is always there whole."""
    old, fresh = paths.database, paths.root / _FRESH
    if old.exists():
        for left in (fresh, *beside(fresh)):
            left.unlink(missing_ok=True)
        _copy_what_stays(old, fresh, parts)
        for file in (*beside(old), old):  # the log first: without its database it says nothing
            file.unlink(missing_ok=True)
        sync_folder(paths.root)
    if fresh.exists():
        fresh.rename(old)


def _copy_what_stays(old: Path, fresh: Path, parts: frozenset[Part]) -> None:
    going = {table for part in parts for table in _TABLES_OF.get(part, ())}
    database = Database.open(fresh, fresh.parent / "none")
    try:
        salvage.copy_readable(old, database, [table for table in salvage.TABLES if table not in going])
    finally:
        database.close()


def _files_of(paths: DataPaths, parts: frozenset[Part]) -> Iterator[Path]:
    root = paths.root
    # A backup, a damaged file that was kept, an index: each holds what was written in chats, and presets and lessons.
    if parts & {Part.CHATS, Part.WRITING_AIDS}:
        yield paths.backups
        yield from root.glob("easychat.*.db*")
        yield from root.glob("search.db*")
    if Part.CHATS in parts:
        yield paths.attachments
        yield paths.logs
    if Part.WRITING_AIDS in parts:
        yield paths.own_words
    if Part.SETTINGS in parts:
        yield from root.glob("settings.toml*")
        yield from root.glob(f"{paths.keys.name}*")
        yield paths.window_state


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
