"""The keyring of the system, asked with a limit on time: it may wait for a password that nobody ever types."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, TypeVar

from easychat_gui.domain.errors import SettingsError

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

SHORT_LIMIT_S = 1.0
"""For another call while one already waits."""

_SILENCE = "The system's keyring does not answer: it may be locked."


class KeyringSilent(SettingsError):
    """The keyring did not answer in time: it is probably locked."""


class SystemKeyring:
    """Every method may wait `CALL_LIMIT_S` seconds, and raises `SettingsError` for a keyring that does not answer.

    ``find_backend`` is asked when something is first wanted; what returns None has no keyring.
    """

    def __init__(self, find_backend: Callable[[], Any] | None = None, call_limit_s: float | None = None) -> None:
        self._find_backend = find_backend or _trusted_backend
        self._call_limit_s = CALL_LIMIT_S if call_limit_s is None else call_limit_s
        self._asking = threading.Lock()
        self._waiting: threading.Thread | None = None
        self._backend: Any = None
        self._is_backend_known = False

    @property
    def is_there(self) -> bool:
        return self._found_backend() is not None

    def get(self, name: str) -> str | None:
        backend = self._found_backend()
        return None if backend is None else self._ask(partial(backend.get_password, SERVICE, name))

    def set(self, name: str, text: str) -> None:
        backend = self._found_backend()
        if backend is None:
            raise SettingsError("This computer has no keyring that answers.")
        self._ask(partial(backend.set_password, SERVICE, name, text))

    def delete(self, names: Iterable[str]) -> None:
        """Forget what is there of these."""
        backend = self._found_backend()
        if backend is None:
            return
        for name in names:
            if self._ask(partial(backend.get_password, SERVICE, name)) is not None:
                self._ask(partial(backend.delete_password, SERVICE, name))

    def _found_backend(self) -> Any:
        if not self._is_backend_known:
            self._backend = self._ask(self._find_backend)
            self._is_backend_known = True
        return self._backend

    def _ask(self, call: Callable[[], T]) -> T:
        """Run a call to the keyring, one at a time.

        While one still waits for the person, others hardly do: there is one prompt to answer, and not one a server.
        """
        if not self._asking.acquire(timeout=self._call_limit_s):
            raise KeyringSilent(_SILENCE)
        try:
            if self._waiting is not None:
                self._waiting.join(min(SHORT_LIMIT_S, self._call_limit_s))
                if self._waiting.is_alive():
                    raise KeyringSilent(_SILENCE)
                self._waiting = None
            return self._ask_in_thread(call)
        finally:
            self._asking.release()

    def _ask_in_thread(self, call: Callable[[], T]) -> T:
        """In a thread, since nothing can end a call that waits for a person."""
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
        self._waiting = thread
        raise KeyringSilent(_SILENCE)


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
