"""Attached files in the folder of backups: each once, under its SHA-256, as long as a backup names it.

``ab/ab12…`` is a link to the file of the chats where the drive can do that, and takes no space then; else a copy. Files
of the chats are never written to again, only removed, which a link outlives.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

from easychat_gui.storage.attachment_files import ATTACHMENTS_FOLDER, AttachmentFiles
from easychat_gui.storage.chunk_store import ChunkStore
from easychat_gui.storage.online_copy import require_room
from easychat_gui.support.atomic_files import OWNER_ONLY_FILE, make_private_folder, sync_folder

_AT_ONCE = 1024 * 1024


class KeptFiles:
    """Belongs to whoever holds the lock of the backups folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._store = ChunkStore(folder)

    def take(self, hashes: Iterable[str], data_folder: Path, ask: Callable[[], None]) -> tuple[list[str], int]:
        """Keep these files of the chats. Return those that are kept now, and how many are nowhere.

        Raises OSError, and what ``ask`` raises.
        """
        files = AttachmentFiles(data_folder / ATTACHMENTS_FOLDER)
        kept, missing = [], 0
        for sha256 in hashes:
            ask()
            place = self._store.place(sha256)
            if place.exists() or self._keep(files.path(sha256), place, ask):
                kept.append(sha256)
            else:
                missing += 1
        return kept, missing

    def give_back(self, hashes: Iterable[str], data_folder: Path) -> int:
        """Put files among the incoming ones of the chats, where they are missing there; return how many are nowhere."""
        files = AttachmentFiles(data_folder / ATTACHMENTS_FOLDER)
        missing = 0
        for sha256 in hashes:
            if not files.path(sha256).exists() and not files.take_back(sha256, self._store.place(sha256)):
                missing += 1
        return missing

    def own_size(self) -> int:
        """Return how many bytes those take that are no links."""
        total = 0
        for sha256 in self._store.names():
            with suppress(OSError):
                status = self._store.place(sha256).stat()
                total += status.st_size if status.st_nlink == 1 else 0
        return total

    def _keep(self, source: Path, place: Path, ask: Callable[[], None]) -> bool:
        """Keep one file if it is there and is what its name says."""
        try:
            if _sha256_of(source, ask) != place.name:
                return False
        except OSError:
            return False
        make_private_folder(self._folder)
        make_private_folder(place.parent)
        link_or_copy(source, place)
        return True


def link_or_copy(source: Path, place: Path) -> None:
    """Have the content of a file at ``place``, whole or not at all. Raises OSError."""
    incoming = place.with_name(f"incoming-{place.name}-{os.getpid()}")
    incoming.unlink(missing_ok=True)
    try:
        incoming.hardlink_to(source)
    except OSError:  # another drive, or one that knows no links
        require_room(place.parent, source.stat().st_size)
        shutil.copyfile(source, incoming)
        incoming.chmod(OWNER_ONLY_FILE)
        with incoming.open("rb+") as file:
            os.fsync(file.fileno())
    incoming.replace(place)
    # Of two links to one file, a rename leaves both.
    incoming.unlink(missing_ok=True)
    sync_folder(place.parent)


def _sha256_of(path: Path, ask: Callable[[], None]) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while content := file.read(_AT_ONCE):
            ask()
            digest.update(content)
    return digest.hexdigest()
