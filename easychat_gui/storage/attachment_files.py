"""The folder of attached files. Each lies there once, under the SHA-256 of its content, however often it is used.

``ab/ab12…`` is a file in its place. ``incoming/ab12…`` is one that was copied and has no row in the database yet; it
gets its place when the row is committed. ``leaving/ab12…`` is an empty mark: a row of this file is about to go, and
the file with it if that was the last. So a crash at any moment leaves at most a file too many, which the next start
finds by these two folders; a file that a row refers to is never missing.

While the chats are encrypted, so are the files (`sealed_files`); their names stay. ``recoding`` is a mark that some may
not be yet.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from easychat_gui.domain.attachments import AttachmentFault
from easychat_gui.domain.errors import AttachmentRefused
from easychat_gui.storage.connecting import key_for
from easychat_gui.storage.sealed_files import SealDamaged, content_of, is_sealed, recode, sealed
from easychat_gui.storage.sqlite_errors import is_full
from easychat_gui.support.atomic_files import NEW_FILE, OWNER_ONLY_FILE, make_private_folder, sync_folder

ATTACHMENTS_FOLDER = "attachments"
"""Beside the database."""

LEFTOVER_AFTER_S = 600.0
"""A file that has waited so long for its row is one that a crash has left."""

_CHUNK = 1024 * 1024
_RECODING = "recoding"
_DIGITS = frozenset("0123456789abcdef")


@dataclass(frozen=True, slots=True)
class Incoming:
    """A file that was copied and waits for its row. ``size`` is in bytes."""

    sha256: str
    size: int


class AttachmentFiles:
    """Safe to be used by several threads; `settle` and `place` belong to the thread of the database."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._incoming = folder / "incoming"
        self._leaving = folder / "leaving"

    def path(self, sha256: str) -> Path:
        """Return where a file lies: in its place, or still among the incoming ones. It may be missing."""
        place = self._place(sha256)
        incoming = self._incoming / sha256
        return incoming if not place.exists() and incoming.exists() else place

    def content(self, sha256: str) -> Iterator[bytes]:
        """Yield what is in a file, piece by piece. Raises OSError."""
        return content_of(self.path(sha256), key_for(self.folder))

    def read(self, sha256: str) -> bytes:
        """Return what is in a file. Raises OSError."""
        return b"".join(self.content(sha256))

    @contextmanager
    def readable(self, sha256: str) -> Iterator[Path]:
        """Have a file that any program can read: the file itself, or while it is encrypted a copy for so long.

        It may be missing. Raises `AttachmentRefused` where it cannot be decrypted.
        """
        path = self.path(sha256)
        if not path.exists() or not is_sealed(path):
            yield path
            return
        make_private_folder(self._incoming)
        with tempfile.TemporaryDirectory(prefix=".reading-", dir=self._incoming) as folder:
            copy = Path(folder) / sha256
            try:
                with copy.open("wb") as file:
                    file.writelines(self.content(sha256))
            except OSError as error:
                raise AttachmentRefused(AttachmentFault.UNREADABLE) from error
            yield copy

    def recode_all(self, key: bytes, *, is_to_be_sealed: bool) -> None:
        """Encrypt every file, or decrypt it. What is broken off is finished by `settle_all`. Raises OSError."""
        if not self.folder.exists():
            return
        mark = self.folder / _RECODING
        mark.touch(mode=OWNER_ONLY_FILE)
        for left in self.folder.glob("*/.*.new"):  # by a conversion that was broken off
            left.unlink(missing_ok=True)
        for path in self.folder.glob("*/*"):
            if path.parent != self._leaving and len(path.name) == 64:
                with suppress(SealDamaged):  # nobody can read it, in whatever form; all others shall be
                    recode(path, key, is_to_be_sealed=is_to_be_sealed)
        mark.unlink()

    def receive(self, source: Path, largest: int) -> Incoming:
        """Copy a file in. Raises `AttachmentRefused`, and then nothing of it stays.

        Only a regular file is opened, and no symbolic link is followed.
        """
        try:
            descriptor = os.open(source, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0))
        except OSError as error:
            raise AttachmentRefused(AttachmentFault.UNREADABLE) from error
        with os.fdopen(descriptor, "rb") as file:
            return self._receive(_chunks(file), largest)

    def receive_bytes(self, content: bytes) -> Incoming:
        """Take a file that is in memory. Raises `AttachmentRefused`."""
        return self._receive([content], len(content))

    def take_back(self, sha256: str, kept: Path) -> bool:
        """Take a file of a backup among the incoming ones; its row comes next. Return whether it could be had."""
        incoming = self._incoming / self._place(sha256).name
        beside = self._incoming / f".{os.urandom(8).hex()}.new"
        try:
            make_private_folder(self.folder)
            make_private_folder(self._incoming)
            try:
                beside.hardlink_to(kept)
            except OSError:  # a drive that knows no links
                with kept.open("rb") as source, os.fdopen(os.open(beside, NEW_FILE, OWNER_ONLY_FILE), "wb") as file:
                    shutil.copyfileobj(source, file, _CHUNK)
                    file.flush()
                    os.fsync(file.fileno())
            beside.replace(incoming)
            os.utime(incoming)
        except OSError:
            return False
        finally:
            with suppress(OSError):
                beside.unlink(missing_ok=True)
        sync_folder(self._incoming)
        return True

    def place(self, hashes: Iterable[str]) -> None:
        """Put incoming files into their places: their rows are committed. One that is there already stays."""
        for sha256 in hashes:
            incoming, place = self._incoming / sha256, self._place(sha256)
            with suppress(OSError):  # it stays where `path` finds it, and is placed at the next start
                if not incoming.exists():
                    continue
                make_private_folder(place.parent)
                incoming.replace(place)
                sync_folder(place.parent)

    def mark_leaving(self, hashes: Iterable[str]) -> None:
        """Note that rows of these files are about to go. Raises OSError."""
        for sha256 in hashes:
            make_private_folder(self._leaving)
            (self._leaving / sha256).touch(mode=OWNER_ONLY_FILE)

    def settle(self, hashes: Iterable[str], is_used: Callable[[str], bool]) -> None:
        """Remove those of the files that no row uses any more, then their marks."""
        for sha256 in hashes:
            with suppress(OSError):  # the mark stays, and the next start tries again
                if not is_used(sha256):
                    self._place(sha256).unlink(missing_ok=True)
                (self._leaving / sha256).unlink(missing_ok=True)

    def settle_all(self, is_used: Callable[[str], bool]) -> None:
        """Finish what a crash has left half done. For start-up."""
        key = key_for(self.folder)
        if (self.folder / _RECODING).exists() and key is not None:
            with suppress(OSError):  # the mark stays
                self.recode_all(key, is_to_be_sealed=True)
        self.settle(_named_by_hash(self._leaving), is_used)
        self.place([sha256 for sha256 in _named_by_hash(self._incoming) if is_used(sha256)])
        with suppress(OSError):
            for leftover in list(self._incoming.iterdir()):
                if leftover.is_dir():
                    shutil.rmtree(leftover)
                elif time.time() - leftover.stat().st_mtime > LEFTOVER_AFTER_S:  # what is younger may be coming in
                    leftover.unlink(missing_ok=True)

    def _place(self, sha256: str) -> Path:
        if len(sha256) != 64 or not _DIGITS.issuperset(sha256):
            raise ValueError("not a SHA-256")
        return self.folder / sha256[:2] / sha256

    def _receive(self, chunks: Iterable[bytes], largest: int) -> Incoming:
        beside = self._incoming / f".{os.urandom(8).hex()}.new"
        digest = hashlib.sha256()
        size = 0

        def measured() -> Iterator[bytes]:
            nonlocal size
            for chunk in _at_most(chunks, largest):
                size += len(chunk)
                digest.update(chunk)
                yield chunk

        key = key_for(self.folder)
        try:
            make_private_folder(self.folder)
            make_private_folder(self._incoming)
            with os.fdopen(os.open(beside, NEW_FILE, OWNER_ONLY_FILE), "wb") as file:
                file.writelines(measured() if key is None else sealed(measured(), key))
                file.flush()
                os.fsync(file.fileno())
            beside.replace(self._incoming / digest.hexdigest())
        except BaseException as error:
            with suppress(OSError):
                beside.unlink(missing_ok=True)
            if isinstance(error, OSError):
                fault = AttachmentFault.DISK_FULL if is_full(error) else AttachmentFault.NOT_KEPT
                raise AttachmentRefused(fault) from error
            raise
        sync_folder(self._incoming)
        return Incoming(digest.hexdigest(), size)


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    """Read to the end; an error of the source is not one of the disk that the copy goes to."""
    try:
        while chunk := file.read(_CHUNK):
            yield chunk
    except OSError as error:
        raise AttachmentRefused(AttachmentFault.UNREADABLE) from error


def _at_most(chunks: Iterable[bytes], largest: int) -> Iterator[bytes]:
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > largest:
            raise AttachmentRefused(AttachmentFault.TOO_LARGE)
        yield chunk


def _named_by_hash(folder: Path) -> list[str]:
    try:
        return [each.name for each in folder.iterdir() if len(each.name) == 64 and _DIGITS.issuperset(each.name)]
    except OSError:
        return []
