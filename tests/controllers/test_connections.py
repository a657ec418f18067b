"""What stands between a server and its key: a keyring that is locked, an address that is this computer."""

from __future__ import annotations

import threading

import pytest

from easychat_gui.controllers.connections import Connections
from easychat_gui.domain.endpoints import Endpoint
from easychat_gui.domain.errors import KeyUnavailable
from easychat_gui.domain.ids import EndpointId
from easychat_gui.providers.http_provider import HttpProvider
from easychat_gui.providers.lessons import LessonBook
from easychat_gui.settings.secrets import SecretStore


class LockedKeyring:
    def get_password(self, service: str, name: str) -> str | None:
        raise OSError("locked")


class SlowKeyring:
    """Answers with what it had when it was asked, and only when the test says so."""

    def __init__(self) -> None:
        self.key = "old"
        self.asked = threading.Event()
        self.may_answer = threading.Event()

    def get_password(self, service: str, name: str) -> str | None:
        key = self.key
        self.asked.set()
        self.may_answer.wait(10)
        return key

    def set_password(self, service: str, name: str, key: str) -> None:
        self.key = key


def test_a_locked_keyring_holds_up_no_server_on_this_computer() -> None:
    connections = Connections(SecretStore(find_backend=LockedKeyring), LessonBook())
    here = Endpoint(EndpointId("a"), "Ollama", "http://127.0.0.1:11434/v1")
    assert not connections.source(here).has_key
    with pytest.raises(KeyUnavailable):
        connections.source(Endpoint(EndpointId("b"), "Far", "https://far.example.test/v1"))


def test_a_key_that_is_replaced_while_the_old_one_is_read_is_used_from_then_on() -> None:
    keyring = SlowKeyring()
    secrets = SecretStore(find_backend=lambda: keyring)
    connections = Connections(secrets, LessonBook())
    server = Endpoint(EndpointId("a"), "Far", "https://far.example.test/v1")
    read: list[HttpProvider] = []
    reader = threading.Thread(target=lambda: read.append(connections.source(server)))
    reader.start()
    assert keyring.asked.wait(10)
    secrets.set(server.id, "new")
    connections.forget(server.id)
    keyring.may_answer.set()
    reader.join(10)
    after = connections.source(server)
    assert after is not read[0]
    assert after is connections.source(server)
    assert secrets.get(server.id) == "new"
