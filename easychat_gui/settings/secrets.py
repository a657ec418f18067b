"""API keys: in the system's keyring, or for this run only. Never in a file of ours."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from enum import Enum, auto
from typing import Any, TypeVar

from easychat_gui.domain.errors import SettingsError
from easychat_gui.domain.ids import EndpointId

_log = logging.getLogger(__name__)

T = TypeVar("T")

SERVICE = "easychat-gui"

_TRUSTED_MODULES = (
    "keyring.backends.SecretService",
    "keyring.backends.kwallet",
    "keyring.backends.libsecret",
    "keyring.backends.macOS",
    "keyring.backends.Windows",
)
"""Others (keyrings.alt) write keys to a plain file and look the same from outside."""

CALL_LIMIT_S = 8.0
"""A locked keyring waits for a password to be typed; nobody may ever type it."""


class Where(Enum):
    """Where keys go: KEYRING outlives the program, SESSION does not."""

    KEYRING = auto()
    SESSION = auto()


class KeyringSilent(SettingsError):
    """The keyring did not answer in time: it is probably locked."""


class SecretStore:
    """Keeps one key for each endpoint.

    Every method may wait for the keyring, at most `CALL_LIMIT_S` seconds: not for the GUI thread. ``on_key`` is told
    of each key that passes, e.g. `support.log.Redactor.register`.
    """

    def __init__(
        self,
        *,
        on_key: Callable[[str], object] = lambda _key: None,
        find_backend: Callable[[], Any] | None = None,
        call_limit_s: float = CALL_LIMIT_S,
    ) -> None:
        self._on_key = on_key
        self._find_backend = find_backend or _trusted_backend
        self._call_limit_s = call_limit_s
        self._lock = threading.Lock()
        self._session: dict[EndpointId, str] = {}
        self._backend: Any = None
        self._is_backend_known = False

    @property
    def where(self) -> Where:
        """Tell where a key would go now. Looks for a keyring the first time; without an answer it is SESSION."""
        try:
            return Where.SESSION if self._found_backend() is None else Where.KEYRING
        except SettingsError:
            return Where.SESSION

    def get(self, endpoint_id: EndpointId) -> str | None:
        """Return the key of an endpoint, None if it has none. Raises `SettingsError` if the keyring does not answer."""
        with self._lock:
            if (key := self._session.get(endpoint_id)) is not None:
                return key
        backend = self._found_backend()
        if backend is None:
            return None
        key = self._ask(lambda: backend.get_password(SERVICE, endpoint_id))
        if key:
            self._remember(endpoint_id, key)
        return key or None

    def set(self, endpoint_id: EndpointId, key: str) -> None:
        """Keep a key. It holds for this run at once; raises `SettingsError` if the keyring does not take it."""
        self._remember(endpoint_id, key)
        backend = self._found_backend()
        if backend is not None:
            self._ask(lambda: backend.set_password(SERVICE, endpoint_id, key))

    def delete(self, endpoint_id: EndpointId) -> None:
        """Forget a key. One that is not there is passed over. Raises `SettingsError` if the keyring does not answer."""
        with self._lock:
            self._session.pop(endpoint_id, None)
        backend = self._found_backend()
        if backend is not None and self._ask(lambda: backend.get_password(SERVICE, endpoint_id)) is not None:
            self._ask(lambda: backend.delete_password(SERVICE, endpoint_id))

    def _remember(self, endpoint_id: EndpointId, key: str) -> None:
        self._on_key(key)
        with self._lock:
            self._session[endpoint_id] = key

    def _found_backend(self) -> Any:
        if not self._is_backend_known:
            self._backend = self._ask(self._find_backend)
            self._is_backend_known = True
        return self._backend

    def _ask(self, call: Callable[[], T]) -> T:
        """Run a call to the keyring in a thread, since nothing can end one that waits for a person."""
        answers: list[T] = []
        errors: list[BaseException] = []

        def run() -> None:
            try:
                answers.append(call())
            except BaseException as error:  # backends raise what their libraries raise
                errors.append(error)

        thread = threading.Thread(target=run, name="keyring", daemon=True)
        thread.start()
        thread.join(self._call_limit_s)
        if answers:
            return answers[0]
        if errors:
            _log.warning("the keyring refused: %s", type(errors[0]).__name__)
            raise SettingsError("The system's keyring refused: it may be locked.") from errors[0]
        raise KeyringSilent("The system's keyring does not answer: it may be locked.")


def _trusted_backend() -> Any:
    """Return the keyring that this system uses, None if there is none that can be trusted.

    What the person set up for keyring (its configuration file, ``PYTHON_KEYRING_BACKEND``) is respected, also when it
    says that there shall be none.
    """
    import keyring  # 80 ms

    chosen = keyring.get_keyring()
    chained = getattr(chosen, "backends", None)  # a chain asks several, best first
    candidates = list(chained) if chained is not None else [chosen]
    return next((backend for backend in candidates if is_trusted(backend)), None)


def is_trusted(backend: object) -> bool:
    """Tell whether a backend is a keyring of the system itself."""
    module = type(backend).__module__
    return any(module == trusted or module.startswith(f"{trusted}.") for trusted in _TRUSTED_MODULES)
