"""A chat whose answer ended out of sight is marked until somebody looks at it, over a restart too."""

from __future__ import annotations

import threading

from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from easychat_gui.domain.conversations import ConversationSummary
from easychat_gui.domain.ids import ConversationId
from easychat_gui.ui.main_window import MainWindow
from tests.fakes.misbehaving_server import MisbehavingServer, good_stream
from tests.integration.conftest import OpenWindow
from tests.integration.test_conversation_with_a_server import send
from tests.integration.test_queue import held
from tests.integration.test_while_something_runs import program_of, settle


def kept(qtbot: QtBot, window: MainWindow) -> dict[ConversationId, ConversationSummary]:
    found: list[list[ConversationSummary]] = []
    program_of(window).store.submit(lambda store: store.conversations.summaries(), found.append)
    qtbot.waitUntil(lambda: bool(found), timeout=10_000)
    return {each.id: each for each in found[0]}


def test_an_answer_that_ends_out_of_sight(qtbot: QtBot, open_window: OpenWindow) -> None:
    gate = threading.Event()
    with MisbehavingServer(held(gate, "Late.")) as server:
        window = open_window(server=server.url, model="m")
        program = program_of(window)
        program.unread.is_looking = lambda: True
        send(qtbot, window, "Slow?")
        first = program.conversations.current.id
        program.conversations.start_new()
        gate.set()
        qtbot.waitUntil(lambda: not program.chat.is_running(first), timeout=10_000)
        assert kept(qtbot, window)[first].is_unread
        window.close()
    again = open_window()
    program = program_of(again)
    program.unread.is_looking = lambda: True
    assert kept(qtbot, again)[first].is_unread
    program.conversations.open(first)
    qtbot.waitUntil(lambda: program.conversations.current.id == first, timeout=10_000)
    assert not kept(qtbot, again)[first].is_unread


def test_one_that_is_looked_at_is_not_marked(qtbot: QtBot, open_window: OpenWindow) -> None:
    with MisbehavingServer(good_stream("Now."), good_stream("Then.")) as server:
        window = open_window(server=server.url, model="m")
        program = program_of(window)
        program.unread.is_looking = lambda: True
        send(qtbot, window, "Quick?")
        qtbot.waitUntil(lambda: not program.chat.is_running(program.conversations.current.id), timeout=10_000)
        settle(qtbot, window)
        assert not program.conversations.current.is_unread
        program.unread.is_looking = lambda: False  # another window is in front
        send(qtbot, window, "And now?")
        qtbot.waitUntil(lambda: program.conversations.current.is_unread, timeout=10_000)
        program.unread.look()
        assert not program.conversations.current.is_unread


def test_by_hand_for_several(qtbot: QtBot, open_window: OpenWindow) -> None:
    with MisbehavingServer(good_stream("1"), good_stream("2")) as server:
        window = open_window(server=server.url, model="m")
        program = program_of(window)
        program.unread.is_looking = lambda: True
        for text in ("one", "two"):
            program.conversations.start_new()
            send(qtbot, window, text)
            qtbot.waitUntil(lambda: not program.chat.is_running(program.conversations.current.id), timeout=10_000)
        for expected in (1, 0):
            menu = QMenu()
            window.library.fill_menu(menu, list(kept(qtbot, window).values()))
            next(each for each in menu.actions() if each.objectName() == "markUnread").trigger()
            assert [each.is_unread for each in kept(qtbot, window).values()] == [expected, expected]
