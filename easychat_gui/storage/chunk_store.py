"""Pieces of files, each kept once: the part of the backups folder that all backups share.

``ab/ab12…`` is a piece under the SHA-256 of its content, compressed by zlib. A piece has its name only when its content
is on the disk: it is written as ``incoming-…``, brought to the disk, and renamed. So whatever has the right name is
whole, at any moment in which the power may go; what is left of a run that was killed is removed by `clear_leftovers`.
"""

from __future__ import annotations

import hashlib
import os
import zlib
from collections.abc import Callable, Container, Iterator
from contextlib import suppress
from pathlib import Path

from easychat_gui.domain.backups import BackupFault
from easychat_gui.domain.errors import BackupUnusable
from easychat_gui.support.atomic_files import NEW_FILE, OWNER_ONLY_FILE, make_private_folder, sync_folder

CHUNK_SIZE = 65_536
"""A multiple of every size that a page of the database may have: a page that changes changes one piece."""

_AT_ONCE = 128
"""8 MB of content are brought to the disk together."""

_LEVEL = 3
"""Of zlib: at 6 the text of chats gets 5 % smaller and takes twice the time."""

_DIGITS = frozenset("0123456789abcdef")


class ChunkStore:
    """Belongs to whoever holds the lock of the backups folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def writer(self, should_stop: Callable[[], None], *, is_thorough: bool = False) -> ChunkWriter:
        """Return what takes pieces in. ``should_stop`` raises to end it; what was taken in so far may stay."""
        return ChunkWriter(self, should_stop, is_thorough=is_thorough)

    def read(self, sha256: str) -> bytes:
        """Return a piece. Raises `BackupUnusable` if it is not there, or no longer what it was."""
        path = self.place(sha256)
        try:
            content = _unpacked(path)
        except FileNotFoundError:
            raise BackupUnusable(f"{path} is missing.", path, BackupFault.MISSING) from None
        if content is None or hashlib.sha256(content).hexdigest() != sha256:
            raise BackupUnusable(f"{path} is damaged.", path, BackupFault.DAMAGED)
        return content

    def is_sound(self, sha256: str) -> bool:
        try:
            self.read(sha256)
        except BackupUnusable:
            return False
        return True

    def place(self, sha256: str) -> Path:
        """Return where a piece lies, or would lie."""
        if len(sha256) != 64 or not _DIGITS.issuperset(sha256):
            raise BackupUnusable("A backup names a part by what is no SHA-256.", self.folder, BackupFault.MANIFEST)
        return self.folder / sha256[:2] / sha256

    def names(self) -> set[str]:
        """Return the names of all pieces that are there."""
        return {path.name for path in self._files() if len(path.name) == 64}

    def size(self) -> int:
        """Return how many bytes all of it takes."""
        total = 0
        for path in self._files():
            with suppress(OSError):
                total += path.stat().st_size
        return total

    def remove_all_but(self, used: Container[str], should_stop: Callable[[], None]) -> int:
        """Remove the pieces that nothing refers to; return how many."""
        removed = 0
        for path in self._files():
            should_stop()
            if path.name not in used and len(path.name) == 64:
                with suppress(OSError):  # the next run tries again
                    path.unlink(missing_ok=True)
                    removed += 1
        return removed

    def clear_leftovers(self) -> None:
        """Remove what a run that was killed has left half written."""
        for path in self._files():
            if path.name.startswith("incoming-"):
                with suppress(OSError):
                    path.unlink(missing_ok=True)

    def _files(self) -> Iterator[Path]:
        with suppress(FileNotFoundError, NotADirectoryError):
            for inner in sorted(self.folder.iterdir()):
                if inner.is_dir():
                    yield from inner.iterdir()


class ChunkWriter:
    """Takes pieces in, some hundred at a time; `finish` when there are no more."""

    def __init__(self, store: ChunkStore, should_stop: Callable[[], None], *, is_thorough: bool) -> None:
        self._store = store
        self._should_stop = should_stop
        self._is_thorough = is_thorough
        self._incoming: list[tuple[Path, Path]] = []
        self._waiting: set[str] = set()

    def add(self, content: bytes) -> str:
        """Have this piece in the store, and return its name.

        One that is there is taken on trust, but for a thorough run, which replaces what has gone bad. Raises OSError.
        """
        self._should_stop()
        sha256 = hashlib.sha256(content).hexdigest()
        place = self._store.place(sha256)
        if sha256 not in self._waiting and not self._is_there(place, sha256):
            make_private_folder(self._store.folder)
            make_private_folder(place.parent)
            incoming = place.with_name(f"incoming-{sha256}-{os.getpid()}")
            incoming.unlink(missing_ok=True)
            with os.fdopen(os.open(incoming, NEW_FILE, OWNER_ONLY_FILE), "wb") as file:
                file.write(zlib.compress(content, _LEVEL))
            self._incoming.append((incoming, place))
            self._waiting.add(sha256)
            if len(self._incoming) >= _AT_ONCE:
                self.finish()
        return sha256

    def finish(self) -> None:
        """Bring what was taken in to the disk, and give it its names. Raises OSError."""
        for incoming, _place in self._incoming:
            self._should_stop()
            _sync(incoming)
        for incoming, place in self._incoming:
            incoming.replace(place)
        for folder in {place.parent for _incoming, place in self._incoming}:
            self._should_stop()
            sync_folder(folder)
        self._incoming.clear()
        self._waiting.clear()

    def _is_there(self, place: Path, sha256: str) -> bool:
        return self._store.is_sound(sha256) if self._is_thorough else place.exists()


def _unpacked(path: Path) -> bytes | None:
    """Return the content of a piece, None if it cannot be had from what lies there."""
    unpacker = zlib.decompressobj()
    try:
        content = unpacker.decompress(path.read_bytes(), 64 * CHUNK_SIZE)
    except zlib.error:
        return None
    except FileNotFoundError:
        raise
    except OSError:
        return None
    return content if unpacker.eof else None


def _sync(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())
