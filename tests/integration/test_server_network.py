"""The way to a server, set and tried in the real window: proxy, certificates, the test."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from pathlib import Path

import trustme
from PySide6.QtWidgets import QDialog, QLabel, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from easychat_gui.domain.endpoints import Endpoint, ProxyChoice
from easychat_gui.settings.secrets import PROXY, secret_id
from easychat_gui.ui.main_window import MainWindow
from easychat_gui.ui.settings.servers.test_card import TestCard
from easychat_gui.ui.widgets.combo_box import ComboBox
from tests.fakes.misbehaving_server import Connection, MisbehavingServer, answer, good_stream, json_answer
from tests.fakes.proxies import SocksProxy
from tests.fakes.tls import context_of, encrypted_key, fingerprint_of
from tests.folders import files_with
from tests.integration.conftest import OpenWindow
from tests.integration.test_conversation_with_a_server import last_text, send, wait_for_end
from tests.integration.test_settings_dialog import begin_server, click, open_dialog, settings_text

WAIT_MS = 10_000
models = json_answer({"data": [{"id": "m"}]})
well = good_stream("One", " two")


def answers(connection: Connection) -> None:
    (models if connection.server.requests[-1].method == "GET" else well)(connection)


def card_of(dialog: QDialog) -> TestCard:
    card = dialog.findChild(TestCard)
    assert card is not None
    return card


def lines(dialog: QDialog) -> list[str]:
    """What a person reads in the card of the test."""
    return [each.text() for each in card_of(dialog).findChildren(QLabel) if each.isVisibleTo(dialog) and each.text()]


def part(dialog: QDialog, kind: type[QWidget], name: str) -> QWidget:
    found = dialog.findChild(kind, name)
    assert found is not None, name
    return found


def type_into(dialog: QDialog, name: str, text: str) -> None:
    field = part(dialog, QLineEdit, name)
    assert isinstance(field, QLineEdit)
    field.setText(text)
    field.editingFinished.emit()


def problems(dialog: QDialog) -> str:
    return " ".join(
        each.text()
        for each in dialog.findChildren(QLabel)
        if each.property("look") == "danger" and each.isVisibleTo(dialog)
    )


def saved(window: MainWindow) -> Endpoint:
    endpoint: Endpoint = window._controllers.settings.current.endpoints[0]
    return endpoint


def ask(qtbot: QtBot, window: MainWindow) -> None:
    window.header.picker.chosen.emit(saved(window).id, "m")
    send(qtbot, window, "Hi")
    wait_for_end(qtbot, window)


def test_every_step_of_the_test_is_shown(qtbot: QtBot, open_window: OpenWindow) -> None:
    with MisbehavingServer(answers) as server:
        window = open_window()
        dialog = open_dialog(window, "Servers")
        begin_server(dialog, serverAddress=f"http://localhost:{server.port}", serverKey="sk-key-123456")
        click(dialog, "testServerButton")
        qtbot.waitUntil(lambda: "Streams" in lines(dialog), timeout=WAIT_MS)
        said = [each for each in lines(dialog) if not each.endswith("s") or each == "Streams"]
        assert said == ["Test", "Name found", "Connected", "Key accepted, 1 model", "First token", "Streams"]
        assert "Key accepted, 1 model" in card_of(dialog).accessibleDescription()


def test_a_failed_step_says_what_to_do(qtbot: QtBot, open_window: OpenWindow) -> None:
    with MisbehavingServer(answer("401 Unauthorized")) as server:
        window = open_window()
        dialog = open_dialog(window, "Servers")
        begin_server(dialog, serverAddress=server.url, serverKey="wrong")
        click(dialog, "testServerButton")
        qtbot.waitUntil(lambda: "Key not accepted" in lines(dialog), timeout=WAIT_MS)
        assert any("Enter the right key" in each for each in lines(dialog))
        assert "First token" not in lines(dialog)


def test_the_test_can_be_stopped_and_ends_when_nobody_looks(qtbot: QtBot, open_window: OpenWindow) -> None:
    def stalls(connection: Connection) -> None:
        connection.wait_for_hang_up()

    with MisbehavingServer(stalls) as server:
        window = open_window()
        dialog = open_dialog(window, "Servers")
        begin_server(dialog, serverAddress=server.url)
        window.show()
        ends: list[Callable[[], None]] = [
            lambda: click(dialog, "stopTestButton"),
            lambda: type_into(dialog, "serverAddress", f"{server.url}/v1"),
        ]
        for end in ends:
            click(dialog, "testServerButton")
            qtbot.waitUntil(lambda: "Asking for the models…" in lines(dialog), timeout=WAIT_MS)
            end()
            qtbot.waitUntil(lambda: not window._controllers.endpoints.checkups.is_running)
            server.wait_for_hang_up()
        click(dialog, "testServerButton")
        qtbot.waitUntil(lambda: "Asking for the models…" in lines(dialog), timeout=WAIT_MS)
        click(dialog, "stopTestButton")
        qtbot.waitUntil(lambda: "Stopped." in lines(dialog))
        click(dialog, "testServerButton")
        qtbot.waitUntil(lambda: "Asking for the models…" in lines(dialog), timeout=WAIT_MS)
        dialog.reject()
        qtbot.waitUntil(lambda: not window._controllers.endpoints.checkups.is_running)


def test_a_certificate_is_trusted_with_one_press_and_another_is_not(
    qtbot: QtBot, open_window: OpenWindow, tmp_path: Path
) -> None:
    ca = trustme.CA()
    certificate = ca.issue_cert("llm.example.org", common_name="The box")
    with MisbehavingServer(answers, tls=context_of(certificate)) as server:
        window = open_window(tmp_path / "data")
        dialog = open_dialog(window, "Servers")
        begin_server(dialog, serverAddress=server.url)
        click(dialog, "testServerButton")
        qtbot.waitUntil(lambda: "Certificate not trusted" in lines(dialog), timeout=WAIT_MS)
        assert "The box" in lines(dialog)
        assert server.requests == []
        click(dialog, "trustCertificateButton")
        qtbot.waitUntil(lambda: "Streams" in lines(dialog), timeout=WAIT_MS)
        assert saved(window).network.fingerprint == fingerprint_of(certificate)
        type_into(dialog, "serverName", "Box")  # another save does not lose it
        assert saved(window).network.fingerprint == fingerprint_of(certificate)
        qtbot.waitUntil(lambda: fingerprint_of(certificate) in settings_text(tmp_path / "data"), timeout=WAIT_MS)
        dialog.reject()
        ask(qtbot, window)
        assert last_text(window) == "One two"
        port = server.port
    with MisbehavingServer(answers, tls=context_of(ca.issue_cert("llm.example.org"))) as other:
        assert other.port != port
        window._controllers.endpoints.save(_moved(saved(window), other.url), None)
        ask(qtbot, window)
        assert other.requests == []


def _moved(endpoint: Endpoint, base_url: str) -> Endpoint:
    from dataclasses import replace

    return replace(endpoint, base_url=base_url)


def test_a_proxy_of_its_own_whose_password_is_in_no_file(qtbot: QtBot, open_window: OpenWindow, tmp_path: Path) -> None:
    password = "pr0xy-marker-pass"
    with MisbehavingServer(answers) as server:
        socks = SocksProxy(server, log_in=f"joe:{password}")
        with MisbehavingServer(answers, at_accept=socks) as proxy:
            window = open_window(tmp_path / "data")
            dialog = open_dialog(window, "Servers")
            begin_server(dialog, serverAddress="http://llm.example.test")
            choice = part(dialog, ComboBox, "proxyChoice")
            assert isinstance(choice, ComboBox)
            choice.setCurrentIndex(choice.findData(ProxyChoice.OWN))
            choice.activated.emit(choice.currentIndex())
            assert saved(window).network.proxy is ProxyChoice.SYSTEM  # not before there is an address
            type_into(dialog, "proxyAddress", f"socks5h://joe:{password}@127.0.0.1:{proxy.port}")
            network = saved(window).network
            assert (network.proxy, network.proxy_user) == (ProxyChoice.OWN, "joe")
            assert network.proxy_url == f"socks5h://127.0.0.1:{proxy.port}"
            qtbot.waitUntil(lambda: bool(window._controllers.endpoints.models(saved(window).id)), timeout=WAIT_MS)
            dialog.reject()
            ask(qtbot, window)
            assert last_text(window) == "One two"
            assert socks.targets[-1] == "llm.example.test 80"
            kept = secret_id(saved(window).id, PROXY)
            secrets = window._controllers.endpoints._secrets
            assert secrets.get(kept) == password
            dialog = open_dialog(window, "Servers")
            type_into(dialog, "proxyUser", "")
            qtbot.waitUntil(lambda: secrets.get(kept) is None, timeout=WAIT_MS)
            window.close()
    assert files_with(password.encode(), tmp_path / "data") == []


def test_an_address_of_a_proxy_that_is_none_is_said_and_not_saved(open_window: OpenWindow) -> None:
    window = open_window()
    dialog = open_dialog(window, "Servers")
    begin_server(dialog, serverAddress="http://127.0.0.1:9")
    choice = part(dialog, ComboBox, "proxyChoice")
    assert isinstance(choice, ComboBox)
    choice.setCurrentIndex(choice.findData(ProxyChoice.OWN))
    choice.activated.emit(choice.currentIndex())
    for typed in ("ftp://proxy", "http://", "http://pro xy:1", "http://proxy:port", "http://proxy/path"):
        type_into(dialog, "proxyAddress", typed)
        assert "proxy" in problems(dialog)
        assert saved(window).network.proxy is ProxyChoice.SYSTEM
    type_into(dialog, "proxyAddress", "proxy:3128")
    assert not problems(dialog)
    assert saved(window).network.proxy_url == "http://proxy:3128"
    type_into(dialog, "proxyExceptions", "10.0.0.0/99")
    assert "10.0.0.0/99" in problems(dialog)
    type_into(dialog, "proxyExceptions", ".example.org; 10.0.0.0/8")
    assert saved(window).network.proxy_exceptions == (".example.org", "10.0.0.0/8")


def test_a_file_of_authorities_that_cannot_be_used_is_said(
    qtbot: QtBot, open_window: OpenWindow, tmp_path: Path
) -> None:
    (tmp_path / "company.pem").write_text("nothing of the kind")
    window = open_window()
    dialog = open_dialog(window, "Servers")
    begin_server(dialog, serverAddress="https://127.0.0.1:9")
    type_into(dialog, "certificateAuthority", f'"{tmp_path / "company.pem"}"')
    qtbot.waitUntil(lambda: "company.pem" in problems(dialog), timeout=WAIT_MS)
    assert saved(window).network.ca_file == str(tmp_path / "company.pem")
    trustme.CA().cert_pem.write_to_path(tmp_path / "company.pem")
    type_into(dialog, "certificateAuthority", str(tmp_path / "company.pem"))
    qtbot.waitUntil(lambda: not problems(dialog), timeout=WAIT_MS)
    summary = part(dialog, QPushButton, "serverCertificates")
    assert "company.pem" in summary.accessibleName()
    type_into(dialog, "trustedFingerprint", "no fingerprint")
    assert "64" in problems(dialog)
    assert saved(window).network.fingerprint == ""


def test_a_client_certificate_whose_key_has_a_passphrase(qtbot: QtBot, open_window: OpenWindow, tmp_path: Path) -> None:
    ca, passphrase = trustme.CA(), "marker-phrase"
    ca.cert_pem.write_to_path(tmp_path / "ca.pem")
    mine = ca.issue_cert("me@example.org")
    mine.cert_chain_pems[0].write_to_path(tmp_path / "me.pem")
    (tmp_path / "me.key").write_bytes(encrypted_key(mine, passphrase))
    tls = context_of(ca.issue_cert("127.0.0.1"))
    tls.verify_mode = ssl.CERT_REQUIRED
    ca.configure_trust(tls)
    with MisbehavingServer(answers, tls=tls) as server:
        window = open_window(tmp_path / "data")
        dialog = open_dialog(window, "Servers")
        begin_server(dialog, serverAddress=server.url)
        type_into(dialog, "certificateAuthority", str(tmp_path / "ca.pem"))
        type_into(dialog, "clientCertificate", str(tmp_path / "me.pem"))
        type_into(dialog, "clientKey", str(tmp_path / "me.key"))
        qtbot.waitUntil(lambda: "is needed" in problems(dialog), timeout=WAIT_MS)
        type_into(dialog, "clientKeyPassphrase", passphrase)
        click(dialog, "testServerButton")
        qtbot.waitUntil(lambda: "Streams" in lines(dialog), timeout=WAIT_MS)
        assert "Certificate trusted (system or your file)" in lines(dialog)
        dialog.reject()
        ask(qtbot, window)
        assert last_text(window) == "One two"
        window.close()
    assert files_with(passphrase.encode(), tmp_path / "data") == []
