"""Reading, finding and quoting in the real window."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from easychat_gui.ui.main_window import MainWindow
from easychat_gui.ui.quoting import quoted
from easychat_gui.ui.shortcuts import Keys
from tests.fakes.misbehaving_server import MisbehavingServer, good_stream
from tests.integration.conftest import OpenWindow, part
from tests.integration.test_conversation_with_a_server import send, wait_for_end


def press(window: MainWindow, keys: QKeySequence) -> None:
    """Do what a shortcut of the window does; that it is taken from the keyboard is Qt's business."""
    (action,) = [action for action in window.findChildren(QAction) if keys in action.shortcuts()]
    action.trigger()


def talk(qtbot: QtBot, window: MainWindow) -> None:
    window.show()
    send(qtbot, window, "What is a fox?")
    wait_for_end(qtbot, window)


def test_quoting_and_asking(qtbot: QtBot, open_window: OpenWindow) -> None:
    with MisbehavingServer(good_stream("A **red** animal.\n\nIt runs.")) as server:
        window = open_window(server=server.url, model="m")
        talk(qtbot, window)
        view, edit = window.conversation_view, window.composer.edit
        press(window, Keys.QUOTE)
        assert edit.toPlainText() == ""
        view.select_all()
        press(window, Keys.QUOTE)
        quotation = "> What is a fox?\n>\n> A **red** animal.\n>\n> It runs.\n\n"
        assert edit.toPlainText() == quotation
        edit.setPlainText("Hello")
        press(window, Keys.ASK_ABOUT)
        assert edit.toPlainText() == "Hello\n\n" + quotation
        assert edit.textCursor().atEnd()
        edit.undo()
        assert edit.toPlainText() == "Hello"


def test_find_by_shortcut_and_esc_does_not_stop_the_answer(qtbot: QtBot, open_window: OpenWindow) -> None:
    with MisbehavingServer(good_stream("A red fox. A fox.")) as server:
        window = open_window(server=server.url, model="m")
        talk(qtbot, window)
        press(window, Keys.FIND)
        field = part(window, "findField")
        assert isinstance(field, QLineEdit)
        field.setText("fox")
        bar = window.conversation_view.finding.bar
        qtbot.waitUntil(lambda: bar.count_label.text() == "1 of 3")
        press(window, Keys.FIND_NEXT)
        press(window, Keys.FIND_NEXT)
        assert bar.count_label.text() == "3 of 3"
        press(window, Keys.FIND_PREVIOUS)
        assert bar.count_label.text() == "2 of 3"
        QTest.keyClick(field, Qt.Key.Key_Escape)
        assert not bar.isVisible()
        qtbot.waitUntil(lambda: QApplication.focusWidget() in (window.composer.edit, window.conversation_view))


def test_find_in_an_empty_chat_does_nothing(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window()
    window.show()
    for keys in (Keys.FIND, Keys.FIND_NEXT, Keys.QUOTE):
        press(window, keys)
    assert window.findChild(QLineEdit, "findField") is None


def test_every_line_is_quoted() -> None:
    assert quoted("one\n\n- two\n") == "> one\n>\n> - two"
