"""Formulas in the view: drawn when they are there, copied as what they were written as, and never in the way."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtGui import QTextCursor, QTextDocument
from pytestqt.qtbot import QtBot

from easychat_gui.ui import theme
from easychat_gui.ui.conversation import formulas as formulas_module
from easychat_gui.ui.conversation import text_objects
from easychat_gui.ui.conversation.box import Box
from easychat_gui.ui.conversation.formulas import FormulaKey
from easychat_gui.ui.conversation.selection import Position
from tests.fakes.shown_conversation import Shown, answer, running

Show = Callable[..., Shown]
TEXT = "Here $x_1$ and $\\foo$ cost $5.\n\n$$\n\\frac{a}{b}\n$$\n\nEnd."


def settle(qtbot: QtBot, shown: Shown) -> None:
    """Wait until every formula in sight is there."""
    shown.paint()
    qtbot.waitUntil(lambda: not shown.view.formulas._awaited, timeout=20_000)
    shown.paint()


def boxes(shown: Shown) -> list[Box]:
    flow = shown.view.rows.row(0).text
    assert flow is not None
    return flow.boxes


def document(box: Box) -> QTextDocument:
    assert box.document is not None
    return box.document


def test_formulas_are_drawn_and_read_as_their_source(show: Show, qtbot: QtBot) -> None:
    shown = show([answer(TEXT)])
    settle(qtbot, shown)
    first, large, _end = boxes(shown)
    assert document(first).toPlainText() == f"Here {text_objects.OBJECT} and $\\foo$ cost $5."
    assert document(large).toPlainText() == text_objects.OBJECT
    assert large.height - large.gap > shown.view.rows.frame.style.message_line * 1.3
    assert shown.view.plain_text(0) == TEXT
    shown.view.select_all()
    assert shown.view.selected_text() == TEXT


def test_a_part_of_a_line_is_copied_with_its_formula(show: Show, qtbot: QtBot) -> None:
    shown = show([answer(TEXT)])
    settle(qtbot, shown)
    shown.view.selection.anchor, shown.view.selection.head = Position(0, 1, 0, 2), Position(0, 1, 0, 10)
    assert shown.view.selected_text() == "re $x_1$ and"


def test_a_large_formula_stands_in_one_line_as_its_source_until_it_is_there(
    show: Show, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(formulas_module._Setter, "ask", lambda *_: None)
    shown = show([answer(TEXT)])
    large = boxes(shown)[1]
    assert 0 < large.height - large.gap <= shown.view.rows.frame.style.message_line
    assert large.awaited == (FormulaKey(r"\frac{a}{b}", is_display=True),)


def test_the_line_that_is_read_stays_when_formulas_above_it_arrive(
    show: Show, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    wishes: list[FormulaKey] = []
    ask = formulas_module._Setter.ask
    monkeypatch.setattr(formulas_module._Setter, "ask", lambda _self, key: wishes.append(key))
    text = "\n\n".join(f"$$\\frac{{{number}}}{{b}}$$\n\nParagraph {number}." for number in range(60))
    shown = show([answer(text)])
    shown.view.verticalScrollBar().setValue(shown.maximum // 2)
    shown.paint()
    key, _flow, _x, y = next(each for each in shown.view.boxes_in_sight() if each[0].box % 2)
    bar = shown.view.verticalScrollBar()
    bar.setValue(bar.value() + y - shown.view.scroll_top)  # a paragraph is what is read at the top
    shown.paint()
    place = shown.view.rows.top_of(key)
    assert place is not None
    before = place - shown.view.scroll_top
    monkeypatch.undo()
    for wish in wishes:
        ask(shown.view.formulas._setter, wish)
    settle(qtbot, shown)
    top = shown.view.rows.top_of(key)
    assert top is not None
    assert abs(top - shown.view.scroll_top - before) <= 1


def test_a_formula_grows_with_the_zoom_and_takes_the_theme_s_colour(show: Show, qtbot: QtBot) -> None:
    shown = show([answer("$$\\frac{a}{b}$$")])
    settle(qtbot, shown)
    before = boxes(shown)[0].height
    theme.watcher().set_zoom(2.0)
    try:
        shown.paint()
        assert boxes(shown)[0].height > before * 1.7
    finally:
        theme.watcher().set_zoom(1.0)
    key = FormulaKey(r"\frac{a}{b}", is_display=True)
    colour = theme.dark().text
    pixmap = shown.view.formulas.pixmap(key, 40.0, colour, 2.0)
    assert pixmap is not None
    image = pixmap.toImage()
    seen = {image.pixelColor(x, y).rgb() for x in range(image.width()) for y in range(image.height())}
    assert colour.rgb() in seen
    assert pixmap.devicePixelRatio() == 2.0


def test_a_formula_that_is_much_too_wide_is_its_source(show: Show, qtbot: QtBot) -> None:
    shown = show([answer("$$" + "+".join("abcdefghij" * 8) + "$$")], (420, 500))
    settle(qtbot, shown)
    assert "a+b+c" in document(boxes(shown)[0]).toPlainText()


def test_a_formula_may_arrive_character_by_character(show: Show, qtbot: QtBot) -> None:
    message = running()
    shown = show([message])
    for character in TEXT:
        shown.model.append_text(message.id, character)
        shown.view.flush()
        shown.view.grab()
    settle(qtbot, shown)
    assert document(boxes(shown)[0]).toPlainText() == f"Here {text_objects.OBJECT} and $\\foo$ cost $5."


def test_the_plain_text_of_a_selection_has_every_source() -> None:
    plain = QTextDocument("nothing here")
    cursor = QTextCursor(plain)
    cursor.select(QTextCursor.SelectionType.Document)
    assert text_objects.plain_text(cursor) == "nothing here"


def test_very_many_formulas_end_and_the_view_can_be_closed_meanwhile(show: Show, qtbot: QtBot) -> None:
    shown = show([answer(" ".join(f"$x_{{{number}}}$" for number in range(5_000)))])
    shown.view.scroll_to_message(0)
    shown.paint()
    assert shown.view.rows.heights.total > 0
