"""The folder of backups: what is there, when another is due, making one, and thinning them out.

A backup is made while the program is in use: a copy of the database, checked, is cut into pieces, of which only those
are stored that no earlier backup has (`chunk_store`), and its list of pieces is written last (`manifests`). Attached
files are kept beside under their SHA-256, as links where the drive can do that. Whatever is removed goes in the other
order: first the lists, then what no list names. So a crash leaves at most too much, and the next run removes it.
"""

from __future__ import annotations

import hashlib
import os
import re
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from easychat_gui import __version__
from easychat_gui.domain.backups import USUAL, Backup, BackupFault, BackupKind, Retention
from easychat_gui.domain.errors import BackupUnusable
from easychat_gui.storage import online_copy
from easychat_gui.storage.chunk_store import CHUNK_SIZE, ChunkStore, ChunkWriter
from easychat_gui.storage.connecting import Access, connect, is_plain, key_for
from easychat_gui.storage.file_header import beside
from easychat_gui.storage.folder_lock import alone_in
from easychat_gui.storage.kept_files import KeptFiles
from easychat_gui.storage.listings import chats_in, listing_blocks
from easychat_gui.storage.manifests import Manifest, names_in, read_manifest
from easychat_gui.storage.migrations import user_version
from easychat_gui.storage.online_copy import Stopped, asking, copy_whole
from easychat_gui.storage.retention import superfluous
from easychat_gui.storage.sqlite_errors import translated
from easychat_gui.support.atomic_files import free_name, sync_folder
from easychat_gui.support.clock import DAY_S, file_stamp, from_file_stamp

FOLDER = "backups"
"""Beside the database, where nobody says otherwise."""

CHUNKS = "chunks"
FILES = "files"

_MANIFEST = re.compile(r"easychat-(\d{8}-\d{6})(-\d+)?\.json")
_WHOLE = re.compile(r"easychat-(\d{8}-\d{6})(-\d+)?\.db")
_BEFORE_MIGRATION = re.compile(r"easychat-format-\d+-(\d{8}-\d{6})(-\d+)?\.db")

_THOROUGH_EVERY = 7
"""Every so many backups all pieces that are there already are read again; a bad one is replaced."""

in_use: set[Path] = set()
"""Backups that were put together here to be looked into, by this process; no other works in the folder for long."""

_COPY = "easychat.copy.unfinished"
"""The database as one file, while it is being cut up."""


def find(folder: Path) -> list[Backup]:
    """Return all backups, newest first, the unusable ones with what is wrong. Other files are passed over."""
    found: list[Backup] = []
    present: set[str] | None = None
    with suppress(OSError):
        for path in folder.iterdir():
            if match := _MANIFEST.fullmatch(path.name):
                if present is None:
                    present = ChunkStore(folder / CHUNKS).names()
                with suppress(ValueError):
                    found.append(_listed(path, from_file_stamp(match[1]), present))
            elif match := _WHOLE.fullmatch(path.name) or _BEFORE_MIGRATION.fullmatch(path.name):
                kind = BackupKind.WHOLE if _WHOLE.fullmatch(path.name) else BackupKind.BEFORE_MIGRATION
                with suppress(OSError, ValueError):
                    found.append(Backup(path, from_file_stamp(match[1]), 0, kind, path.stat().st_size))
    return sorted(found, key=lambda each: (each.made_at, each.number), reverse=True)


def _listed(path: Path, named_for: float, present: set[str]) -> Backup:
    try:
        manifest = read_manifest(path)
    except BackupUnusable as error:
        return Backup(path, named_for, fault=error.fault)
    fault = None if present.issuperset(manifest.chunks) else BackupFault.MISSING
    return Backup(
        path,
        manifest.made_at,
        manifest.number,
        size=manifest.size,
        conversations=manifest.conversations,
        messages=manifest.messages,
        fault=fault,
    )


def newest(folder: Path) -> Backup | None:
    """Return the one that was made last, whatever the clock said."""
    found = [each for each in find(folder) if each.kind is not BackupKind.BEFORE_MIGRATION]
    return max(found, key=lambda each: (each.number, each.made_at), default=None)


def is_due(database: Path, folder: Path, now: float) -> bool:
    """Tell whether the database has changed since the last backup, and that is a day old.

    One from the future is no reason to wait for that future: the clock was wrong then, or is wrong now.
    """
    last = newest(folder)
    if last is None:
        return True
    if 0 <= now - last.made_at < DAY_S:
        return False
    if last.kind is BackupKind.WHOLE:
        return max((each // 10**9 for each in _seen(database)[1::2]), default=0) > last.made_at
    try:
        return read_manifest(last.path).seen != _seen(database)
    except BackupUnusable:
        return True


def _seen(database: Path) -> list[int]:
    """Return sizes and times of the database's files: while they stay, nothing was written."""
    seen = []
    for file in (database, beside(database)[0]):
        try:
            status = file.stat()
        except OSError:
            seen += [0, 0]
        else:
            seen += [status.st_size, status.st_mtime_ns if status.st_size else 0]
    return seen


def back_up(
    database: Path,
    folder: Path,
    now: float,
    should_stop: Callable[[], bool] = lambda: False,
    retention: Retention = USUAL,
) -> Path | None:
    """Make a backup named for ``now`` (seconds since 1970) and thin out the old ones. Return it, None if stopped.

    Others may read and write meanwhile. Raises `StorageError`; what is there stays usable then.
    """
    ask = asking(should_stop)
    path = None
    try:
        with translated(folder), alone_in(folder, should_stop):
            clear_leftovers(folder)
            path = _make(database, folder, now, ask)
            thin_out(folder, retention, now, ask)
    except Stopped:
        pass  # perhaps only while what is old was removed
    finally:
        online_copy.remove(folder / _COPY)
    return path


def _make(database: Path, folder: Path, now: float, ask: Callable[[], None]) -> Path:
    last = newest(folder)
    number = 1 + (last.number if last else 0)
    seen = _seen(database)
    copy = folder / _COPY
    copy_of(database, copy, ask)
    writer = ChunkStore(folder / CHUNKS).writer(ask, is_thorough=number % _THOROUGH_EVERY == 0)
    connection = connect(copy, Access.READ)
    try:
        chats = []
        for each in chats_in(connection):
            ask()
            chats.append(each)
        # What is encrypted must not stand beside it for all to read: the list is then read out of the copy itself.
        listing = [writer.add(block) for block in listing_blocks(chats)] if is_plain(copy) else None
        messages = connection.execute("SELECT count(*) FROM messages").fetchone()[0]
        schema = user_version(connection)
        used = [row[0] for row in connection.execute("SELECT DISTINCT sha256 FROM attachments ORDER BY sha256")]
    finally:
        connection.close()
    chunks, sha256 = _cut_up(copy, writer, ask)
    size = copy.stat().st_size
    online_copy.remove(copy)
    kept, missing = KeptFiles(folder / FILES).take(used, database.parent, ask)
    manifest = Manifest(
        program=__version__,
        number=number,
        made_at=now,
        schema=schema,
        size=size,
        sha256=sha256,
        chunk_size=CHUNK_SIZE,
        conversations=len(chats),
        messages=messages,
        chunks=chunks,
        listing=listing,
        files=kept,
        missing_files=missing,
        seen=seen,
    )
    path = free_name(folder / f"easychat-{file_stamp(now)}.json")
    manifest.write(path)
    return path


def copy_of(database: Path, copy: Path, ask: Callable[[], None]) -> None:
    """Copy a database that may be in use, by connections of its own."""
    if key_for(database) is not None and not is_plain(database) and online_copy.copy_as_it_lies(database, copy, ask):
        return
    source = connect(database, Access.READ)
    try:
        online_copy.copy_unfinished(source, copy, ask)
    finally:
        source.close()


def save_as_file(database: Path, target: Path, should_stop: Callable[[], bool] = lambda: False) -> bool:
    """Put a checked copy of the database, as one file, in the place of ``target``. Return False if it was stopped.

    Raises `StorageError`; a file that was there is as it was then.
    """
    unfinished = target.with_name(f".{target.name}.{os.urandom(4).hex()}.new")
    try:
        with translated(target):
            copy_of(database, unfinished, asking(should_stop))
            with unfinished.open("rb+") as file:
                os.fsync(file.fileno())
            unfinished.replace(target)
            sync_folder(target.parent)
    except Stopped:
        return False
    finally:
        online_copy.remove(unfinished)
    return True


def _cut_up(copy: Path, writer: ChunkWriter, ask: Callable[[], None]) -> tuple[list[str], str]:
    whole = hashlib.sha256()
    chunks = []
    with copy.open("rb") as file:
        while content := file.read(CHUNK_SIZE):
            whole.update(content)
            chunks.append(writer.add(content))
    writer.finish()
    ask()
    return chunks, whole.hexdigest()


def thin_out(folder: Path, retention: Retention, now: float, ask: Callable[[], None] = online_copy.never) -> None:
    """Remove the backups that need not be kept, and what only they used. For whoever holds the folder's lock."""
    dropped = superfluous(find(folder), retention, now)
    for backup in dropped:
        backup.path.unlink(missing_ok=True)
    if dropped:
        sync_folder(folder)  # before their pieces go
    used: set[str] = set()
    for path in folder.glob("easychat-*.json"):
        used |= names_in(path)
    ChunkStore(folder / CHUNKS).remove_all_but(used, ask)
    ChunkStore(folder / FILES).remove_all_but(used, ask)


def clear_leftovers(folder: Path) -> None:
    """Remove what runs that were killed have left. For whoever holds the folder's lock."""
    for left in set(folder.glob("*.unfinished")) - in_use:
        online_copy.remove(left)
    ChunkStore(folder / CHUNKS).clear_leftovers()
    ChunkStore(folder / FILES).clear_leftovers()


def folder_size(folder: Path) -> int:
    """Return how many bytes all backups take. Files that are links to those of the chats are not counted."""
    whole = sum(each.path.stat().st_size for each in find(folder) if each.path.exists())
    return whole + ChunkStore(folder / CHUNKS).size() + KeptFiles(folder / FILES).own_size()


def copy_before_migration(source: sqlite3.Connection, database: Path, folder: Path, version: int, now: float) -> Path:
    """Make the checked copy that a migration must not begin without: one file, which the version of the program before
    can open. It is never thinned out."""
    path = free_name(folder / f"{database.stem}-format-{version}-{file_stamp(now)}.db")
    copy_whole(source, path)
    return path


def is_good(path: Path) -> bool:
    """Tell whether a file can be used: it is a database and passes its check."""
    try:
        if not path.stat().st_size:
            return False
        connection = connect(path, Access.READ)
        try:
            return not online_copy.findings(connection, "PRAGMA quick_check(1)")
        finally:
            connection.close()
    except (sqlite3.Error, OSError):
        return False
