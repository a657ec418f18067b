"""Forgetting for good: everything that a person has written here, and all copies of it.

The program does this when nothing is open any more. What was wished is noted in a file first, so that an end in the
middle leaves a program that goes on with it at its next start, before it opens anything.
"""

from __future__ import annotations

import json
import logging
import shutil
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from easychat_gui.domain.errors import DatabaseDamaged, StorageError
from easychat_gui.domain.forgetting import Part
from easychat_gui.storage import online_copy, salvage
from easychat_gui.storage.connecting import is_plain, key_for, use_key
from easychat_gui.storage.database import Database
from easychat_gui.storage.file_header import beside, has_key_file
from easychat_gui.storage.sqlite_errors import translated
from easychat_gui.support.atomic_files import set_aside, sync_folder, write_atomically
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
    """Return what is still to be forgotten.

    A note that cannot be read is set aside and forgets nothing: a wish can be repeated, chats cannot be had again.
    """
    try:
        noted = json.loads(paths.forgetting.read_bytes())
        return frozenset(Part(each) for each in noted)
    except FileNotFoundError:
        return frozenset()
    except (OSError, ValueError, TypeError) as error:
        _log.warning("the note of what is to be forgotten cannot be read: %s", error)
        with suppress(OSError):
            set_aside(paths.forgetting, "unused", time.time())
        return frozenset()


def carry_out(paths: DataPaths) -> bool:
    """Forget what was wished. Return whether that is done; raises `StorageError`, and the wish then stands.

    Nothing of the program may be open on the folder. Where something is to stay in a database whose passphrase nobody
    has typed yet, the database waits for `carry_out_rest`.
    """
    parts = wished(paths)
    if not parts:
        return False
    is_locked = _is_locked(paths, parts)
    with translated(paths.root):
        if not is_locked:
            _renew_database(paths, parts)
        for path in _files_of(paths, parts):
            if not (is_locked and path == paths.backups):  # they hold the second copy of the key
                _remove(path)
        sync_folder(paths.root)
    if not is_locked:
        _end(paths, parts)
    return not is_locked


def carry_out_rest(paths: DataPaths) -> None:
    """Forget what had to wait, now that the database can be read, or was given up for a new one.

    Nobody may have it open. What a running program has begun anew since its start (log, settings) stays. Raises
    `StorageError`.
    """
    parts = wished(paths)
    if not parts or _is_locked(paths, parts):
        return
    with translated(paths.root):
        _renew_database(paths, parts)
        for path in _files_with_chats(paths, parts):
            _remove(path)
    _end(paths, parts)


def _end(paths: DataPaths, parts: frozenset[Part]) -> None:
    with translated(paths.root):
        paths.forgetting.unlink(missing_ok=True)
        sync_folder(paths.root)
    _log.info("forgotten: %s", ", ".join(sorted(parts)))


def _is_locked(paths: DataPaths, parts: frozenset[Part]) -> bool:
    """Is there something to be kept that cannot be read, since the passphrase was not given?"""
    old = paths.database
    is_to_be_read = parts != frozenset(Part) and old.exists() and old.stat().st_size > 0
    return is_to_be_read and key_for(old) is None and not is_plain(old) and has_key_file(old)


def carry_out_if_possible(paths: DataPaths) -> bool:
    """As `carry_out`, but a fault is only logged: the wish stands, and the next start tries again."""
    try:
        return carry_out(paths)
    except StorageError as error:
        _log.warning("not everything could be forgotten: %s", error)
        return False


def carry_out_rest_if_possible(paths: DataPaths) -> None:
    """As `carry_out_rest`, but a fault is only logged."""
    try:
        carry_out_rest(paths)
    except StorageError as error:
        _log.warning("not everything could be forgotten: %s", error)


def _renew_database(paths: DataPaths, parts: frozenset[Part]) -> None:
    """Put a new database in the place of the old one, with what is to stay; one of the two is always there whole."""
    old, fresh = paths.database, paths.root / _FRESH
    if parts == frozenset(Part):
        use_key(paths.root, None)  # a new beginning has no passphrase
    if old.exists():
        for left in (fresh, *beside(fresh)):
            left.unlink(missing_ok=True)
        try:
            _copy_what_stays(old, fresh, parts)
        except BaseException:
            online_copy.remove(fresh)  # on a full disk it would be the worst to leave
            raise
        for file in (*beside(old), old):  # the log first: without its database it says nothing
            file.unlink(missing_ok=True)
        sync_folder(paths.root)
    if fresh.exists():
        fresh.rename(old)


def _copy_what_stays(old: Path, fresh: Path, parts: frozenset[Part]) -> None:
    """Raises `DatabaseDamaged` where chats were to stay and cannot all be read: then they are to be recovered first."""
    going = {table for part in parts for table in _TABLES_OF.get(part, ())}
    staying = [table for table in salvage.TABLES if table not in going]
    database = Database.open(fresh, fresh.parent / "none")
    try:
        if staying:
            losses = salvage.copy_readable(old, database, staying)
            if Part.CHATS not in parts and not losses.is_none:
                raise DatabaseDamaged(f"Not everything in {old} that is to stay can be read.", old)
    finally:
        database.close()
    online_copy.make_one_file(fresh)


def _files_of(paths: DataPaths, parts: frozenset[Part]) -> Iterator[Path]:
    yield from _files_with_chats(paths, parts)
    root = paths.root
    if Part.CHATS in parts:
        yield paths.logs
    if Part.WRITING_AIDS in parts:
        yield paths.own_words
    if Part.SETTINGS in parts:
        yield from root.glob("settings.toml*")
        yield from root.glob(".settings.toml.*.new")  # of a run that was killed while it wrote them
        yield from root.glob(f"{paths.keys.name}*")
        yield paths.window_state


def _files_with_chats(paths: DataPaths, parts: frozenset[Part]) -> Iterator[Path]:
    root = paths.root
    # A backup, a damaged file that was kept, an index: each holds what was written in chats, and presets and lessons.
    if parts & {Part.CHATS, Part.WRITING_AIDS}:
        yield paths.backups
        yield from root.glob("easychat.*.db*")
        yield from root.glob("search.db*")
    if Part.CHATS in parts:
        yield from root.glob("easychat.*.txt")  # what repairs have told
        yield paths.attachments
        yield from root.glob(f"{paths.database_key.name}.*")  # of files that went just now
    if parts == frozenset(Part):
        yield paths.database_key


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
