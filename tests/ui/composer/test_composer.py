"""Writing: what sends, what breaks the line, what grows."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from easychat_gui.domain.conversations import Draft, Edit
from easychat_gui.domain.ids import AttachmentId, MessageId, QueuedId
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


def test_while_an_answer_runs_stop_is_shown_and_what_is_sent_may_wait(composer: Composer) -> None:
    sent: list[Draft] = []
    composer.submitted.connect(sent.append)
    stop = composer.findChild(QWidget, "stopButton")
    send = composer.findChild(QWidget, "sendButton")
    assert stop is not None
    assert send is not None
    composer.set_running(is_running=True)
    assert stop.isVisible()
    assert not send.isVisible()
    QTest.keyClicks(composer.edit, "next")
    assert stop.isVisible()
    assert send.isVisible()
    QTest.keyClick(composer.edit, Qt.Key.Key_Return)
    assert sent == [Draft("next")]
    assert composer.edit.toPlainText() == ""
    assert not send.isVisible()


def test_a_new_version_of_a_question_waits_in_the_box_for_the_end_of_the_answer(composer: Composer) -> None:
    sent: list[Draft] = []
    composer.submitted.connect(sent.append)
    composer.set_running(is_running=True)
    composer.begin_edit(MessageId("m"), "old")
    QTest.keyClicks(composer.edit, "er")
    QTest.keyClick(composer.edit, Qt.Key.Key_Return)
    assert not sent
    composer.set_running(is_running=False)
    QTest.keyClick(composer.edit, Qt.Key.Key_Return)
    assert sent == [Draft("older", MessageId("m"))]


def test_what_goes_with_a_message_makes_it_sendable_without_text_and_an_obstacle_stops_it(composer: Composer) -> None:
    sent: list[Draft] = []
    composer.submitted.connect(sent.append)
    composer.set_attachments((AttachmentId("a"),))
    composer.set_obstacle("notes.pdf is still being read.")
    QTest.keyClick(composer.edit, Qt.Key.Key_Return)
    assert not sent
    composer.set_obstacle("")
    QTest.keyClick(composer.edit, Qt.Key.Key_Return)
    QTest.keyClick(composer.edit, Qt.Key.Key_Return)
    assert sent == [Draft("", attachments=(AttachmentId("a"),))]


def test_an_edit_comes_back_as_it_was_left_with_the_draft_below_it(composer: Composer) -> None:
    told: list[Edit | None] = []
    composer.edit_changed.connect(told.append)
    composer.set_text("my next thought")
    composer.begin_edit(MessageId("m"), "old")
    QTest.keyClicks(composer.edit, "er")
    composer.show_draft("of another chat", None)
    assert composer.edit.toPlainText() == "of another chat"
    assert told[-1] == Edit(MessageId("m"), "older")
    composer.show_draft("my next thought", told[-1])
    assert composer.is_editing
    assert composer.edit.toPlainText() == "older"
    composer.end_edit()
    assert told[-1] is None
    assert composer.edit.toPlainText() == "my next thought"


def test_what_is_attached_to_the_draft_stays_there_while_a_waiting_message_is_changed(composer: Composer) -> None:
    sent: list[Draft] = []
    composer.submitted.connect(sent.append)
    composer.set_text("my next thought")
    composer.set_attachments((AttachmentId("a"),))
    composer.begin_queued_edit(QueuedId("q"), "old")
    QTest.keyClicks(composer.edit, "er")
    QTest.keyClick(composer.edit, Qt.Key.Key_Return)
    QTest.keyClick(composer.edit, Qt.Key.Key_Return)
    assert sent == [
        Draft("older", queued=QueuedId("q")),
        Draft("my next thought", attachments=(AttachmentId("a"),)),
    ]


def test_enter_says_what_stands_in_the_way_until_nothing_does(composer: Composer) -> None:
    sent: list[Draft] = []
    composer.submitted.connect(sent.append)
    composer.set_text("What is in it?")
    hint = composer._status.words
    composer.set_obstacle("a.pdf is still being read")
    assert composer._status.words == hint
    QTest.keyClick(composer.edit, Qt.Key.Key_Return)
    assert composer._status.words == "a.pdf is still being read"
    composer.set_obstacle("b.pdf is still being read")
    assert composer._status.words == "b.pdf is still being read"
    composer.set_obstacle("")
    assert composer._status.words == hint
    assert not sent


def test_undo_does_not_bring_back_what_was_sent(composer: Composer) -> None:
    QTest.keyClicks(composer.edit, "sent")
    QTest.keyClick(composer.edit, Qt.Key.Key_Return)
    composer.edit.undo()
    assert composer.edit.toPlainText() == ""


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
