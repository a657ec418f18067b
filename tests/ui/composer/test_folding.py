"""Long text stands in the box as one small piece, and goes out whole."""

from __future__ import annotations

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPlainTextEdit
from pytestqt.qtbot import QtBot

from easychat_gui.ui.composer.prompt_edit import PILL, PromptEdit

LONG = "x" * 6_000


@pytest.fixture
def edit(qtbot: QtBot) -> PromptEdit:
    edit = PromptEdit()
    qtbot.addWidget(edit)
    edit.resize(500, 200)
    edit.show()
    return edit


@pytest.mark.parametrize("text", ["short", f"a\n{LONG}\nb", f"😀{LONG}\n{LONG}é", "a\n" * 3000, f"京都 {LONG}"])
def test_what_goes_in_comes_out(edit: PromptEdit, text: str) -> None:
    edit.show_text(text)
    assert edit.toPlainText() == text


def test_a_paragraph_that_is_too_long_to_lay_out_is_folded(edit: PromptEdit) -> None:
    edit.show_text(f"before\n{LONG}\nafter")
    assert QPlainTextEdit.toPlainText(edit) == f"before\n{PILL}\nafter"


def test_a_huge_paste_is_one_piece_and_undo_takes_it_out_and_redo_brings_it_back(edit: PromptEdit) -> None:
    huge = "a line of text\n" * 70_000
    edit.show_text("see: ")
    edit.insert_text(huge)
    assert QPlainTextEdit.toPlainText(edit) == f"see: {PILL}"
    assert edit.toPlainText() == "see: " + huge
    edit.undo()
    assert edit.toPlainText() == "see: "
    edit.redo()
    assert edit.toPlainText() == "see: " + huge


def test_text_typed_behind_a_piece_is_ordinary_text(edit: PromptEdit) -> None:
    edit.show_text(LONG)
    QTest.keyClicks(edit, "ab")
    assert edit.toPlainText() == LONG + "ab"


def test_the_character_that_stands_for_a_piece_cannot_be_smuggled_in(edit: PromptEdit) -> None:
    edit.show_text("a\ufffcb")
    assert edit.toPlainText() == "a\ufffdb"


def test_a_piece_is_copied_whole(edit: PromptEdit) -> None:
    text = f"😀 before\n{LONG}\nafter"
    edit.show_text(text)
    edit.selectAll()
    assert edit.createMimeDataFromSelection().text() == text
    cursor = edit.textCursor()
    cursor.setPosition(5)
    cursor.movePosition(cursor.MoveOperation.End, cursor.MoveMode.KeepAnchor)
    edit.setTextCursor(cursor)
    assert edit.createMimeDataFromSelection().text() == text[4:]
