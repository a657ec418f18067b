"""Keys go to a keyring that deserves the name, or stay in memory; a locked one never hangs the program."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from easychat_gui.domain.endpoints import Endpoint
from easychat_gui.domain.errors import KeysLocked, SettingsError, WrongPassphrase
from easychat_gui.domain.ids import EndpointId
from easychat_gui.settings import key_file
from easychat_gui.settings.secrets import (
    CLIENT_KEY,
    PROXY,
    SecretStore,
    Where,
    secret_id,
)
from easychat_gui.settings.system_keyring import KeyringSilent, SystemKeyring, is_trusted

ID = EndpointId("e1")


class Keyring:
    """A keyring in memory, with the three calls that every backend has."""

    def __init__(self) -> None:
        self.entries: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, name: str) -> str | None:
        return self.entries.get((service, name))

    def set_password(self, service: str, name: str, key: str) -> None:
        self.entries[service, name] = key

    def delete_password(self, service: str, name: str) -> None:
        del self.entries[service, name]


class LockedKeyring(Keyring):
    def get_password(self, service: str, name: str) -> str | None:
        raise OSError("locked")

    set_password = get_password  # type: ignore[assignment]


class WaitingKeyring(Keyring):
    """Waits for a password that nobody types, until it is told to give up."""

    def __init__(self) -> None:
        super().__init__()
        self.given_up = threading.Event()
        self.calls = 0

    def get_password(self, service: str, name: str) -> str | None:
        self.calls += 1
        self.given_up.wait()
        return None


@pytest.fixture
def waiting() -> Iterator[WaitingKeyring]:
    keyring = WaitingKeyring()
    yield keyring
    keyring.given_up.set()


def test_a_key_goes_to_the_keyring_and_comes_back_in_the_next_run() -> None:
    keyring = Keyring()
    secrets = SecretStore(find_backend=lambda: keyring)
    assert secrets.where is Where.KEYRING
    assert secrets.get(ID) is None
    secrets.set(ID, "sk-1")
    assert SecretStore(find_backend=lambda: keyring).get(ID) == "sk-1"
    secrets.delete(ID)
    secrets.delete(ID)
    assert secrets.get(ID) is None
    assert keyring.entries == {}


def test_without_a_keyring_a_key_holds_for_this_run_only() -> None:
    secrets = SecretStore(find_backend=lambda: None)
    assert secrets.where is Where.UNDECIDED
    assert secrets.set(ID, "sk-1") is Where.UNDECIDED
    assert secrets.get(ID) == "sk-1"
    assert SecretStore(find_backend=lambda: None).get(ID) is None
    secrets.delete(ID)
    assert secrets.get(ID) is None


def test_a_refusing_keyring_is_told_and_the_key_holds_for_this_run() -> None:
    secrets = SecretStore(find_backend=LockedKeyring)
    with pytest.raises(SettingsError, match="locked"):
        secrets.get(ID)
    with pytest.raises(SettingsError, match="locked"):
        secrets.set(ID, "sk-1")
    assert secrets.get(ID) == "sk-1"
    assert not secrets.is_stored(ID)


def test_a_keyring_that_waits_for_a_password_does_not_hang_the_program(waiting: WaitingKeyring) -> None:
    secrets = SecretStore(find_backend=lambda: waiting, call_limit_s=0.05)
    with pytest.raises(KeyringSilent):
        secrets.get(ID)


def test_while_the_keyring_waits_for_the_person_it_is_not_asked_again(waiting: WaitingKeyring) -> None:
    secrets = SecretStore(find_backend=lambda: waiting, call_limit_s=0.05)
    for name in ("e1", "e2", "e3"):
        with pytest.raises(KeyringSilent):
            secrets.get(name)
    assert waiting.calls == 1
    waiting.given_up.set()
    while secrets.keyring._waiting is not None and secrets.keyring._waiting.is_alive():
        secrets.keyring._waiting.join()
    assert secrets.get("e2") is None, "and it is again when the person has answered"


def test_every_key_that_passes_is_reported_for_redaction() -> None:
    keyring, seen = Keyring(), list[str]()
    SecretStore(find_backend=lambda: keyring, on_key=seen.append).set(ID, "sk-1")
    SecretStore(find_backend=lambda: keyring, on_key=seen.append).get(ID)
    assert set(seen) == {"sk-1"}
    several = SecretStore(find_backend=lambda: None, on_key=seen.append)
    several.set(ID, "sk-2\nsk-3\n")
    assert {"sk-2", "sk-3"} <= set(seen), "each of several keys is one by itself"


def test_several_keys_of_a_server_stand_one_a_line() -> None:
    secrets = SecretStore(find_backend=lambda: None)
    assert secrets.get_all(ID) == ()
    secrets.set(ID, "sk-1\r\n\n  sk-2 \nsk-3")
    assert secrets.get_all(ID) == ("sk-1", "sk-2", "sk-3")


def test_with_a_server_all_its_secrets_go() -> None:
    keyring = Keyring()
    secrets = SecretStore(find_backend=lambda: keyring)
    for name in (ID, secret_id(ID, PROXY), secret_id(ID, CLIENT_KEY), "e10"):
        secrets.set(name, "s-" + name)
    secrets.delete_endpoint(Endpoint(ID, "A", "http://a"))
    assert list(keyring.entries) == [("easychat-gui", "e10")]
    assert secrets.get(secret_id(ID, PROXY)) is None


@pytest.fixture
def file_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(key_file, "USUAL_COST", CHEAP)
    return tmp_path / "keys.enc"


CHEAP = key_file.Cost(n=2**4)


def in_file(file_path: Path, passphrase: str = "open") -> SecretStore:
    secrets = SecretStore(file_path=file_path, find_backend=lambda: None)
    secrets.set(ID, "sk-1")
    secrets.move(Where.FILE, [ID], passphrase)
    return secrets


def test_what_is_in_the_file_is_there_in_the_next_run_when_it_is_opened(file_path: Path) -> None:
    assert in_file(file_path).where is Where.FILE
    again = SecretStore(file_path=file_path, find_backend=lambda: None)
    assert again.where is Where.FILE
    with pytest.raises(KeysLocked):
        again.get(ID)
    assert again.get("e2") is None, "a server without a key needs no passphrase"
    with pytest.raises(WrongPassphrase):
        again.unlock("no")
    again.unlock("open")
    assert again.get(ID) == "sk-1"


def test_a_key_typed_while_the_file_is_locked_holds_and_is_written_when_it_is_opened(file_path: Path) -> None:
    in_file(file_path)
    again = SecretStore(file_path=file_path, find_backend=lambda: None)
    with pytest.raises(KeysLocked):
        again.set(ID, "sk-new")
    assert again.get(ID) == "sk-new"
    again.unlock("open")
    third = SecretStore(file_path=file_path, find_backend=lambda: None)
    third.unlock("open")
    assert third.get(ID) == "sk-new"


def test_a_server_removed_while_the_file_is_locked_leaves_it_when_that_is_opened(file_path: Path) -> None:
    in_file(file_path).set("e10", "sk-10")
    again = SecretStore(file_path=file_path, find_backend=lambda: None)
    with pytest.raises(KeysLocked):
        again.delete_endpoint(Endpoint(ID, "A", "http://a"))
    again.unlock("open")
    assert key_file.KeyFile(file_path).names() == ("e10",)
    assert again.get(ID) is None


@pytest.mark.parametrize("to", [Where.KEYRING, Where.FILE, Where.SESSION])
@pytest.mark.parametrize("origin", [Where.KEYRING, Where.FILE, Where.SESSION])
def test_keys_move_from_every_place_to_every_other_and_leave_nothing_behind(
    file_path: Path, origin: Where, to: Where
) -> None:
    if origin is to:
        return
    keyring = Keyring()
    secrets = SecretStore(file_path=file_path, find_backend=lambda: keyring)
    secrets.move(origin, [], "open")
    secrets.set(ID, "sk-1")
    assert secrets.where is origin
    secrets.move(to, [ID], "open")
    assert secrets.where is to
    assert secrets.get(ID) == "sk-1"
    assert secrets.is_stored(ID) is (to is not Where.SESSION)
    assert bool(keyring.entries) is (to is Where.KEYRING)
    assert file_path.exists() is (to is Where.FILE)


def test_a_keyring_that_takes_nothing_costs_no_key(file_path: Path) -> None:
    secrets = in_file(file_path)
    secrets._known_keyring = SystemKeyring(LockedKeyring)
    with pytest.raises(SettingsError):
        secrets.move(Where.KEYRING, [ID])
    again = SecretStore(file_path=file_path, find_backend=lambda: None)
    again.unlock("open")
    assert again.get(ID) == "sk-1"


def test_only_the_system_s_own_keyrings_are_trusted() -> None:
    from keyring.backends.fail import Keyring as Fail
    from keyring.backends.null import Keyring as Null
    from keyring.backends.SecretService import Keyring as SecretService

    plain_file = type("PlaintextKeyring", (), {"__module__": "keyrings.alt.file"})()
    lookalike = type("Keyring", (), {"__module__": "keyring.backends.WindowsEvil"})()
    backends: list[type] = [Fail, Null]
    assert not any(is_trusted(each) for each in (*(kind() for kind in backends), plain_file, lookalike))
    assert is_trusted(SecretService.__new__(SecretService))


def test_a_backend_that_writes_plain_files_is_not_used(tmp_path: Path) -> None:
    """A backend as keyrings.alt has them, chosen by the environment: the key stays out of its file."""
    (tmp_path / "plainfile.py").write_text(
        "import keyring.backend, pathlib\n"
        "class Keyring(keyring.backend.KeyringBackend):\n"
        "    priority = 99\n"
        f"    file = pathlib.Path({str(tmp_path / 'leak.txt')!r})\n"
        "    def get_password(self, s, n): return self.file.read_text() if self.file.exists() else None\n"
        "    def set_password(self, s, n, p): self.file.write_text(p)\n"
    )
    script = (
        "from easychat_gui.settings.secrets import SecretStore, Where\n"
        "s = SecretStore(); s.set('e', 'sk-1'); assert s.get('e') == 'sk-1'; assert s.where is Where.UNDECIDED\n"
    )
    environment = {
        **os.environ,
        "PYTHON_KEYRING_BACKEND": "plainfile.Keyring",
        "PYTHONPATH": os.pathsep.join([str(tmp_path), *sys.path]),
        "HOME": str(tmp_path),
    }
    subprocess.run([sys.executable, "-c", script], env=environment, check=True, timeout=60)
    assert not (tmp_path / "leak.txt").exists()


def test_past_a_locked_keyring_keys_can_be_kept_in_the_file(file_path: Path) -> None:
    """What the locked keyring holds stays there; a server without a key is not held up by it any more."""
    secrets = SecretStore(file_path=file_path, find_backend=LockedKeyring)
    with pytest.raises(SettingsError):
        secrets.set(ID, "sk-1")
    secrets.move(Where.FILE, [ID, "e2"], "open")
    again = SecretStore(file_path=file_path, find_backend=LockedKeyring)
    again.unlock("open")
    assert again.get(ID) == "sk-1"
    assert again.get("e2") is None
