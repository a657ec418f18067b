"""The conversation as a reader meets it: what stands there, what stays put, what a click does."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QFontMetricsF, QGuiApplication, QPaintEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from easychat_gui.domain.messages import MessageStatus, Usage
from easychat_gui.ui import theme
from easychat_gui.ui.conversation.code_card import CardPart
from easychat_gui.ui.conversation.selection import BoxKey
from easychat_gui.ui.conversation.style import Style
from tests.fakes.shown_conversation import Shown, answer, running, user

Show = Callable[..., Shown]
LONG = "\n\n".join(f"Paragraph {number} with some words in it." for number in range(60))
CODE = "Look:\n\n```python\nimport os\n```\n\nand a [link](https://e.org/x) here."


def first_visible(shown: Shown) -> tuple[BoxKey, int]:
    """Return the topmost block that begins in sight, and how far below the edge that is."""
    for key, _flow, _x, y in shown.view.boxes_in_sight():
        if y >= shown.view.scroll_top:
            return key, y - shown.view.scroll_top
    raise AssertionError("nothing in sight")


def place_of(shown: Shown, wanted: Callable[[QPoint], bool]) -> QPoint:
    """Return a place of the viewport of which something is true."""
    area = shown.view.viewport()
    for y in range(2, area.height(), 5):
        for x in range(2, area.width(), 7):
            if wanted(QPoint(x, y)):
                return QPoint(x, y)
    raise AssertionError("not in sight")


def test_plain_text_is_what_a_person_reads(show: Show) -> None:
    shown = show([user("Q *as typed*"), answer("1. one **bold**\n   - in\n\n| a | b |\n|---|---|\n| 1 | 2 |\n")])
    assert shown.view.message_count() == 2
    assert shown.view.plain_text(0) == "Q *as typed*"
    assert shown.view.plain_text(1) == "1. one bold\n  • in\n\na\tb\n1\t2"


def test_plain_text_knows_messages_that_were_never_laid_out(show: Show) -> None:
    shown = show([answer(f"number **{number}**\n\n{LONG}") for number in range(50)])
    assert shown.view.plain_text(0).startswith("number 0\n")


def test_plain_text_follows_a_running_answer_at_once(show: Show) -> None:
    message = running()
    shown = show([user("q"), message])
    shown.model.append_text(message.id, "Hello **wor")
    assert shown.view.plain_text(1) == "Hello wor"


def test_a_conversation_opens_at_its_end(show: Show) -> None:
    shown = show([answer(LONG), answer(LONG)])
    assert shown.view.is_at_end
    assert shown.value == shown.maximum > 0


def test_the_view_follows_the_answer_while_the_reader_is_at_the_end(show: Show) -> None:
    message = running()
    shown = show([answer(LONG), message])
    for number in range(20):
        shown.model.append_text(message.id, f"More text number {number}.\n\n")
        shown.paint()
        assert shown.value == shown.maximum
    assert not shown.view.overlays.jump_button.isVisible()


def test_what_is_read_stays_where_it_is_while_the_answer_grows(show: Show) -> None:
    message = running()
    shown = show([answer(LONG), answer(LONG), message])
    shown.view.verticalScrollBar().setValue(shown.maximum // 3)
    shown.paint()
    before = first_visible(shown)
    assert not shown.view.is_at_end
    assert shown.view.overlays.jump_button.isVisible()
    shown.model.append_text(message.id, LONG)
    shown.paint()
    assert first_visible(shown) == before


def test_the_jump_button_leads_to_the_end_and_goes_away(show: Show) -> None:
    shown = show([answer(LONG), answer(LONG)])
    shown.view.verticalScrollBar().setValue(10)
    shown.paint()
    QTest.mouseClick(shown.view.overlays.jump_button, Qt.MouseButton.LeftButton)
    shown.paint()
    assert shown.view.is_at_end
    assert shown.value == shown.maximum
    assert not shown.view.overlays.jump_button.isVisible()


def test_scrolling_up_through_unseen_messages_never_jumps(show: Show) -> None:
    shown = show([answer(f"# {number}\n\n{LONG}\n\n```py\n{'x = 1' * 30}\n```\n") for number in range(30)])
    bar = shown.view.verticalScrollBar()
    for _ in range(60):
        key, below = first_visible(shown)
        bar.setValue(bar.value() - 50)
        shown.paint()
        top = shown.view.rows.top_of(key)
        assert top is not None
        assert top - shown.view.scroll_top == below + 50


def test_a_resize_keeps_the_place(show: Show) -> None:
    shown = show([answer(f"Message {number}.\n\n{LONG}") for number in range(20)])
    shown.view.scroll_to_message(7)
    shown.paint()
    assert first_visible(shown)[0].row == 7
    for width in (500, 1000, 420, 800):
        shown.view.resize(width, 600)
        shown.paint()
        assert first_visible(shown)[0] == BoxKey(7, 1, 0)


def test_another_zoom_keeps_the_place_and_enlarges_the_text(show: Show) -> None:
    shown = show([answer(LONG), answer(LONG), answer("Short.\n\nText."), answer(LONG)])
    shown.view.scroll_to_message(2)
    shown.paint()
    height = shown.view.rows.heights[2]
    theme.watcher().set_zoom(1.5)
    try:
        shown.paint()
        assert first_visible(shown)[0].row == 2
        assert shown.view.rows.heights[2] > 1.1 * height
    finally:
        theme.watcher().set_zoom(1.0)


def test_dark_and_light_are_taken_over(show: Show) -> None:
    shown = show([answer("text")])
    try:
        for name in ("dark", "light"):
            theme.watcher().choose(name)
            shown.paint()
            corner = shown.view.grab().toImage().pixelColor(3, 3)
            assert corner == getattr(theme, name)().window
    finally:
        theme.watcher().choose("system")


def test_ten_thousand_messages_lay_out_only_what_is_seen(show: Show) -> None:
    shown = show([answer(f"m {number}\n\n{LONG}") for number in range(10_000)])
    opened = sum(row is not None and row.is_open for row in shown.view.rows._rows)
    assert opened < 20


def test_the_marked_text_is_copied_across_messages(show: Show) -> None:
    shown = show([user("the question"), answer("First **bold** words.\n\n- item")])
    shown.view.select_all()
    QTest.keySequence(shown.view, "Ctrl+C")
    assert QGuiApplication.clipboard().text() == "the question\n\nFirst bold words.\n\n• item"


def test_marking_with_the_mouse_takes_what_lies_between(show: Show) -> None:
    shown = show([answer("alpha beta\n\ngamma delta")])
    boxes = [(x, y) for _key, _flow, x, y in shown.view.boxes_in_sight()]
    left, top = shown.view.column[0], -shown.view.scroll_top
    start = QPoint(left + boxes[0][0] + 1, top + boxes[0][1] + 10)
    end = QPoint(left + 700, top + boxes[1][1] + 25)
    viewport = shown.view.viewport()
    QTest.mousePress(viewport, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, start)
    QTest.mouseMove(viewport, end)
    QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, end)
    assert shown.view.selected_text() == "alpha beta\n\ngamma delta"


def test_a_double_click_marks_a_word(show: Show) -> None:
    shown = show([answer("alpha")])
    place = place_of(shown, lambda point: shown.view.pointer.hit(point).is_on_text)
    QTest.mouseDClick(shown.view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    assert shown.view.selected_text() == "alpha"


def test_what_is_marked_stays_marked_while_text_arrives(show: Show) -> None:
    message = running("kept\n\n")
    shown = show([message])
    shown.view.select_all()
    shown.view.selection.head = shown.view.selection.head._replace(flow=1, box=0, offset=4)
    shown.model.append_text(message.id, "more\n\nand more")
    shown.paint()
    assert shown.view.selected_text() == "kept"


def test_a_link_is_told_of_when_clicked_and_not_before(show: Show, qtbot: QtBot) -> None:
    shown = show([answer(CODE)])
    place = place_of(shown, lambda point: bool(shown.view.pointer.hit(point).link))
    assert shown.view.pointer.hit(place).link == "https://e.org/x"
    with qtbot.waitSignal(shown.view.link_activated) as told:
        QTest.mouseClick(shown.view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    assert told.args == ["https://e.org/x"]


def test_copy_in_the_header_of_code_copies_all_of_it(show: Show) -> None:
    code = "\n".join(f"line {number}" for number in range(200))
    shown = show([answer(f"```py\n{code}\n```")])
    shown.view.scroll_to_message(0)
    shown.paint()
    place = place_of(shown, lambda point: shown.view.pointer.hit(point).card is CardPart.COPY)
    QTest.mouseClick(shown.view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    assert QGuiApplication.clipboard().text() == code
    assert shown.view.pointer.copied_card == BoxKey(0, 1, 0)


def test_code_gets_its_colours_after_it_is_seen(show: Show, qtbot: QtBot) -> None:
    shown = show([answer(CODE)])
    (flow,) = {id(flow): flow for _key, flow, _x, _y in shown.view.boxes_in_sight()}.values()
    qtbot.waitUntil(lambda: flow.boxes[1].colours is not None)
    document = flow.boxes[1].document
    assert document is not None
    assert document.firstBlock().layout().formats()[0].format.foreground().color() == theme.current().syntax.keyword


def test_reasoning_is_live_while_it_runs_and_folds_when_the_answer_comes(show: Show) -> None:
    message = running()
    shown = show([message])
    shown.model.append_reasoning(message.id, "Let me see.")
    shown.paint()
    row = shown.view.rows.row(0)
    assert row.is_unfolded
    assert shown.view.words.reasoning(row.message, is_running=row.is_thinking) == "Thinking…"
    shown.model.append_text(message.id, "The answer.")
    shown.paint()
    assert not row.is_unfolded


@pytest.mark.parametrize("how", ["click", "key"])
def test_the_chip_unfolds_the_reasoning(show: Show, how: str) -> None:
    shown = show([answer("Answer.", reasoning="Because of this.", reasoning_s=4.2)])
    row, height = shown.view.rows.row(0), shown.view.rows.heights[0]
    assert shown.view.words.reasoning(row.message, is_running=False) == "Thought for 4 s"
    if how == "click":
        place = place_of(shown, lambda point: shown.view.pointer.hit(point).is_on_chip)
        QTest.mouseClick(shown.view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    else:
        QTest.keyClick(shown.view, Qt.Key.Key_Return)
    shown.paint()
    assert row.is_unfolded
    assert shown.view.rows.heights[0] > height


def test_the_actions_are_for_the_last_answer_or_the_one_under_the_pointer(show: Show, qtbot: QtBot) -> None:
    first, second = answer("first"), answer("second")
    shown = show([user("q"), first, user("r"), second])
    bar = shown.view.overlays.action_bar
    with qtbot.waitSignal(shown.view.regenerate_requested) as told:
        QTest.mouseClick(bar.regenerate_button, Qt.MouseButton.LeftButton)
    assert told.args == [second.id]
    place = place_of(shown, lambda point: shown.view.pointer.hit(point).row == 1)
    QTest.mouseMove(shown.view.viewport(), place)
    shown.paint()
    with qtbot.waitSignal(shown.view.copy_requested) as told:
        QTest.mouseClick(bar.copy_button, Qt.MouseButton.LeftButton)
    assert told.args == [first.id]


def test_every_button_has_a_name_and_a_tooltip(show: Show) -> None:
    shown = show([answer("a")])
    bar = shown.view.overlays.action_bar
    for button in (bar.copy_button, bar.edit_button, bar.regenerate_button, bar.more_button):
        assert button.accessibleName()
        assert button.toolTip()


def test_figures_tell_tokens_speed_and_duration(show: Show) -> None:
    message = answer("a", usage=Usage(10, 412), duration_s=11.2, first_token_s=0.36)
    assert show([message]).view.words.figures(message) == "412 tokens · 38 tok/s · 11.2 s"


@pytest.mark.parametrize(
    ("status", "note"),
    [
        (MessageStatus.CANCELLED, "Stopped"),
        (MessageStatus.INTERRUPTED, "Interrupted"),
        (MessageStatus.FAILED, "Failed"),
    ],
)
def test_an_answer_that_did_not_end_well_says_so(show: Show, status: MessageStatus, note: str) -> None:
    shown = show([answer("half an", status=status)])
    row = shown.view.rows.row(0)
    assert row.places().note > 0
    assert shown.view.words.status(row.message) == note


def test_a_widget_after_the_last_message_stands_in_the_column_and_scrolls(show: Show) -> None:
    shown = show([answer(LONG)])
    card = QLabel("The server closed the connection.")
    card.setMinimumHeight(80)
    shown.view.set_trailing_widget(card)
    shown.paint()
    left, width = shown.view.column
    assert (card.x(), card.width()) == (left, width)
    assert card.height() >= 80
    assert card.geometry().bottom() < shown.view.viewport().height()
    assert shown.view.rows.row(0).places().note < 0
    y = card.y()
    shown.view.verticalScrollBar().setValue(shown.maximum - 100)
    shown.paint()
    assert card.y() == y + 100
    shown.view.set_trailing_widget(None)
    assert card.parent() is None
    card.deleteLater()


def test_an_answer_that_ends_is_not_laid_out_again(show: Show) -> None:
    message = running()
    shown = show([message])
    shown.model.append_text(message.id, "One.\n\nTwo.\n\nThree [r].\n\n")
    shown.paint()
    documents = [flow.boxes[key.box].document for key, flow, _x, _y in shown.view.boxes_in_sight()]
    shown.model.replace(shown.model.message(0).with_(status=MessageStatus.COMPLETE))
    shown.paint()
    assert [flow.boxes[key.box].document for key, flow, _x, _y in shown.view.boxes_in_sight()] == documents


def test_a_reference_link_works_once_the_answer_is_whole(show: Show) -> None:
    message = running()
    shown = show([message])
    shown.model.append_text(message.id, "See [the page][1].\n\n[1]: https://e.org/one\n")
    shown.paint()
    shown.model.replace(shown.model.message(0).with_(status=MessageStatus.COMPLETE))
    shown.paint()
    place = place_of(shown, lambda point: bool(shown.view.pointer.hit(point).link))
    assert shown.view.pointer.hit(place).link == "https://e.org/one"


def test_taking_messages_away_and_adding_others(show: Show) -> None:
    shown = show([user("a"), answer("b"), user("c"), answer("d")])
    shown.model.truncate(2)
    shown.paint()
    assert shown.view.message_count() == 2
    shown.model.append(user("e"))
    shown.paint()
    assert [shown.view.plain_text(number) for number in range(3)] == ["a", "b", "e"]


def test_an_empty_conversation_can_be_shown_and_filled(show: Show) -> None:
    shown = show([])
    message = running()
    shown.model.append(message)
    shown.paint()
    assert shown.view.rows.row(0).is_waiting
    shown.model.append_text(message.id, "now")
    shown.paint()
    assert not shown.view.rows.row(0).is_waiting
    shown.model.set_messages([])
    shown.paint()
    assert shown.view.message_count() == 0


def test_home_and_end_lead_to_the_ends(show: Show) -> None:
    shown = show([answer(LONG), answer(LONG)])
    QTest.keyClick(shown.view, Qt.Key.Key_Home)
    shown.paint()
    assert shown.value == 0
    QTest.keyClick(shown.view, Qt.Key.Key_End)
    shown.paint()
    assert shown.value == shown.maximum
    QTest.keyClick(shown.view, Qt.Key.Key_PageUp)
    shown.paint()
    assert shown.value < shown.maximum


def test_nothing_is_painted_while_nothing_happens(show: Show, qtbot: QtBot) -> None:
    shown = show([user("q"), answer(f"{CODE}\n\n{LONG}")])
    shown.view.scroll_to_message(1)
    flows = [(flow, key.box) for key, flow, _x, _y in shown.view.boxes_in_sight()]
    qtbot.waitUntil(lambda: not any(flow.needs_colours(box) for flow, box in flows))
    shown.paint()
    painted = PaintCounter(shown.view.viewport())
    for _ in range(50):
        QApplication.processEvents()
    assert painted.count == 0


def test_a_view_goes_away_with_its_rows(show: Show, qtbot: QtBot) -> None:
    message = running()
    shown = show([message])
    shown.model.append_text(message.id, "more")
    shown.view.set_model(None)
    assert shown.view.message_count() == 0
    shown.model.append_text(message.id, "for nobody")
    shown.paint()


class PaintCounter(QObject):
    """Counts how often a widget is painted."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.count = 0
        self.height = 0
        """Of what was painted at once, at most."""
        widget.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QPaintEvent):
            self.count += 1
            self.height = max(self.height, event.rect().height())
        return False


@pytest.fixture
def restore_direction() -> Iterator[None]:
    before = QGuiApplication.layoutDirection()
    yield
    QGuiApplication.setLayoutDirection(before)


@pytest.mark.usefixtures("restore_direction")
@pytest.mark.parametrize("direction", [Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft])
def test_name_and_time_stand_side_by_side(show: Show, direction: Qt.LayoutDirection) -> None:
    QGuiApplication.setLayoutDirection(direction)
    shown = show([answer("x")])
    shown.view.words.name_of_model = lambda _model_id: "m"
    message, style = shown.model.message(0), Style()
    needed = QFontMetricsF(style.name_font).horizontalAdvance(shown.view.words.author(message))
    needed += QFontMetricsF(style.small_font).horizontalAdvance(shown.view.words.time_of(message))
    image = shown.view.viewport().grab().toImage()
    _, _, _, body_top = next(iter(shown.view.boxes_in_sight()))
    ground = image.pixel(1, 1)
    inked = [
        x for x in range(image.width()) if any(image.pixel(x, y) != ground for y in range(body_top - 24, body_top - 4))
    ]
    assert inked[-1] - inked[0] >= needed


@pytest.mark.usefixtures("restore_direction")
def test_a_text_looks_the_same_in_a_mirrored_window(show: Show) -> None:
    text = "1. مرحبا\n2. one\n\n> اقتباس\n\n![cat](http://e.org/c.png)\n\n```py\nx = 1\n```\n\n[^1]: note"
    looks = []
    for direction in (Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft):
        QGuiApplication.setLayoutDirection(direction)
        shown = show([answer(text)])
        image = shown.view.viewport().grab().toImage()
        boxes = list(shown.view.boxes_in_sight())
        key, flow, _, last = boxes[-1]
        (left, width), top = shown.view.column, boxes[0][3]
        looks.append(image.copy(left - 8, top, width + 16, last + flow.heights[key.box] - top))
    assert looks[0] == looks[1]


def test_the_bar_of_a_quote_stands_where_its_text_begins(show: Show) -> None:
    inked = []
    for text in ("> quoted", "> اقتباس"):
        shown = show([answer(text)])
        image = shown.view.viewport().grab().toImage()
        (place,) = shown.view.boxes_in_sight()
        (left, width), top = shown.view.column, place[3]
        edges = (left + 1, left + width - 2)
        inked.append([image.pixel(edge, top + 12) != image.pixel(1, 1) for edge in edges])
    assert inked == [[True, False], [False, True]]
