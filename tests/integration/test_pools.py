"""A pool of servers in the real window: made by keyboard, chosen like a server, told in the status line."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QLabel
from pytestqt.qtbot import QtBot

from easychat_gui.domain.endpoints import PoolPolicy
from easychat_gui.domain.ids import EndpointId, PresetId
from easychat_gui.domain.messages import MessageStatus
from easychat_gui.domain.presets import Preset
from easychat_gui.ui.main_window import MainWindow
from easychat_gui.ui.settings.servers.member_list import MemberList
from easychat_gui.ui.widgets.combo_box import ComboBox
from tests.fakes.misbehaving_server import (
    Connection,
    MisbehavingServer,
    Script,
    answer,
    delta,
    event,
    good_stream,
    json_answer,
    stream,
)
from tests.integration.conftest import OpenWindow, part
from tests.integration.test_conversation_with_a_server import last_text, send, wait_for_end
from tests.integration.test_settings_dialog import click, open_dialog


def models_first(*scripts: Script) -> Script:
    """Answer the list of models, and each question with the next script."""
    left = list(scripts)

    def script(connection: Connection) -> None:
        if connection.server.requests[-1].method == "GET":
            json_answer({"data": [{"id": "m"}]})(connection)
        else:
            (left.pop(0) if len(left) > 1 else left[0])(connection)

    return script


def questions(server: MisbehavingServer) -> int:
    return sum(each.method == "POST" for each in list(server.requests))


def write_settings(data_dir: Path, servers: list[MisbehavingServer], *, pool: bool = True, more: str = "") -> None:
    data_dir.mkdir(mode=0o700, exist_ok=True)
    tables = [
        f'[[endpoints]]\nid = "s{number}"\nname = "Server {number}"\nbase_url = "{server.url}"\n'
        for number, server in enumerate(servers, 1)
    ]
    if pool:
        members = ", ".join(f'"s{number}"' for number in range(1, len(servers) + 1))
        tables.append(f'[[pools]]\nid = "p"\nname = "All"\nmembers = [{members}]\npolicy = "order"\n')
        tables.append('[general]\ndefault_endpoint_id = "p"\ndefault_model = "m"\n')
    (data_dir / "settings.toml").write_text("\n".join([*tables, more]))


def status(window: MainWindow) -> str:
    line = part(window, "statusLine")
    assert isinstance(line, QLabel)
    return line.text()


def ticked(members: MemberList) -> list[str]:
    return [str(each) for each in members.members]


def last_status(window: MainWindow) -> MessageStatus:
    messages = window._controllers.conversations.messages
    return messages.message(messages.rowCount() - 1).status


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    return tmp_path / "data"


def test_a_pool_is_made_by_keyboard_and_answers(qtbot: QtBot, open_window: OpenWindow, data_dir: Path) -> None:
    first = MisbehavingServer(models_first(answer("503 Down")))
    second = MisbehavingServer(models_first(good_stream("from the second")))
    with first, second:
        write_settings(data_dir, [first, second], pool=False)
        window = open_window(data_dir)
        window.show()
        dialog = open_dialog(window, "Servers")
        click(dialog, "newPoolButton")
        members, policy = dialog.findChild(MemberList, "poolMembers"), dialog.findChild(ComboBox, "poolPolicy")
        assert members is not None
        assert policy is not None
        assert ticked(members) == ["s1", "s2"]
        QTest.keyClick(members, Qt.Key.Key_Space)
        assert ticked(members) == ["s2"]
        QTest.keyClick(members, Qt.Key.Key_Space)
        QTest.keyClick(members, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
        assert ticked(members) == ["s2", "s1"]
        QTest.keyClick(members, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
        policy.setFocus()
        QTest.keyClick(policy, Qt.Key.Key_Down)
        settings = window._controllers.settings
        qtbot.waitUntil(lambda: [each.policy for each in settings.current.pools] == [PoolPolicy.ORDER])
        assert settings.current.pools[0].members == ("s1", "s2")
        click(dialog, "serversDoneButton")
        qtbot.waitUntil(lambda: 'policy = "order"' in (data_dir / "settings.toml").read_text())
        window.choose_model(settings.current.pools[0].id, "m")
        send(qtbot, window, "Hello?")
        wait_for_end(qtbot, window)
        assert last_text(window) == "from the second"
        assert questions(first) == 2


def test_a_pool_of_nobody_is_said_and_not_saved(qtbot: QtBot, open_window: OpenWindow, data_dir: Path) -> None:
    with MisbehavingServer(models_first(good_stream("a"))) as server:
        write_settings(data_dir, [server])
        window = open_window(data_dir)
        window.show()
        dialog = open_dialog(window, "Servers")
        choose_row(dialog, "p")
        members, problem = dialog.findChild(MemberList, "poolMembers"), dialog.findChild(QLabel, "poolProblem")
        assert members is not None
        assert problem is not None
        QTest.keyClick(members, Qt.Key.Key_Space)
        assert "at least one" in problem.text()
        assert not problem.isHidden()
        assert window._controllers.settings.current.pools[0].members == ("s1",)
        QTest.keyClick(members, Qt.Key.Key_Space)
        assert problem.isHidden()


def choose_row(dialog: QDialog, entry_id: str) -> None:
    from easychat_gui.ui.settings.servers.server_list import ServerList

    rows = dialog.findChild(ServerList, "serverList")
    assert rows is not None
    rows.setCurrentRow(rows.ids().index(entry_id))  # type: ignore[arg-type]


def test_the_status_line_says_that_the_next_server_is_tried(
    qtbot: QtBot, open_window: OpenWindow, data_dir: Path
) -> None:
    let_go = threading.Event()

    def late(connection: Connection) -> None:
        connection.wait_for(let_go)
        good_stream("a")(connection)

    bad = MisbehavingServer(models_first(answer("401 No")))
    good = MisbehavingServer(models_first(late))
    with bad, good:
        write_settings(data_dir, [bad, good])
        window = open_window(data_dir)
        send(qtbot, window, "Hello?")
        qtbot.waitUntil(lambda: "2 of 2" in status(window))
        let_go.set()
        wait_for_end(qtbot, window)
        assert last_text(window) == "a"
        entry = window._controllers.conversations.messages
        assert entry.message(entry.rowCount() - 1).endpoint_name == "Server 2"
        endpoints = window._controllers.endpoints
        assert endpoints.error(endpoints.endpoints()[1].id) is not None


def test_what_arrived_is_kept_and_continue_goes_on_with_another(
    qtbot: QtBot, open_window: OpenWindow, data_dir: Path
) -> None:
    dying = stream(event({"choices": [{"index": 0, "delta": {"content": "half "}}]}))
    first = MisbehavingServer(models_first(dying))
    second = MisbehavingServer(models_first(good_stream("and the rest")))
    with first, second:
        write_settings(data_dir, [first, second])
        window = open_window(data_dir)
        send(qtbot, window, "Hello?")
        qtbot.waitUntil(lambda: last_status(window) is MessageStatus.FAILED)
        assert last_text(window) == "half"
        assert questions(second) == 0
        QTest.mouseClick(part(window, "continueButton"), Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: last_status(window) is MessageStatus.COMPLETE)
        assert last_text(window) == "half and the rest"
        assert (questions(first), questions(second)) == (1, 1)


def test_all_dead_is_one_message_that_names_all(qtbot: QtBot, open_window: OpenWindow, data_dir: Path) -> None:
    first = MisbehavingServer(models_first(answer("401 No")))
    second = MisbehavingServer(models_first(answer("404 Gone")))
    with first, second:
        write_settings(data_dir, [first, second])
        window = open_window(data_dir)
        send(qtbot, window, "Hello?")
        qtbot.waitUntil(lambda: last_status(window) is MessageStatus.FAILED)
        qtbot.waitUntil(lambda: "Server 1: " in part(window, "errorBanner").accessibleDescription())
        assert "Server 2: " in part(window, "errorBanner").accessibleDescription()


def test_a_pause_that_the_server_asks_for_can_be_skipped(qtbot: QtBot, open_window: OpenWindow, data_dir: Path) -> None:
    server = MisbehavingServer(models_first(answer("429 Slow", b"", "Retry-After: 50"), good_stream("a")))
    with server:
        write_settings(data_dir, [server])
        window = open_window(data_dir)
        window.show()
        send(qtbot, window, "Hello?")
        button = part(window, "tryNowButton")
        qtbot.waitUntil(lambda: not button.isHidden())
        assert "as All asks" in status(window)
        button.setFocus()
        QTest.keyClick(button, Qt.Key.Key_Space)
        assert button.isHidden()
        wait_for_end(qtbot, window)
        assert last_text(window) == "a"


def test_stopped_is_said_until_something_is_written(qtbot: QtBot, open_window: OpenWindow, data_dir: Path) -> None:
    def stalls(connection: Connection) -> None:
        connection.head("200 OK", "Content-Type: text/event-stream", "Transfer-Encoding: chunked")
        connection.chunk(delta("half"))
        connection.wait_for_hang_up()

    with MisbehavingServer(models_first(stalls)) as server:
        write_settings(data_dir, [server])
        window = open_window(data_dir)
        window.show()
        send(qtbot, window, "Hello?")
        qtbot.waitUntil(lambda: last_text(window) == "half")
        QTest.mouseClick(part(window, "stopButton"), Qt.MouseButton.LeftButton)
        assert status(window) == "Stopped by you, kept"
        QTest.keyClicks(part(window, "composer"), "N")
        assert "Stopped" not in status(window)


def test_a_server_that_is_removed_leaves_its_pools(qtbot: QtBot, open_window: OpenWindow, data_dir: Path) -> None:
    with MisbehavingServer(models_first(good_stream("a"))) as one, MisbehavingServer(good_stream("b")) as two:
        write_settings(data_dir, [one, two])
        window = open_window(data_dir)
        endpoints = window._controllers.endpoints
        endpoints.remove(EndpointId("s2"))
        assert [str(each) for each in endpoints.pools()[0].members] == ["s1"]


def test_a_server_that_is_switched_off_is_not_asked(qtbot: QtBot, open_window: OpenWindow, data_dir: Path) -> None:
    off, on = MisbehavingServer(good_stream("a")), MisbehavingServer(models_first(good_stream("b")))
    with off, on:
        write_settings(data_dir, [off, on])
        file = data_dir / "settings.toml"
        file.write_text(file.read_text().replace('name = "Server 1"', 'name = "Server 1"\nis_on = false'))
        window = open_window(data_dir)
        send(qtbot, window, "Hello?")
        wait_for_end(qtbot, window)
        assert last_text(window) == "b"
        assert off.requests == []


def test_a_preset_may_name_a_pool_and_a_chat_keeps_its_own(
    qtbot: QtBot, open_window: OpenWindow, data_dir: Path
) -> None:
    bad, good = MisbehavingServer(models_first(answer("401 No"))), MisbehavingServer(models_first(good_stream("a")))
    with bad, good:
        write_settings(data_dir, [bad, good])
        window = open_window(data_dir)
        to = window._controllers
        window.choose_model(EndpointId("s1"), "m")
        to.conversations.start_new()
        preset = Preset(PresetId("x"), "Pooled", endpoint_id=EndpointId("p"), model_id="m")
        to.presets().save(preset)
        qtbot.waitUntil(lambda: to.presets().preset(preset.id) is not None)
        to.presets().choose(preset.id)
        assert to.endpoints.choice_for(to.conversations.current)[0].name == "All"
        send(qtbot, window, "Hello?")
        wait_for_end(qtbot, window)
        assert last_text(window) == "a"
        shown = part(window, "modelPicker")
        assert "All" in shown.toolTip()


def test_a_server_that_was_not_asked_is_not_called_failed_again(
    qtbot: QtBot, open_window: OpenWindow, data_dir: Path
) -> None:
    bad = MisbehavingServer(models_first(answer("401 No")))
    good = MisbehavingServer(models_first(good_stream("a")))
    with bad, good:
        write_settings(data_dir, [bad, good])
        window = open_window(data_dir)
        endpoints = window._controllers.endpoints
        send(qtbot, window, "Hello?")
        wait_for_end(qtbot, window)
        assert endpoints.error(EndpointId("s1")) is not None
        endpoints.refresh_models(EndpointId("s1"))
        qtbot.waitUntil(lambda: endpoints.error(EndpointId("s1")) is None)
        send(qtbot, window, "And now?")
        wait_for_end(qtbot, window)
        assert questions(bad) == 1
        assert endpoints.error(EndpointId("s1")) is None


def test_the_parameters_of_each_server_reach_it(qtbot: QtBot, open_window: OpenWindow, data_dir: Path) -> None:
    bad = MisbehavingServer(models_first(answer("401 No")))
    good = MisbehavingServer(models_first(good_stream("a")))
    with bad, good:
        write_settings(data_dir, [bad, good])
        file = data_dir / "settings.toml"
        text = file.read_text()
        for name, value in (("Server 1", 0.25), ("Server 2", 1.25)):
            text = text.replace(f'name = "{name}"', f'name = "{name}"\nparams = {{ temperature = {value} }}')
        file.write_text(text)
        window = open_window(data_dir)
        send(qtbot, window, "Hello?")
        wait_for_end(qtbot, window)
        sent = [each.json["temperature"] for server in (bad, good) for each in server.requests if each.method == "POST"]
        assert sent == [0.25, 1.25]
