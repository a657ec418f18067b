"""What is typed and not yet sent: on disk at once, back with its chat, and no trouble for those who read meanwhile."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing

import pytest
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from easychat_gui.ui.main_window import MainWindow
from tests.fakes.misbehaving_server import MisbehavingServer, good_stream
from tests.integration.conftest import OpenWindow, part
from tests.integration.test_conversation_with_a_server import send, wait_for_end
from tests.integration.test_while_something_runs import messages, program_of, settle


def on_disk(window: MainWindow, column: str) -> str:
    """Return what another program reads of the newest conversation, now."""
    path = program_of(window).paths.database
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
        row = connection.execute(f"SELECT {column} FROM conversations ORDER BY number DESC LIMIT 1").fetchone()
    return "" if row is None or row[0] is None else str(row[0])


def test_it_is_written_while_somebody_types_without_a_pause(qtbot: QtBot, open_window: OpenWindow) -> None:
    """In a chat that has no message yet, too: the program may be killed at any moment."""
    window = open_window()
    settle(qtbot, window)
    edit = window.composer.edit

    def type_on() -> bool:
        QTest.keyClicks(edit, "word ")
        return on_disk(window, "draft").startswith("word ")

    qtbot.waitUntil(type_on, timeout=10_000)
    written = on_disk(window, "draft")
    assert edit.toPlainText().startswith(written)


def test_a_chat_of_which_nothing_was_sent_is_there_at_the_next_start(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window()
    settle(qtbot, window)
    QTest.keyClicks(window.composer.edit, "half a thought")
    window.close()
    again = open_window()
    qtbot.waitUntil(lambda: again.composer.edit.toPlainText() == "half a thought", timeout=10_000)


def test_who_begins_to_write_at_once_is_not_taken_to_an_older_draft(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window()
    settle(qtbot, window)
    QTest.keyClicks(window.composer.edit, "half a thought")
    window.close()
    again = open_window()
    QTest.keyClicks(again.composer.edit, "another")
    settle(qtbot, again)
    settle(qtbot, again)
    assert again.composer.edit.toPlainText() == "another"


def test_an_edit_that_was_begun_comes_back_with_its_chat_and_with_the_program(
    qtbot: QtBot, open_window: OpenWindow
) -> None:
    with MisbehavingServer(good_stream("first"), good_stream("second")) as server:
        window = open_window(server=server.url, model="m")
        send(qtbot, window, "Hi")
        wait_for_end(qtbot, window)
        chat = program_of(window).conversations.current.id
        QTest.keyClicks(part(window, "composer"), "my next thought")
        window.composer.begin_edit(messages(window)[0].id, "Hi")
        QTest.keyClicks(part(window, "composer"), " there")
        program_of(window).conversations.start_new()
        assert not window.composer.is_editing
        assert window.composer.edit.toPlainText() == ""
        program_of(window).conversations.open(chat)
        qtbot.waitUntil(lambda: window.composer.is_editing)
        assert window.composer.edit.toPlainText() == "Hi there"
        QTest.keyClicks(part(window, "composer"), "!")
        qtbot.waitUntil(lambda: "Hi there!" in on_disk(window, "edit"), timeout=10_000)
        assert json.loads(on_disk(window, "edit"))["message"] == messages(window)[0].id
        window.close()

        again = open_window(server=server.url, model="m")
        program_of(again).conversations.open(chat)
        qtbot.waitUntil(lambda: again.composer.is_editing, timeout=10_000)
        send(qtbot, again, "Hi there!")
        wait_for_end(qtbot, again)
        assert [message.text for message in messages(again)] == ["Hi there!", "second"]
        assert again.composer.edit.toPlainText() == "my next thought"
        qtbot.waitUntil(lambda: on_disk(again, "edit") == "", timeout=10_000)


@pytest.mark.parametrize("is_at_end", [False, True])
def test_the_conversation_stays_where_it_is_while_the_box_grows_and_shrinks(
    qtbot: QtBot, open_window: OpenWindow, is_at_end: bool
) -> None:
    with MisbehavingServer(good_stream("\n\n".join(f"paragraph {number}" for number in range(80)))) as server:
        window = open_window(server=server.url, model="m")
        window.resize(900, 700)
        window.show()
        send(qtbot, window, "Hi")
        wait_for_end(qtbot, window)
        bar = window.conversation_view.verticalScrollBar()
        qtbot.waitUntil(lambda: bar.maximum() > 1000)
        bar.setValue(bar.maximum() if is_at_end else bar.maximum() // 2)
        before, low = bar.value(), window.composer.edit.height()
        window.composer.insert_text("a\nb\nc\nd\ne\nf")
        qtbot.waitUntil(lambda: window.composer.edit.height() > 3 * low)
        qtbot.waitUntil(lambda: bar.value() == (bar.maximum() if is_at_end else before))
        window.composer.edit.clear()
        qtbot.waitUntil(lambda: window.composer.edit.height() == low)
        qtbot.waitUntil(lambda: bar.value() == (bar.maximum() if is_at_end else before))
