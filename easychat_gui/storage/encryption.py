"""Making encrypted chats of plain ones, and the other way round.

What is under way is noted in a file first. A run that is killed in the middle of it leaves the chats in the old form or
the new one, and `finish` at the next start sees to it that all else is of the same form.
"""

from __future__ import annotations

import logging
import os
import shutil
import sqlite3
import time
from pathlib import Path

from easychat_gui.domain.errors import DatabaseDamaged
from easychat_gui.storage import encrypted
from easychat_gui.storage.attachment_files import ATTACHMENTS_FOLDER, AttachmentFiles
from easychat_gui.storage.connecting import BUSY_TIMEOUT_S, is_plain, key_for, use_key
from easychat_gui.storage.file_header import KEY_FILE, RECODING_NOTE, beside, key_files_of
from easychat_gui.storage.sqlite_errors import translated
from easychat_gui.support.atomic_files import create_private, set_aside, sync_folder, write_atomically

_log = logging.getLogger(__name__)


_ON, _OFF = b"on", b"off"


def turn_on(path: Path, backups_folder: Path, key: bytes) -> None:
    """Encrypt the database with all that belongs to it, and remove what was readable. Raises `StorageError`."""
    if not is_plain(path):
        return
    with translated(path):
        write_atomically(_note_of(path), _ON)
    encrypt(path, key)
    use_key(path.parent, key)
    recode_files(_files_of(path), key, is_to_be_sealed=True)
    remove_copies(path, backups_folder)
    _end(path)


def turn_off(path: Path, backups_folder: Path) -> None:
    """Decrypt the database with all that belongs to it, and remove what nobody could read any more.

    Raises `StorageError`.
    """
    if (key := key_for(path)) is None:
        return
    with translated(path):
        write_atomically(_note_of(path), _OFF)
    recode_files(_files_of(path), key, is_to_be_sealed=False)
    decrypt(path, key)
    use_key(path.parent, None)
    remove_copies(path, backups_folder)
    retire_keys(path, backups_folder)
    _end(path)


def finish(path: Path, backups_folder: Path) -> None:
    """Finish what was broken off, as far as the key is known. For start-up; raises `StorageError`."""
    note = _note_of(path)
    if not note.exists():
        return
    with translated(path):
        wanted = note.read_bytes()
        _remove_unfinished(path)
    key = key_for(path)
    if is_plain(path):
        if wanted == _OFF:
            remove_copies(path, backups_folder)
            retire_keys(path, backups_folder)
    elif key is None:
        return
    else:
        recode_files(_files_of(path), key, is_to_be_sealed=True)
        if wanted == _ON:
            remove_copies(path, backups_folder)
    _end(path)


def retire_keys(path: Path, backups_folder: Path) -> None:
    """Rename the files of a key that the database at ``path`` no longer has. Raises `StorageError`.

    A damaged plain database beside them would be taken for an encrypted one. They stay for copies kept elsewhere.
    """
    with translated(path):
        for file in key_files_of(path, backups_folder):
            if file.exists():
                set_aside(file, "unused", time.time())


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
            for each in backups_folder.iterdir():
                if each.name != KEY_FILE:
                    _remove(each)
        for copy in (*path.parent.glob("search.db*"), *path.parent.glob(f"{path.stem}.*{path.suffix}*")):
            copy.unlink(missing_ok=True)


def _replace(path: Path, key: bytes, *, is_encrypted: bool) -> None:
    fresh = _unfinished(path)
    with translated(path):
        _remove_unfinished(path)
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
            _remove_unfinished(path)


def _note_of(path: Path) -> Path:
    return path.with_name(RECODING_NOTE)


def _end(path: Path) -> None:
    with translated(path):
        _note_of(path).unlink(missing_ok=True)
        sync_folder(path.parent)


def _files_of(path: Path) -> AttachmentFiles:
    return AttachmentFiles(path.parent / ATTACHMENTS_FOLDER)


def _unfinished(path: Path) -> Path:
    return path.with_name(f"{path.stem}.recoded{path.suffix}")


def _remove_unfinished(path: Path) -> None:
    for left in (_unfinished(path), *beside(_unfinished(path))):
        left.unlink(missing_ok=True)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


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
