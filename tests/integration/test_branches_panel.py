"""The tree at the right: what it shows, where a click and the keys lead, and what a screen reader hears."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from easychat_gui.domain.branch_graph import Card
from easychat_gui.domain.conversations import Conversation
from easychat_gui.domain.ids import new_conversation_id
from easychat_gui.domain.messages import Message, Role, new_message
from easychat_gui.rendering import markdown
from easychat_gui.ui.branches.view import BranchView
from easychat_gui.ui.main_window import MainWindow
from tests.fakes.misbehaving_server import STREAM_HEAD, Connection, MisbehavingServer, delta, good_stream
from tests.integration.conftest import OpenWindow, part
from tests.integration.test_accessibility import lacking
from tests.integration.test_conversation_with_a_server import send, wait_for_end
from tests.integration.test_message_actions import ask, branch, texts
from tests.integration.test_what_was_sent import program_of


def open_panel(qtbot: QtBot, window: MainWindow, count: int) -> BranchView:
    """Show the tree, and wait until so many messages are in it."""
    markdown.load()
    window.resize(1300, 800)
    window.show()
    part(window, "branchesButton").click()  # type: ignore[attr-defined]
    view = window.branches.view
    qtbot.waitUntil(lambda: view.graph.message_count == count, timeout=10_000)
    return view


def keep_and_open(qtbot: QtBot, window: MainWindow, messages: list[Message]) -> None:
    """Put a chat into the database and show its last message."""
    conversation = Conversation(id=messages[0].conversation_id, title="long")
    program = program_of(window)

    def keep(store: object) -> None:
        store.conversations.save(conversation)  # type: ignore[attr-defined]
        store.messages.add(*messages)  # type: ignore[attr-defined]
        store.conversations.save(conversation.with_(leaf_id=messages[-1].id))  # type: ignore[attr-defined]

    program.store.submit(keep, lambda _: program.conversations.open(conversation.id))
    qtbot.waitUntil(lambda: program.conversations.current.id == conversation.id, timeout=10_000)


def card_of(view: BranchView, message: Message) -> int:
    return next(place for place, card in enumerate(view.graph.cards) if card.first.id == message.id)


def click(view: BranchView, place: int) -> None:
    spot = view.card_rect(place).center().toPoint()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=spot)


def test_a_click_shows_that_branch_at_that_message(qtbot: QtBot, open_window: OpenWindow) -> None:
    with MisbehavingServer(good_stream("a1"), good_stream("a2"), good_stream("a3"), good_stream("a4")) as server:
        window = open_window(server=server.url, model="m")
        program = program_of(window)
        ask(qtbot, window, "q1", "q2")
        old = branch(window)
        program.chat.regenerate(old[1].id)
        wait_for_end(qtbot, window)
        view = open_panel(qtbot, window, 5)
        assert view.graph.end_count == 2
        assert "5 messages · 2 ends" in [
            label.text() for label in window.branches.findChildren(type(window.header.title))
        ]
        shown = {view.graph.cards[place].first.id for place in range(5) if view.is_shown(place)}
        assert shown == {message.id for message in branch(window)}
        click(view, card_of(view, old[2]))
        qtbot.waitUntil(lambda: texts(window) == ["q1", "a1", "q2", "a2"], timeout=10_000)
        qtbot.waitUntil(lambda: view.is_shown(card_of(view, old[3])))


def test_the_keys_walk_through_the_tree_and_enter_goes_there(qtbot: QtBot, open_window: OpenWindow) -> None:
    with MisbehavingServer(good_stream("a1"), good_stream("a2")) as server:
        window = open_window(server=server.url, model="m")
        ask(qtbot, window, "q")
        first = branch(window)[1]
        program_of(window).chat.regenerate()
        wait_for_end(qtbot, window)
        view = open_panel(qtbot, window, 3)
        assert view.graph.cards[view.current].first.id == branch(window)[1].id
        for key in (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Left):
            QTest.keyClick(view, key)
        assert view.graph.cards[view.current].first.id == first.id
        QTest.keyClick(view, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: texts(window) == ["q", "a1"], timeout=10_000)
        QTest.keyClick(view, Qt.Key.Key_Home)
        assert view.current == 0
        before = view.card_rect(0).width()
        QTest.keyClicks(view, "+")
        assert view.card_rect(0).width() > before


def test_it_follows_an_answer_that_runs_and_one_that_is_deleted(qtbot: QtBot, open_window: OpenWindow) -> None:
    def half(connection: Connection) -> None:
        connection.head("200 OK", *STREAM_HEAD)
        connection.chunk(delta("first words"))
        connection.wait_for_hang_up()

    with MisbehavingServer(good_stream("a1"), half) as server:
        window = open_window(server=server.url, model="m")
        ask(qtbot, window, "q1")
        view = open_panel(qtbot, window, 2)
        send(qtbot, window, "q2")
        qtbot.waitUntil(lambda: view.graph.message_count == 4, timeout=10_000)
        qtbot.waitUntil(lambda: texts(window)[-1] == "first words", timeout=10_000)
        running = view.graph.cards[card_of(view, branch(window)[-1])]
        assert view.words.caption(running) == "now"
        assert view.words.title(running) == "first words"
        program_of(window).branches.delete(branch(window)[2].id, with_following=True)
        qtbot.waitUntil(lambda: view.graph.message_count == 2, timeout=10_000)
        program_of(window).branches.delete(branch(window)[0].id, with_following=True)
        qtbot.waitUntil(lambda: view.graph.message_count == 0, timeout=10_000)


def test_a_screen_reader_hears_each_card(qtbot: QtBot, open_window: OpenWindow) -> None:
    with MisbehavingServer(good_stream("**One** answer"), good_stream("another")) as server:
        window = open_window(server=server.url, model="m")
        ask(qtbot, window, "q?")
        program_of(window).chat.regenerate()
        wait_for_end(qtbot, window)
        view = open_panel(qtbot, window, 3)
        assert lacking([*window.branches.findChildren(QWidget), *window.header.findChildren(QWidget)]) == ""
        tree = QAccessible.queryAccessibleInterface(view)
        names = [tree.child(place).text(QAccessible.Text.Name) for place in range(tree.childCount())]
        assert names == [
            "You: q? – on the shown branch, 2 children",
            "m: One answer – on another branch, the end of a branch",
            "m: another – on the shown branch, the end of a branch",
        ]
        assert tree.child(0).role() is QAccessible.Role.TreeItem
        assert tree.child(0).rect().topLeft() == view.viewport().mapToGlobal(view.card_rect(0).toRect().topLeft())


def test_a_very_long_chat_is_folded_and_unfolds_at_a_click(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window()
    messages = [new_message(new_conversation_id(), Role.USER, "0")]
    for number in range(1, 3000):
        messages.append(
            new_message(messages[0].conversation_id, Role.USER, f"text {number}", parent_id=messages[-1].id)
        )
    keep_and_open(qtbot, window, messages)
    view = open_panel(qtbot, window, 3000)
    assert len(view.graph.cards) == 3
    folded = view.graph.cards[1]
    assert view.words.caption(folded) == "2998 messages"
    view.grab()
    click(view, 1)
    qtbot.waitUntil(lambda: len(view.graph.cards) == 3000, timeout=10_000)
    view.grab()
    click_first_in_sight(view)
    qtbot.waitUntil(lambda: not window.conversation_view.is_at_end, timeout=10_000)


def click_first_in_sight(view: BranchView) -> Card:
    place = next(
        place
        for place in range(len(view.graph.cards))
        if view.viewport().rect().contains(view.card_rect(place).toRect())
    )
    click(view, place)
    return view.graph.cards[place]


def test_the_tree_and_the_parameters_take_turns(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window()
    window.resize(1300, 800)
    window.show()
    part(window, "inspectorButton").click()  # type: ignore[attr-defined]
    part(window, "branchesButton").click()  # type: ignore[attr-defined]
    assert part(window, "branches").isVisible()
    assert not part(window, "inspector").isVisible()
    part(window, "inspectorButton").click()  # type: ignore[attr-defined]
    assert not part(window, "branches").isVisible()
    assert part(window, "inspector").isVisible()


def test_in_a_narrow_window_the_tree_makes_room_for_what_was_chosen(qtbot: QtBot, open_window: OpenWindow) -> None:
    with MisbehavingServer(good_stream("a1")) as server:
        window = open_window(server=server.url, model="m")
        ask(qtbot, window, "q")
        view = open_panel(qtbot, window, 2)
        window.resize(440, 700)
        qtbot.waitUntil(lambda: not window.talk.isVisible())
        click(view, 0)
        qtbot.waitUntil(window.talk.isVisible)
        assert not part(window, "branches").isVisible()


@pytest.mark.parametrize("direction", [Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft])
def test_from_right_to_left_the_tree_is_mirrored(
    qtbot: QtBot, open_window: OpenWindow, direction: Qt.LayoutDirection
) -> None:
    with MisbehavingServer(good_stream("a1"), good_stream("a2")) as server:
        window = open_window(server=server.url, model="m")
        window.setLayoutDirection(direction)
        ask(qtbot, window, "q")
        program_of(window).chat.regenerate()
        wait_for_end(qtbot, window)
        view = open_panel(qtbot, window, 3)
        first, second = (view.card_rect(place).center().x() for place in (1, 2))
        assert (first < second) is (direction is Qt.LayoutDirection.LeftToRight)
        place = next(place for place in (1, 2) if not view.is_shown(place))
        assert view._geometry.card_at(view.card_rect(place).center().toPoint() + view._offset()) == place
        QTest.keyClick(view, Qt.Key.Key_Left if first > second else Qt.Key.Key_Right)


def test_dragging_moves_the_picture_and_chooses_nothing(qtbot: QtBot, open_window: OpenWindow) -> None:
    with MisbehavingServer(good_stream("a")) as server:
        window = open_window(server=server.url, model="m")
        ask(qtbot, window, *(f"q{number}" for number in range(8)))
        view = open_panel(qtbot, window, 16)
        chosen: list[object] = []
        view.chosen.connect(chosen.append)
        bar = view.verticalScrollBar()
        before = bar.value()
        middle = view.viewport().rect().center()
        QTest.mousePress(view.viewport(), Qt.MouseButton.LeftButton, pos=middle)
        QTest.mouseMove(view.viewport(), middle + QPoint(0, 30))
        QTest.mouseMove(view.viewport(), middle + QPoint(0, 60))
        QTest.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, pos=middle + QPoint(0, 60))
        assert bar.value() < before
        assert chosen == []


@pytest.mark.parametrize("leaf", [0, 10, 19])
def test_the_end_of_the_shown_branch_is_in_sight_when_the_panel_opens(
    qtbot: QtBot, open_window: OpenWindow, leaf: int
) -> None:
    window = open_window()
    question = new_message(new_conversation_id(), Role.USER, "q")
    answers = [
        new_message(question.conversation_id, Role.ASSISTANT, f"a{number}", parent_id=question.id)
        for number in range(20)
    ]
    shown = answers.pop(leaf)
    keep_and_open(qtbot, window, [question, *answers, shown])
    view = open_panel(qtbot, window, 21)
    qtbot.waitUntil(
        lambda: view.viewport().rect().contains(view.card_rect(card_of(view, shown)).toRect()), timeout=2000
    )
