"""Imports in the real window: chosen, looked through, brought, told; dropped on the sidebar; ended."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QPlainTextEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from easychat_gui.domain.ids import ConversationId
from easychat_gui.support.stable_ids import stable_id
from easychat_gui.ui.imports.dialog import ImportDialog
from easychat_gui.ui.main_window import MainWindow
from tests.integration.conftest import OpenWindow, part
from tests.transfer.exports import PNG, gpt_chat, gpt_node, write_json, write_zip


@pytest.fixture
def export(tmp_path: Path) -> Path:
    picture = {"content_type": "image_asset_pointer", "asset_pointer": "sediment://file_0a"}
    nodes = [
        gpt_node("q", "root", content={"content_type": "multimodal_text", "parts": [picture, "What is it?"]}),
        gpt_node("a", "q", "assistant", "A boat.", created=1_700_000_050.0),
    ]
    chats = [gpt_chat(nodes), gpt_chat([gpt_node("q", "root", text="Hi")], "c2", "Waves"), {"title": "Broken"}]
    return write_zip(tmp_path / "export.zip", {"conversations.json": chats, "file_0a-x.png": PNG})


@pytest.fixture
def window(qtbot: QtBot, open_window: OpenWindow) -> MainWindow:
    window = open_window()
    window.show()
    qtbot.waitUntil(lambda: window.library is not None)
    return window


def dialog_of(window: MainWindow) -> ImportDialog:
    found = [each for each in window.findChildren(ImportDialog) if each.isVisible()]
    assert found, "no dialog"
    return found[-1]


def shown_titles(window: MainWindow) -> list[str]:
    shelves = window._controllers.conversations.list.shelves
    return [summary.title for shelf in shelves.folders.values() for summary in shelf.items]


def boats_id() -> str:
    return stable_id("chatgpt", "c1")


def labels(window: MainWindow) -> list[str]:
    return [label.text() for label in dialog_of(window).findChildren(QLabel)]


def press(window: MainWindow, name: str) -> None:
    button = next(each for each in dialog_of(window).findChildren(QPushButton, name) if each.isVisible())
    button.click()


def is_shown(window: MainWindow, name: str) -> Callable[[], bool]:
    return lambda: any(each.isVisible() for each in dialog_of(window).findChildren(QWidget, name))


def choose(monkeypatch: pytest.MonkeyPatch, *paths: Path) -> None:
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: ([str(path) for path in paths], ""))


def test_an_export_becomes_chats(
    qtbot: QtBot, window: MainWindow, export: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose(monkeypatch, export)
    window.library.run("importChats")
    press(window, "importFilesButton")
    qtbot.waitUntil(is_shown(window, "importButton"))
    words = labels(window)
    assert any("ChatGPT · 2 chats" in each for each in words)
    press(window, "importButton")
    qtbot.waitUntil(is_shown(window, "importCloseButton"))
    told = dialog_of(window).findChild(QPlainTextEdit, "importOmissions")
    assert told is not None
    assert "Broken" in told.toPlainText()
    press(window, "importCopyButton")
    assert "2 chats brought" in QGuiApplication.clipboard().text()
    qtbot.waitUntil(lambda: window._controllers.conversations.list.get(ConversationId(boats_id())) is not None)
    press(window, "importShowButton")
    qtbot.waitUntil(lambda: window.conversation_view.message_count() == 2)
    assert window._controllers.conversations.list.row_of(ConversationId(boats_id())) is not None  # its folder is open
    qtbot.waitUntil(lambda: sorted(shown_titles(window)) == ["Boats", "Waves"])
    assert window.conversation_view.plain_text(1).startswith("A boat.")


def test_a_second_import_tells_that_all_is_here(
    qtbot: QtBot, window: MainWindow, export: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose(monkeypatch, export)
    window.library.run("importChats")
    for _ in range(2):
        press(window, "importFilesButton")
        qtbot.waitUntil(is_shown(window, "importButton"))
        words = labels(window)
        press(window, "importButton")
        qtbot.waitUntil(is_shown(window, "importCloseButton"))
        press(window, "importCloseButton")
        window.library.run("importChats")
    assert any("all are here already" in each for each in words)
    qtbot.waitUntil(lambda: len(shown_titles(window)) == 2)


def test_a_file_of_something_else_gets_a_sentence_and_help(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose(monkeypatch, write_json(tmp_path / "weather.json", {"rain": 3}))
    window.library.run("importChats")
    press(window, "importFilesButton")
    qtbot.waitUntil(is_shown(window, "importProblem"))
    assert any("weather.json holds no chats" in each for each in labels(window))
    press(window, "importCancelButton")
    qtbot.waitUntil(lambda: not window._flows.is_asking)


def test_files_dropped_on_the_sidebar_are_looked_through(qtbot: QtBot, window: MainWindow, export: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(export))])
    how = (Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    enter, drop = QDragEnterEvent(QPoint(20, 200), *how), QDropEvent(QPointF(20, 200), *how)
    for event in (enter, drop):
        QApplication.sendEvent(part(window, "sidebar"), event)
        assert event.isAccepted()
    qtbot.waitUntil(lambda: bool(window.findChildren(ImportDialog)) and is_shown(window, "importButton")())


def test_files_dragged_over_the_window_to_the_sidebar_are_looked_through(
    qtbot: QtBot, window: MainWindow, export: Path
) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(export))])
    how = (Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(window, QDragEnterEvent(QPoint(700, 300), *how))
    zone = window.attachment_desk.zone
    assert zone.isVisible()
    over_the_sidebar = part(window, "sidebar").mapTo(window, QPoint(30, 200))
    QApplication.sendEvent(zone, QDragMoveEvent(over_the_sidebar, *how))
    QApplication.sendEvent(zone, QDropEvent(QPointF(over_the_sidebar), *how))
    assert zone.isHidden()
    qtbot.waitUntil(lambda: bool(window.findChildren(ImportDialog)) and is_shown(window, "importButton")())


def test_an_import_in_the_background_tells_of_its_end(
    qtbot: QtBot, window: MainWindow, export: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose(monkeypatch, export)
    window.library.run("importChats")
    press(window, "importFilesButton")
    qtbot.waitUntil(is_shown(window, "importButton"))
    dialog = dialog_of(window)
    press(window, "importButton")
    dialog.accept()
    qtbot.waitUntil(lambda: any("2 chats brought" in each for each in window.notices.texts()))


def test_each_file_that_cannot_be_read_gets_a_line(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "broken.zip").write_bytes(b"PK\x03\x04broken")
    choose(monkeypatch, tmp_path / "broken.zip", write_json(tmp_path / "weather.json", {"rain": 3}))
    window.library.run("importChats")
    press(window, "importFilesButton")
    qtbot.waitUntil(is_shown(window, "importProblem"))
    problem = dialog_of(window).findChild(QLabel, "importProblem")
    assert problem is not None
    assert problem.text().split("\n")[:2] == [
        "broken.zip cannot be read: File is not a zip file.",
        "weather.json holds no chats of a program that is known here.",
    ]
