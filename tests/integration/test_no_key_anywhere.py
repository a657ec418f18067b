"""A whole run with a known key through everything that goes wrong; then a search for it in all that is left.

It is looked for as it is and in the forms that it takes in addresses, JSON, HTML and Base64.
"""

from __future__ import annotations

import base64
import gzip
import html
import json
import logging
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLabel, QLineEdit, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from easychat_gui.app import Program
from easychat_gui.domain.endpoints import Endpoint, EndpointKind, Network, ProxyChoice
from easychat_gui.domain.ids import new_endpoint_id
from easychat_gui.settings import key_file
from easychat_gui.settings.secrets import PROXY, Where
from easychat_gui.support.traffic import ledger
from easychat_gui.ui.main_window import MainWindow
from easychat_gui.ui.message_details import message_details
from easychat_gui.ui.settings.servers.server_list import ServerList
from easychat_gui.ui.settings.servers.test_card import TestCard
from tests.fakes.misbehaving_server import (
    Connection,
    MisbehavingServer,
    Script,
    answer,
    event,
    good_stream,
    json_answer,
    stream,
)
from tests.folders import contents_of
from tests.integration.conftest import OpenWindow
from tests.integration.test_conversation_with_a_server import send, wait_for_end
from tests.integration.test_settings_dialog import click, open_dialog
from tests.integration.test_what_was_sent import program_of, texts_of

KEY = 'sk-M4rk"er+/&0123456789\\abc'
PASSWORD = "pr0xy&pass/word+0123"
PASSPHRASE = "correct horse battery"


def spelt(secret: str) -> set[bytes]:
    """All forms in which it may be left lying, written here anew and not with what hides them."""
    forms = {secret, quote(secret), quote(secret, safe=""), quote_plus(secret), html.escape(secret), repr(secret)[1:-1]}
    forms |= {json.dumps(secret)[1:-1], json.dumps(json.dumps(secret))[3:-3], secret.encode().hex()}
    data = {form.encode() for form in forms}
    data |= {secret.encode("utf-16-le"), secret.encode("utf-16-be")}
    for before in range(3):
        whole = base64.b64encode(b"x" * before + secret.encode()).rstrip(b"=")[4 if before else 0 : -1]
        data |= {whole, base64.urlsafe_b64encode(b"x" * before + secret.encode()).rstrip(b"=")[4 if before else 0 : -1]}
    return data


NEEDLES = spelt(KEY) | spelt(PASSWORD) | spelt(PASSPHRASE)
TEXT_NEEDLES = {each.decode("latin-1") for each in NEEDLES}


def found_in(text: str) -> set[str]:
    return {each for each in TEXT_NEEDLES if each in text}


def echo(connection: Connection) -> list[str]:
    """Return what a server may say of what it got."""
    assert connection.request is not None
    got = connection.request.headers.get("authorization", "") or connection.request.headers.get("x-api-key", "")
    return [got, KEY, quote(KEY, safe=""), base64.b64encode(KEY.encode()).decode(), html.escape(KEY)]


def refusal(status: str) -> Script:
    def script(connection: Connection) -> None:
        said = {"error": {"message": " ".join(echo(connection)), "param": KEY, "code": KEY}}
        json_answer(said, status, f"X-Request-Id: {KEY}", f"Set-Cookie: k={KEY}", "Retry-After: 0")(connection)

    return script


def refusal_in_html(connection: Connection) -> None:
    page = f"<html><title>{html.escape(KEY)}</title><body>{' '.join(echo(connection))}</body></html>"
    answer("403 Forbidden", page.encode(), "Content-Type: text/html")(connection)


def redirect(connection: Connection) -> None:
    answer("307 Temporary Redirect", b"", f"Location: http://elsewhere.invalid/?key={quote(KEY)}")(connection)


def error_in_stream(connection: Connection) -> None:
    said = event({"error": {"message": f"broken near {' '.join(echo(connection))}"}})
    stream(event({"choices": [{"index": 0, "delta": {"content": "Begun."}}]}), said)(connection)


def nonsense(connection: Connection) -> None:
    stream(b"data: {" + KEY.encode() + b"\n\n", b"data: [DONE]\n\n")(connection)


FAULTS: list[Script] = [
    refusal("401 Unauthorized"),
    refusal_in_html,
    redirect,
    refusal("400 Bad Request"),
    error_in_stream,
    nonsense,
    good_stream("Fine."),
]


def by_turns(faults: list[Script]) -> Script:
    """Each question gets the next; lists of models are refused with the key in the words."""
    left = list(faults)

    def script(connection: Connection) -> None:
        assert connection.request is not None
        is_question = connection.request.method == "POST" and left
        (left.pop(0) if is_question else refusal("401 Unauthorized"))(connection)

    return script


def everything_shown(widget: QWidget) -> Iterator[str]:
    """All words on the screen, in tool tips and for screen readers."""
    for each in (widget, *widget.findChildren(QWidget)):
        yield from (each.toolTip(), each.accessibleName(), each.accessibleDescription(), each.windowTitle())
        if isinstance(each, QLabel | QAbstractButton):
            yield each.text()
        elif isinstance(each, QPlainTextEdit):
            yield each.toPlainText()
        elif isinstance(each, QLineEdit):
            yield from (each.text(), each.placeholderText())
        elif isinstance(each, QComboBox):
            yield from (each.itemText(place) for place in range(each.count()))


def add(qtbot: QtBot, program: Program, url: str, kind: EndpointKind, network: Network) -> Endpoint:
    endpoint = Endpoint(new_endpoint_id(), f"{kind} server", url, kind, default_model="m", network=network)
    program.endpoints.save(endpoint, None)
    program.endpoints.keep_secret(endpoint, PROXY, PASSWORD)
    program.endpoints.set_key(endpoint, KEY)  # the last of the two, since they are kept in order
    keys = program.endpoints.keys
    qtbot.waitUntil(lambda: (state := keys.state(endpoint.id)) is not None and state.count == 1, timeout=10_000)
    return endpoint


def moved_to_file(qtbot: QtBot, program: Program) -> None:
    done: list[object] = []
    program.endpoints.keys.move(Where.FILE, lambda: done.append(1), done.append, PASSPHRASE)
    qtbot.waitUntil(lambda: bool(done), timeout=20_000)
    assert done == [1]


@pytest.mark.parametrize("kind", [EndpointKind.OPENAI, EndpointKind.RESPONSES, EndpointKind.ANTHROPIC])
def test_after_every_fault_no_key_is_anywhere(
    qtbot: QtBot,
    open_window: OpenWindow,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    kind: EndpointKind,
) -> None:
    monkeypatch.setattr(key_file, "USUAL_COST", key_file.Cost(n=2**4))
    data_dir = tmp_path / "data"
    shown: list[str] = []
    with MisbehavingServer(by_turns(FAULTS)) as server:
        window = open_window(data_dir)
        window.show()
        qtbot.waitUntil(lambda: (data_dir / "logs").exists(), timeout=10_000)
        program = program_of(window)
        endpoint = add(qtbot, program, server.url, kind, Network())
        moved_to_file(qtbot, program)
        window.header.picker.chosen.emit(endpoint.id, "m")
        for number in range(len(FAULTS)):
            send(qtbot, window, f"Question {number}")
            wait_for_end(qtbot, window)
            shown += everything_shown(window)
            shown += all_of(qtbot, window)
        keys_sent = {
            each.headers.get("authorization", "").removeprefix("Bearer ") or each.headers.get("x-api-key")
            for each in server.requests
            if each.method == "POST"
        }
        assert keys_sent == {KEY}, "the key must really have been on the wire"
        assert len([each for each in server.requests if each.method == "POST"]) >= len(FAULTS)
        shown += through_a_broken_proxy(qtbot, window, kind)
        shown += in_the_settings(qtbot, window)
        crash(program)
        shown += [repr(endpoint), repr(program.settings.current), repr(ledger.traffic()), str(sys.argv)]
        shown += window.notices.texts()
        shown.append(QGuiApplication.clipboard().text())
        window.close()
    assert not set().union(*map(found_in, shown))
    printed = capfd.readouterr()
    assert "a fault of ours" in printed.err
    assert not found_in(printed.out + printed.err)
    assert not left_on_disk(tmp_path)


def all_of(qtbot: QtBot, window: MainWindow) -> list[str]:
    """Return what is told of the last answer: its details, what was sent and what came, and the command for a shell."""
    texts = texts_of(qtbot, window)
    message = texts.message
    return [
        message_details(message),
        repr(message),
        texts.body.whole,
        texts.headers.whole,
        texts.answer.whole,
        texts.curl,
    ]


def through_a_broken_proxy(qtbot: QtBot, window: MainWindow, kind: EndpointKind) -> list[str]:
    """A proxy that refuses and quotes what it was told: the key has not got as far, the password has."""

    def script(connection: Connection) -> None:
        assert connection.request is not None
        said = f"no {connection.request.headers.get('proxy-authorization')} {PASSWORD} {quote(PASSWORD, safe='')}"
        answer("407 Proxy Authentication Required", said.encode(), f"X-Request-Id: {PASSWORD}")(connection)

    with MisbehavingServer(script) as proxy:
        way = Network(ProxyChoice.OWN, proxy.url, "user", may_send_key_unencrypted=True)
        shown: list[str] = []
        for address in ("https://llm.example.test/v1", "http://llm.example.test/v1"):
            endpoint = add(qtbot, program_of(window), address, kind, way)
            before = len(proxy.requests)
            window.header.picker.chosen.emit(endpoint.id, "m")
            send(qtbot, window, "Through the proxy")
            wait_for_end(qtbot, window)
            assert len(proxy.requests) > before
            shown += [*everything_shown(window), *all_of(qtbot, window)]
        return shown


def in_the_settings(qtbot: QtBot, window: MainWindow) -> list[str]:
    """The form of the server, its trial with the refusal at its end, and the list of all requests."""
    dialog = open_dialog(window, "Servers")
    servers = dialog.findChild(ServerList, "serverList")
    assert servers is not None
    servers.choose(program_of(window).settings.current.endpoints[0].id)
    click(dialog, "testServerButton")
    card = dialog.findChild(TestCard, "serverTest")
    assert card is not None
    qtbot.waitUntil(lambda: any("401" in each for each in everything_shown(card)), timeout=10_000)
    shown = list(everything_shown(dialog))
    dialog.reject()
    dialog = open_dialog(window, "Network")
    shown += everything_shown(dialog)
    dialog.reject()
    return shown


def crash(program: Program) -> None:
    """A fault of ours with the key in its words, its cause and the values on the way."""
    try:
        _fail()
    except LookupError as error:
        program.report(LookupError, error, error.__traceback__)
        logging.getLogger("easychat_gui").exception("with %r", KEY)


def _fail() -> None:
    cause = ValueError(f"a fault of ours with {KEY} in it")
    raise LookupError({"Authorization": f"Bearer {KEY}", "password": PASSWORD}) from cause


def left_on_disk(folder: Path) -> dict[str, set[bytes]]:
    files = contents_of(folder)
    assert {"settings.toml", "easychat.db", "keys.enc", "easychat-gui.log"} <= {path.name for path in files}
    left = {}
    for path, data in files.items():
        if data[:2] == b"\x1f\x8b":
            data += gzip.decompress(data)
        left[str(path)] = {each for each in NEEDLES if each in data}
    return {path: found for path, found in left.items() if found}


@pytest.mark.model
@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="there is no /proc")
def test_the_bundled_model_gets_no_key_in_its_arguments_or_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from easychat_gui.local_model.catalog import bundled_model
    from easychat_gui.local_model.server import LocalModelServer

    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("ANY_NAME", KEY)
    monkeypatch.setenv("https_proxy", f"http://user:{PASSWORD}@proxy.invalid")
    with LocalModelServer(bundled_model(), log_path=tmp_path / "model.log") as server:
        server.wait_until_ready()
        process = Path(f"/proc/{server.process_id}")
        needles = NEEDLES | {server.api_key.encode()}
        for name in ("environ", "cmdline"):
            assert not [each for each in needles if each in (process / name).read_bytes()]
    assert not [each for each in needles if each in (tmp_path / "model.log").read_bytes()]
    assert KEY in os.environ["ANY_NAME"]
