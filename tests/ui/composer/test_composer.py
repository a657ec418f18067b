"""Writing: what sends, what breaks the line, what grows."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from easychat_gui.domain.conversations import Draft
from easychat_gui.ui.composer import Composer


@pytest.fixture
def composer(qtbot: QtBot) -> Composer:
    composer = Composer()
    qtbot.addWidget(composer)
    composer.resize(600, 400)
    composer.show()
    return composer


def test_enter_sends_and_empties_the_box(composer: Composer) -> None:
    sent: list[Draft] = []
    composer.submitted.connect(sent.append)
    QTest.keyClicks(composer.edit, "hello")
    QTest.keyClick(composer.edit, Qt.Key.Key_Return)
    assert sent == [Draft("hello")]
    assert composer.edit.toPlainText() == ""


def test_shift_enter_breaks_the_line(composer: Composer) -> None:
    sent: list[Draft] = []
    composer.submitted.connect(sent.append)
    QTest.keyClicks(composer.edit, "a")
    QTest.keyClick(composer.edit, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClicks(composer.edit, "b")
    assert composer.edit.toPlainText() == "a\nb"
    assert not sent


def test_the_other_way_round_where_ctrl_enter_is_chosen(composer: Composer) -> None:
    sent: list[Draft] = []
    composer.submitted.connect(sent.append)
    composer.set_send_key("ctrl+enter")
    QTest.keyClicks(composer.edit, "a")
    QTest.keyClick(composer.edit, Qt.Key.Key_Return)
    QTest.keyClicks(composer.edit, "b")
    assert not sent
    QTest.keyClick(composer.edit, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert sent == [Draft("a\nb")]


@pytest.mark.parametrize("text", ["", "   ", "\n\n"])
def test_nothing_is_not_sent(composer: Composer, text: str) -> None:
    sent: list[Draft] = []
    composer.submitted.connect(sent.append)
    composer.edit.setPlainText(text)
    QTest.keyClick(composer.edit, Qt.Key.Key_Return)
    assert not sent


def test_while_an_answer_runs_the_text_stays_and_stop_is_shown(composer: Composer) -> None:
    sent: list[Draft] = []
    composer.submitted.connect(sent.append)
    composer.set_running(is_running=True)
    QTest.keyClicks(composer.edit, "next")
    QTest.keyClick(composer.edit, Qt.Key.Key_Return)
    assert not sent
    assert composer.edit.toPlainText() == "next"
    stop = composer.findChild(QWidget, "stopButton")
    send = composer.findChild(QWidget, "sendButton")
    assert stop is not None
    assert send is not None
    assert stop.isVisible()
    assert not send.isVisible()


def test_the_box_grows_with_its_text_up_to_a_third_of_the_window(composer: Composer) -> None:
    one_line = composer.edit.height()
    composer.edit.setPlainText("a\nb\nc")
    three_lines = composer.edit.height()
    composer.edit.setPlainText("line\n" * 500)
    assert one_line < three_lines < composer.edit.height() <= composer.height() / 3 + 1


def test_pasted_formatting_is_dropped(composer: Composer) -> None:
    from PySide6.QtCore import QMimeData

    data = QMimeData()
    data.setHtml('<b>bold</b><img src="file:///etc/passwd">')
    data.setText("bold")
    composer.edit.insertFromMimeData(data)
    assert composer.edit.toPlainText() == "bold"


def test_a_draft_that_is_shown_is_not_told_as_an_edit(composer: Composer) -> None:
    edits: list[str] = []
    composer.edited.connect(edits.append)
    composer.set_text("from before")
    assert not edits
    QTest.keyClicks(composer.edit, "!")
    assert edits == ["from before!"]
