"""Windows that come and go faster than any person makes them: no crash, no exception, no thread left."""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot

from easychat_gui.app import Program, create_window
from easychat_gui.ui.chat_window import ChatWindow
from easychat_gui.ui.main_window import MainWindow
from tests.fakes.misbehaving_server import STREAM_HEAD, Connection, MisbehavingServer, delta, good_stream
from tests.integration.test_conversation_with_a_server import is_running, send

CYCLES = 36
"""Each of the phases twice, with and without the window being on the screen."""

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support raise")

Phase = Callable[[QtBot, MainWindow, Program], None]


@pytest.fixture(autouse=True)
def collect_often() -> Iterator[None]:
    """Let Python look for garbage in whatever thread runs, as it does in a long day of chatting."""
    thresholds = gc.get_threshold()
    gc.set_threshold(50, 5, 5)
    yield
    gc.set_threshold(*thresholds)


def at_once(_qtbot: QtBot, _window: MainWindow, _program: Program) -> None:
    """Close before anything has gone out."""


def while_it_answers(qtbot: QtBot, window: MainWindow, program: Program) -> None:
    qtbot.waitUntil(lambda: "Half" in program.conversations.branch()[-1].text, timeout=10_000)


def after_the_answer(qtbot: QtBot, window: MainWindow, _program: Program) -> None:
    window.composer.stop_requested.emit()
    assert not is_running(window)


def with_the_settings_open(_qtbot: QtBot, window: MainWindow, _program: Program) -> None:
    window.open_settings()


def with_a_question_open(qtbot: QtBot, window: MainWindow, program: Program) -> None:
    program.flows.rename(program.conversations.current.summary)
    wait_for_dialog(qtbot, window, "question")


def in_another_chat(_qtbot: QtBot, _window: MainWindow, program: Program) -> None:
    program.conversations.start_new()


def after_it_was_deleted(_qtbot: QtBot, _window: MainWindow, program: Program) -> None:
    program.conversations.delete(program.conversations.current.id)


def in_a_window_of_its_own(qtbot: QtBot, window: MainWindow, program: Program) -> None:
    """Close the main window while the other shows an answer that runs."""
    while_it_answers(qtbot, window, program)
    window.chat_windows.open(program.conversations.current.id)
    qtbot.waitUntil(lambda: any(each.isVisible() for each in window.chat_windows.windows), timeout=10_000)


def after_that_was_closed(qtbot: QtBot, window: MainWindow, program: Program) -> None:
    in_a_window_of_its_own(qtbot, window, program)
    window.chat_windows.windows[0].close()


PHASES: list[Phase] = [
    *(at_once, while_it_answers, after_the_answer, with_the_settings_open),
    *(with_a_question_open, in_another_chat, after_it_was_deleted),
    *(in_a_window_of_its_own, after_that_was_closed),
]


def half(connection: Connection) -> None:
    connection.head("200 OK", *STREAM_HEAD)
    connection.chunk(delta("Half"))
    connection.wait_for_hang_up()


def take_down(window: MainWindow) -> None:
    window.close()
    window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def wait_for_dialog(qtbot: QtBot, window: MainWindow, name: str) -> QDialog:
    qtbot.waitUntil(lambda: window.findChild(QDialog, name) is not None, timeout=10_000)
    dialog = window.findChild(QDialog, name)
    assert dialog is not None
    return dialog


def test_many_windows_are_made_asked_and_closed(qtbot: QtBot, tmp_path: Path) -> None:
    with MisbehavingServer(half) as server:
        for number in range(CYCLES):
            window = create_window(tmp_path / "data", server=server.url, model="m")
            if number % 2:
                window.show()
            program = window.findChild(Program)
            assert program is not None
            send(qtbot, window, f"Question {number}")
            PHASES[number % len(PHASES)](qtbot, window, program)
            take_down(window)
            assert not [each for each in QApplication.topLevelWidgets() if isinstance(each, ChatWindow)]
    left = [each.name for each in threading.enumerate() if each.name == "store"]
    assert left == []


def test_many_dialogs_are_opened_and_closed(qtbot: QtBot, tmp_path: Path) -> None:
    with MisbehavingServer(good_stream("Hello")) as server:
        window = create_window(tmp_path / "data", server=server.url, model="m")
        window.show()
        program = window.findChild(Program)
        assert program is not None
        for number in range(CYCLES):
            send(qtbot, window, f"Question {number}")
            if number % 2:
                window.open_settings(on_servers=number % 4 == 1, is_new=number % 8 == 1)
            else:
                program.flows.rename(program.conversations.current.summary)
            name = "settingsDialog" if number % 2 else "question"
            dialog = wait_for_dialog(qtbot, window, name)
            if number % 3:
                qtbot.waitUntil(lambda: not is_running(window), timeout=10_000)
            dialog.reject()
            qtbot.waitUntil(lambda: not program.flows.is_asking, timeout=10_000)
            qtbot.waitUntil(lambda: not is_running(window), timeout=10_000)
        assert window.conversation_view.message_count() == 2 * CYCLES
        take_down(window)
