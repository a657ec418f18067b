"""API keys: in the system's keyring; where the person wants it so, in an encrypted file or for this run only."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import Enum, auto
from pathlib import Path
from typing import TYPE_CHECKING, Any

from easychat_gui.domain.errors import KeysLocked, SettingsError
from easychat_gui.domain.ids import EndpointId

if TYPE_CHECKING:
    from easychat_gui.domain.endpoints import Endpoint
    from easychat_gui.settings.key_file import KeyFile
    from easychat_gui.settings.system_keyring import SystemKeyring


class Where(Enum):
    """Where keys go. KEYRING and FILE outlive the program, SESSION does not, because the person wants it so; UNDECIDED
    does not because there is no keyring and the person has not said what to do without."""

    KEYRING = auto()
    FILE = auto()
    SESSION = auto()
    UNDECIDED = auto()


PROXY = "proxy"
"""The password of an endpoint's own proxy."""

CLIENT_KEY = "client-key"
"""The passphrase of the key that belongs to its client certificate."""


def header_secret(name: str) -> str:
    """Return what the value of a header is called that carries a key."""
    return f"header:{name.lower()}"


def secrets_of(endpoint: Endpoint) -> tuple[str, ...]:
    """Return under which ids something of an endpoint may be kept."""
    others = (PROXY, CLIENT_KEY, *map(header_secret, endpoint.secret_headers))
    return (endpoint.id, *(secret_id(endpoint.id, what) for what in others))


def secret_id(endpoint_id: EndpointId, what: str) -> str:
    """Return under which id a secret besides the keys is kept: `PROXY`, `CLIENT_KEY`, a `header_secret`."""
    return f"{endpoint_id}/{what}"


class SecretStore:
    """Keeps the keys of each endpoint, one a line, and its other secrets.

    They are in the keyring; where the person chose so, in an encrypted file, or in memory only. Every method may wait
    for the keyring (see `system_keyring`) or for the disk: not for the GUI thread. ``on_key`` is told of each key that
    passes, e.g. `support.log.Redactor.register`. ``file_path`` is where the file is, or would be; None where there
    shall be none.
    """

    def __init__(
        self,
        *,
        file_path: Path | None = None,
        on_key: Callable[[str], object] = lambda _key: None,
        find_backend: Callable[[], Any] | None = None,
        call_limit_s: float | None = None,
    ) -> None:
        self._file_path = file_path
        self._file: KeyFile | None = None
        self.is_for_session = False
        """Has the person said that keys shall end with the program?"""
        self._on_key = on_key
        self._find_backend = find_backend
        self._call_limit_s = call_limit_s
        self._lock = threading.Lock()
        self._session: dict[str, str] = {}
        self._unstored: set[str] = set()
        self._doomed: set[str] = set()
        self._changes: Counter[str] = Counter()
        self._known_keyring: SystemKeyring | None = None

    @property
    def keyring(self) -> SystemKeyring:
        """That of the system, of which there may be none. One for all threads: it is asked one question at a time."""
        with self._lock:
            if self._known_keyring is None:
                from easychat_gui.settings.system_keyring import SystemKeyring  # the first paint waits for no key

                self._known_keyring = SystemKeyring(self._find_backend, self._call_limit_s)
            return self._known_keyring

    @property
    def file(self) -> KeyFile | None:
        """The encrypted file, which need not exist. One for all threads: it knows whether it is open."""
        with self._lock:
            if self._file is None and self._file_path is not None:
                from easychat_gui.settings.key_file import KeyFile  # for the day when it is needed

                self._file = KeyFile(self._file_path)
            return self._file

    @property
    def where(self) -> Where:
        """Tell where a key would go now. Looks for a keyring the first time; without an answer it is UNDECIDED."""
        if self.is_for_session:
            return Where.SESSION
        if self._has_file:
            return Where.FILE
        try:
            return Where.KEYRING if self.keyring.is_there else Where.UNDECIDED
        except SettingsError:
            return Where.UNDECIDED

    @property
    def has_keyring(self) -> bool:
        """Is there a keyring that answers?"""
        try:
            return self.keyring.is_there
        except SettingsError:
            return False

    @property
    def holds_any(self) -> bool:
        """Is there a secret in memory?"""
        return bool(self._session)

    def get_all(self, endpoint_id: EndpointId) -> tuple[str, ...]:
        """Return the keys of an endpoint in the order of use; none if it has none. Raises as `get`."""
        return tuple(line.strip() for line in (self.get(endpoint_id) or "").splitlines() if line.strip())

    def get(self, secret_id: str) -> str | None:
        """Return a secret as it was set, None if there is none.

        Raises `KeysLocked` if it is in the file and that was not opened yet, `SettingsError` if the keyring does not
        answer.
        """
        with self._lock:
            if (text := self._session.get(secret_id)) is not None:
                return text
            changes = self._changes[secret_id]
        text = self._from_file(secret_id)
        if text is None:
            text = self._from_keyring(secret_id)
        if text:
            self._remember(secret_id, text, since=changes)
        return text or None

    def set(self, secret_id: str, text: str) -> Where:
        """Keep a secret and return where. It holds for this run at once.

        Raises `KeysLocked`, or `SettingsError` if the keyring or the file does not take it.
        """
        self._remember(secret_id, text)
        self._unstored.add(secret_id)
        self._doomed.discard(secret_id)
        where = self._stored(secret_id, text)
        if where in (Where.KEYRING, Where.FILE):
            self._unstored.discard(secret_id)
        return where

    def is_stored(self, secret_id: str) -> bool:
        """Will it be there in the next run, as far as this one has anything to do with it?"""
        return secret_id not in self._unstored

    def _stored(self, secret_id: str, text: str) -> Where:
        if self.is_for_session:
            return Where.SESSION
        if self._has_file and self.file is not None:
            self.file.put(secret_id, text)
            return Where.FILE
        if not self.keyring.is_there:
            return Where.UNDECIDED
        self.keyring.set(secret_id, text)
        return Where.KEYRING

    def delete(self, secret_id: str) -> None:
        """Forget a secret wherever it is. One that is not there is passed over.

        Raises as `set`; from a file that is locked it goes when that is opened, if it is in this run.
        """
        with self._lock:
            self._changes[secret_id] += 1
            self._session.pop(secret_id, None)
        self._unstored.discard(secret_id)
        locked: KeysLocked | None = None
        if self.file is not None and secret_id in self.file.names():
            try:
                self.file.put(secret_id, None)
            except KeysLocked as error:
                self._doomed.add(secret_id)
                locked = error
        self.keyring.delete([secret_id])
        if locked is not None:
            raise locked

    def delete_endpoint(self, endpoint: Endpoint) -> None:
        """Forget all secrets of an endpoint. Raises as `set`."""
        known = set(secrets_of(endpoint))
        beginning = secret_id(endpoint.id, "")
        with self._lock:
            known |= {name for name in self._session if name.startswith(beginning)}
        if self.file is not None:
            known |= {name for name in self.file.names() if name.startswith(beginning)}
        locked: KeysLocked | None = None
        for name in sorted(known):
            try:
                self.delete(name)
            except KeysLocked as error:
                locked = error
        if locked is not None:
            raise locked

    def unlock(self, passphrase: str) -> None:
        """Open the file for this run. Raises `WrongPassphrase`, `KeyFileDamaged`, `KeyFileTooNew`, `SettingsError`."""
        if self.file is not None:
            entries = self.file.unlock(passphrase)
            for name in self._doomed & entries.keys():
                self.file.put(name, None)
                del entries[name]
            self._doomed.clear()
            for name, text in entries.items():
                with self._lock:
                    is_newer = name in self._session  # typed while the file was locked
                if not is_newer:
                    self._remember(name, text)
            self.settle()

    def move(self, to: Where, ids: Iterable[str], passphrase: str = "") -> None:
        """Take all secrets to another place, of which KEYRING, FILE and SESSION are possible.

        ``ids`` are those that may be in the keyring, which lists none. They leave the old place when all are in the new
        one; what a locked keyring holds stays there. Raises `SettingsError`; none is lost then.
        """
        names = {*ids, *(self.file.names() if self.file is not None else ())}
        with self._lock:
            names |= set(self._session)
        texts, is_keyring_open = self._all(sorted(names))
        if to is Where.FILE:
            if self.file is None:
                raise SettingsError("There is no place for a file of keys.")
            self.file.create(passphrase, texts)
        elif to is Where.KEYRING:
            self._put_in_keyring(texts)
        self.is_for_session = to is Where.SESSION
        self._unstored = set(texts) if to is Where.SESSION else self._unstored - set(texts)
        if to is not Where.KEYRING and is_keyring_open:
            self.keyring.delete(sorted(names))
        if to is not Where.FILE and self.file is not None:
            self.file.remove()

    def _all(self, names: Sequence[str]) -> tuple[dict[str, str], bool]:
        """Return what can be read of these, and whether the keyring answers. Raises `KeysLocked`."""
        found: dict[str, str] = {}
        is_open = self.has_keyring
        for name in names:
            try:
                text = self.get(name) if is_open else self._session.get(name) or self._from_file(name)
            except KeysLocked:
                raise
            except SettingsError:
                is_open = False
                text = None
            if text:
                found[name] = text
        return found, is_open

    @property
    def _has_file(self) -> bool:
        return self._file_path is not None and self._file_path.exists()

    def _from_file(self, name: str) -> str | None:
        if self.file is None or name not in self.file.names():
            return None
        return self.file.entries().get(name)

    def _from_keyring(self, name: str) -> str | None:
        """Raises `SettingsError`, but not where keys are elsewhere: one that is locked is then in nobody's way."""
        try:
            return self.keyring.get(name)
        except SettingsError:
            if self.is_for_session or self._has_file:
                return None
            raise

    def settle(self) -> Where:
        """Write what is in memory only to where keys go now, and return where that is. Raises as `set`.

        It was typed while the file was locked, or before there was a place.
        """
        with self._lock:
            texts = dict(self._session)
        for name, text in texts.items():
            self.set(name, text)
        return self.where

    def _put_in_keyring(self, texts: Mapping[str, str]) -> None:
        for name, text in texts.items():
            self.keyring.set(name, text)
            if self.keyring.get(name) != text:
                raise SettingsError("The system's keyring did not keep what it was given.")

    def _remember(self, name: str, text: str, *, since: int | None = None) -> None:
        """``since`` is how often it had been changed when this was read: what was set meanwhile is newer."""
        for line in (text, *text.splitlines()):
            self._on_key(line.strip())
        with self._lock:
            if since is None:
                self._changes[name] += 1
            if since in (None, self._changes[name]):
                self._session[name] = text
