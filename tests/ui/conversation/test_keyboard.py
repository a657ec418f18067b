"""Reading and marking without a mouse."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from easychat_gui.domain.ids import MessageId
from tests.fakes.shown_conversation import Shown, answer, running, user
from tests.ui.conversation.test_view import LONG

Show = Callable[..., Shown]
Key = Qt.Key
SHIFT = Qt.KeyboardModifier.ShiftModifier
CTRL = Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier


def press(shown: Shown, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(shown.view, key, modifiers)


def focused(shown: Shown) -> Shown:
    shown.view.setFocus()
    QTest.qWaitForWindowActive(shown.view)
    return shown


def test_shift_and_arrows_mark_over_blocks_and_messages(show: Show) -> None:
    shown = focused(show([user("ab"), answer("cd **ef**\n\n- g")]))
    press(shown, Key.Key_Right, SHIFT)
    assert shown.view.selected_text() == "a"
    for _ in range(3):
        press(shown, Key.Key_Right, SHIFT)
    assert shown.view.selected_text() == "ab\n\nc"
    press(shown, Key.Key_Left, SHIFT)
    press(shown, Key.Key_Left, SHIFT)
    press(shown, Key.Key_Left, SHIFT)
    assert shown.view.selected_text() == "a"


def test_words_lines_and_everything(show: Show) -> None:
    shown = focused(show([answer("one two three\n\nfour")]))
    press(shown, Key.Key_Right, SHIFT | CTRL)
    assert shown.view.selected_text() == "one "
    press(shown, Key.Key_End, SHIFT)
    assert shown.view.selected_text() == "one two three"
    press(shown, Key.Key_Home, SHIFT)
    assert shown.view.selection.is_empty
    press(shown, Key.Key_Down, SHIFT)
    press(shown, Key.Key_End, SHIFT | CTRL)
    assert shown.view.selected_text() == "one two three\n\nfour"


def test_down_keeps_its_column(show: Show) -> None:
    shown = focused(show([answer("abcdefgh\n\nx\n\nabcdefgh")]))
    for _ in range(5):
        press(shown, Key.Key_Right, SHIFT)
    column = shown.view.selection.head.offset
    press(shown, Key.Key_Down, SHIFT)
    assert (shown.view.selection.head.box, shown.view.selection.head.offset) == (1, 1)
    press(shown, Key.Key_Down, SHIFT)
    assert (shown.view.selection.head.box, shown.view.selection.head.offset) == (2, column)
    press(shown, Key.Key_Up, SHIFT)
    press(shown, Key.Key_Up, SHIFT)
    assert (shown.view.selection.head.box, shown.view.selection.head.offset) == (0, column)


def test_marking_a_page_scrolls_to_where_it_ends(show: Show) -> None:
    shown = focused(show([answer(LONG), answer(LONG)]))
    shown.view.verticalScrollBar().setValue(0)
    shown.paint()
    for _ in range(3):
        press(shown, Key.Key_PageDown, SHIFT)
    shown.paint()
    assert shown.value > 2 * 400
    caret = shown.view.keyboard.caret_rect()
    assert 0 <= caret.top() - shown.view.scroll_top < shown.view.viewport().height()
    for _ in range(4):
        press(shown, Key.Key_PageUp, SHIFT)
    assert shown.view.selection.is_empty


def test_the_end_of_everything_is_reached_and_the_beginning(show: Show) -> None:
    shown = focused(show([user("first"), *(answer(LONG) for _ in range(50)), answer("last")]))
    press(shown, Key.Key_Home, SHIFT | CTRL)
    shown.paint()
    assert shown.value < 100
    press(shown, Key.Key_End, SHIFT | CTRL)
    shown.paint()
    assert shown.value > shown.maximum - 100


def test_a_caret_shows_where_the_keyboard_is_and_f7_lets_arrows_move_it(show: Show) -> None:
    shown = focused(show([answer("ab\n\ncd")]))
    assert shown.view.keyboard.caret_rect().isEmpty()
    press(shown, Key.Key_F7)
    assert not shown.view.keyboard.caret_rect().isEmpty()
    before = shown.view.grab().toImage()
    press(shown, Key.Key_Down)
    assert shown.view.selection.head.box == 1
    assert shown.view.selection.is_empty
    assert shown.view.grab().toImage() != before
    press(shown, Key.Key_Escape)
    assert shown.view.keyboard.caret_rect().isEmpty()


def test_arrows_and_pages_scroll_otherwise(show: Show) -> None:
    shown = focused(show([answer(LONG), answer(LONG)]))
    shown.view.verticalScrollBar().setValue(500)
    press(shown, Key.Key_Up)
    assert shown.value < 500
    press(shown, Key.Key_Space)
    assert shown.value > 800


@pytest.mark.parametrize("keys", [(Key.Key_Down, Key.Key_Up, ALT), (Key.Key_J, Key.Key_K, Qt.KeyboardModifier(0))])
def test_a_frame_goes_from_message_to_message(show: Show, keys: tuple[Key, Key, Qt.KeyboardModifier]) -> None:
    down, up, modifiers = keys
    shown = focused(show([user("a"), answer(LONG), user("b"), answer(LONG)]))
    shown.view.scroll_to_message(0)
    shown.paint()
    rows = []
    for key in (down, down, down, down, down, up):
        press(shown, key, modifiers)
        shown.paint()
        rows.append(shown.view.keyboard.focused_row)
        top = shown.view.rows.heights.before(rows[-1]) - shown.view.scroll_top
        assert 0 <= top < shown.view.viewport().height()
    assert rows == [0, 1, 2, 3, 3, 2]
    press(shown, Key.Key_Escape)
    assert shown.view.keyboard.focused_row == -1


@pytest.mark.qt_log_ignore("This plugin does not support")  # what a menu asks of the screen that is none
@pytest.mark.parametrize(("key", "modifiers"), [(Key.Key_Menu, Qt.KeyboardModifier(0)), (Key.Key_F10, SHIFT)])
def test_the_menu_key_offers_what_can_be_done(show: Show, key: Key, modifiers: Qt.KeyboardModifier) -> None:
    first = answer("one")
    shown = focused(show([user("q"), first, answer("two")]))
    filled: list[MessageId] = []
    shown.view.fill_message_menu = lambda _menu, message_id: filled.append(message_id)
    press(shown, Key.Key_K)
    press(shown, Key.Key_K)
    press(shown, key, modifiers)
    menu = shown.view.findChild(QMenu)
    assert menu is not None
    words = [action.text() for action in menu.actions()]
    assert "Quote in reply" not in words  # nothing is marked
    assert "Select all" in words
    assert filled == [first.id]
    menu.close()


def test_esc_is_left_to_the_window_when_there_is_nothing_to_take_back(show: Show) -> None:
    shown = focused(show([answer("a")]))
    stopped: list[bool] = []
    shown.view.keyPressEvent = lambda event: stopped.append(event.isAccepted())  # type: ignore[method-assign]
    shown.view.select_all()
    assert shown.view.keyboard._has_something_to_let_go
    shown.view.selection.clear()
    assert not shown.view.keyboard._has_something_to_let_go


def test_what_the_keyboard_marked_stays_while_text_arrives(show: Show) -> None:
    message = running("one two")
    shown = focused(show([message]))
    press(shown, Key.Key_Right, SHIFT | CTRL)
    for piece in (" thr", "ee **bo", "ld**", "\n\nand\n", "- more"):
        shown.model.append_text(message.id, piece)
        shown.paint()
        assert shown.view.selected_text() == "one "
    press(shown, Key.Key_Right, SHIFT | CTRL)
    assert shown.view.selected_text() == "one two "


def test_the_keyboard_survives_an_empty_and_a_shrinking_conversation(show: Show) -> None:
    shown = focused(show([]))
    for key in (Key.Key_Right, Key.Key_Down, Key.Key_J, Key.Key_Home, Key.Key_Return):
        press(shown, key)
        press(shown, key, SHIFT)
    shown.model.set_messages([user("a"), answer("```\n\n```"), answer("---"), answer("")])
    shown.paint()
    for key in (Key.Key_Right, Key.Key_Down, Key.Key_PageDown, Key.Key_End, Key.Key_Left, Key.Key_Up, Key.Key_Home):
        for _ in range(4):
            press(shown, key, SHIFT)
    press(shown, Key.Key_J)
    press(shown, Key.Key_J)
    shown.model.truncate(1)
    shown.paint()
    press(shown, Key.Key_K)
    assert shown.view.keyboard.focused_row == 0
    QApplication.processEvents()
