"""Code in cards: folded when it is long, wrapped or scrolled, copied and saved whole."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from easychat_gui.ui.conversation import code_card
from easychat_gui.ui.conversation.code_card import CardPart
from easychat_gui.ui.conversation.code_look import FOLDED_ABOVE, FOLDED_LINES
from easychat_gui.ui.conversation.flow import Flow
from easychat_gui.ui.conversation.message_row import FlowKind
from easychat_gui.ui.conversation.selection import BoxKey
from tests.fakes.shown_conversation import Shown, answer, running, user

Show = Callable[..., Shown]
LINES = [f"value_{number} = {number}" for number in range(312)]
LONG = "Before.\n\n```python\n" + "\n".join(LINES) + "\n```\n\nAfter."
HEAD = BoxKey(0, FlowKind.TEXT, 1)


def flow(shown: Shown) -> Flow:
    text = shown.view.rows.open(0).text
    assert text is not None
    return text


def card_height(shown: Shown) -> int:
    parts = list(flow(shown).code_parts(1))
    return sum(flow(shown).heights[part] for part in parts)


def places(shown: Shown, key: BoxKey = HEAD) -> dict[CardPart, QPoint]:
    """Return the middle of each place of a card that can be clicked, in the view."""
    view, text = shown.view, flow(shown)
    top = view.rows.top_of(key)
    assert top is not None
    corner = QPoint(view.column[0], top - view.scroll_top)
    rects = code_card.parts(text.boxes[key.box], text.width, view.rows.frame.style, view.words)
    return {part: rect.translated(corner).center() for part, rect in rects.items()}


def press(shown: Shown, part: CardPart, key: BoxKey = HEAD) -> None:
    place = places(shown, key)[part]
    QTest.mouseClick(shown.view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    shown.paint()


def test_long_code_is_folded_and_says_how_long_it_is(show: Show) -> None:
    shown = show([answer(LONG)], (800, 900))
    line = shown.view.rows.frame.style.code_line
    assert FOLDED_LINES * line < card_height(shown) < (FOLDED_LINES + 8) * line
    look = flow(shown).boxes[1].look
    assert look is not None
    assert code_card.text_of(CardPart.FOLD, look, shown.view.words) == "Show all 312 lines"
    assert shown.view.plain_text(0).count("\n") > 312


def test_what_is_folded_away_is_not_laid_out(show: Show) -> None:
    boxes = flow(show([answer(LONG)], (800, 900))).boxes
    assert [box.document is not None for box in boxes if box.look] == [True, False, False, False, False]


def test_code_of_forty_lines_is_not_folded(show: Show) -> None:
    shown = show([answer("a\n\n```\n" + "x\n" * FOLDED_ABOVE + "```")])
    assert CardPart.FOLD not in places(shown)


def test_unfolding_keeps_the_card_where_it_is_and_folding_keeps_the_line_under_the_pointer(
    show: Show,
) -> None:
    shown = show([answer(LONG + "\n\nwords" * 60)], (800, 700))
    shown.view.scroll_to_message(0)
    shown.paint()
    folded, before = card_height(shown), places(shown)[CardPart.COPY]
    press(shown, CardPart.FOLD)
    assert card_height(shown) > folded * 5
    assert places(shown)[CardPart.COPY] == before
    last = HEAD._replace(box=max(flow(shown).code_parts(1)))
    bottom = shown.view.rows.top_of(last)
    assert bottom is not None
    shown.view.verticalScrollBar().setValue(bottom + flow(shown).heights[last.box] - 400)
    shown.paint()
    footer = places(shown, last)[CardPart.FOLD]
    press(shown, CardPart.FOLD, last)
    assert card_height(shown) == folded
    assert abs(places(shown)[CardPart.FOLD].y() - footer.y()) <= 1


def test_folded_code_is_copied_and_saved_whole(show: Show, qtbot: QtBot) -> None:
    shown = show([answer(LONG)], (800, 900))
    press(shown, CardPart.COPY)
    assert QGuiApplication.clipboard().text() == "\n".join(LINES)
    with qtbot.waitSignal(shown.view.code_save_requested) as saved:
        press(shown, CardPart.SAVE)
    assert saved.args == ["\n".join(LINES), "code.py"]
    shown.view.select_all()
    assert shown.view.selected_text().count("value_") == 312


def test_code_that_arrives_stays_whole_while_it_is_looked_at_and_folds_out_of_sight(show: Show) -> None:
    message = running()
    shown = show([message])
    whole = 0
    for start in range(0, len(LONG), 97):
        shown.model.append_text(message.id, LONG[start : start + 97])
        shown.view.flush()
        shown.view.grab()
        assert card_height(shown) >= whole if len(flow(shown).boxes) > 1 else True
        whole = card_height(shown) if len(flow(shown).boxes) > 1 else 0
    assert whole > 300 * shown.view.rows.frame.style.code_line
    shown.model.append_text(message.id, "\n\nmore" * 60)
    shown.paint()
    assert shown.value == shown.maximum
    assert card_height(shown) < 40 * shown.view.rows.frame.style.code_line


def test_lines_that_are_not_wrapped_can_be_scrolled_by_the_wheel(show: Show) -> None:
    shown = show([answer("Before.\n\n```py\nx = '" + "long " * 60 + "'\n```")])
    wrapped = card_height(shown)
    press(shown, CardPart.WRAP)
    look = flow(shown).boxes[1].look
    assert look is not None
    assert card_height(shown) < wrapped
    place = QPointF(places(shown)[CardPart.COPY]) + QPointF(0, 40)
    event = QWheelEvent(
        place,
        shown.view.viewport().mapToGlobal(place),
        QPoint(),
        QPoint(-240, 0),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(shown.view.viewport(), event)
    shown.paint()
    assert look.scrolled == 120
    press(shown, CardPart.WRAP)
    assert (look.scrolled, card_height(shown)) == (0, wrapped)


def test_code_whose_lines_fit_has_nothing_to_wrap(show: Show) -> None:
    assert CardPart.WRAP not in places(show([answer("a\n\n```\nshort\n```")]))


def test_a_very_narrow_card_leaves_out_what_has_no_room(show: Show) -> None:
    shown = show(
        [answer("a\n\n> > > > > > ```averyveryverylonglanguagename\n> > > > > > " + "x" * 200 + "\n")], (200, 400)
    )
    for place in places(shown).values():
        assert 0 <= place.x() < 200


def test_pasted_code_in_a_question_is_folded_too(show: Show) -> None:
    shown = show([user("See:\n\n```\n" + "\n".join(LINES) + "\n```")], (800, 900))
    assert card_height(shown) < 30 * shown.view.rows.frame.style.code_line
