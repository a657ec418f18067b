"""Branches, edits and chats that are changed while an answer runs or the disk is slow."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPlainTextEdit, QPushButton
from pytestqt.qtbot import QtBot

from easychat_gui.app import Program
from easychat_gui.domain.conversations import Draft
from easychat_gui.domain.endpoints import Endpoint
from easychat_gui.domain.ids import EndpointId
from easychat_gui.domain.messages import Message
from easychat_gui.ui.main_window import MainWindow
from easychat_gui.workers.completion import Completion
from easychat_gui.workers.store_jobs import Job, JobRunner
from tests.fakes.misbehaving_server import (
    DONE,
    STREAM_HEAD,
    Connection,
    MisbehavingServer,
    answer,
    delta,
    good_stream,
)
from tests.integration.conftest import OpenWindow, part
from tests.integration.test_conversation_with_a_server import is_running, last_text, send, wait_for_end


def program_of(window: MainWindow) -> Program:
    program = window.findChild(Program)
    assert program is not None
    return program


@contextmanager
def slow_disk(window: MainWindow) -> Iterator[None]:
    """Let the store's thread do nothing until the block ends."""
    may_go_on = threading.Event()
    program_of(window).store.submit(lambda _store: may_go_on.wait(60))
    try:
        yield
    finally:
        may_go_on.set()


def settle(qtbot: QtBot, window: MainWindow) -> None:
    is_done: list[object] = []
    program_of(window).store.submit(lambda _store: None, is_done.append)
    qtbot.waitUntil(lambda: bool(is_done), timeout=10_000)


def composer(window: MainWindow) -> QPlainTextEdit:
    found = part(window, "composer")
    assert isinstance(found, QPlainTextEdit)
    return found


def messages(window: MainWindow) -> list[Message]:
    return program_of(window).conversations.branch()


def test_a_branch_that_comes_late_does_not_hide_a_new_question(qtbot: QtBot, open_window: OpenWindow) -> None:
    with MisbehavingServer(good_stream("first"), good_stream("second"), good_stream("third")) as server:
        window = open_window(server=server.url, model="m")
        send(qtbot, window, "Hi")
        wait_for_end(qtbot, window)
        program_of(window).chat.regenerate()
        wait_for_end(qtbot, window)
        with slow_disk(window):
            program_of(window).conversations.show_sibling(messages(window)[1].id, -1)
            send(qtbot, window, "And now?")
        wait_for_end(qtbot, window)
        assert [message.text for message in messages(window)] == ["Hi", "second", "And now?", "third"]


def test_sending_an_edited_question_keeps_what_stood_in_the_box(qtbot: QtBot, open_window: OpenWindow) -> None:
    with MisbehavingServer(good_stream("first"), good_stream("second")) as server:
        window = open_window(server=server.url, model="m")
        send(qtbot, window, "Hi")
        wait_for_end(qtbot, window)
        composer(window).setPlainText("my next thought")
        question = messages(window)[0]
        window.composer.begin_edit(question.id, question.text)
        send(qtbot, window, "Hi there")
        wait_for_end(qtbot, window)
        chat = program_of(window).conversations.current.id
        assert composer(window).toPlainText() == "my next thought"
        program_of(window).conversations.start_new()
        program_of(window).conversations.open(chat)
        qtbot.waitUntil(lambda: program_of(window).conversations.current.id == chat)
        assert composer(window).toPlainText() == "my next thought"


def test_a_chat_that_is_read_while_its_answer_ends_shows_the_end(qtbot: QtBot, open_window: OpenWindow) -> None:
    may_end = threading.Event()

    def half_then_whole(connection: Connection) -> None:
        connection.head("200 OK", *STREAM_HEAD)
        connection.chunk(delta("Half"))
        connection.wait_for(may_end)
        connection.chunk(delta(" and whole"))
        connection.chunk(delta(finish_reason="stop"))
        connection.chunk(DONE)
        connection.end_chunks()

    with MisbehavingServer(half_then_whole) as server:
        window = open_window(server=server.url, model="m")
        program = program_of(window)
        send(qtbot, window, "Hi")
        qtbot.waitUntil(lambda: "Half" in last_text(window), timeout=10_000)
        chat = program.conversations.current.id
        program.conversations.start_new()
        settle(qtbot, window)
        with slow_disk(window):
            program.conversations.open(chat)
            may_end.set()
            qtbot.waitUntil(lambda: not program.chat.is_running(chat), timeout=10_000)
        qtbot.waitUntil(lambda: program.conversations.current.id == chat, timeout=10_000)
        assert last_text(window).endswith("Half and whole")
        assert messages(window)[-1].status.is_final


def test_continue_with_another_server_names_that_server(qtbot: QtBot, open_window: OpenWindow) -> None:
    def broken(connection: Connection) -> None:
        connection.head("200 OK", *STREAM_HEAD)
        connection.chunk(delta("One, "))
        connection.reset()

    with MisbehavingServer(broken) as first, MisbehavingServer(answer("401 Unauthorized", b"{}")) as second:
        window = open_window(server=first.url, model="m")
        send(qtbot, window, "Count")
        wait_for_end(qtbot, window)
        program = program_of(window)
        program.endpoints.save(Endpoint(EndpointId("other"), "The other", second.url, default_model="m2"), None)
        program.conversations.set_model(EndpointId("other"), "m2")
        button = part(window, "continueButton")
        assert isinstance(button, QPushButton)
        button.click()
        wait_for_end(qtbot, window)
        last = messages(window)[-1]
        assert (last.endpoint_name, last.model_id) == ("The other", "m2")
        assert last.text == "One, "


def test_after_retry_the_keyboard_writes_into_the_composer(qtbot: QtBot, open_window: OpenWindow) -> None:
    with MisbehavingServer(answer("401 Unauthorized", b"{}"), good_stream("Now")) as server:
        window = open_window(server=server.url, model="m")
        window.show()
        window.activateWindow()
        send(qtbot, window, "Hi")
        wait_for_end(qtbot, window)
        retry = part(window, "retryButton")
        qtbot.waitUntil(retry.isVisible)
        retry.setFocus()
        QTest.keyClick(retry, Qt.Key.Key_Space)
        wait_for_end(qtbot, window)
        assert composer(window).hasFocus()


def test_a_hidden_sidebar_stays_hidden(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window()
    window.resize(1200, 800)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    QTest.keyClick(window, Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier)
    assert not part(window, "sidebar").isVisible()
    QTest.keyClick(window, Qt.Key.Key_I, Qt.KeyboardModifier.ControlModifier)
    assert part(window, "inspector").isVisible()
    assert not part(window, "sidebar").isVisible()
    window.resize(1210, 800)
    assert not part(window, "sidebar").isVisible()


def test_a_new_question_is_never_asked_twice(qtbot: QtBot, open_window: OpenWindow) -> None:
    """Everything that asks does nothing while an answer runs."""
    may_end = threading.Event()

    def waits(connection: Connection) -> None:
        connection.wait_for(may_end)
        good_stream("Done")(connection)

    with MisbehavingServer(waits) as server:
        window = open_window(server=server.url, model="m")
        chat = program_of(window).chat
        send(qtbot, window, "Hi")
        chat.regenerate()
        chat.resume()
        chat.submit(Draft("Wait, there is more"))
        assert is_running(window)
        may_end.set()
        wait_for_end(qtbot, window)
        assert [message.text for message in messages(window)] == ["Hi", "Done"]
        assert len([each for each in server.requests if each.method == "POST"]) == 1


def test_the_objects_of_an_answer_go_on_the_gui_thread(
    qtbot: QtBot, open_window: OpenWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The store's thread, if it comes late, must not be the last to hold them: Qt would take them down twice."""
    may_go_on = threading.Event()
    run = JobRunner.run

    def run_and_linger(self: JobRunner, job: Job) -> None:
        run(self, job)
        if getattr(job.then, "__qualname__", "").startswith("ChatController"):  # others would keep it from its turn
            may_go_on.wait(60)

    may_answer = threading.Event()

    def waits(connection: Connection) -> None:
        connection.wait_for(may_answer)
        good_stream("Hello")(connection)

    gone_on: list[str] = []
    with MisbehavingServer(waits) as server:
        window = open_window(server=server.url, model="m")
        program = program_of(window)
        settle(qtbot, window)
        monkeypatch.setattr(JobRunner, "run", run_and_linger)
        send(qtbot, window, "Hi")
        qtbot.waitUntil(lambda: bool(program.chat.findChildren(Completion)), timeout=10_000)
        for completion in program.chat.findChildren(Completion):
            weakref.finalize(completion, lambda: gone_on.append(threading.current_thread().name))
        del completion
        may_answer.set()
        qtbot.waitUntil(lambda: not program.chat.findChildren(Completion), timeout=10_000)
        may_go_on.set()
        qtbot.waitUntil(lambda: bool(gone_on), timeout=10_000)
        assert gone_on == ["MainThread"]
