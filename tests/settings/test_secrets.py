"""Keys go to a keyring that deserves the name, or stay in memory; a locked one never hangs the program."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from easychat_gui.domain.errors import SettingsError
from easychat_gui.domain.ids import EndpointId
from easychat_gui.settings.secrets import KeyringSilent, SecretStore, Where, is_trusted

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

    def get_password(self, service: str, name: str) -> str | None:
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
    assert secrets.where is Where.SESSION
    secrets.set(ID, "sk-1")
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


def test_a_keyring_that_waits_for_a_password_does_not_hang_the_program(waiting: WaitingKeyring) -> None:
    secrets = SecretStore(find_backend=lambda: waiting, call_limit_s=0.05)
    with pytest.raises(KeyringSilent):
        secrets.get(ID)


def test_every_key_that_passes_is_reported_for_redaction() -> None:
    keyring, seen = Keyring(), list[str]()
    SecretStore(find_backend=lambda: keyring, on_key=seen.append).set(ID, "sk-1")
    SecretStore(find_backend=lambda: keyring, on_key=seen.append).get(ID)
    assert seen == ["sk-1", "sk-1"]


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
        "s = SecretStore(); s.set('e', 'sk-1'); assert s.get('e') == 'sk-1'; assert s.where is Where.SESSION\n"
    )
    environment = {
        **os.environ,
        "PYTHON_KEYRING_BACKEND": "plainfile.Keyring",
        "PYTHONPATH": os.pathsep.join([str(tmp_path), *sys.path]),
        "HOME": str(tmp_path),
    }
    subprocess.run([sys.executable, "-c", script], env=environment, check=True, timeout=60)
    assert not (tmp_path / "leak.txt").exists()
