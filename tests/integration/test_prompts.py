"""The prompt library by the keyboard: a slash, some letters, Enter; and the dialog in which prompts are kept."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QLineEdit, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from easychat_gui.ui.dialogs.prompts import PromptsDialog
from easychat_gui.ui.main_window import MainWindow
from tests.fakes.misbehaving_server import MisbehavingServer, good_stream
from tests.integration.conftest import OpenWindow, part
from tests.integration.test_accessibility import lacking
from tests.integration.test_conversation_with_a_server import wait_for_end
from tests.integration.test_while_something_runs import program_of, settle


@pytest.fixture
def window(qtbot: QtBot, open_window: OpenWindow) -> MainWindow:
    window = open_window()
    window.show()
    window.activateWindow()
    qtbot.waitUntil(lambda: window.isActiveWindow())
    window.composer.edit.setFocus()
    settle(qtbot, window)
    return window


def press(window: MainWindow, text: str = "", key: Qt.Key | None = None) -> None:
    """Press keys where the focus is."""
    target = QApplication.focusWidget() or window
    if text:
        QTest.keyClicks(target, text)
    if key is not None:
        QTest.keyClick(target, key)


def offered(window: MainWindow) -> list[str]:
    found = window.writing.completer.list
    return [found.item(row).text() for row in range(found.count())] if found.isVisible() else []


def open_dialog(qtbot: QtBot, window: MainWindow) -> PromptsDialog:
    window.writing.manage_prompts()
    dialog = window.findChild(PromptsDialog)
    assert isinstance(dialog, PromptsDialog)
    return dialog


def field(dialog: QWidget, name: str) -> QWidget:
    found = dialog.findChild(QWidget, name)
    assert found is not None
    return found


def names(window: MainWindow) -> list[str]:
    return [each.name for each in program_of(window).prompts.prompts()]


def test_a_slash_and_some_letters_insert_a_prompt(window: MainWindow) -> None:
    press(window, "/")
    assert offered(window)[-1] == "Manage prompts…"
    assert len(offered(window)) == len(names(window)) + 1
    press(window, "expcod")
    assert offered(window) == ["Explain code", "Manage prompts…"]
    press(window, key=Qt.Key.Key_Return)
    assert offered(window) == []
    assert window.composer.edit.toPlainText().startswith("Explain step by step")
    window.composer.edit.undo()
    assert window.composer.edit.toPlainText() == ""


def test_variables_are_asked_for_and_remembered(qtbot: QtBot, window: MainWindow) -> None:
    program_of(window).prompts.create("Letter", "To {{who}} in {{language=English}}: {{who}}!")
    press(window, "/letter", Qt.Key.Key_Tab)
    form = part(window, "promptForm")
    assert isinstance(form, QDialog)
    assert lacking(form.findChildren(QWidget)) == ""
    press(window, "Ann", Qt.Key.Key_Return)
    press(window, key=Qt.Key.Key_Return)
    assert window.composer.edit.toPlainText() == "To Ann in English: Ann!"
    qtbot.waitUntil(lambda: QApplication.focusWidget() is window.composer.edit)
    window.composer.edit.clear()
    qtbot.waitUntil(lambda: window.findChild(QWidget, "promptForm") is None)
    press(window, "/letter", Qt.Key.Key_Return)
    fields = part(window, "promptForm").findChildren(QPlainTextEdit)
    assert [each.toPlainText() for each in fields] == ["Ann", "English"]
    press(window, key=Qt.Key.Key_Escape)
    assert window.composer.edit.toPlainText() == ""


def test_a_text_that_begins_with_a_slash_can_be_sent(qtbot: QtBot, open_window: OpenWindow) -> None:
    with MisbehavingServer(good_stream("ok"), good_stream("ok")) as server:
        window = open_window(server=server.url, model="m")
        window.show()
        window.activateWindow()
        qtbot.waitUntil(lambda: window.isActiveWindow())
        window.composer.edit.setFocus()
        press(window, "/etc/fstab is broken")
        assert offered(window) == []
        press(window, key=Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: bool(server.requests))
        wait_for_end(qtbot, window)
        press(window, "/tr")
        assert offered(window)
        press(window, key=Qt.Key.Key_Escape)
        assert offered(window) == []
        press(window, "a", Qt.Key.Key_Return)
        wait_for_end(qtbot, window)
        sent = [each.json["messages"][-1]["content"] for each in server.requests if each.method == "POST"]
        assert sent == ["/etc/fstab is broken", "/tra"]


def test_the_arrows_choose_and_the_last_entry_opens_the_dialog(qtbot: QtBot, window: MainWindow) -> None:
    press(window, "/", Qt.Key.Key_Up)
    press(window, key=Qt.Key.Key_Return)
    dialog = window.findChild(PromptsDialog)
    assert dialog is not None
    assert lacking(dialog.findChildren(QWidget)) == ""
    assert window.composer.edit.toPlainText() == ""


def test_what_is_written_in_the_dialog_is_kept(qtbot: QtBot, open_window: OpenWindow, window: MainWindow) -> None:
    dialog = open_dialog(qtbot, window)
    field(dialog, "newPromptButton").click()  # type: ignore[attr-defined]
    title, text = field(dialog, "promptName"), field(dialog, "promptText")
    assert isinstance(title, QLineEdit)
    title.setText("Мой")
    QTest.keyClicks(text, "Hello")
    qtbot.waitUntil(lambda: "Мой" in names(window))  # by itself, some time after the last key
    QTest.keyClicks(text, "!")
    dialog.accept()
    assert "Мой" in names(window)
    settle(qtbot, window)
    window.close()
    again = open_window()
    _ = program_of(again).prompts
    qtbot.waitUntil(lambda: "Мой" in names(again))
    assert [each.text for each in program_of(again).prompts.prompts() if each.name == "Мой"] == ["Hello!"]


def test_one_that_is_deleted_comes_back_by_undo_and_stays_away_without(qtbot: QtBot, window: MainWindow) -> None:
    before = names(window)
    dialog = open_dialog(qtbot, window)
    field(dialog, "deletePromptButton").click()  # type: ignore[attr-defined]
    assert names(window) == before[1:]
    undo = field(dialog, "undoDeleteButton")
    assert undo.isVisible()
    undo.click()  # type: ignore[attr-defined]
    assert names(window) == before
    field(dialog, "deletePromptButton").click()  # type: ignore[attr-defined]
    dialog.accept()
    assert names(window) == before[1:]


def test_a_name_that_is_taken_is_numbered_and_said(qtbot: QtBot, window: MainWindow) -> None:
    dialog = open_dialog(qtbot, window)
    field(dialog, "duplicatePromptButton").click()  # type: ignore[attr-defined]
    assert "Answer a message 2" in names(window)
    field(dialog, "promptName").setText("Translate")  # type: ignore[attr-defined]
    dialog._save()
    assert "Translate 2" in names(window)
    assert "Translate 2" in field(dialog, "promptsWords").text()  # type: ignore[attr-defined]


@pytest.mark.parametrize("suffix", ["json", "csv", "md"])
def test_all_go_out_and_come_in_again(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str
) -> None:
    path = tmp_path / f"all.{suffix}"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_arguments: (str(path), ""))
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_arguments: (str(path), ""))
    prompts = program_of(window).prompts
    prompts.create("Mine", "a\nb {{c}}")
    before = names(window)
    dialog = open_dialog(qtbot, window)
    with qtbot.waitSignal(prompts.exported):
        field(dialog, "exportPromptsButton").click()  # type: ignore[attr-defined]
    mine = next(each for each in prompts.prompts() if each.name == "Mine")
    prompts.change(mine.id, "Mine", "changed")
    prompts.delete(next(each.id for each in prompts.prompts() if each.name == "Translate"))
    with qtbot.waitSignal(prompts.imported) as told:
        field(dialog, "importPromptsButton").click()  # type: ignore[attr-defined]
    assert (told.args[0].added, told.args[0].known, told.args[0].renamed) == (2, len(before) - 2, 1)
    assert sorted([*before, "Mine 2"]) == sorted(names(window))
    assert {each.text for each in prompts.prompts() if each.name.startswith("Mine")} == {"a\nb {{c}}", "changed"}


def test_a_bad_file_gets_a_sentence_and_changes_nothing(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "bad.json"
    path.write_text("{")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_arguments: (str(path), ""))
    before = names(window)
    dialog = open_dialog(qtbot, window)
    with qtbot.waitSignal(program_of(window).prompts.refused):
        field(dialog, "importPromptsButton").click()  # type: ignore[attr-defined]
    assert "nothing was imported" in field(dialog, "promptsWords").text()  # type: ignore[attr-defined]
    assert names(window) == before
