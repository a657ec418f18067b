"""Duplicating and merging through the window, with undo."""

from __future__ import annotations

from PySide6.QtWidgets import QMenu, QPushButton
from pytestqt.qtbot import QtBot

from easychat_gui.domain.conversations import ConversationSummary
from easychat_gui.ui.main_window import MainWindow
from tests.fakes.misbehaving_server import MisbehavingServer, good_stream
from tests.integration.conftest import OpenWindow
from tests.integration.test_conversation_with_a_server import send, wait_for_end
from tests.integration.test_unread import kept
from tests.integration.test_while_something_runs import messages, program_of


def titles(window: MainWindow) -> list[str]:
    found = window.sidebar.table.model()
    rows = [found.index(row, 0).data() for row in range(found.rowCount())]
    return sorted(each for each in rows if each)


def chosen(window: MainWindow, summaries: list[ConversationSummary], name: str) -> None:
    menu = QMenu()
    window.library.fill_menu(menu, summaries)
    next(each for each in menu.actions() if each.objectName() == name).trigger()


def undo(window: MainWindow) -> None:
    next(each for each in window.notices.findChildren(QPushButton) if each.text() == "Undo").click()


def test_a_copy_is_opened_and_taken_back(qtbot: QtBot, open_window: OpenWindow) -> None:
    with MisbehavingServer(good_stream("Yes.")) as server:
        window = open_window(server=server.url, model="m")
        send(qtbot, window, "Is it?")
        wait_for_end(qtbot, window)
        conversations = program_of(window).conversations
        first = conversations.current.id
        window.library.run("duplicateChat")
        qtbot.waitUntil(lambda: conversations.current.title == "Is it? (copy)", timeout=10_000)
        assert [each.text for each in messages(window)] == ["Is it?", "Yes."]
        assert titles(window) == ["Is it?", "Is it? (copy)"]
        assert window.notices.texts() == ["The chat was duplicated."]
        undo(window)
        qtbot.waitUntil(lambda: titles(window) == ["Is it?"], timeout=10_000)
        assert list(kept(qtbot, window)) == [first]
        assert window.notices.texts() == []


def test_several_become_one_and_the_originals_go_to_the_trash(qtbot: QtBot, open_window: OpenWindow) -> None:
    with MisbehavingServer(good_stream("1"), good_stream("2")) as server:
        window = open_window(server=server.url, model="m")
        conversations = program_of(window).conversations
        for text in ("one", "two"):
            conversations.start_new()
            send(qtbot, window, text)
            wait_for_end(qtbot, window)
        originals = list(kept(qtbot, window).values())
        window.sidebar.table.selectAll()
        chosen(window, originals, "mergeChats")

        def press() -> bool:
            buttons = [each for each in window.findChildren(QPushButton) if "trash" in each.text()]
            if buttons:
                buttons[0].click()
            return bool(buttons)

        qtbot.waitUntil(press, timeout=10_000)
        qtbot.waitUntil(lambda: conversations.current.title == "one + two", timeout=10_000)
        assert [each.text for each in messages(window)] == ["one", "1", "two", "2"]
        assert [each.title for each in window.sidebar.table.chosen_chats()] == ["one + two"]
        found: list[object] = []
        store = program_of(window).store
        store.submit(lambda store: [store.conversations.get(each.id) for each in originals], found.extend)
        qtbot.waitUntil(lambda: len(found) == 2, timeout=10_000)
        assert all(each.trashed_at for each in found)  # type: ignore[attr-defined]
        undo(window)
        qtbot.waitUntil(lambda: titles(window) == ["one", "two"], timeout=10_000)
