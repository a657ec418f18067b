"""Misspelt words are marked while one writes, and the menu mends them."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from easychat_gui.app import create_window
from easychat_gui.settings.schema import Spelling
from easychat_gui.spelling import checker as checker_module
from easychat_gui.spelling.checker import SpellChecker
from easychat_gui.spelling.dictionaries import DictionaryFile
from easychat_gui.ui.main_window import MainWindow
from tests.integration.conftest import OpenWindow
from tests.integration.test_while_something_runs import program_of


@pytest.fixture
def window(qtbot: QtBot, open_window: OpenWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MainWindow:
    """A window with a small dictionary: the real one takes a second."""
    base = tmp_path / "en_US"
    base.with_suffix(".aff").write_text("SET UTF-8\nTRY eo\n", "utf-8")
    base.with_suffix(".dic").write_text("4\nhello\nworld\nagain\nthe\n", "utf-8")
    monkeypatch.setattr(QMenu, "popup", lambda *_arguments: None)  # the offscreen platform warns of what it cannot do
    monkeypatch.setattr(checker_module, "find_all", lambda: {"en_US": DictionaryFile("en_US", base)})
    window = open_window()
    window.show()
    window.activateWindow()
    qtbot.waitUntil(lambda: window.isActiveWindow())
    window.composer.edit.setFocus()
    return window


def marked(window: MainWindow) -> list[str]:
    return window.writing.marks.misspelt()


def open_menu(qtbot: QtBot, window: MainWindow) -> QMenu:
    edit = window.composer.edit
    place = edit.cursorRect().center()
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, place, edit.mapToGlobal(place))
    QApplication.sendEvent(edit, event)
    menu = edit.findChild(QMenu)
    assert menu is not None
    return menu


def choose(qtbot: QtBot, menu: QMenu, words: str) -> None:
    qtbot.waitUntil(lambda: words in [each.text() for each in menu.actions()])
    next(each for each in menu.actions() if each.text() == words).trigger()
    menu.close()


def test_words_are_marked_but_for_the_one_being_typed(qtbot: QtBot, window: MainWindow) -> None:
    edit = window.composer.edit
    QTest.keyClicks(edit, "helo the wrold")
    qtbot.waitUntil(lambda: marked(window) == ["helo"])
    QTest.keyClicks(edit, " again")
    qtbot.waitUntil(lambda: marked(window) == ["helo", "wrold"])
    assert edit.document().toPlainText() == "helo the wrold again"
    edit.undo()
    assert edit.toPlainText() == ""
    qtbot.waitUntil(lambda: marked(window) == [])


def test_code_is_not_marked_and_places_are_right_behind_an_emoji(qtbot: QtBot, window: MainWindow) -> None:
    window.composer.insert_text("```\nhelo\n```\n😀 `helo` wrold the\n")
    qtbot.waitUntil(lambda: marked(window) == ["wrold"])


def test_a_paragraph_in_a_language_without_a_dictionary_is_left_alone(qtbot: QtBot, window: MainWindow) -> None:
    window.composer.insert_text("helo the\nDas hier ist aber ein deutscher Satz\nwrold the\n")
    qtbot.waitUntil(lambda: marked(window) == ["helo", "wrold"])


def test_a_suggestion_takes_the_place_of_the_word_and_undo_brings_it_back(qtbot: QtBot, window: MainWindow) -> None:
    edit = window.composer.edit
    window.composer.insert_text("helo again")
    qtbot.waitUntil(lambda: marked(window) == ["helo"])
    QTest.keyClick(edit, Qt.Key.Key_Home)
    choose(qtbot, open_menu(qtbot, window), "hello")
    assert edit.toPlainText() == "hello again"
    edit.undo()
    assert edit.toPlainText() == "helo again"


@pytest.mark.parametrize("words", ["Add to dictionary", "Ignore"])
def test_a_word_that_is_added_or_ignored_is_no_longer_marked(
    qtbot: QtBot, window: MainWindow, words: str, tmp_path: Path
) -> None:
    window.composer.insert_text("helo again wrold helo the")
    qtbot.waitUntil(lambda: marked(window) == ["helo", "wrold", "helo"])
    QTest.keyClick(window.composer.edit, Qt.Key.Key_Home)
    choose(qtbot, open_menu(qtbot, window), words)
    qtbot.waitUntil(lambda: marked(window) == ["wrold"])
    own = program_of(window).paths.own_words
    window.close()
    assert own.exists() == (words == "Add to dictionary")


def test_it_can_be_switched_off_and_on(qtbot: QtBot, window: MainWindow) -> None:
    window.composer.insert_text("helo again")
    qtbot.waitUntil(lambda: marked(window) == ["helo"])
    settings = program_of(window).settings
    settings.apply(settings.current.with_(spelling=Spelling(is_on=False)))
    assert marked(window) == []
    settings.apply(settings.current.with_(spelling=Spelling()))
    qtbot.waitUntil(lambda: marked(window) == ["helo"])


def test_closing_does_not_wait_for_a_dictionary(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    has_begun, may_end = threading.Event(), threading.Event()

    def slow(_self: SpellChecker, _words: object) -> dict[str, bool]:
        has_begun.set()
        may_end.wait(60)
        return {}

    monkeypatch.setattr(SpellChecker, "check", slow)
    window = create_window(tmp_path / "data")
    window.composer.insert_text("helo ")
    qtbot.waitUntil(has_begun.is_set)
    window.close()
    window.deleteLater()
    qtbot.waitUntil(lambda: not shiboken6.isValid(window))
    may_end.set()
