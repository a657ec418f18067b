"""Files that are encrypted where they lie: attachments, while chats are encrypted.

The form: a line that says what it is, 16 random bytes, and the content in pieces of a mebibyte, each sealed with
AES-256-GCM (NIST SP 800-38D). The key of a file is derived from that of the chats and the random bytes (HKDF, RFC
5869), so a piece's number can serve as its nonce. Each piece says whether another follows: a file that was cut short
is not taken for a whole one.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from easychat_gui.support.atomic_files import NEW_FILE, OWNER_ONLY_FILE, sync_folder

_MAGIC = b"EasyChat GUI sealed file 1\n"
_SALT_BYTES = 16
_TAG_BYTES = 16
_PIECE = 1024 * 1024
_LAST, _MORE = b"last", b"more"


class SealDamaged(OSError):
    """What is sealed was changed since, cut short, or sealed with another key."""


def sealed(content: Iterable[bytes], key: bytes) -> Iterator[bytes]:
    """Yield what is to be written for this content."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    salt = os.urandom(_SALT_BYTES)
    cipher = AESGCM(_key_of_file(key, salt))
    yield _MAGIC + salt
    number = 0
    held: bytes | None = None
    for piece in _in_pieces(content):
        if held is not None:
            yield cipher.encrypt(_nonce(number), held, _MORE)
            number += 1
        held = piece
    yield cipher.encrypt(_nonce(number), held or b"", _LAST)


def content_of(path: Path, key: bytes | None) -> Iterator[bytes]:
    """Yield what is in a file, sealed or not.

    Raises OSError when it cannot be read, which holds for one that is sealed with another key, damaged or cut, too.
    """
    with path.open("rb") as file:
        start = file.read(len(_MAGIC))
        if start != _MAGIC:
            yield start
            while plain := file.read(_PIECE):
                yield plain
        elif key is None:
            raise OSError(errno.EACCES, "the file is encrypted", str(path))
        else:
            yield from _opened(file, key, path)


def is_sealed(path: Path) -> bool:
    """Raises OSError."""
    with path.open("rb") as file:
        return file.read(len(_MAGIC)) == _MAGIC


def recode(path: Path, key: bytes, *, is_to_be_sealed: bool) -> None:
    """Seal a file in its place, or unseal it. Raises OSError, and then it is as it was."""
    if is_sealed(path) == is_to_be_sealed:
        return
    content = content_of(path, key)
    beside = path.with_name(f".{os.urandom(8).hex()}.new")
    try:
        with os.fdopen(os.open(beside, NEW_FILE, OWNER_ONLY_FILE), "wb") as file:
            file.writelines(sealed(content, key) if is_to_be_sealed else content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def _opened(file: BinaryIO, key: bytes, path: Path) -> Iterator[bytes]:
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    cipher = AESGCM(_key_of_file(key, file.read(_SALT_BYTES)))
    number = 0
    piece = file.read(_PIECE + _TAG_BYTES)
    while True:
        following = file.read(_PIECE + _TAG_BYTES)
        try:
            yield cipher.decrypt(_nonce(number), piece, _MORE if following else _LAST)
        except (InvalidTag, ValueError):
            raise SealDamaged(errno.EIO, "the encrypted file is damaged, or has another key", str(path)) from None
        if not following:
            return
        piece = following
        number += 1


def _key_of_file(key: bytes, salt: bytes) -> bytes:
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return HKDF(SHA256(), 32, salt, b"easychat-gui attachment").derive(key)


def _nonce(number: int) -> bytes:
    return number.to_bytes(12, "big")


def _in_pieces(content: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the same bytes in pieces of one size; the last may be shorter."""
    waiting = bytearray()
    for chunk in content:
        waiting += chunk
        while len(waiting) >= _PIECE:
            yield bytes(waiting[:_PIECE])
            del waiting[:_PIECE]
    if waiting:
        yield bytes(waiting)
