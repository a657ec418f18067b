"""Keys through the window: typed, asked about, locked, moved, and never shown or sent where they should not be."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import trustme
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QLabel, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from easychat_gui.settings import key_file
from easychat_gui.settings.key_file import Cost
from easychat_gui.settings.secrets import PROXY
from easychat_gui.ui.dialogs.asking import Question
from easychat_gui.ui.dialogs.passphrase import PassphraseDialog
from easychat_gui.ui.main_window import MainWindow
from easychat_gui.ui.settings.servers.key_row import KeyEdit, KeyRow
from tests.fakes.misbehaving_server import Connection, MisbehavingServer, Script, good_stream, json_answer
from tests.folders import files_with
from tests.integration.conftest import OpenWindow
from tests.integration.test_conversation_with_a_server import last_text, send, wait_for_end
from tests.integration.test_settings_dialog import begin_server, click, open_dialog

KEY = "sk-marker-0123456789"
MODELS = json_answer({"data": [{"id": "big"}]})


@pytest.fixture(autouse=True)
def cheap_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(key_file, "USUAL_COST", Cost(n=2**4))


def talking(*answers: str) -> Script:
    """Answer questions with these texts, one after the other, and all that is no question with a list of models."""
    left = list(answers)

    def script(connection: Connection) -> None:
        is_question = connection.request is not None and connection.request.method == "POST"
        (good_stream(left.pop(0)) if is_question else MODELS)(connection)

    return script


def shown(window: MainWindow, kind: type[QDialog]) -> QDialog | None:
    return next((each for each in window.findChildren(kind) if each.isVisibleTo(window)), None)


def wait_for(qtbot: QtBot, window: MainWindow, kind: type[QDialog]) -> QDialog:
    qtbot.waitUntil(lambda: shown(window, kind) is not None, timeout=10_000)
    dialog = shown(window, kind)
    assert dialog is not None
    return dialog


def press(dialog: QWidget, words: str) -> None:
    (button,) = [each for each in dialog.findChildren(QPushButton) if each.text().startswith(words)]
    button.click()


def type_passphrase(dialog: QDialog, *texts: str) -> None:
    for field, text in zip(dialog.findChildren(QLineEdit), texts, strict=True):
        field.setText(text)
    click(dialog, "passphraseDone")


def key_edit(dialog: QDialog) -> KeyEdit:
    (edit,) = dialog.findChildren(KeyEdit)
    return edit


def menu_words(dialog: QDialog) -> dict[str, Callable[[], None]]:
    (row,) = dialog.findChildren(KeyRow)
    row.menu.aboutToShow.emit()
    return {action.text(): action.trigger for action in row.menu.actions() if action.isEnabled() and action.text()}


def words_in(widget: QWidget) -> str:
    return " ".join(each.text() for each in widget.findChildren(QLabel))


def add_server(window: MainWindow, address: str, key: str = KEY) -> QDialog:
    dialog = open_dialog(window, "Servers")
    begin_server(dialog, serverAddress=address, serverName="Mine", serverKey=key)
    return dialog


def keep_in_file(qtbot: QtBot, window: MainWindow, passphrase: str = "correct horse") -> None:
    press(wait_for(qtbot, window, Question), "In an encrypted file")
    dialog = wait_for(qtbot, window, PassphraseDialog)
    type_passphrase(dialog, passphrase, passphrase)
    qtbot.waitUntil(lambda: shown(window, PassphraseDialog) is None, timeout=10_000)


def choose(window: MainWindow) -> None:
    endpoint = window._controllers.settings.current.endpoints[0]
    window.header.picker.chosen.emit(endpoint.id, "big")


def test_without_a_keyring_the_person_chooses_the_file_and_unlocks_it_in_the_next_run(
    qtbot: QtBot, open_window: OpenWindow, tmp_path: Path
) -> None:
    data_dir = tmp_path / "data"
    with MisbehavingServer(talking("First.", "Second.")) as server:
        window = open_window(data_dir)
        dialog = add_server(window, server.url)
        keep_in_file(qtbot, window)
        edit = key_edit(dialog)
        qtbot.waitUntil(lambda: "in the encrypted file" in edit.accessibleDescription(), timeout=10_000)
        assert KEY not in edit.text() + edit.placeholderText() + edit.toolTip()
        dialog.reject()
        choose(window)
        send(qtbot, window, "Hi")
        wait_for_end(qtbot, window)
        assert server.requests[-1].headers["authorization"] == f"Bearer {KEY}"
        window.close()
        before = len(server.requests)

        again = open_window(data_dir)
        assert shown(again, PassphraseDialog) is None, "nobody is asked before a key is needed"
        send(qtbot, again, "Hi again")
        asked = wait_for(qtbot, again, PassphraseDialog)
        assert len(server.requests) == before
        type_passphrase(asked, "battery staple")
        qtbot.waitUntil(lambda: "not the passphrase" in words_in(asked), timeout=10_000)
        type_passphrase(asked, "correct horse")
        qtbot.waitUntil(lambda: "Second." in last_text(again), timeout=10_000)
        sent = [each for each in server.requests[before:] if each.target.endswith("/chat/completions")]
        assert [each.headers["authorization"] for each in sent] == [f"Bearer {KEY}"]
        wait_for_end(qtbot, again)
    assert (data_dir / "keys.enc").exists()
    assert files_with(KEY.encode(), data_dir) == []


def test_a_passphrase_that_nobody_gives_sends_nothing(qtbot: QtBot, open_window: OpenWindow, tmp_path: Path) -> None:
    with MisbehavingServer(MODELS) as server:
        window = open_window(tmp_path / "data")
        dialog = add_server(window, server.url)
        keep_in_file(qtbot, window)
        dialog.reject()
        choose(window)
        window.close()
        before = len(server.requests)
        again = open_window(tmp_path / "data")
        send(qtbot, again, "Hi")
        wait_for(qtbot, again, PassphraseDialog).reject()
        wait_for_end(qtbot, again)
        assert "keys are locked" in words_in(again)
        assert len(server.requests) == before


def test_for_this_run_only_is_not_asked_twice_and_stays_chosen(
    qtbot: QtBot, open_window: OpenWindow, tmp_path: Path
) -> None:
    data_dir = tmp_path / "data"
    with MisbehavingServer(MODELS) as server:
        window = open_window(data_dir)
        dialog = add_server(window, server.url)
        press(wait_for(qtbot, window, Question), "Only until")
        qtbot.waitUntil(lambda: shown(window, Question) is None)
        settings = window._controllers.settings
        qtbot.waitUntil(lambda: settings.current.general.keys_for_session, timeout=10_000)
        edit = key_edit(dialog)
        edit.setText("sk-another-0123456789")
        edit.editingFinished.emit()
        wanted = "Bearer sk-another-0123456789"
        qtbot.waitUntil(lambda: server.requests[-1].headers.get("authorization") == wanted, timeout=10_000)
        assert shown(window, Question) is None
        window.close()
    assert not (data_dir / "keys.enc").exists()
    assert b"keys_for_session = true" in (data_dir / "settings.toml").read_bytes()


def test_whoever_does_not_choose_is_told_that_the_key_is_not_stored(qtbot: QtBot, open_window: OpenWindow) -> None:
    with MisbehavingServer(MODELS) as server:
        window = open_window()
        add_server(window, server.url)
        wait_for(qtbot, window, Question).reject()
        qtbot.waitUntil(lambda: any("not stored" in words for words in window.notices.texts()))


def test_several_keys_are_counted_added_to_and_forgotten(qtbot: QtBot, open_window: OpenWindow) -> None:
    with MisbehavingServer(MODELS) as server:
        window = open_window()
        dialog = add_server(window, server.url, "Bearer sk-one-1234\n sk-two-1234")
        press(wait_for(qtbot, window, Question), "Only until")
        edit = key_edit(dialog)
        qtbot.waitUntil(lambda: "2 keys" in edit.accessibleDescription(), timeout=10_000)
        menu_words(dialog)["Add another key"]()
        edit.setText("sk-three-1234")
        edit.editingFinished.emit()
        qtbot.waitUntil(lambda: "3 keys" in edit.accessibleDescription(), timeout=10_000)
        menu_words(dialog)["Forget all keys of this server"]()
        qtbot.waitUntil(lambda: edit.accessibleDescription() == "", timeout=10_000)
        qtbot.waitUntil(lambda: "authorization" not in server.requests[-1].headers, timeout=10_000)


def test_a_key_that_cannot_be_one_is_said_and_stays_to_be_corrected(qtbot: QtBot, open_window: OpenWindow) -> None:
    with MisbehavingServer(MODELS) as server:
        window = open_window()
        dialog = add_server(window, server.url, "sk-\N{CYRILLIC SMALL LETTER A}bc")
        edit = key_edit(dialog)
        assert edit.text() == "sk-\N{CYRILLIC SMALL LETTER A}bc"
        assert "Latin letters" in words_in(dialog)
        click(dialog, "serversDoneButton")
        assert dialog.isVisibleTo(window)


def test_a_key_typed_before_the_address_is_not_lost(qtbot: QtBot, open_window: OpenWindow) -> None:
    with MisbehavingServer(MODELS) as server:
        window = open_window()
        dialog = open_dialog(window, "Servers")
        begin_server(dialog, serverKey=KEY, serverAddress=server.url)
        wanted = f"Bearer {KEY}"
        qtbot.waitUntil(
            lambda: any(each.headers.get("authorization") == wanted for each in server.requests), timeout=10_000
        )


def test_one_cause_is_asked_about_once(qtbot: QtBot, open_window: OpenWindow) -> None:
    """Two secrets that were typed one after the other, both without a place."""
    window = open_window()
    keys = window._controllers.endpoints.keys
    for question in range(2):
        keys.place_wanted.emit("")
        keys.place_wanted.emit("")
        assert len([each for each in window.findChildren(Question) if each.isVisibleTo(window)]) == 1
        wait_for(qtbot, window, Question).reject()
        assert shown(window, Question) is None, question


def test_undo_brings_no_key_back(qtbot: QtBot, open_window: OpenWindow) -> None:
    with MisbehavingServer(MODELS) as server:
        window = open_window()
        dialog = add_server(window, server.url)
        edit = key_edit(dialog)
        press(wait_for(qtbot, window, Question), "Only until")
        QTest.keyClicks(edit, "sk-typed-by-keys")
        edit.editingFinished.emit()
        assert edit.text() == ""
        edit.undo()
        edit.undo()
        assert edit.text() == ""


@pytest.fixture
def way(monkeypatch: pytest.MonkeyPatch) -> MisbehavingServer:
    """A proxy that stands in for the way to another computer: it sees what everyone on the way would see."""

    server = MisbehavingServer(*[good_stream("Readable.")] * 4)
    monkeypatch.setenv("http_proxy", server.url)
    return server


def test_before_a_key_goes_out_readable_the_person_is_asked_with_the_host_s_name(
    qtbot: QtBot, open_window: OpenWindow, way: MisbehavingServer
) -> None:
    with way:
        window = open_window(server="http://llm.example.test/v1", model="m", api_key=KEY)
        send(qtbot, window, "Hi")
        question = wait_for(qtbot, window, Question)
        assert "llm.example.test" in words_in(question)
        assert way.connection_count == 0
        press(question, "Do not send it")
        wait_for_end(qtbot, window)
        assert "The key was not sent." in words_in(window)
        assert way.connection_count == 0

        send(qtbot, window, "Now")
        press(wait_for(qtbot, window, Question), "Send it anyway")
        qtbot.waitUntil(lambda: "Readable." in last_text(window), timeout=10_000)
        assert way.requests[0].headers["authorization"] == f"Bearer {KEY}"
        wait_for_end(qtbot, window)


def test_what_was_agreed_to_holds_for_one_host_and_can_be_taken_back(
    qtbot: QtBot, open_window: OpenWindow, way: MisbehavingServer
) -> None:
    with way:
        window = open_window()
        dialog = add_server(window, "http://llm.example.test/v1")
        press(wait_for(qtbot, window, Question), "Only until")
        box = dialog.findChild(QWidget, "serverKeyExposed")
        assert box is not None
        qtbot.waitUntil(lambda: box.isVisibleTo(dialog), timeout=10_000)
        QTest.mouseClick(box, Qt.MouseButton.LeftButton)
        settings = window._controllers.settings
        press(wait_for(qtbot, window, Question), "Send it anyway")
        qtbot.waitUntil(lambda: settings.current.endpoints[0].network.may_send_key_unencrypted)
        address = dialog.findChild(QLineEdit, "serverAddress")
        assert address is not None
        address.setText("http://other.example.test/v1")
        address.editingFinished.emit()
        qtbot.waitUntil(lambda: "other" in settings.current.endpoints[0].base_url)
        assert not settings.current.endpoints[0].network.may_send_key_unencrypted


def test_a_damaged_file_can_be_set_aside_and_is_kept(qtbot: QtBot, open_window: OpenWindow, tmp_path: Path) -> None:
    data_dir = tmp_path / "data"
    with MisbehavingServer(MODELS) as server:
        window = open_window(data_dir)
        dialog = add_server(window, server.url)
        keep_in_file(qtbot, window)
        dialog.reject()
        choose(window)
        window.close()
        file = data_dir / "keys.enc"
        file.write_bytes(damaged := file.read_bytes()[:-40])
        again = open_window(data_dir)
        dialog = open_dialog(again, "Servers")
        assert file.read_bytes() == damaged
        edit = key_edit(dialog)
        edit.setText("sk-new-0123456789")
        edit.editingFinished.emit()
        asked = wait_for(qtbot, again, PassphraseDialog)
        type_passphrase(asked, "correct horse")
        qtbot.waitUntil(lambda: "damaged" in words_in(asked), timeout=10_000)
        assert file.read_bytes() == damaged
        click(asked, "passphraseLost")
        press(wait_for(qtbot, again, Question), "Go on without")
        keep_in_file(qtbot, again, "another passphrase")
        assert [path.name.startswith("keys.enc.") for path in files_with(damaged, data_dir)] == [True]
        wanted = "Bearer sk-new-0123456789"
        qtbot.waitUntil(lambda: server.requests[-1].headers.get("authorization") == wanted, timeout=10_000)


def test_a_locked_password_of_a_proxy_hinders_nobody_and_is_asked_for_by_the_test(
    qtbot: QtBot, open_window: OpenWindow, tmp_path: Path
) -> None:
    """The server itself has no key, so its row of the key knows nothing of a lock."""
    data_dir = tmp_path / "data"
    data_dir.mkdir()
    with MisbehavingServer(talking("Well.")) as proxy:
        trustme.CA().cert_pem.write_to_path(str(tmp_path / "ca.pem"))
        (data_dir / "settings.toml").write_text(
            f"""[[endpoints]]
id = "a"
name = "Gateway"
base_url = "http://gateway.test/v1"
network = {{ proxy = "own", proxy_url = "{proxy.url}", proxy_user = "joe", ca_file = "{tmp_path}/ca.pem" }}
""",
            "utf-8",
        )
        window = open_window(data_dir)
        endpoints = window._controllers.endpoints
        endpoints.keep_secret(endpoints.endpoints()[-1], PROXY, "secret word")
        keep_in_file(qtbot, window)
        window.close()

        again = open_window(data_dir)
        again.show()
        looked: list[str] = []
        again._controllers.endpoints.checkups.files_looked_at.connect(lambda _network, words: looked.append(words))
        dialog = open_dialog(again, "Servers")
        qtbot.waitUntil(lambda: looked == [""], timeout=10_000)
        click(dialog, "testServerButton")
        type_passphrase(wait_for(qtbot, again, PassphraseDialog), "correct horse")
        qtbot.waitUntil(lambda: "First token" in words_in(dialog), timeout=10_000)
        assert proxy.requests[-1].headers["proxy-authorization"].startswith("Basic ")
        click(dialog, "serversDoneButton")
        qtbot.waitUntil(lambda: not dialog.isVisibleTo(again))
