"""Making an encrypted database of a plain one, and the other way round."""

from __future__ import annotations

import logging
import os
import shutil
import sqlite3
from pathlib import Path

from easychat_gui.domain.errors import DatabaseDamaged
from easychat_gui.storage import encrypted
from easychat_gui.storage.attachment_files import AttachmentFiles
from easychat_gui.storage.connecting import BUSY_TIMEOUT_S, is_plain
from easychat_gui.storage.file_header import beside
from easychat_gui.storage.sqlite_errors import translated
from easychat_gui.support.atomic_files import create_private, sync_folder

_log = logging.getLogger(__name__)


def encrypt(path: Path, key: bytes) -> None:
    """Put an encrypted database in the place of the plain one at ``path``. Raises `StorageError`.

    Nobody may have it open. The new file is whole, checked and on the disk before it takes its place.
    """
    if is_plain(path):
        _replace(path, key, is_encrypted=True)
        _log.info("the database is encrypted from now on")


def decrypt(path: Path, key: bytes) -> None:
    """Put a plain database in the place of the encrypted one at ``path``, as `encrypt`. Raises `StorageError`."""
    if not is_plain(path):
        _replace(path, key, is_encrypted=False)
        _log.info("the database is no longer encrypted")


def recode_files(files: AttachmentFiles, key: bytes, *, is_to_be_sealed: bool) -> None:
    """Encrypt or decrypt all attached files. Raises `StorageError`; `AttachmentFiles.settle_all` finishes it then.

    Before a database is decrypted and after one is encrypted: so whatever is encrypted still has its key.
    """
    with translated(files.folder):
        files.recode_all(key, is_to_be_sealed=is_to_be_sealed)


def remove_copies(path: Path, backups_folder: Path) -> None:
    """Remove all that was made of the database before: what is readable, or soon nobody can read any more.

    Backups, the index for searching, files that repairs have set aside. Raises `StorageError`.
    """
    with translated(backups_folder):
        if backups_folder.exists():
            shutil.rmtree(backups_folder)
        for copy in (*path.parent.glob("search.db*"), *path.parent.glob(f"{path.stem}.*{path.suffix}*")):
            copy.unlink(missing_ok=True)


def _replace(path: Path, key: bytes, *, is_encrypted: bool) -> None:
    fresh = path.with_name(f"{path.stem}.recoded{path.suffix}")
    with translated(path):
        for left in (fresh, *beside(fresh)):
            left.unlink(missing_ok=True)
        try:
            create_private(fresh)
            # What stands in a log must be in the file before that is copied; this folds it in and removes it.
            _open(path, key, is_encrypted=not is_encrypted).close()
            encrypted.export(path, fresh, key=key, is_target_encrypted=is_encrypted)
            _compare(path, fresh, key, is_encrypted=is_encrypted)
            with fresh.open("rb+") as file:
                os.fsync(file.fileno())
            for left in beside(path):
                left.unlink(missing_ok=True)
            fresh.replace(path)
            sync_folder(path.parent)
        finally:
            for left in (fresh, *beside(fresh)):
                left.unlink(missing_ok=True)


def _open(path: Path, key: bytes, *, is_encrypted: bool) -> sqlite3.Connection:
    uri = f"{path.as_uri()}?mode=rw"
    if is_encrypted:
        connection = encrypted.connect(uri, key, BUSY_TIMEOUT_S)
    else:
        connection = sqlite3.connect(uri, uri=True, timeout=BUSY_TIMEOUT_S, isolation_level=None)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return connection


def _compare(old: Path, new: Path, key: bytes, *, is_encrypted: bool) -> None:
    """Raise `DatabaseDamaged` unless the new file is sound and has as many rows in every table as the old one."""
    counted = []
    for path, has_key in ((old, not is_encrypted), (new, is_encrypted)):
        connection = _open(path, key, is_encrypted=has_key)
        try:
            if connection.execute("PRAGMA quick_check(1)").fetchall() != [("ok",)]:
                raise DatabaseDamaged(f"{path} is damaged.", path)
            tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").fetchall()
            counts = {name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for (name,) in tables}  # noqa: S608
            counted.append(counts)
        finally:
            connection.close()
    if counted[0] != counted[1]:
        raise DatabaseDamaged(f"Not everything in {old} could be copied.", old)
