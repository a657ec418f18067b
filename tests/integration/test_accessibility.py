"""What a screen reader, a keyboard and a test harness hold on to: names, tooltips, object names."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QComboBox, QDialog, QLineEdit, QListWidget, QWidget
from pytestqt.qtbot import QtBot

from easychat_gui.app import Program
from easychat_gui.controllers.notifier import NoticeKind
from easychat_gui.ui.main_window import MainWindow
from tests.fakes.misbehaving_server import MisbehavingServer, answer, delta, stream
from tests.integration.conftest import OpenWindow, part
from tests.integration.test_conversation_with_a_server import send, wait_for_end
from tests.integration.test_settings_dialog import open_dialog

WINDOW_NAMES = (
    *("sidebar", "newChatButton", "chatSearch", "conversationList", "conversationTitle", "modelPicker"),
    *("conversationView", "composer", "sendButton", "stopButton", "attachButton", "inspectorButton", "inspector"),
    *("settingsButton", "temperatureSlider", "temperatureSpin", "topPSlider", "topPSpin", "presencePenaltySlider"),
    *("presencePenaltySpin", "frequencyPenaltySlider", "frequencyPenaltySpin", "maxTokensSpin", "streamCheck"),
    *("systemPromptEdit", "errorBanner", "retryButton", "continueButton"),
)
PAGES = ("General", "Appearance", "Writing", "Servers", "Generation", "Network", "Data & privacy", "Shortcuts", "About")


def spoken_name(widget: QWidget) -> str:
    return QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name).strip()


def is_inside_another_field(widget: QWidget) -> bool:
    """Is it the text of a spin or combo box, for which the field around it speaks?"""
    return isinstance(widget, QLineEdit) and isinstance(widget.parentWidget(), QAbstractSpinBox | QComboBox)


def lacking(widgets: Iterable[QWidget]) -> str:
    """Tell which visible widgets that take the keyboard have no name or no tooltip."""
    found = []
    for widget in widgets:
        if widget.focusPolicy() == Qt.FocusPolicy.NoFocus or not widget.isVisible() or is_inside_another_field(widget):
            continue
        missing = [
            what
            for what, words in (
                ("spoken name", spoken_name(widget)),
                ("accessible name", widget.accessibleName().strip()),
                ("tooltip", widget.toolTip().strip()),
            )
            if not words
        ]
        if missing:
            words = getattr(widget, "text", lambda: "")()
            found.append(f"{type(widget).__name__} {widget.objectName()!r} {words!r}: no {', no '.join(missing)}")
    return "\n".join(found)


def show(qtbot: QtBot, window: MainWindow) -> None:
    window.resize(1400, 900)
    window.show()
    part(window, "inspectorButton").click()  # type: ignore[attr-defined]
    qtbot.waitUntil(part(window, "inspector").isVisible)


def test_every_public_name_is_there_with_words(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window()
    show(qtbot, window)
    parts = {"mainWindow": window, **{name: part(window, name) for name in WINDOW_NAMES}}
    parts["settingsDialog"] = open_dialog(window, "General")
    assert [name for name, widget in parts.items() if widget.objectName() != name] == []
    assert [name for name, widget in parts.items() if not widget.accessibleName().strip()] == []
    assert [name for name, widget in parts.items() if not widget.toolTip().strip()] == []


def test_the_first_sight(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window()
    show(qtbot, window)
    assert lacking(window.findChildren(QWidget)) == ""


@pytest.mark.parametrize("key", [Qt.Key.Key_Tab, Qt.Key.Key_Backtab])
def test_the_keyboard_gets_everywhere(open_window: OpenWindow, key: Qt.Key) -> None:
    window = open_window()
    window.show()
    window.activateWindow()
    QTest.qWaitForWindowActive(window)
    window.setFocus()
    assert QApplication.focusWidget() is window.composer.edit
    passed = set()
    for _ in range(40):
        QTest.keyClick(window.focusWidget(), key)
        passed.add(window.focusWidget().objectName())
    wanted = {"newChatButton", "chatSearch", "conversationList", "settingsButton", "modelPicker", "inspectorButton"}
    assert wanted | {"attachButton", "composer"} <= passed


@pytest.mark.parametrize("is_broken", [True, False])
def test_a_conversation_with_a_card_and_a_notice(qtbot: QtBot, open_window: OpenWindow, is_broken: bool) -> None:
    script = stream(delta("Half")) if is_broken else answer("401 Unauthorized", b"{}")
    with MisbehavingServer(script) as server:
        window = open_window(server=server.url, model="m")
        show(qtbot, window)
        program = window.findChild(Program)
        assert program is not None
        program.notifier.post(NoticeKind.SAVE_FAILED, error="DiskFull", path="", message="The disk is full.")
        send(qtbot, window, "Hi")
        wait_for_end(qtbot, window)
        qtbot.waitUntil(part(window, "retryButton").isVisible)
        assert lacking(window.findChildren(QWidget)) == ""


@pytest.mark.parametrize("page", PAGES)
def test_each_page_of_the_settings(qtbot: QtBot, open_window: OpenWindow, page: str) -> None:
    window = open_window()
    show(qtbot, window)
    dialog = open_dialog(window, page)
    assert lacking(dialog.findChildren(QWidget)) == ""
    pages = dialog.findChild(QListWidget, "settingsPages")
    assert pages is not None
    assert [pages.item(row).text() for row in range(pages.count())] == list(PAGES)


def test_each_question(qtbot: QtBot, open_window: OpenWindow) -> None:
    with MisbehavingServer(answer("401 Unauthorized", b"{}")) as server:
        window = open_window(server=server.url, model="m")
        show(qtbot, window)
        send(qtbot, window, "Hi")
        wait_for_end(qtbot, window)
        program = window.findChild(Program)
        assert program is not None
        current = program.conversations.current.summary
        program.flows.confirm("Delete?", "For good.", "Delete", lambda: None)
        check_question(qtbot, window)
        program.flows.rename(current)
        check_question(qtbot, window)
        program.flows.show_details(program.conversations.branch()[-1])
        check_question(qtbot, window)


def check_question(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitUntil(lambda: window.findChild(QDialog, "question") is not None)
    question = window.findChild(QDialog, "question")
    assert question is not None
    assert lacking(question.findChildren(QWidget)) == ""
    focus = QApplication.focusWidget()
    assert focus is not None
    assert question.isAncestorOf(focus)
    question.reject()
    qtbot.waitUntil(lambda: window.findChild(QDialog, "question") is None)
