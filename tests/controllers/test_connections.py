"""What stands between a server and its key: a keyring that is locked, an address that is this computer."""

from __future__ import annotations

import threading

import pytest

from easychat_gui.controllers.connections import Connections
from easychat_gui.controllers.pool_members import Asked
from easychat_gui.domain.endpoints import Endpoint, Pool, PoolPolicy
from easychat_gui.domain.errors import KeyUnavailable
from easychat_gui.domain.ids import EndpointId
from easychat_gui.providers.http_provider import HttpProvider
from easychat_gui.providers.lessons import LessonBook
from easychat_gui.settings.secrets import SecretStore
from tests.fakes.asking import events_of, text_of
from tests.fakes.misbehaving_server import Connection, MisbehavingServer, answer, good_stream


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
        self.may_answer.wait(60)
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
    typed = threading.Event()
    secrets = SecretStore(find_backend=lambda: keyring, on_key=lambda key: typed.set() if key == "new" else None)
    connections = Connections(secrets, LessonBook())
    server = Endpoint(EndpointId("a"), "Far", "https://far.example.test/v1")
    read: list[HttpProvider] = []
    reader = threading.Thread(target=lambda: read.append(connections.source(server)))
    reader.start()
    assert keyring.asked.wait(60)
    writer = threading.Thread(target=lambda: secrets.set(server.id, "new"))  # waits for its turn at the keyring
    writer.start()
    assert typed.wait(60)
    connections.forget(server.id)
    keyring.may_answer.set()
    reader.join(60)
    writer.join(60)
    after = connections.source(server)
    assert after is not read[0]
    assert after is connections.source(server)
    assert secrets.get(server.id) == "new"


def test_all_keys_of_a_server_answer_for_it_alone_and_in_a_pool() -> None:
    told: list[str] = []

    def script(connection: Connection) -> None:
        key = connection.server.requests[-1].headers["authorization"].removeprefix("Bearer ")
        told.append(key)
        (good_stream("a") if key == "two" else answer("429 Slow", b"", "Retry-After: 40"))(connection)

    secrets = SecretStore(find_backend=lambda: None)
    with MisbehavingServer(script) as server, MisbehavingServer(good_stream("b")) as other:
        endpoints = [Endpoint(EndpointId(name), name, each.url) for name, each in (("a", server), ("b", other))]
        secrets.set(EndpointId("a"), "one\ntwo")
        secrets.set(EndpointId("b"), "of-b")
        connections = Connections(secrets, LessonBook())
        assert text_of(events_of(connections.answering(endpoints[0]))) == "a"
        pool = Pool(EndpointId("p"), "All", (), PoolPolicy.ORDER)
        for _ in range(2):
            source = connections.pool(pool, [Asked(each, "") for each in endpoints])
            assert text_of(events_of(source)) == "a"
        assert told == ["one", "two", "one", "two", "two"]
        assert connections.health.of(EndpointId("a")).first_word_s is not None
        assert other.connection_count == 0
        connections.close()


def test_a_pool_that_takes_turns_remembers_whose_turn_it_is() -> None:
    with MisbehavingServer(good_stream("a")) as first, MisbehavingServer(good_stream("b")) as second:
        endpoints = [Endpoint(EndpointId(name), name, each.url) for name, each in (("a", first), ("b", second))]
        connections = Connections(SecretStore(find_backend=lambda: None), LessonBook())
        pool = Pool(EndpointId("p"), "All", (), PoolPolicy.ROTATION)
        members = [Asked(each, "") for each in endpoints]
        assert "".join(text_of(events_of(connections.pool(pool, members))) for _ in range(4)) == "abab"
        connections.close()
