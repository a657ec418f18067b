"""Dialogs over a program that goes on: one at a time, none lost, nothing typed lost."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QLabel, QLineEdit, QListWidget, QMenu, QPushButton
from pytestqt.qtbot import QtBot

from easychat_gui.app import Program
from easychat_gui.controllers.conversations import ConversationController
from easychat_gui.domain.endpoints import FoundServer
from easychat_gui.domain.errors import DatabaseDamaged
from easychat_gui.ui.header import ModelPicker
from easychat_gui.ui.main_window import MainWindow
from tests.fakes.misbehaving_server import Connection, MisbehavingServer, good_stream, json_answer
from tests.integration.conftest import OpenWindow, part
from tests.integration.test_conversation_with_a_server import send, wait_for_end
from tests.integration.test_settings_dialog import click, is_open, open_dialog, settings_text

MODELS = {"data": [{"id": "quick"}, {"id": "slow"}]}


def program_of(window: MainWindow) -> Program:
    program = window.findChild(Program)
    assert program is not None
    return program


def questions(window: MainWindow) -> list[QDialog]:
    return [each for each in window.findChildren(QDialog, "question") if not each.isHidden()]


def fill(dialog: QDialog, name: str, text: str) -> None:
    line = dialog.findChild(QLineEdit, name)
    assert line is not None, name
    line.setText(text)


def test_a_key_held_down_asks_once(qtbot: QtBot, open_window: OpenWindow) -> None:
    with MisbehavingServer(good_stream("Hello")) as server:
        window = open_window(server=server.url, model="m")
        send(qtbot, window, "Hi")
        wait_for_end(qtbot, window)
        conversations: ConversationController = program_of(window).conversations
        for _ in range(5):
            program_of(window).flows.confirm("Delete?", "For good.", "Delete", lambda: None)
        qtbot.waitUntil(lambda: bool(questions(window)))
        qtbot.wait(0)
        (question,) = questions(window)
        question.reject()
        qtbot.waitUntil(lambda: not questions(window))
        assert conversations.list.rowCount() > 0


def test_a_question_about_the_database_waits_for_the_dialog_that_is_open(
    qtbot: QtBot, open_window: OpenWindow, tmp_path: Path
) -> None:
    window = open_window()
    dialog = open_dialog(window, "General")
    program_of(window).store.failed.emit(DatabaseDamaged("It is damaged.", tmp_path))
    assert not questions(window)
    click(dialog, "settingsCancelButton")
    qtbot.waitUntil(lambda: bool(questions(window)))
    (question,) = questions(window)
    assert question.accessibleName() == "The chats cannot be opened"


def test_the_button_that_opened_a_dialog_may_go_meanwhile(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window()
    window.show()
    card = part(window, "connectServerCard")
    card.setFocus()
    QTest.keyClick(card, Qt.Key.Key_Space)
    assert is_open(window)
    program_of(window).endpoints.found.emit([FoundServer("ollama", "http://127.0.0.1:9/v1", ("m",))])
    qtbot.waitUntil(lambda: part(window, "connectServerCard") is not card)
    (dialog,) = [each for each in window.findChildren(QDialog, "settingsDialog") if not each.isHidden()]
    dialog.reject()
    qtbot.waitUntil(lambda: not is_open(window))
    assert part(window, "composer").hasFocus()


def test_done_keeps_the_server_that_was_typed(qtbot: QtBot, open_window: OpenWindow, tmp_path: Path) -> None:
    with MisbehavingServer(json_answer(MODELS)) as server:
        window = open_window()
        dialog = open_dialog(window, "Servers")
        click(dialog, "addOtherServer")
        fill(dialog, "serverName", "Mine")
        fill(dialog, "serverAddress", server.url)
        click(dialog, "serversDoneButton")
        qtbot.waitUntil(lambda: not is_open(window))
        qtbot.waitUntil(lambda: "Mine" in settings_text(tmp_path / "data"), timeout=10_000)
        window.close()


def test_done_with_an_address_that_is_none_stays_and_says_so(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window()
    dialog = open_dialog(window, "Servers")
    click(dialog, "addOtherServer")
    fill(dialog, "serverAddress", "my server")
    click(dialog, "serversDoneButton")
    qtbot.wait(0)
    assert is_open(window)
    assert any("http://" in each.text() for each in dialog.findChildren(QLabel) if not each.isHidden())


def test_another_page_saves_the_server_that_was_typed_too(
    qtbot: QtBot, open_window: OpenWindow, tmp_path: Path
) -> None:
    with MisbehavingServer(json_answer(MODELS)) as server:
        window = open_window()
        dialog = open_dialog(window, "Servers")
        click(dialog, "addOtherServer")
        fill(dialog, "serverAddress", server.url)
        pages = dialog.findChild(QListWidget, "settingsPages")
        assert pages is not None
        pages.setCurrentRow(0)
        save = [each for each in dialog.findChildren(QPushButton, "settingsSaveButton") if each.isVisibleTo(dialog)]
        save[0].click()
        qtbot.waitUntil(lambda: not is_open(window))
        qtbot.waitUntil(lambda: str(server.port) in settings_text(tmp_path / "data"), timeout=10_000)


def test_what_was_saved_is_on_disk_however_busy_the_program_is_when_it_closes(
    qtbot: QtBot, open_window: OpenWindow, tmp_path: Path
) -> None:
    with MisbehavingServer(Connection.wait_for_hang_up) as server:
        window = open_window()
        endpoints = program_of(window).endpoints
        for number in range(6):
            endpoints.adopt(FoundServer(f"server {number}", server.url, ("m",)))
        for _ in range(4):
            server.wait_for_request()
        settings = program_of(window).settings.current
        wished = replace(settings, appearance=replace(settings.appearance, zoom=1.5))
        endpoints.save_settings(lambda: program_of(window).settings.apply(wished))
        window.close()
        assert "1.5" in settings_text(tmp_path / "data")
        for _ in range(4):
            assert server.hang_ups.acquire(timeout=60), "a server is still waited for"


@pytest.mark.qt_log_ignore("This plugin does not support")  # what a menu asks of the screen that is none
def test_models_that_arrive_are_shown_in_the_open_menu(qtbot: QtBot, open_window: OpenWindow) -> None:
    may_answer = threading.Event()

    def late(connection: Connection) -> None:
        connection.wait_for(may_answer)
        json_answer(MODELS)(connection)

    with MisbehavingServer(late) as server:
        window = open_window(server=server.url)
        window.show()
        picker = part(window, "modelPicker")
        assert isinstance(picker, ModelPicker)
        menu = picker.menu()
        assert isinstance(menu, QMenu)
        menu.popup(window.mapToGlobal(window.rect().center()))
        assert "slow" not in [action.text() for action in menu.actions()]
        may_answer.set()
        qtbot.waitUntil(lambda: "slow" in [action.text() for action in menu.actions()], timeout=10_000)
        assert menu.isVisible()
        menu.close()
