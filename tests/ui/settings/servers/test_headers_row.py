"""The organisation and the headers: sent as they were set, and nothing that cannot be or is a key."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLineEdit, QToolButton
from pytestqt.qtbot import QtBot

from tests.fakes.misbehaving_server import MisbehavingServer, json_answer
from tests.ui.settings.servers.conftest import OpenPage, server

MODELS = json_answer({"data": [{"id": "big"}]})


def test_organisation_and_headers_are_sent(qtbot: QtBot, open_page: OpenPage) -> None:
    with MisbehavingServer(MODELS, MODELS) as one:
        opened = open_page(server("One", one.url))
        opened.type_into("serverOrganization", "org-7")
        opened.click("addHeaderButton")
        opened.type_into("headerName", "X-Team")
        opened.type_into("headerValue", "blue")
        qtbot.waitUntil(lambda: len(one.requests) == 2, timeout=10_000)
        sent = next(each.headers for each in one.requests if "x-team" in each.headers)
        assert (sent["x-team"], sent["openai-organization"]) == ("blue", "org-7")
        assert opened.words("serverHeaders") == "Organisation, X-Team"


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("Authorization", "Bearer sk-1", "carries a key"),
        ("X-Api-Key", "sk-1", "carries a key"),
        ("X Team", "blue", "no name of a header"),
        ("Host", "evil.example", "set by the program itself"),
        ("Content-Length", "5", "set by the program itself"),
        ("X-Team", "日本", "no header can carry"),
        ("", "blue", "needs a name"),
    ],
)
def test_a_header_that_cannot_be_sent_is_said_and_not_saved(
    open_page: OpenPage, name: str, value: str, words: str
) -> None:
    opened = open_page(server("One"))
    opened.click("addHeaderButton")
    opened.type_into("headerName", name)
    opened.type_into("headerValue", value)
    assert any(words in each for each in opened.problems())
    assert not opened.servers[0].headers
    assert not opened.page.finish()


def test_a_header_twice_is_said(open_page: OpenPage) -> None:
    opened = open_page(server("One", headers={"X-Team": "blue", "x-team": "red"}))
    assert any("there twice" in each for each in opened.problems())


def test_a_header_that_carries_a_key_is_kept_where_keys_are(qtbot: QtBot, open_page: OpenPage) -> None:
    with MisbehavingServer(MODELS) as one:
        opened = open_page(server("One", one.url))
        opened.click("addHeaderButton")
        opened.type_into("headerName", "CF-Access-Client-Secret")
        opened.type_into("headerValue", "sesame-0123")

        def sent() -> list[str | None]:
            return [each.headers.get("cf-access-client-secret") for each in one.requests]

        qtbot.waitUntil(lambda: "sesame-0123" in sent(), timeout=10_000)
        (kept,) = opened.servers
        assert kept.secret_headers == ("CF-Access-Client-Secret",)
        assert "sesame" not in repr(kept)
        value = opened.part(QLineEdit, "headerValue")
        assert value.echoMode() is QLineEdit.EchoMode.Password
        assert value.text() == ""
        opened.part(QToolButton, "removeHeader").click()
        qtbot.waitUntil(lambda: sent()[-1] is None, timeout=10_000)
        assert opened.servers[0].secret_headers == ()
