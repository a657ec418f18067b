"""The pixels on the screen: however they came there, they are what drawing everything anew would give."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from easychat_gui.domain.messages import MessageStatus
from tests.fakes.shown_conversation import Shown, answer, running, user
from tests.ui.conversation.test_view import LONG, PaintCounter

Show = Callable[..., Shown]
MIXED = f"""# A heading\n\nWords, **bold** and `code`.\n\n> quoted\n\n- one\n- two\n\n```python
def f(x):\n    return {{x: 1}}\n```\n\n| a | b |\n|---|--:|\n| 1 | 2 |\n\n{LONG[:600]}"""


def on_screen(shown: Shown) -> QImage:
    """Return what was really drawn, as it was put together from moved and new pixels."""
    view = shown.view
    return view.screen().grabWindow(view.winId()).toImage().convertToFormat(QImage.Format.Format_RGB32)


def drawn_anew(shown: Shown) -> QImage:
    return shown.view.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)


def let_it_draw(shown: Shown) -> None:
    for _ in range(6):
        shown.view.flush()
        QApplication.processEvents()


@pytest.mark.parametrize("size", [(800, 600), (430, 300)])
def test_scrolling_leaves_the_same_picture_as_drawing_it_anew(show: Show, size: tuple[int, int]) -> None:
    messages = [(answer if number % 2 else user)(f"{number}\n\n{MIXED}") for number in range(20)]
    shown = show(messages, size)
    bar = shown.view.verticalScrollBar()
    bar.setValue(bar.maximum() // 2)
    let_it_draw(shown)
    for step in (-60, -60, 35, 7, -213, 1, -1, 299, 60, -598, 450, -3):
        bar.setValue(bar.value() + step)
        let_it_draw(shown)
        assert not differing(on_screen(shown), drawn_anew(shown)), step


def differing(one: QImage, other: QImage) -> str:
    """Tell where two pictures differ; nothing if they do not.

    A few pixels of curves may: antialiasing rounds otherwise where a curve is cut.
    """
    if one == other:
        return ""
    lines = [y for y in range(one.height()) for x in range(one.width()) if one.pixel(x, y) != other.pixel(x, y)]
    return f"{len(lines)} pixels from line {lines[0]} to {lines[-1]}" if len(lines) > 8 else ""


def test_a_growing_answer_leaves_the_same_picture_as_drawing_it_anew(show: Show) -> None:
    message = running()
    shown = show([user("q"), message])
    shown.model.append_reasoning(message.id, "Let me think.\n\n> about it")
    for start in range(0, len(MIXED), 23):
        shown.model.append_text(message.id, MIXED[start : start + 23])
        let_it_draw(shown)
        assert not differing(on_screen(shown), drawn_anew(shown)), start
    shown.model.replace(shown.model.message(1).with_(status=MessageStatus.CANCELLED))
    let_it_draw(shown)
    assert not differing(on_screen(shown), drawn_anew(shown))


def test_only_what_is_new_is_drawn_when_the_answer_grows(show: Show) -> None:
    message = running(f"{LONG}\n\n")
    shown = show([message])
    let_it_draw(shown)
    painted = PaintCounter(shown.view.viewport())
    shown.model.append_text(message.id, "some more words")
    let_it_draw(shown)
    assert 0 < painted.height < shown.view.viewport().height() // 4


def test_only_the_strip_that_comes_into_sight_is_drawn_when_scrolling(show: Show) -> None:
    shown = show([answer(LONG) for _ in range(5)])
    shown.view.verticalScrollBar().setValue(900)
    shown.view.overlays.jump_button.setVisible = lambda _is: None  # type: ignore[method-assign]
    shown.view.overlays.jump_button.hide()
    let_it_draw(shown)
    painted = PaintCounter(shown.view.viewport())
    shown.view.verticalScrollBar().setValue(860)
    QApplication.sendPostedEvents()
    assert 40 <= painted.height < 150
