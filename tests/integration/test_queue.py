"""What is sent while an answer runs waits its turn, and is never lost."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from easychat_gui.domain.conversations import Draft
from easychat_gui.ui.conversation_window import ConversationWindow
from easychat_gui.ui.main_window import MainWindow
from tests.fakes.misbehaving_server import Connection, MisbehavingServer, answer, good_stream
from tests.integration.conftest import OpenWindow, part
from tests.integration.test_accessibility import lacking
from tests.integration.test_conversation_with_a_server import is_running, send, wait_for_end
from tests.integration.test_while_something_runs import messages, program_of, settle

Script = Callable[[Connection], None]


def held(gate: threading.Event, text: str) -> Script:
    """Answer when the gate opens."""

    def script(connection: Connection) -> None:
        connection.wait_for(gate)
        good_stream(text)(connection)

    return script


def waiting(window: MainWindow) -> list[str]:
    return window.writing.cards.texts()


def button(window: ConversationWindow, words: str, number: int = 0) -> QToolButton:
    card = window.writing.cards._shown()[number]
    return next(each for each in card.findChildren(QToolButton) if each.toolTip() == words)


def said(window: MainWindow) -> list[str]:
    return [message.text for message in messages(window)]


@pytest.fixture
def gate() -> threading.Event:
    return threading.Event()


def test_it_goes_out_when_the_answer_has_ended_one_after_the_other(
    qtbot: QtBot, open_window: OpenWindow, gate: threading.Event
) -> None:
    with MisbehavingServer(held(gate, "1"), good_stream("2"), good_stream("3")) as server:
        window = open_window(server=server.url, model="m")
        send(qtbot, window, "one")
        send(qtbot, window, "two")
        send(qtbot, window, "three")
        assert waiting(window) == ["two", "three"]
        assert part(window, "composer").toPlainText() == ""  # type: ignore[attr-defined]
        gate.set()
        qtbot.waitUntil(lambda: len(said(window)) == 6 and not is_running(window), timeout=10_000)
        assert said(window) == ["one", "1", "two", "2", "three", "3"]
        assert waiting(window) == []
        settle(qtbot, window)
        found: list[object] = []
        program_of(window).store.submit(lambda store: store.queued.all(), found.append)
        qtbot.waitUntil(lambda: bool(found))
        assert found == [[]]


def test_after_a_stop_it_waits_for_the_person(qtbot: QtBot, open_window: OpenWindow, gate: threading.Event) -> None:
    with MisbehavingServer(held(gate, "1"), good_stream("2")) as server:
        window = open_window(server=server.url, model="m")
        window.show()
        send(qtbot, window, "one")
        send(qtbot, window, "two")
        qtbot.waitUntil(lambda: bool(server.requests), timeout=10_000)
        part(window, "stopButton").click()  # type: ignore[attr-defined]
        wait_for_end(qtbot, window)
        assert waiting(window) == ["two"]
        now = part(window, "sendQueuedButton")
        assert isinstance(now, QPushButton)
        assert now.isVisible()
        assert lacking(window.findChildren(QWidget)) == ""
        now.click()
        qtbot.waitUntil(lambda: "2" in said(window) and not is_running(window), timeout=10_000)
        assert waiting(window) == []


def test_after_a_failure_it_waits_and_a_retry_that_works_sets_it_going(qtbot: QtBot, open_window: OpenWindow) -> None:
    gate = threading.Event()

    def refused(connection: Connection) -> None:
        connection.wait_for(gate)
        answer("401 Unauthorized", b"{}")(connection)

    with MisbehavingServer(refused, good_stream("1"), good_stream("2")) as server:
        window = open_window(server=server.url, model="m")
        send(qtbot, window, "one")
        send(qtbot, window, "two")
        gate.set()
        wait_for_end(qtbot, window)
        assert waiting(window) == ["two"]
        part(window, "retryButton").click()  # type: ignore[attr-defined]
        qtbot.waitUntil(lambda: said(window)[-1] == "2" and not is_running(window), timeout=10_000)
        assert said(window) == ["one", "1", "two", "2"]


def test_it_can_be_written_anew_and_taken_out(qtbot: QtBot, open_window: OpenWindow, gate: threading.Event) -> None:
    with MisbehavingServer(held(gate, "1"), good_stream("2")) as server:
        window = open_window(server=server.url, model="m")
        for text in ("one", "two", "three"):
            send(qtbot, window, text)
        QTest.keyClicks(part(window, "composer"), "half a thought")
        button(window, "Do not send this message (↑ in the empty box brings it back)", 1).click()
        assert waiting(window) == ["two"]
        button(window, "Edit this waiting message").click()
        assert part(window, "composer").toPlainText() == "two"  # type: ignore[attr-defined]
        gate.set()  # its turn comes while it is being written
        wait_for_end(qtbot, window)
        assert waiting(window) == ["two"]
        send(qtbot, window, "zwei")
        qtbot.waitUntil(lambda: said(window)[-1] == "2" and not is_running(window), timeout=10_000)
        assert said(window) == ["one", "1", "zwei", "2"]
        assert part(window, "composer").toPlainText() == "half a thought"  # type: ignore[attr-defined]


def test_what_was_taken_out_comes_back_with_the_up_key(
    qtbot: QtBot, open_window: OpenWindow, gate: threading.Event
) -> None:
    with MisbehavingServer(held(gate, "1")) as server:
        window = open_window(server=server.url, model="m")
        send(qtbot, window, "one")
        send(qtbot, window, "two")
        button(window, "Do not send this message (↑ in the empty box brings it back)").click()
        assert waiting(window) == []
        QTest.keyClick(part(window, "composer"), Qt.Key.Key_Up)
        assert part(window, "composer").toPlainText() == "two"  # type: ignore[attr-defined]
        gate.set()
        wait_for_end(qtbot, window)


def test_leaving_the_editing_leaves_it_as_it_was_and_lets_it_go(
    qtbot: QtBot, open_window: OpenWindow, gate: threading.Event
) -> None:
    with MisbehavingServer(held(gate, "1"), good_stream("2")) as server:
        window = open_window(server=server.url, model="m")
        send(qtbot, window, "one")
        send(qtbot, window, "two")
        button(window, "Edit this waiting message").click()
        QTest.keyClicks(part(window, "composer"), " and more")
        gate.set()
        wait_for_end(qtbot, window)
        window.composer.end_edit()
        qtbot.waitUntil(lambda: said(window)[-1] == "2" and not is_running(window), timeout=10_000)
        assert said(window)[2] == "two"


def test_it_goes_on_while_another_chat_is_shown(qtbot: QtBot, open_window: OpenWindow, gate: threading.Event) -> None:
    with MisbehavingServer(held(gate, "1"), good_stream("2"), good_stream("3")) as server:
        window = open_window(server=server.url, model="m")
        program = program_of(window)
        for text in ("one", "two", "three"):
            send(qtbot, window, text)
        chat = program.conversations.current.id
        program.conversations.start_new()
        QTest.keyClicks(part(window, "composer"), "elsewhere")
        assert waiting(window) == []
        gate.set()
        qtbot.waitUntil(lambda: len(server.requests) >= 3, timeout=10_000)
        qtbot.waitUntil(lambda: not program.chat.is_running(chat) and not program.queue.waiting(chat), timeout=10_000)
        assert messages(window) == []
        program.conversations.open(chat)
        qtbot.waitUntil(lambda: program.conversations.current.id == chat, timeout=10_000)
        assert said(window) == ["one", "1", "two", "2", "three", "3"]


def test_it_is_there_after_the_end_of_the_program_and_waits_for_the_person(
    qtbot: QtBot, open_window: OpenWindow, gate: threading.Event
) -> None:
    with MisbehavingServer(held(gate, "1"), good_stream("2")) as server:
        window = open_window(server=server.url, model="m")
        send(qtbot, window, "one")
        send(qtbot, window, "two")
        chat = program_of(window).conversations.current.id
        qtbot.waitUntil(lambda: bool(server.requests), timeout=10_000)
        settle(qtbot, window)
        window.close()
        again = open_window(server=server.url, model="m")
        again.show()
        program_of(again).conversations.open(chat)
        qtbot.waitUntil(lambda: program_of(again).conversations.current.id == chat, timeout=10_000)
        qtbot.waitUntil(lambda: waiting(again) == ["two"], timeout=10_000)
        assert not is_running(again)
        part(again, "sendQueuedButton").click()  # type: ignore[attr-defined]
        qtbot.waitUntil(lambda: said(again)[-1:] == ["2"], timeout=10_000)
        wait_for_end(qtbot, again)


def test_up_brings_back_earlier_prompts_and_down_the_empty_box(qtbot: QtBot, open_window: OpenWindow) -> None:
    with MisbehavingServer(*[good_stream("ok")] * 3) as server:
        window = open_window(server=server.url, model="m")
        edit = window.composer.edit
        send(qtbot, window, "in another chat")
        wait_for_end(qtbot, window)
        program_of(window).conversations.start_new()
        for text in ("first\nof two lines", "second"):
            send(qtbot, window, text)
            wait_for_end(qtbot, window)
        QTest.keyClick(edit, Qt.Key.Key_Up)
        assert edit.toPlainText() == "second"
        settle(qtbot, window)
        QTest.keyClick(edit, Qt.Key.Key_Up)
        assert edit.toPlainText() == "first\nof two lines"
        QTest.keyClick(edit, Qt.Key.Key_Up)  # to its first line
        assert edit.toPlainText() == "first\nof two lines"
        QTest.keyClick(edit, Qt.Key.Key_Up)
        assert edit.toPlainText() == "in another chat"
        for _ in range(4):
            QTest.keyClick(edit, Qt.Key.Key_Down)
        assert edit.toPlainText() == ""
        QTest.keyClick(edit, Qt.Key.Key_Up)
        QTest.keyClicks(edit, "!")
        QTest.keyClick(edit, Qt.Key.Key_Up)
        assert edit.toPlainText() == "second!"
        edit.undo()
        assert edit.toPlainText() == ""


def test_up_brings_back_what_was_asked_in_other_chats_into_a_new_one(qtbot: QtBot, open_window: OpenWindow) -> None:
    with MisbehavingServer(good_stream("1")) as server:
        window = open_window(server=server.url, model="m")
        send(qtbot, window, "asked elsewhere")
        wait_for_end(qtbot, window)
        program_of(window).conversations.start_new()
        edit = window.composer.edit
        QTest.keyClick(edit, Qt.Key.Key_Up)
        qtbot.waitUntil(lambda: edit.toPlainText() == "asked elsewhere", timeout=5000)
        QTest.keyClick(edit, Qt.Key.Key_Down)
        assert edit.toPlainText() == ""


def test_nothing_that_waits_goes_out_while_the_program_ends(qtbot: QtBot, open_window: OpenWindow) -> None:
    refused: list[bool] = []
    with MisbehavingServer(good_stream("Hello")) as server:
        window = open_window(server=server.url, model="m")
        send(qtbot, window, "Hi")
        wait_for_end(qtbot, window)
        program = program_of(window)
        program.chat.close()
        program.chat.submit_in(program.conversations.current.id, Draft("Later"), lambda: refused.append(True))
        qtbot.waitUntil(lambda: bool(refused))
        assert len([each for each in server.requests if each.method == "POST"]) == 1
