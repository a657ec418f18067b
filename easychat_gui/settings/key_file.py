"""A file of keys for computers without a keyring: encrypted with a passphrase that is kept nowhere.

The form, one JSON object: how the file's key is made of the passphrase (scrypt, its salt and cost), what the entries
are called, the nonce and the sealed entries (AES-256-GCM, which covers all that stands before them), and a checksum
over all of it. The checksum guards no secret: it tells a damaged file from a wrong passphrase, which the cipher cannot.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import threading
import time
from collections.abc import Mapping
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any

from easychat_gui.domain.errors import KeyFileDamaged, KeyFileTooNew, KeysLocked, SettingsError, WrongPassphrase
from easychat_gui.support.atomic_files import make_private, make_private_folder, set_aside, write_atomically

FORMAT = "easychat-gui keys"
VERSION = 1
MOST_BYTES = 4 * 1024 * 1024
_SALT_BYTES = 16
_NONCE_BYTES = 12
_KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class Cost:
    """What one guess at the passphrase takes: ``128 * n * r`` bytes of memory, ``p`` times."""

    n: int = 2**17
    r: int = 8
    p: int = 1

    @property
    def is_bearable(self) -> bool:
        """Could this program have written it? A file from elsewhere must not take all memory."""
        is_power = self.n > 1 and self.n & (self.n - 1) == 0
        return is_power and 1 <= self.r <= 32 and 1 <= self.p <= 16 and 128 * self.n * self.r * self.p <= 2**30


@dataclass(frozen=True, slots=True)
class _Sealed:
    """A file as it was read, with nothing decrypted."""

    cost: Cost
    salt: bytes
    nonce: bytes
    names: tuple[str, ...]
    data: bytes

    @property
    def head(self) -> bytes:
        """What is not secret and yet must not be changed by anybody."""
        return json.dumps([FORMAT, VERSION, *astuple(self.cost), self.salt.hex(), *self.names]).encode()


USUAL_COST = Cost()


class KeyFile:
    """Entries by name, in memory while it is open. May be used by several threads.

    `create` and `unlock` take about half a second and 128 MiB; none of its methods is for the GUI thread. Each raises
    `SettingsError` when the file cannot be read or written; what is on disk is then as it was.
    """

    def __init__(self, path: Path, *, cost: Cost | None = None) -> None:
        self.path = path
        self._cost = cost or USUAL_COST
        self._lock = threading.RLock()
        self._key = b""
        self._salt = b""

    @property
    def exists(self) -> bool:
        return self.path.exists()

    @property
    def is_open(self) -> bool:
        """Has the passphrase been given in this run?"""
        return bool(self._key)

    def create(self, passphrase: str, entries: Mapping[str, str]) -> None:
        """Make a new file with these entries. Raises `SettingsError` where there is one already."""
        with self._lock:
            if self.exists:
                raise SettingsError(f"There is a file of keys already: {self.path}.")
            salt = os.urandom(_SALT_BYTES)
            key = _derived(passphrase, salt, self._cost)
            self._write(entries, key, salt, self._cost)
            self._key, self._salt = key, salt

    def unlock(self, passphrase: str) -> dict[str, str]:
        """Open the file and return its entries.

        Raises `WrongPassphrase`, `KeyFileDamaged`, `KeyFileTooNew`, or `SettingsError` where it cannot be read.
        """
        with self._lock:
            sealed = self._read()
            key = _derived(passphrase, sealed.salt, sealed.cost)
            entries = _opened(sealed, key)
            self._key, self._salt, self._cost = key, sealed.salt, sealed.cost
            return entries

    def names(self) -> tuple[str, ...]:
        """Return what the entries are called, which needs no passphrase: nobody is asked for one without need."""
        with self._lock:
            return self._read().names if self.exists else ()

    def entries(self) -> dict[str, str]:
        """Return all entries. Raises `KeysLocked` before `unlock`."""
        with self._lock:
            if not self._key:
                raise KeysLocked("The keys are in a file whose passphrase was not given yet.")
            sealed = self._read()
            if sealed.salt != self._salt:  # another program has written it anew
                self._key = b""
                raise KeysLocked("The file of keys was replaced; its passphrase is needed anew.")
            return _opened(sealed, self._key)

    def put(self, name: str, text: str | None) -> None:
        """Keep an entry, or with None drop it. What is in the file besides stays. Raises `KeysLocked`."""
        with self._lock:
            entries = self.entries()
            if entries.get(name) == text:
                return
            entries.pop(name, None)
            if text is not None:
                entries[name] = text
            self._write(entries, self._key, self._salt, self._cost)

    def replace_passphrase(self, passphrase: str) -> None:
        """Encrypt the entries anew. Raises `KeysLocked`."""
        with self._lock:
            entries = self.entries()
            salt = os.urandom(_SALT_BYTES)
            key = _derived(passphrase, salt, self._cost)
            self._write(entries, key, salt, self._cost)
            self._key, self._salt = key, salt

    def remove(self) -> None:
        """Delete the file. Raises `SettingsError`."""
        with self._lock:
            try:
                self.path.unlink(missing_ok=True)
            except OSError as error:
                raise _cannot("deleted", self.path, error) from error
            self._key = b""

    def set_aside(self) -> Path:
        """Rename a file that cannot be used, so that a new one can take its place; return where it lies now."""
        with self._lock:
            try:
                kept = set_aside(self.path, "unused", time.time())
            except OSError as error:
                raise _cannot("renamed", self.path, error) from error
            self._key = b""
            return kept

    def _read(self) -> _Sealed:
        try:
            if self.path.stat().st_size > MOST_BYTES:
                raise KeyFileDamaged(f"{self.path} is no file of keys.")
            data = self.path.read_bytes()
        except OSError as error:
            raise _cannot("read", self.path, error) from error
        make_private(self.path)
        return _parsed(data, self.path)

    def _write(self, entries: Mapping[str, str], key: bytes, salt: bytes, cost: Cost) -> None:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        nonce = os.urandom(_NONCE_BYTES)  # never twice with one key: it is random for each of a few thousand writes
        plain = json.dumps(dict(entries)).encode()
        blank = _Sealed(cost, salt, nonce, tuple(sorted(entries)), b"")
        table = {
            "format": FORMAT,
            "version": VERSION,
            "kdf": {"name": "scrypt", "n": cost.n, "r": cost.r, "p": cost.p, "salt": _text(salt)},
            "cipher": {"name": "aes-256-gcm", "nonce": _text(nonce)},
            "names": list(blank.names),
            "data": _text(AESGCM(key).encrypt(nonce, plain, blank.head)),
        }
        content = json.dumps({**table, "checksum": _checksum(table)}, indent=1).encode() + b"\n"
        try:
            make_private_folder(self.path.parent)
            write_atomically(self.path, content)
        except OSError as error:
            raise _cannot("written", self.path, error) from error


def _derived(passphrase: str, salt: bytes, cost: Cost) -> bytes:
    """Return the key that a passphrase stands for. One spelling of a letter is as good as another."""
    import unicodedata

    from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

    text = unicodedata.normalize("NFC", passphrase).encode("utf-8", "surrogatepass")
    try:
        return Scrypt(salt=salt, length=_KEY_BYTES, n=cost.n, r=cost.r, p=cost.p).derive(text)
    except MemoryError as error:
        raise SettingsError("There is not enough memory to open the file of keys.") from error


def _opened(sealed: _Sealed, key: bytes) -> dict[str, str]:
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        plain = AESGCM(key).decrypt(sealed.nonce, sealed.data, sealed.head)
    except InvalidTag:
        raise WrongPassphrase("That is not the passphrase of the file of keys.") from None
    entries = json.loads(plain)
    return {str(name): str(text) for name, text in entries.items()}


def _parsed(data: bytes, path: Path) -> _Sealed:
    """Read the form of the file. Raises `KeyFileDamaged`, `KeyFileTooNew`."""
    try:
        table = json.loads(data)
        is_newer = table["format"] == FORMAT and int(table["version"]) > VERSION
        sealed = None if is_newer else _sealed(table)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        sealed, is_newer = None, False
    if is_newer:
        raise KeyFileTooNew(f"{path} was written by a newer version of this program.")
    if sealed is None:
        raise KeyFileDamaged(f"{path} is damaged: it is no longer what this program wrote.")
    return sealed


def _sealed(table: dict[str, Any]) -> _Sealed | None:
    """Return None, or raise whatever comes, where it is not what was written."""
    is_whole = table.pop("checksum") == _checksum(table)
    kdf = table["kdf"]
    cost = Cost(kdf["n"], kdf["r"], kdf["p"])
    if not (is_whole and table["format"] == FORMAT and cost.is_bearable):
        return None
    names = tuple(str(name) for name in table["names"])
    return _Sealed(cost, _bytes(kdf["salt"]), _bytes(table["cipher"]["nonce"]), names, _bytes(table["data"]))


def _checksum(table: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(table, sort_keys=True).encode()).hexdigest()


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _bytes(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


def _cannot(what: str, path: Path, error: OSError) -> SettingsError:
    return SettingsError(f"The file of keys {path} cannot be {what}: {error.strerror or error}.")
