"""What can be added: known services, what was found on this computer, and any other."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QListWidget, QPushButton
from pytestqt.qtbot import QtBot

from easychat_gui.domain.endpoints import EndpointKind, FoundServer
from easychat_gui.providers.known_servers import KNOWN_SERVERS, KnownServer
from easychat_gui.ui.settings.servers import add_panel
from tests.fakes.misbehaving_server import MisbehavingServer, json_answer
from tests.ui.settings.servers.conftest import Opened, OpenPage


def search(opened: Opened, words: str) -> None:
    field = opened.part(QLineEdit, "addServerSearch")
    QTest.keyClicks(field, words)
    QTest.keyClick(field, Qt.Key.Key_Return)


def test_a_known_service_begins_with_its_address_and_is_not_asked_before_there_is_a_key(open_page: OpenPage) -> None:
    opened = open_page()
    search(opened, "mistr")
    assert opened.part(QLineEdit, "serverAddress").text() == "https://api.mistral.ai/v1"
    assert opened.part(QPushButton, "getKeyButton").text() == "Get a key at console.mistral.ai"
    assert not opened.servers, "it could only refuse"
    assert opened.page.finish()
    assert [each.name for each in opened.servers] == ["Mistral"]


def test_every_known_server_can_be_searched_and_begun_with(open_page: OpenPage) -> None:
    opened = open_page()
    for known in KNOWN_SERVERS:
        opened.page.begin_new()
        search(opened, known.name)
        assert opened.part(QLineEdit, "serverName").text() == known.name
        assert opened.part(QLineEdit, "serverAddress").text() == known.base_url
        if not known.base_url:
            assert opened.part(QLineEdit, "serverAddress").placeholderText() == known.example
            opened.page._remove.click()  # what has no address yet would hold the page


def test_azure_begins_with_a_version_of_its_api(open_page: OpenPage) -> None:
    opened = open_page()
    search(opened, "azure")
    opened.type_into("serverAddress", "https://mine.openai.azure.invalid")
    (azure,) = opened.servers
    assert (azure.kind, azure.api_version) == (EndpointKind.AZURE, "2024-10-21")
    opened.type_into("serverApiVersion", "yesterday")
    assert any("is a date" in each for each in opened.problems())
    assert opened.servers[0].api_version == "2024-10-21"


def test_the_arrows_go_through_the_list_past_its_headings(open_page: OpenPage) -> None:
    opened = open_page()
    field = opened.part(QLineEdit, "addServerSearch")
    for _ in range(3):
        QTest.keyClick(field, Qt.Key.Key_Down)
    QTest.keyClick(field, Qt.Key.Key_Up)
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert opened.part(QLineEdit, "serverName").text() == KNOWN_SERVERS[2].name


def test_what_runs_on_this_computer_stands_first_and_is_not_offered_twice(open_page: OpenPage) -> None:
    opened = open_page()
    found = FoundServer("llama.cpp", "http://127.0.0.1:1/v1", ("big", "small"))
    opened.endpoints._on_found([found])
    QTest.keyClick(opened.part(QLineEdit, "addServerSearch"), Qt.Key.Key_Return)
    (added,) = opened.servers
    assert (added.name, added.base_url, added.default_model) == ("llama.cpp", found.base_url, "big")
    opened.endpoints._on_found([found])
    assert not opened.endpoints.found_servers


def test_looking_on_demand_says_what_came_of_it(
    qtbot: QtBot, open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = open_page()
    found: list[FoundServer] = []
    monkeypatch.setattr("easychat_gui.providers.discovery.find_local_servers", lambda: found)
    opened.click("lookAroundButton")
    known = opened.part(QListWidget, "knownServers")
    qtbot.waitUntil(lambda: any("No server was found" in each.text() for each in opened.page.findChildren(QLabel)))
    found.append(FoundServer("Jan", "http://127.0.0.1:1337/v1", ("a", "b")))
    opened.click("lookAroundButton")
    qtbot.waitUntil(lambda: known.item(0).text() == "Running on this computer")
    assert known.item(1).text() == "Jan"


def test_a_service_is_asked_first_when_its_key_is_there(
    qtbot: QtBot, open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    with MisbehavingServer(json_answer({"data": [{"id": "big"}]})) as service:
        known = KnownServer("Service", f"{service.url}/v1", keys_url="https://example.org/keys")
        monkeypatch.setattr(add_panel, "KNOWN_SERVERS", (known,))
        monkeypatch.setattr("easychat_gui.providers.known_servers.KNOWN_SERVERS", (known,))
        opened = open_page()
        search(opened, "service")
        opened.type_into("serverKey", "sk-marker-42")
        qtbot.waitUntil(lambda: opened.words("serverModels") == "1 model", timeout=10_000)
        assert [each.headers["authorization"] for each in service.requests] == ["Bearer sk-marker-42"]
