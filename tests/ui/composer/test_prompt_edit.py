"""The box: input methods, scripts, what is pasted and dropped, Undo."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QMimeData, QObject, Qt, QUrl
from PySide6.QtGui import QImage, QInputMethodEvent, QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from easychat_gui.ui.composer.prompt_edit import LONG_TEXT, PromptEdit


@pytest.fixture
def edit(qtbot: QtBot) -> PromptEdit:
    edit = PromptEdit()
    qtbot.addWidget(edit)
    edit.resize(500, 200)
    edit.show()
    return edit


def compose(edit: PromptEdit, preedit: str, committed: str = "") -> None:
    event = QInputMethodEvent(preedit, [])
    event.setCommitString(committed)
    QApplication.sendEvent(edit, event)


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_enter_that_ends_a_composition_does_not_send(edit: PromptEdit, key: Qt.Key) -> None:
    sent: list[str] = []
    edit.send_requested.connect(lambda: sent.append(edit.toPlainText()))
    compose(edit, "にほん")
    QTest.keyClick(edit, key)
    assert not sent
    compose(edit, "", "日本")
    assert edit.toPlainText() == "日本"
    QTest.keyClick(edit, key)
    assert sent == ["日本"]


def test_a_dead_key_makes_one_letter_and_up_does_not_recall_amid_it(edit: PromptEdit) -> None:
    edit.recall_begun.connect(lambda: edit.recall.begin(["earlier"]))
    compose(edit, "´")
    QTest.keyClick(edit, Qt.Key.Key_Up)
    compose(edit, "", "é")
    assert edit.toPlainText() == "é"


def test_another_placeholder_is_painted_at_once(qtbot: QtBot, edit: PromptEdit) -> None:
    """Else the box says that a model is to be chosen when one was found by itself."""
    painted: list[QEvent.Type] = []

    class Witness(QObject):
        def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
            painted.append(event.type())
            return False

    edit.setPlaceholderText("Choose a model first")
    witness = Witness()
    edit.viewport().installEventFilter(witness)
    qtbot.waitUntil(lambda: QEvent.Type.Paint in painted)
    for _ in range(20):
        QApplication.processEvents()
    painted.clear()
    edit.setPlaceholderText("Message small…")
    QApplication.processEvents()
    assert QEvent.Type.Paint in painted


def test_the_placeholder_does_not_shine_through_what_is_composed(edit: PromptEdit) -> None:
    edit.setPlaceholderText("Message one")
    compose(edit, "にほん")
    assert edit.placeholderText() == "", "Qt draws it below what is composed"
    edit.setPlaceholderText("Message two")
    assert edit.placeholderText() == ""
    compose(edit, "")
    assert edit.placeholderText() == "Message two"


@pytest.mark.parametrize("text", ["日本", "हिन्दी", "ไทย", "a 👩‍👩‍👧‍👦", "日本\n日本\nlatin"])
def test_a_line_in_higher_letters_is_seen_whole(edit: PromptEdit, text: str) -> None:
    edit.window().resize(500, 900)
    compose(edit, "", "line")
    edit.selectAll()
    compose(edit, "", text)
    assert edit.verticalScrollBar().maximum() == 0


def test_each_paragraph_has_the_direction_of_its_script(edit: PromptEdit) -> None:
    edit.show_text("שלום עולם\nhello\nمرحبا")
    document = edit.document()
    directions = [document.findBlockByNumber(number).textDirection() for number in range(3)]
    left, right = Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft
    assert directions == [right, left, right]
    assert document.defaultTextOption().textDirection() == Qt.LayoutDirection.LayoutDirectionAuto


def test_an_emoji_of_several_characters_goes_at_one_stroke(edit: PromptEdit) -> None:
    edit.show_text("a👩‍👩‍👧‍👦")
    QTest.keyClick(edit, Qt.Key.Key_Left)
    assert edit.textCursor().position() == 1


def pasted(**kinds: object) -> QMimeData:
    data = QMimeData()
    if "text" in kinds:
        data.setText(str(kinds["text"]))
    if "html" in kinds:
        data.setHtml(str(kinds["html"]))
    if "image" in kinds:
        data.setImageData(kinds["image"])
    if isinstance(urls := kinds.get("urls"), list):
        data.setUrls(urls)
    return data


def test_a_long_paste_is_offered_and_without_a_taker_goes_into_the_text(edit: PromptEdit) -> None:
    text = "word " * LONG_TEXT
    edit.insertFromMimeData(pasted(text=text))
    assert edit.toPlainText() == text
    edit.clear()
    offered: list[str] = []
    edit.long_text_pasted.connect(offered.append)
    edit.insertFromMimeData(pasted(text="short"))
    edit.insertFromMimeData(pasted(text=text))
    edit.insertFromMimeData(pasted(text="line\n" * 200))
    assert offered == [text, "line\n" * 200]
    assert edit.toPlainText() == "short"


def test_files_and_pictures_are_handed_on(edit: PromptEdit, tmp_path: Path) -> None:
    files: list[list[Path]] = []
    images: list[QImage] = []
    edit.files_dropped.connect(files.append)
    edit.image_pasted.connect(images.append)
    picture = QImage(2, 2, QImage.Format.Format_RGB32)
    edit.insertFromMimeData(pasted(urls=[QUrl.fromLocalFile(str(tmp_path / "a.txt"))]))
    edit.insertFromMimeData(pasted(image=picture))
    assert files == [[tmp_path / "a.txt"]]
    assert len(images) == 1
    edit.insertFromMimeData(pasted(image=picture, text="cells of a sheet"))
    edit.insertFromMimeData(pasted(urls=[QUrl("https://example.org/")]))
    assert edit.toPlainText() == "cells of a sheethttps://example.org/"


def test_typing_leaves_the_earlier_prompts_and_the_arrows_move_in_the_text(edit: PromptEdit) -> None:
    edit.recall_begun.connect(lambda: edit.recall.begin(["one\ntwo", "older"]))
    QTest.keyClick(edit, Qt.Key.Key_Up)
    QTest.keyClick(edit, Qt.Key.Key_Up)
    assert edit.toPlainText() == "one\ntwo"
    assert edit.textCursor().blockNumber() == 0
    QTest.keyClicks(edit, "x")
    QTest.keyClick(edit, Qt.Key.Key_Up)
    assert edit.toPlainText().replace("x", "") == "one\ntwo"
    QTest.keyClick(edit, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    assert "x" in edit.toPlainText()


def test_an_insertion_is_one_step_of_undo(edit: PromptEdit) -> None:
    QTest.keyClicks(edit, "before ")
    edit.insert_text("a long\ninsertion")
    edit.undo()
    assert edit.toPlainText() == "before "
    edit.redo()
    assert edit.toPlainText() == "before a long\ninsertion"
    edit.moveCursor(QTextCursor.MoveOperation.End)
    edit.show_text("another draft")
    edit.undo()
    assert edit.toPlainText() == "another draft"
