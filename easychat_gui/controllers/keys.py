"""Where the keys are, how many each server has, and what only the person can say about it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, Signal

from easychat_gui.domain.endpoints import Endpoint
from easychat_gui.domain.errors import EasyChatError, KeysLocked, SettingsError
from easychat_gui.domain.ids import EndpointId
from easychat_gui.settings.secrets import SecretStore, Where, secret_id, secrets_of
from easychat_gui.settings.store import SettingsStore
from easychat_gui.workers.background import Background

OnError = Callable[[EasyChatError], None]


@dataclass(frozen=True, slots=True)
class KeyState:
    """What is known of the keys of one server. ``count`` is None where they cannot be read: ``is_locked`` says that the
    passphrase is needed, else ``problem`` why not. Without ``is_stored`` they are there for this run only."""

    count: int | None = 0
    is_locked: bool = False
    problem: str = ""
    is_stored: bool = True


class KeyController(QObject):
    """Keeps, counts and moves keys, on worker threads; never holds one.

    ``changed`` when something is known anew. ``place_wanted(problem)`` when a key was typed that no place takes for
    good: there is no keyring (then ``problem`` is empty), or it refuses. ``passphrase_wanted`` when one was typed while
    the file is locked. ``unlocked`` when keys can be read that could not before.
    """

    changed = Signal()
    place_wanted = Signal(str)
    passphrase_wanted = Signal()
    unlocked = Signal()

    def __init__(
        self,
        secrets: SecretStore,
        *,
        settings: SettingsStore,
        save_settings: Callable[[Callable[[], None]], None],
        background: Background,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._secrets = secrets
        self._settings = settings
        self._save_settings = save_settings
        self._background = background
        self._states: dict[EndpointId, KeyState] = {}
        self.where: Where | None = None
        """Where keys go; None while that is not known."""
        self.has_keyring = False
        secrets.is_for_session = settings.current.general.keys_for_session

    def state(self, endpoint_id: EndpointId) -> KeyState | None:
        """Return what is known of the keys of a server; None while nothing is: see `look`."""
        return self._states.get(endpoint_id)

    def look(self, endpoint_id: EndpointId) -> None:
        """Look how many keys a server has, in the background."""
        secrets = self._secrets
        self._background.run(lambda: _looked(secrets, endpoint_id), lambda found: self._note(endpoint_id, *found))

    def keep(self, endpoint: Endpoint, keys: str, then: Callable[[], None]) -> None:
        """Keep the keys of a server, one a line, and drop those that it had; none with an empty text.

        ``then`` when it has them, if only for this run.
        """
        self._write(endpoint.id, lambda: keys, then)

    def add(self, endpoint: Endpoint, keys: str, then: Callable[[], None]) -> None:
        """Keep more keys of a server, behind those that it has."""
        secrets = self._secrets

        def all_keys() -> str:
            known = secrets.get_all(endpoint.id)
            return "\n".join([*known, *(key for key in keys.split("\n") if key not in known)])

        self._write(endpoint.id, all_keys, then)

    def keep_other(self, endpoint: Endpoint, what: str, text: str, then: Callable[[], None]) -> None:
        """Keep another secret of a server (`PROXY`, `CLIENT_KEY`, a `header_secret`); with an empty text forget it."""
        self._write(endpoint.id, lambda: text, then, secret_id(endpoint.id, what))

    def delete(self, endpoints: Sequence[Endpoint], on_error: Callable[[str, EasyChatError], None]) -> None:
        """Forget all secrets of servers; ``on_error`` gets the name of the one whose secrets could not be."""
        for endpoint in endpoints:
            self._delete(endpoint, on_error)

    def _delete(self, endpoint: Endpoint, on_error: Callable[[str, EasyChatError], None]) -> None:
        secrets = self._secrets

        def fail(error: EasyChatError) -> None:
            if isinstance(error, KeysLocked):
                self.passphrase_wanted.emit()
            else:
                on_error(endpoint.name, error)

        self._background.write(lambda: secrets.delete_endpoint(endpoint), None, fail)

    def unlock(self, passphrase: str, then: Callable[[], None], on_error: OnError) -> None:
        """Open the file for this run."""
        secrets = self._secrets

        def opened(_: None) -> None:
            then()
            self._look_again()
            self.unlocked.emit()

        self._background.run(lambda: secrets.unlock(passphrase), opened, on_error)

    def move(self, to: Where, then: Callable[[], None], on_error: OnError, passphrase: str = "") -> None:
        """Take all keys to another place, and keep new ones there. A file gets this passphrase."""
        secrets, ids = self._secrets, self._ids()

        def moved(_: None) -> None:
            self._remember_choice(is_for_session=to is Where.SESSION)
            self._look_again()
            then()

        self._background.write(lambda: secrets.move(to, ids, passphrase), moved, on_error)

    def replace_passphrase(self, passphrase: str, then: Callable[[], None], on_error: OnError) -> None:
        """Encrypt the file anew."""
        file = self._secrets.file
        if file is not None:
            self._background.write(lambda: file.replace_passphrase(passphrase), lambda _: then(), on_error)

    def set_file_aside(self, on_error: OnError) -> None:
        """Go on without a file that cannot be used, or whose passphrase is lost. It is renamed, not deleted."""
        secrets = self._secrets

        def go_on() -> Where:
            if secrets.file is not None:
                secrets.file.set_aside()
            return secrets.settle()

        def gone(where: Where) -> None:
            self._look_again()
            self.unlocked.emit()
            if where is Where.UNDECIDED and secrets.holds_any:
                self.place_wanted.emit("")

        self._background.write(go_on, gone, on_error)

    def _write(
        self, endpoint_id: EndpointId, text_of: Callable[[], str], then: Callable[[], None], name: str = ""
    ) -> None:
        secrets, name = self._secrets, name or endpoint_id

        def write() -> tuple[Where | None, str]:
            try:
                text = text_of()
                if text:
                    return secrets.set(name, text), ""
                secrets.delete(name)
            except SettingsError as error:
                return None, "" if isinstance(error, KeysLocked) else str(error)
            return secrets.where, ""

        def written(outcome: tuple[Where | None, str]) -> None:
            where, problem = outcome
            then()
            self.look(endpoint_id)
            if where is Where.UNDECIDED or problem:
                self.place_wanted.emit(problem)
            elif where is None:
                self.passphrase_wanted.emit()

        self._background.write(write, written)

    def _note(self, endpoint_id: EndpointId, state: KeyState, where: Where, has_keyring: bool) -> None:  # noqa: FBT001
        self._states[endpoint_id] = state
        self.where = where
        self.has_keyring = has_keyring
        self.changed.emit()

    def _look_again(self) -> None:
        for endpoint_id in self._states:
            self.look(endpoint_id)

    def _ids(self) -> list[str]:
        """Return under which ids secrets may be kept."""
        return [name for endpoint in self._settings.current.endpoints for name in secrets_of(endpoint)]

    def _remember_choice(self, *, is_for_session: bool) -> None:
        settings = self._settings.current
        if settings.general.keys_for_session is not is_for_session:
            general = replace(settings.general, keys_for_session=is_for_session)
            self._save_settings(lambda: self._settings.apply(replace(settings, general=general)))


def is_exposed(endpoint: Endpoint) -> bool:
    """Would a key of this server go over plain http to another computer?"""
    from easychat_gui.providers.key_safety import is_readable_on_the_way

    return is_readable_on_the_way(endpoint)


def split_keys(text: str) -> tuple[str, ...]:
    """Return the keys in what was typed or pasted, which may be several; "Bearer" before one is none."""
    return tuple(dict.fromkeys(word for word in text.split() if word.lower() != "bearer"))


def _looked(secrets: SecretStore, endpoint_id: EndpointId) -> tuple[KeyState, Where, bool]:
    try:
        state = KeyState(len(secrets.get_all(endpoint_id)), is_stored=secrets.is_stored(endpoint_id))
    except KeysLocked:
        state = KeyState(None, is_locked=True)
    except SettingsError as error:
        state = KeyState(None, problem=str(error))
    return state, secrets.where, secrets.has_keyring
