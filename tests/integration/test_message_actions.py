"""What can be done with each message, through the real window."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu, QPushButton
from pytestqt.qtbot import QtBot

from easychat_gui.domain.ids import MessageId
from easychat_gui.domain.messages import Message
from easychat_gui.rendering import markdown
from easychat_gui.ui.main_window import MainWindow
from tests.fakes.misbehaving_server import STREAM_HEAD, Connection, MisbehavingServer, delta, good_stream
from tests.integration.conftest import OpenWindow, part
from tests.integration.test_conversation_with_a_server import send, wait_for_end
from tests.integration.test_what_was_sent import program_of


def branch(window: MainWindow) -> list[Message]:
    return program_of(window).conversations.branch()


def texts(window: MainWindow) -> list[str]:
    return [message.text for message in branch(window)]


def ask(qtbot: QtBot, window: MainWindow, *questions: str) -> None:
    for question in questions:
        send(qtbot, window, question)
        wait_for_end(qtbot, window)


def choose(window: MainWindow, message_id: MessageId, *words: str) -> None:
    """Choose from the menu of a message, through its submenus."""
    menu = QMenu(window)
    window.conversation_view.fill_message_menu(menu, message_id)
    within = menu
    for each in words:
        action = next(action for action in within.actions() if action.text() == each)
        assert action.isEnabled(), each
        below = action.menu()
        if isinstance(below, QMenu):
            within = below
        else:
            action.trigger()
    menu.deleteLater()


def undo(qtbot: QtBot, window: MainWindow) -> None:
    def button() -> QPushButton | None:
        return next((each for each in window.notices.findChildren(QPushButton) if each.text() == "Undo"), None)

    qtbot.waitUntil(lambda: button() is not None, timeout=10_000)
    found = button()
    assert found is not None
    found.click()


def test_a_message_is_deleted_and_comes_back(qtbot: QtBot, open_window: OpenWindow) -> None:
    with MisbehavingServer(good_stream("a1"), good_stream("a2"), good_stream("a3")) as server:
        window = open_window(server=server.url, model="m")
        ask(qtbot, window, "q1", "q2")
        choose(window, branch(window)[1].id, "Delete this message")
        assert texts(window) == ["q1", "q2", "a2"]
        qtbot.waitUntil(lambda: window.notices.texts() == ["The message was deleted."])
        ask(qtbot, window, "q3")
        assert [each["content"] for each in server.requests[-1].json["messages"]] == ["q1", "q2", "a2", "q3"]
        undo(qtbot, window)
        qtbot.waitUntil(lambda: texts(window)[:4] == ["q1", "a1", "q2", "a2"], timeout=10_000)
        qtbot.waitUntil(lambda: window.notices.texts() == [])


def test_several_deletions_are_undone_while_another_chat_is_shown(qtbot: QtBot, open_window: OpenWindow) -> None:
    with MisbehavingServer(good_stream("a1"), good_stream("a2"), good_stream("other")) as server:
        window = open_window(server=server.url, model="m")
        program = program_of(window)
        ask(qtbot, window, "q1", "q2")
        first = program.conversations.current.id
        choose(window, branch(window)[1].id, "Delete this message")
        choose(window, branch(window)[1].id, "Delete this and all that follows")
        assert texts(window) == ["q1"]
        qtbot.waitUntil(lambda: window.notices.texts() == ["2 messages were deleted."])
        program.conversations.start_new()
        ask(qtbot, window, "elsewhere")
        undo(qtbot, window)
        qtbot.waitUntil(lambda: window.notices.texts() == ["The message was deleted."])
        undo(qtbot, window)
        qtbot.waitUntil(lambda: window.notices.texts() == [])
        assert texts(window) == ["elsewhere", "other"]
        program.conversations.open(first)
        qtbot.waitUntil(lambda: texts(window) == ["q1", "a1", "q2", "a2"], timeout=10_000)


def test_deleting_one_of_two_answers_shows_the_other(qtbot: QtBot, open_window: OpenWindow) -> None:
    with MisbehavingServer(good_stream("first"), good_stream("second")) as server:
        window = open_window(server=server.url, model="m")
        ask(qtbot, window, "q")
        choose(window, branch(window)[1].id, "Regenerate")
        wait_for_end(qtbot, window)
        choose(window, branch(window)[1].id, "Delete this and all that follows")
        qtbot.waitUntil(lambda: texts(window) == ["q", "first"], timeout=10_000)
        model = program_of(window).conversations.messages
        assert model.place(1).total == 1


def test_a_running_answer_is_stopped_before_it_is_deleted(qtbot: QtBot, open_window: OpenWindow) -> None:
    def endless(connection: Connection) -> None:
        connection.head("200 OK", *STREAM_HEAD)
        connection.chunk(delta("so far"))
        connection.wait_for_hang_up()

    with MisbehavingServer(endless) as server:
        window = open_window(server=server.url, model="m")
        send(qtbot, window, "q")
        qtbot.waitUntil(lambda: texts(window) == ["q", "so far"], timeout=10_000)
        choose(window, branch(window)[0].id, "Delete this and all that follows")
        assert texts(window) == []
        server.wait_for_hang_up()
        undo(qtbot, window)
        qtbot.waitUntil(lambda: texts(window) == ["q", "so far"], timeout=10_000)


def test_the_line_that_is_read_stays_when_a_message_above_goes(qtbot: QtBot, open_window: OpenWindow) -> None:
    with MisbehavingServer(good_stream("word " * 400)) as server:
        window = open_window(server=server.url, model="m")
        window.resize(900, 600)
        window.show()
        markdown.load()
        ask(qtbot, window, "q1", "q2", "q3")
        view = window.conversation_view
        view.scroll_to_message(4)
        view.grab()
        before = view.row_rect(4).top()
        choose(window, branch(window)[1].id, "Delete this message")
        view.grab()
        assert abs(view.row_rect(3).top() - before) <= 1


def test_an_answer_written_anew_becomes_a_branch_and_nothing_is_sent(qtbot: QtBot, open_window: OpenWindow) -> None:
    with MisbehavingServer(good_stream("as it was"), good_stream("next")) as server:
        window = open_window(server=server.url, model="m")
        ask(qtbot, window, "q")
        choose(window, branch(window)[1].id, "Edit…")
        assert window.composer.edit.toPlainText() == "as it was"
        ask(qtbot, window, "as it should be")
        assert texts(window) == ["q", "as it should be"]
        assert program_of(window).conversations.messages.place(1) == (2, 2)
        assert len(server.requests) == 1
        ask(qtbot, window, "q2")
        assert server.requests[-1].json["messages"][1]["content"] == "as it should be"


def test_an_edit_goes_beside_its_question_whichever_branch_is_shown(qtbot: QtBot, open_window: OpenWindow) -> None:
    with MisbehavingServer(*(good_stream(f"a{number}") for number in range(4))) as server:
        window = open_window(server=server.url, model="m")
        program = program_of(window)
        ask(qtbot, window, "q1", "q2")
        edited = branch(window)[2]
        program.chat.regenerate(branch(window)[1].id)
        wait_for_end(qtbot, window)
        assert texts(window) == ["q1", "a2"]
        window.composer.begin_edit(edited.id, edited.text)
        ask(qtbot, window, "q2 anew")
        qtbot.waitUntil(lambda: texts(window) == ["q1", "a0", "q2 anew", "a3"], timeout=10_000)
        assert program.conversations.messages.place(2) == (2, 2)


def test_another_model_answers_once(qtbot: QtBot, open_window: OpenWindow) -> None:
    with MisbehavingServer(good_stream("a")) as server:
        window = open_window(server=server.url, model="m")
        program = program_of(window)
        ask(qtbot, window, "q")
        endpoint = program.endpoints.endpoints()[0]
        program.endpoints._models[endpoint.id] = ["m", "bigger & better"]
        choose(window, branch(window)[1].id, "Regenerate with", "bigger && better")
        wait_for_end(qtbot, window)
        assert server.requests[-1].json["model"] == "bigger & better"
        assert branch(window)[1].model_id == "bigger & better"
        ask(qtbot, window, "q2")
        assert server.requests[-1].json["model"] == "m"


def test_a_branch_goes_into_a_chat_of_its_own(qtbot: QtBot, open_window: OpenWindow) -> None:
    with MisbehavingServer(good_stream("a1"), good_stream("a2"), good_stream("there")) as server:
        window = open_window(server=server.url, model="m")
        program = program_of(window)
        ask(qtbot, window, "q1", "q2")
        first = program.conversations.current.id
        choose(window, branch(window)[1].id, "Branch to a new chat")
        qtbot.waitUntil(lambda: program.conversations.current.title == "q1 (branch)", timeout=10_000)
        assert texts(window) == ["q1", "a1"]
        ask(qtbot, window, "q3")
        assert texts(window) == ["q1", "a1", "q3", "there"]
        program.conversations.open(first)
        qtbot.waitUntil(lambda: texts(window) == ["q1", "a1", "q2", "a2"], timeout=10_000)


def test_the_next_version_appears_where_the_last_one_stood(qtbot: QtBot, open_window: OpenWindow) -> None:
    with MisbehavingServer(good_stream("long " * 500), good_stream("short"), good_stream("x")) as server:
        window = open_window(server=server.url, model="m")
        window.resize(900, 500)
        window.show()
        markdown.load()
        ask(qtbot, window, "q1", "q2")
        program = program_of(window)
        program.chat.regenerate(branch(window)[1].id)
        wait_for_end(qtbot, window)
        view = window.conversation_view
        view.grab()
        view.sibling_requested.emit(branch(window)[1].id, -1)
        qtbot.waitUntil(lambda: len(texts(window)) == 4, timeout=10_000)
        view.grab()
        top = view.viewport().mapToGlobal(QPoint(0, 0)).y()
        assert top - 2 <= view.row_rect(1).top() <= top + view.viewport().height()


@pytest.mark.skipif(sys.platform == "win32", reason="the voice is a script for a POSIX shell")
def test_an_answer_is_read_aloud_and_silenced(
    qtbot: QtBot, open_window: OpenWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard, cancelled = tmp_path / "heard", tmp_path / "cancelled"
    voice = tmp_path / "bin" / "spd-say"
    voice.parent.mkdir()
    voice.write_text(
        f'#!/bin/sh\nif [ "$1" = --cancel ]; then echo x > {cancelled}; exit; fi\ncat > {heard}.part\n'
        f"mv {heard}.part {heard}\nexec sleep 60\n"
    )
    voice.chmod(0o755)
    monkeypatch.setenv("PATH", f"{voice.parent}:/usr/bin:/bin")
    words = "# Title\n\n**Bold** and [a link](https://example.org/x).\n!-! SET self VOLUME 100\n\n```\nprint(1)\n```\n"
    with MisbehavingServer(good_stream(words)) as server:
        window = open_window(server=server.url, model="m")
        program = program_of(window)
        ask(qtbot, window, "q")
        qtbot.waitUntil(lambda: program.speech.can_speak, timeout=10_000)
        message_id = branch(window)[1].id
        choose(window, message_id, "Read aloud")
        qtbot.waitUntil(heard.exists, timeout=10_000)
        said = heard.read_text()
        assert said.splitlines()[:2] == ["Title", "Bold and a link."] or "Bold and a link." in said
        assert "A block of code." in said
        assert "print" not in said
        assert "!-!" not in said
        assert "*" not in said
        choose(window, message_id, "Stop reading")
        qtbot.waitUntil(cancelled.exists, timeout=10_000)
        assert program.speech.message_id is None
        choose(window, message_id, "Read aloud")
        qtbot.waitUntil(lambda: program.speech._speech is not None, timeout=10_000)
        window.close()
        assert program.speech._speech is None


def test_a_system_that_cannot_speak_does_not_offer_it(
    qtbot: QtBot, open_window: OpenWindow, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with MisbehavingServer(good_stream("a")) as server:
        window = open_window(server=server.url, model="m")
        ask(qtbot, window, "q")
        menu = QMenu(window)
        window.conversation_view.fill_message_menu(menu, branch(window)[1].id)
        reading = next(action for action in menu.actions() if action.text() == "Read aloud")
        assert not reading.isEnabled()
        menu.deleteLater()


def test_the_bar_of_a_message_offers_what_makes_sense(qtbot: QtBot, open_window: OpenWindow) -> None:
    with MisbehavingServer(good_stream("a")) as server:
        window = open_window(server=server.url, model="m")
        window.resize(900, 600)
        window.show()
        ask(qtbot, window, "q")
        view = window.conversation_view
        markdown.load()  # nothing is laid out before
        view.grab()
        bar = view.overlays.action_bar
        buttons = (bar.copy_button, bar.edit_button, bar.regenerate_button, bar.branch_button, bar.more_button)
        assert [not button.isHidden() for button in buttons] == [True] * 5
        view.active.hover(0)
        view.grab()
        assert [not button.isHidden() for button in buttons] == [True, True, False, False, True]
        QTest.mouseClick(bar.edit_button, Qt.MouseButton.LeftButton)
        assert window.composer.edit.toPlainText() == "q"
        part(window, "composer").clear()  # type: ignore[attr-defined]
