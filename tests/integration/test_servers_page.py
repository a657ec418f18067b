"""The page of the servers in the real window: what it leads to elsewhere."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QDialog,
    QLineEdit,
    QListWidget,
    QPushButton,
    QScrollArea,
    QWidget,
)
from pytestqt.qtbot import QtBot

from easychat_gui.domain.endpoints import LOCAL_ENDPOINT_ID, Endpoint
from easychat_gui.domain.ids import EndpointId
from easychat_gui.settings.schema import Settings
from easychat_gui.ui.dialogs.asking import Question
from easychat_gui.ui.main_window import MainWindow
from easychat_gui.ui.settings.servers.row import FoldButton
from easychat_gui.ui.settings.servers.server_list import ServerList
from easychat_gui.ui.widgets.check_box import CheckBox
from tests.fakes.misbehaving_server import MisbehavingServer, good_stream, json_answer
from tests.integration.conftest import OpenWindow
from tests.integration.test_conversation_with_a_server import send, wait_for_end
from tests.integration.test_settings_dialog import click, is_open, open_dialog
from tests.ui.settings.servers.conftest import server

W = TypeVar("W", bound=QWidget)
MODELS = json_answer({"data": [{"id": "big"}, {"id": "small"}, {"id": "tiny"}]})


def child(dialog: QDialog, kind: type[W], name: str) -> W:
    found = dialog.findChild(kind, name)
    assert found is not None, name
    return found


def settings_of(window: MainWindow) -> Settings:
    return window._controllers.settings.current


def with_servers(window: MainWindow, *endpoints: Endpoint) -> None:
    window._controllers.settings.apply(settings_of(window).with_(endpoints=endpoints))


def list_of(dialog: QDialog) -> ServerList:
    return child(dialog, ServerList, "serverList")


def answer_question(window: MainWindow, words: str) -> None:
    (question,) = [each for each in window.findChildren(Question) if not each.isHidden()]
    (button,) = [each for each in question.findChildren(QPushButton) if each.text() == words]
    button.click()


def test_closing_the_window_loses_no_edit(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window()
    window.show()
    window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is not None)
    with_servers(window, server("One"))
    dialog = open_dialog(window, "Servers")
    field = child(dialog, QLineEdit, "serverName")
    field.setFocus()
    qtbot.waitUntil(field.hasFocus)
    field.selectAll()
    QTest.keyClicks(field, "Uno")
    window.close()
    assert settings_of(window).endpoints[0].name == "Uno"


def test_a_favourite_stands_first_in_the_menu_and_is_what_is_asked(qtbot: QtBot, open_window: OpenWindow) -> None:
    with MisbehavingServer(MODELS, good_stream("Hello.")) as one:
        window = open_window()
        with_servers(window, server("One", one.url, favourites=("tiny",), own_models=("secret-model",)))
        window._controllers.endpoints.refresh_models(EndpointId("one"))
        menu = window.header.picker.menu()

        def offered() -> list[str]:
            window.header.picker.opened.emit()
            return [each.text() for each in menu.actions() if each.isCheckable()]

        qtbot.waitUntil(lambda: offered()[-4:] == ["tiny", "secret-model", "big", "small"], timeout=10_000)
        window.header.picker.chosen.emit(EndpointId("one"), "secret-model")
        send(qtbot, window, "Hi")
        wait_for_end(qtbot, window)
        assert one.requests[-1].json["model"] == "secret-model"


def test_removing_asks_first_and_goes_on_with_the_next(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window()
    with_servers(window, server("One"), server("Two"))
    dialog = open_dialog(window, "Servers")
    click(dialog, "removeServerButton")
    answer_question(window, "Cancel")
    assert len(settings_of(window).endpoints) == 2
    QTest.keyClick(list_of(dialog), Qt.Key.Key_Delete)
    answer_question(window, "Remove")
    qtbot.waitUntil(lambda: len(settings_of(window).endpoints) == 1)
    assert child(dialog, QLineEdit, "serverName").text() == "Two"
    assert is_open(window)


def test_a_server_that_is_switched_off_is_neither_offered_nor_asked(qtbot: QtBot, open_window: OpenWindow) -> None:
    with MisbehavingServer(MODELS) as one, MisbehavingServer(MODELS) as two:
        window = open_window()
        endpoints = window._controllers.endpoints
        with_servers(window, server("One", one.url), server("Two", two.url))
        window._controllers.conversations.set_model(EndpointId("one"), "big")
        assert endpoints.choice_for(window._controllers.conversations.current)[0].id == "one"
        dialog = open_dialog(window, "Servers")
        child(dialog, CheckBox, "serverOn").setChecked(False)
        assert not settings_of(window).endpoints[0].is_on
        click(dialog, "serversDoneButton")
        qtbot.waitUntil(lambda: not is_open(window))
        asked = len(one.requests)
        window.header.picker.opened.emit()
        words = [each.text() for each in window.header.picker.menu().actions()]
        assert "Two" in words
        assert "One" not in words
        assert endpoints.choice_for(window._controllers.conversations.current)[0].id == LOCAL_ENDPOINT_ID
        qtbot.waitUntil(lambda: bool(two.requests), timeout=10_000)
        assert len(one.requests) == asked


def test_in_a_narrow_window_the_list_and_the_form_take_turns(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window()
    window.resize(430, 600)
    window.show()
    with_servers(window, server("One"))
    dialog = open_dialog(window, "Servers")
    pages = child(dialog, QComboBox, "settingsPagesCombo")
    assert pages.isVisible()
    assert pages.currentText() == "Servers"
    assert not child(dialog, QListWidget, "settingsPages").isVisible()
    servers = list_of(dialog)
    assert servers.isVisible()
    assert not child(dialog, QLineEdit, "serverAddress").isVisible()
    servers.setFocus()
    QTest.keyClick(servers, Qt.Key.Key_Return)
    assert child(dialog, QLineEdit, "serverAddress").isVisible()
    assert not servers.isVisible()
    address = child(dialog, QLineEdit, "serverAddress")
    for button in dialog.findChildren(FoldButton):
        button.setChecked(True)
    (scroll,) = [each for each in dialog.findChildren(QScrollArea) if each.isAncestorOf(address)]
    inner = scroll.widget()
    assert inner is not None
    qtbot.waitUntil(lambda: inner.width() <= scroll.viewport().width())
    click(dialog, "allServersButton")
    assert servers.isVisible()
    qtbot.waitUntil(lambda: dialog.minimumSizeHint().width() <= dialog.width())


def test_tab_goes_through_the_pages_then_the_list_then_the_form(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window()
    window.resize(1280, 820)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is not None)
    with_servers(window, server("One"))
    dialog = open_dialog(window, "Servers")
    child(dialog, QListWidget, "settingsPages").setFocus()
    names = []
    for _ in range(8):
        focus = QApplication.focusWidget()
        assert focus is not None
        names.append(focus.objectName())
        QTest.keyClick(focus, Qt.Key.Key_Tab)
    beside = ["settingsPages", "serverList", "addServerButton", "newPoolButton"]
    assert names == [*beside, "serverName", "serverOn", "testServerButton", "serverAddress"]


def test_a_model_that_the_menu_does_not_hold_is_searched_and_asked(qtbot: QtBot, open_window: OpenWindow) -> None:
    names = tuple(f"model-{number}" for number in range(300))
    window = open_window()
    window.show()
    with_servers(window, server("One", own_models=names))
    window.header.picker.opened.emit()
    (more,) = [each for each in window.header.picker.menu().actions() if each.text() == "All 300 models…"]
    more.trigger()
    search = window.findChild(QLineEdit, "chooseModelSearch")
    assert search is not None
    assert search.text() == "One"
    QTest.keyClicks(search, " el-23")
    QTest.keyClick(search, Qt.Key.Key_Down)
    QTest.keyClick(search, Qt.Key.Key_Return)
    endpoints = window._controllers.endpoints
    qtbot.waitUntil(
        lambda: endpoints.choice_for(window._controllers.conversations.current)[1] == "model-230", timeout=10_000
    )
