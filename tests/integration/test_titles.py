"""Chats get a title after their first answer, from the model that gave it; what a person has written always stays."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from easychat_gui.support.traffic import Purpose, ledger
from easychat_gui.ui.main_window import MainWindow
from tests.fakes.misbehaving_server import Connection, MisbehavingServer, answer, good_stream
from tests.integration.conftest import OpenWindow
from tests.integration.test_conversation_with_a_server import is_running, send, wait_for_end
from tests.integration.test_while_something_runs import program_of, settle

pytestmark = pytest.mark.titles

QUESTION = "Hi! Could you please tell me how rainbows form?"
HEURISTIC = "Tell me how rainbows form?"


def title(window: MainWindow) -> str:
    return program_of(window).conversations.current.title


def test_the_model_that_answered_is_asked_once(qtbot: QtBot, open_window: OpenWindow) -> None:
    with MisbehavingServer(
        good_stream("Light breaks."), good_stream('"Colours', ' in rain."'), good_stream("More.")
    ) as server:
        window = open_window(server=server.url, model="m")
        send(qtbot, window, QUESTION)
        assert title(window) == HEURISTIC
        qtbot.waitUntil(lambda: title(window) == "Colours in rain", timeout=10_000)
        asked = server.requests[1].json
        assert asked["model"] == "m"
        assert asked["max_tokens"] == 24
        assert "rainbows" in asked["messages"][-1]["content"]
        assert "Light breaks." in asked["messages"][-1]["content"]
        assert [each.purpose for each in ledger.traffic() if each.host in server.url][-1] is Purpose.TITLE
        send(qtbot, window, "And at night?")
        wait_for_end(qtbot, window)
        settle(qtbot, window)
        assert len(server.requests) == 3
        assert window.conversation_view.message_count() == 4


def test_a_title_that_a_person_gave_meanwhile_stays(qtbot: QtBot, open_window: OpenWindow) -> None:
    gate, asked = threading.Event(), threading.Event()

    def slow(connection: Connection) -> None:
        asked.set()
        connection.wait_for(gate)
        good_stream("Colours")(connection)

    with MisbehavingServer(good_stream("Light."), slow) as server:
        window = open_window(server=server.url, model="m")
        send(qtbot, window, QUESTION)
        qtbot.waitUntil(asked.is_set, timeout=10_000)
        program = program_of(window)
        program.conversations.rename(program.conversations.current.id, "Mine")
        gate.set()
        qtbot.waitUntil(lambda: not program.titles._wishes, timeout=10_000)
        assert title(window) == "Mine"


def test_a_failure_leaves_the_title_and_says_nothing(qtbot: QtBot, open_window: OpenWindow) -> None:
    with MisbehavingServer(good_stream("Light."), answer("400 Bad Request", b"no titles here")) as server:
        window = open_window(server=server.url, model="m")
        send(qtbot, window, QUESTION)
        qtbot.waitUntil(lambda: len(server.requests) == 2, timeout=10_000)
        qtbot.waitUntil(lambda: not program_of(window).titles._wishes, timeout=10_000)
        assert title(window) == HEURISTIC
        assert window.notices.texts() == []


def test_the_next_question_goes_before_it(qtbot: QtBot, open_window: OpenWindow) -> None:
    """The title is stopped, and asked for again when the next answer has ended."""
    gate, asked = threading.Event(), threading.Event()

    def slow(connection: Connection) -> None:
        asked.set()
        connection.wait_for(gate)

    with MisbehavingServer(good_stream("Light."), slow, good_stream("Dark."), good_stream("Colours")) as server:
        window = open_window(server=server.url, model="m")
        send(qtbot, window, QUESTION)
        qtbot.waitUntil(asked.is_set, timeout=10_000)
        send(qtbot, window, "And at night?")
        qtbot.waitUntil(lambda: title(window) == "Colours", timeout=10_000)
        gate.set()
        assert not is_running(window)


@pytest.mark.parametrize(("choice", "expected"), [("question", HEURISTIC), ("off", QUESTION)])
def test_nobody_is_asked_where_that_is_off(
    qtbot: QtBot, open_window: OpenWindow, tmp_path: Path, choice: str, expected: str
) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "settings.toml").write_text(f'[general]\nauto_titles = "{choice}"\n', "utf-8")
    with MisbehavingServer(good_stream("Light."), good_stream("Colours")) as server:
        window = open_window(server=server.url, model="m")
        send(qtbot, window, QUESTION)
        wait_for_end(qtbot, window)
        settle(qtbot, window)
        assert title(window) == expected
        assert len(server.requests) == 1
        window.library.run("newTitle")  # asks all the same: the person wants it
        qtbot.waitUntil(lambda: title(window) == "Colours", timeout=10_000)
