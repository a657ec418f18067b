"""The line under the reader's eyes stays where it is, whatever happens around it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from easychat_gui.domain.messages import MessageStatus
from easychat_gui.ui import theme
from easychat_gui.ui.conversation.row_list import Anchor
from easychat_gui.ui.conversation.selection import Position
from tests.fakes.shown_conversation import Shown, answer, running, user
from tests.ui.conversation.test_view import LONG

Show = Callable[..., Shown]
HUGE = " ".join(f"word{number}" for number in range(1200))


@pytest.fixture(autouse=True)
def _zoom_again() -> Iterator[None]:
    yield
    theme.watcher().set_zoom(1.0)


def reading(show: Show) -> tuple[Shown, Position, int]:
    """Show a view whose reader is in the middle of a huge paragraph; return the line and how far down it is."""
    messages = [answer(LONG), answer(HUGE), user("q"), running("so far")]
    shown = show(messages)
    shown.view.place.go_to(Anchor(1, 1, 0, 5, offset=3000))
    shown.paint()
    return shown, Position(1, 1, 0, 3000), down(shown, Position(1, 1, 0, 3000))


def down(shown: Shown, position: Position) -> int:
    return shown.view.keyboard.caret.rect(position).top() - shown.view.scroll_top


def test_zoom_keeps_the_line(show: Show) -> None:
    shown, line, before = reading(show)
    for zoom in (1.1, 1.5, 0.7, 2.0, 1.0):
        theme.watcher().set_zoom(zoom)
        shown.paint()
        assert abs(down(shown, line) - before) <= 8, zoom


def test_another_width_keeps_the_line(show: Show) -> None:
    shown, line, before = reading(show)
    for width in (500, 420, 1100, 800):
        shown.view.resize(width, 600)
        shown.paint()
        assert abs(down(shown, line) - before) <= 8, width


def test_an_answer_that_grows_and_ends_keeps_the_line(show: Show) -> None:
    shown, line, before = reading(show)
    message = shown.model.message(3)
    for number in range(20):
        shown.model.append_text(message.id, f" and more {number}\n\n")
        shown.paint()
    shown.model.replace(shown.model.message(3).with_(status=MessageStatus.COMPLETE))
    shown.model.append(user("another"))
    shown.paint()
    assert down(shown, line) == before


def test_reasoning_that_folds_above_and_zoom_together_keep_the_line(show: Show) -> None:
    shown = show([answer(LONG, reasoning=LONG), answer(HUGE), answer(LONG)])
    shown.view.rows.row(0).fold_choice = True
    line = Position(1, 1, 0, 2000)
    shown.view.place.go_to(Anchor(1, 1, 0, 40, offset=2000))
    shown.paint()
    before = down(shown, line)
    shown.view.rows.row(0).fold_choice = False
    shown.view.rows.measure(0)
    theme.watcher().set_zoom(1.3)
    shown.paint()
    assert abs(down(shown, line) - before) <= 8


def test_reasoning_that_is_read_is_not_folded_away_when_the_answer_begins(show: Show) -> None:
    message = running()
    shown = show([message])
    shown.model.append_reasoning(message.id, LONG)
    shown.paint()
    shown.view.verticalScrollBar().setValue(shown.maximum // 2)
    shown.paint()
    key, _flow, _x, y = next(iter(shown.view.boxes_in_sight()))
    below = y - shown.view.scroll_top
    shown.model.append_text(message.id, "The answer.")
    shown.paint()
    assert shown.view.rows.row(0).is_unfolded
    top = shown.view.rows.top_of(key)
    assert top is not None
    assert top - shown.view.scroll_top == below
