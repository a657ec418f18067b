"""Whatever the mouse can click in the conversation, Tab reaches and Enter does."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from easychat_gui.ui.conversation.pictures import PictureState
from tests.fakes.shown_conversation import Shown, answer

Show = Callable[..., Shown]
CODE = "\n".join(f"line {number}" for number in range(60))
TEXT = (
    "See [the **bold** page](https://one.example/) and https://two.example/x.\n\n"
    f"```py\n{CODE}\n```\n\n![cat](https://three.example/c.png)\n\n"
    "| [cell](https://four.example/) |\n|---|\n| x |\n"
)


def names(shown: Shown) -> list[str]:
    return [shown.view.spots.name(spot) for spot, _rect in shown.view.spots.in_sight()]


def tab(shown: Shown, times: int = 1, *, back: bool = False) -> None:
    key = Qt.Key.Key_Backtab if back else Qt.Key.Key_Tab
    for _ in range(times):
        QTest.keyClick(shown.view, key)


def go_to(shown: Shown, name: str) -> None:
    """Press Tab until this is reached."""
    spots = shown.view.spots
    for _ in range(20):
        tab(shown)
        if spots.focused is not None and spots.name(spots.focused) == name:
            return
    raise AssertionError(f"{name} is never reached")


def shown_text(show: Show) -> Shown:
    shown = show([answer(TEXT, reasoning="hm", reasoning_s=4.0)], (800, 1000))
    shown.view.activateWindow()
    shown.view.setFocus()
    return shown


def test_everything_is_reached_in_reading_order(show: Show) -> None:
    assert names(shown_text(show)) == [
        "Thought for 4 s",
        "the bold page",
        "https://two.example/x",
        "Copy",
        "Save as…",
        "Show all 60 lines",
        "Load: https://three.example/c.png",
        "cell",
    ]


def test_enter_does_what_a_click_does(show: Show, qtbot: QtBot) -> None:
    shown = shown_text(show)
    go_to(shown, "Thought for 4 s")
    QTest.keyClick(shown.view, Qt.Key.Key_Return)
    assert shown.view.rows.row(0).is_unfolded
    with qtbot.waitSignal(shown.view.link_activated) as opened:
        go_to(shown, "the bold page")
        QTest.keyClick(shown.view, Qt.Key.Key_Return)
    assert opened.args == ["https://one.example/"]
    go_to(shown, "Copy")
    QTest.keyClick(shown.view, Qt.Key.Key_Return)
    assert QGuiApplication.clipboard().text() == CODE
    go_to(shown, "Load: https://three.example/c.png")
    QTest.keyClick(shown.view, Qt.Key.Key_Return)
    assert shown.view.pictures.state("https://three.example/c.png") is PictureState.LOADING


def test_code_is_unfolded_and_the_keyboard_stays_at_it(show: Show) -> None:
    shown = shown_text(show)
    go_to(shown, "Show all 60 lines")
    QTest.keyClick(shown.view, Qt.Key.Key_Return)
    shown.paint()
    focused = shown.view.spots.focused
    assert focused is not None
    assert shown.view.spots.name(focused) == "Show less"


def test_the_ring_is_drawn_and_tab_leaves_at_the_end(show: Show) -> None:
    shown = shown_text(show)
    go_to(shown, "Copy")
    ring = shown.view.spots.ring()
    assert not ring.isEmpty()
    assert shown.view.viewport().rect().contains(ring)
    tab(shown, 20)
    assert shown.view.spots.focused is None or not shown.view.hasFocus()


def test_back_tab_goes_back(show: Show) -> None:
    shown = shown_text(show)
    go_to(shown, "Save as…")
    tab(shown, back=True)
    focused = shown.view.spots.focused
    assert focused is not None
    assert shown.view.spots.name(focused) == "Copy"


def test_tab_goes_on_from_a_button_that_floats_over_the_messages(show: Show) -> None:
    shown = shown_text(show)
    bar = shown.view.overlays.action_bar
    first = next(each for each in bar.findChildren(QAbstractButton) if each.isVisible())
    first.setFocus()
    QTest.keyClick(first, Qt.Key.Key_Tab)
    assert shown.view.spots.focused is None
    assert not first.hasFocus()


def test_tab_begins_at_the_message_that_the_keyboard_is_at(show: Show) -> None:
    shown = show([answer("[one](https://one.example/)"), answer("[two](https://two.example/)")])
    shown.view.activateWindow()
    shown.view.setFocus()
    shown.view.keyboard.focus_message(1)
    tab(shown)
    focused = shown.view.spots.focused
    assert focused is not None
    assert shown.view.spots.name(focused) == "two"
    tab(shown, back=True)
    assert shown.view.spots.focused is not None
    assert shown.view.spots.name(shown.view.spots.focused) == "one"
