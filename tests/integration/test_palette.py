"""Ctrl+K finds chats, actions and models, and goes to what was found, at its message and in its branch."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from easychat_gui.domain.conversations import Conversation
from easychat_gui.domain.ids import ConversationId, MessageId
from easychat_gui.domain.messages import Message, Role
from easychat_gui.domain.search import Excerpt
from easychat_gui.storage.store import Store
from easychat_gui.ui.main_window import MainWindow
from easychat_gui.ui.palette.delegate import draw_excerpt
from easychat_gui.ui.palette.entries import Entry
from easychat_gui.ui.palette.palette import Palette
from easychat_gui.ui.palette.part import CHATS, CHATS_FIRST, REST_MS
from easychat_gui.ui.palette.words import file_words
from easychat_gui.ui.sidebar.sidebar import Sidebar
from tests.integration.conftest import OpenWindow, part

Key = Qt.Key


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    store = Store.open(tmp_path / "data" / "easychat.db")
    chat = ConversationId("physics")

    def message(name: str, text: str, role: Role, parent: str | None = None) -> Message:
        return Message(MessageId(name), chat, role, text, parent_id=None if parent is None else MessageId(parent))

    store.begin_exchange(
        Conversation(chat, "Physics homework", 1.0, 1.0, leaf_id=MessageId("a2")),
        [
            message("q1", "How do I plot a wave?", Role.USER),
            message("a1", "With Ёлка.linspace(0, 2π)", Role.ASSISTANT, "q1"),
            message("a2", "By hand", Role.ASSISTANT, "q1"),
        ],
    )
    other = ConversationId("other")
    store.begin_exchange(
        Conversation(other, "Letter", 2.0, 2.0), [Message(MessageId("l1"), other, Role.USER, "Dear landlord")]
    )
    store.close()
    return tmp_path / "data"


@pytest.fixture
def window(open_window: OpenWindow, folder: Path, qtbot: QtBot) -> MainWindow:
    window = open_window(folder)
    window.resize(1280, 820)
    window.show()
    qtbot.waitUntil(lambda: len(window._controllers.conversations.list.shelves.by_id) == 2)
    qtbot.waitUntil(lambda: window._controllers.search().indexer.searchable == 1)
    return window


def opened(window: MainWindow, qtbot: QtBot) -> Palette:
    QTest.keyClick(window, Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    return shown(window)


def shown(window: MainWindow) -> Palette:
    palette = part(window, "palette")
    assert isinstance(palette, Palette)
    assert palette.isVisible()
    return palette


def rows(palette: Palette) -> list[str]:
    return [entry.title.text for entry in palette.entries()]


def row(palette: Palette, title: str) -> Entry:
    return next(entry for entry in palette.entries() if entry.title.text == title)


def search(palette: Palette, qtbot: QtBot, words: str, expected: str) -> Entry:
    palette.field.insert(words)
    qtbot.waitUntil(lambda: expected in rows(palette))
    return row(palette, expected)


def test_it_begins_with_the_latest_chats_and_useful_actions(window: MainWindow, qtbot: QtBot) -> None:
    palette = opened(window, qtbot)
    qtbot.waitUntil(lambda: "Letter" in rows(palette))
    assert rows(palette)[:3] == ["Recent chats", "Letter", "Physics homework"]
    assert row(palette, "New chat").detail.text == "Ctrl+N"
    assert palette.current is row(palette, "Letter")


def test_enter_goes_to_the_hit_in_its_branch_and_marks_it(window: MainWindow, qtbot: QtBot) -> None:
    palette = opened(window, qtbot)
    found = search(palette, qtbot, "елка.lin", "Physics homework")
    assert [found.detail.text[begin:end] for begin, end in found.detail.marks] == ["Ёлка.lin"]
    assert found.ending == "‹branch 1›"
    assert "‹branch 1›" in found.spoken
    assert "1 of 2 chats" in palette._count.text()
    QTest.keyClick(palette.field, Key.Key_Return)
    conversations = window._controllers.conversations
    qtbot.waitUntil(lambda: [message.id for message in conversations.branch()] == ["q1", "a1"])
    finding = window.conversation_view.finding
    qtbot.waitUntil(lambda: finding.is_open and finding.searching.total == 1)
    assert finding._current is not None
    assert finding._current[0] == 1


def test_the_arrows_go_from_group_to_group_and_enter_does_it(window: MainWindow, qtbot: QtBot) -> None:
    palette = opened(window, qtbot)
    search(palette, qtbot, "new c", "New chat")
    while palette.current is not row(palette, "New chat"):
        QTest.keyClick(palette.field, Key.Key_Down)
    window._controllers.conversations.open(ConversationId("other"))
    qtbot.waitUntil(lambda: window._controllers.conversations.current.id == "other")
    QTest.keyClick(palette.field, Key.Key_Return)
    qtbot.waitUntil(lambda: window._controllers.conversations.current.id != "other")


def test_escape_closes_it_and_goes_back_to_where_the_keyboard_was(window: MainWindow, qtbot: QtBot) -> None:
    window.activateWindow()
    window.composer.edit.setFocus()
    palette = opened(window, qtbot)
    QTest.keyClick(palette.field, Key.Key_Escape)
    qtbot.waitUntil(lambda: not palette.isVisible())
    assert window.focusWidget() is window.composer.edit


def test_a_click_beside_it_closes_it(window: MainWindow, qtbot: QtBot) -> None:
    palette = opened(window, qtbot)
    overlay = palette.parentWidget()
    assert overlay is not None
    QTest.mouseClick(overlay, Qt.MouseButton.LeftButton, pos=overlay.rect().bottomLeft())
    qtbot.waitUntil(lambda: not palette.isVisible())


def test_what_cannot_be_understood_is_said(window: MainWindow, qtbot: QtBot) -> None:
    palette = opened(window, qtbot)
    QTest.keyClicks(palette.field, "before:soon wave")
    qtbot.waitUntil(lambda: "Physics homework" in rows(palette))
    assert "“soon” is no date. Write it as 2026-01-31, 2026-01 or 2026." in rows(palette)


def test_where_nothing_is_looked_for_nothing_is_said_to_be_searched(window: MainWindow, qtbot: QtBot) -> None:
    palette = opened(window, qtbot)
    QTest.keyClicks(palette.field, "-wave")
    qtbot.waitUntil(lambda: "Write a word to look for besides what is left out." in rows(palette))
    assert "Searching…" not in rows(palette)


def test_the_bar_that_came_with_a_hit_goes_with_its_chat(window: MainWindow, qtbot: QtBot) -> None:
    palette = opened(window, qtbot)
    search(palette, qtbot, "linspace", "Physics homework")
    QTest.keyClick(palette.field, Key.Key_Return)
    finding = window.conversation_view.finding
    qtbot.waitUntil(lambda: finding.is_open and finding.searching.total == 1)
    window._controllers.conversations.open(ConversationId("other"))
    qtbot.waitUntil(lambda: not finding.is_open)


def test_a_bar_in_which_something_else_is_found_stays(window: MainWindow, qtbot: QtBot) -> None:
    palette = opened(window, qtbot)
    search(palette, qtbot, "linspace", "Physics homework")
    QTest.keyClick(palette.field, Key.Key_Return)
    finding = window.conversation_view.finding
    qtbot.waitUntil(lambda: finding.is_open and finding.searching.total == 1)
    finding.bar.field.setText("landlord")
    window._controllers.conversations.open(ConversationId("other"))
    qtbot.waitUntil(lambda: finding.searching.total == 1)
    assert finding.is_open


def test_of_very_many_chats_most_stand_behind_what_can_be_done(window: MainWindow, qtbot: QtBot) -> None:
    def write(store: Store) -> None:
        for number in range(CHATS + 1):
            chat = ConversationId(f"m{number}")
            text = Message(MessageId(f"t{number}"), chat, Role.USER, "marmalade new")
            store.begin_exchange(Conversation(chat, f"Chat {number}", 2.0, 2.0), [text])

    conversations = window._controllers.conversations
    with qtbot.waitCallback() as written:
        conversations._store.submit(write, lambda _result: written())
    palette = opened(window, qtbot)
    more = "More follow below. Another word, or a filter such as in: or before:, leaves fewer."

    def is_said() -> bool:
        palette.field.setText("")
        palette.field.setText("new")
        qtbot.wait(2 * REST_MS)  # they are being made searchable meanwhile
        return more in rows(palette)

    qtbot.waitUntil(is_said)
    assert sum(title.startswith("Chat ") for title in rows(palette)) == CHATS
    titles = rows(palette)
    assert titles[0] == "Chats"
    assert CHATS_FIRST < titles.index("Actions") < titles.index("New chat") < titles.index("More chats") < CHATS
    assert titles[-1] == more

    for _ in range(3):
        QTest.keyClick(palette.field, Key.Key_Down)
    chosen = palette.current
    bar = palette._list.verticalScrollBar()
    bar.setValue(bar.maximum())
    qtbot.waitUntil(lambda: sum(title.startswith("Chat ") for title in rows(palette)) == CHATS + 1)
    assert more not in rows(palette)
    assert palette.current is chosen
    assert bar.value() > bar.maximum() // 2  # who scrolled stays where that was


def test_what_becomes_searchable_while_one_looks_is_found(window: MainWindow, qtbot: QtBot) -> None:
    search_controller = window._controllers.search()
    search_controller.indexer.searchable = 0.5
    palette = opened(window, qtbot)
    palette.field.insert("landlord")
    qtbot.waitUntil(lambda: "Chats" in rows(palette) and "50 % of your messages" in row(palette, "Chats").aside)
    search_controller.indexer.searchable = 1.0
    with qtbot.waitSignal(search_controller.found):
        search_controller.indexer.progressed.emit(1.0)
    assert row(palette, "Chats").aside == ""


def test_enter_in_the_sidebars_field_searches_all_messages(window: MainWindow, qtbot: QtBot) -> None:
    sidebar = part(window, "sidebar")
    assert isinstance(sidebar, Sidebar)
    field = part(window, "chatSearch")
    assert isinstance(field, QLineEdit)
    window.activateWindow()
    field.setFocus()
    QTest.keyClicks(field, "landl")
    QTest.keyClick(field, Key.Key_Return)
    palette = shown(window)
    assert palette.field.text() == "landl"
    qtbot.waitUntil(lambda: "Letter" in rows(palette))


def test_escape_clears_the_sidebars_field_and_stops_nothing(window: MainWindow) -> None:
    field = part(window, "chatSearch")
    assert isinstance(field, QLineEdit)
    window.activateWindow()
    QTest.qWaitForWindowActive(window)
    field.setFocus()
    QTest.keyClicks(field, "landl")
    QTest.keyClick(field, Key.Key_Escape)
    assert field.text() == ""


def test_enter_waits_for_what_was_typed_last(window: MainWindow, qtbot: QtBot) -> None:
    palette = opened(window, qtbot)
    qtbot.waitUntil(lambda: "Letter" in rows(palette))
    palette.field.insert("homework")
    assert "Letter" in rows(palette)  # still what was there before
    QTest.keyClick(palette.field, Key.Key_Return)
    qtbot.waitUntil(lambda: window._controllers.conversations.current.id == "physics")


def test_rows_that_arrive_later_leave_the_chosen_one_chosen(qtbot: QtBot) -> None:
    palette = Palette()
    qtbot.addWidget(palette)

    def entries(*names: str) -> list[Entry]:
        return [Entry("h", Excerpt("Chats")), *(Entry(name, Excerpt(name), run=lambda: None) for name in names)]

    palette.show_entries(entries("a", "b", "c"))
    QTest.keyClick(palette.field, Key.Key_Down)
    assert palette.current is not None
    assert palette.current.key == "b"
    palette.show_entries(entries("new", "a", "b"))
    assert palette.current.key == "b"
    palette.field.setText("x")
    palette.show_entries(entries("new", "a", "b"))
    assert palette.current.key == "new"


def test_a_message_that_was_just_written_is_found(window: MainWindow, qtbot: QtBot) -> None:
    conversations = window._controllers.conversations
    message = Message(MessageId("l2"), ConversationId("other"), Role.USER, "zanzibar")
    conversations._store.submit(lambda store: store.messages.add(message))
    palette = opened(window, qtbot)

    def is_found() -> bool:
        palette.field.setText("")
        palette.field.setText("zanzib")
        qtbot.wait(50)
        return "Letter" in rows(palette)

    qtbot.waitUntil(is_found)


def test_the_hit_and_the_branch_are_in_sight_however_long_a_line_is(qtbot: QtBot) -> None:
    def drawn(words: str, ending: str = "", hit: tuple[int, int] | None = None) -> QImage:
        picture = QImage(300, 20, QImage.Format.Format_RGB32)
        picture.fill(Qt.GlobalColor.white)
        painter = QPainter(picture)
        draw_excerpt(painter, picture.rect(), Excerpt(words, (hit,) if hit else ()), QFont(), QColor("black"), ending)
        painter.end()
        return picture

    long = "many words " * 30
    assert drawn(long, "‹branch 2›") != drawn(long, "‹branch 3›")
    far = len(long)
    assert drawn(f"{long}one end", hit=(far, far + 3)) != drawn(f"{long}two end", hit=(far, far + 3))
    assert drawn(f"{long}one end") == drawn(f"{long}two end")
    # A hit that was cut off is not marked in what stands behind it.
    assert drawn(f"one {long}", "‹branch 2›", (0, 3)) != drawn(f"one {long}", "‹branch 2›")


def test_of_a_file_with_a_long_name_the_hit_is_in_sight() -> None:
    assert file_words("notes.pdf") == "notes.pdf"
    assert file_words("everything that was said about gradients in March.pdf") == "everything that wa…n March.pdf"
