"""What was sent with a question is seen above it, can be clicked, and is spoken."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible, QColor, QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from easychat_gui.domain.attachments import Attachment, Details, Unit
from easychat_gui.domain.ids import AttachmentId
from easychat_gui.ui.conversation.hits import Hit
from tests.fakes.shown_conversation import Shown, answer, user

NOTES = Attachment(AttachmentId("n"), "notes.pdf", "application/pdf", 9, "0" * 64, "text", Details(Unit.PAGE, 12, 12))
PLOT = Attachment(AttachmentId("p"), "plot.png", "image/png", 9, "1" * 64, details=Details(width=400, height=300))


def shown(qtbot: QtBot, text: str = "What is it?") -> Shown:
    return Shown(qtbot, [user("before"), user(text).with_(attachments=(NOTES, PLOT)), answer("Fine.")])


def centre(view: Shown, name: str) -> QPoint:
    """Return where an attachment of the second message is in the viewport."""
    rows = view.view.rows
    placed = next(each for each in rows.row(1).attached if each.attachment.name == name)
    corner = QPoint(view.view.column[0], rows.heights.before(1) - view.view.scroll_top)
    return placed.rect.center() + corner


def test_a_click_on_one_tells_which(qtbot: QtBot) -> None:
    view = shown(qtbot)
    for attachment in (NOTES, PLOT):
        with qtbot.waitSignal(view.view.attachment_activated) as caught:
            QTest.mouseClick(view.view.viewport(), Qt.MouseButton.LeftButton, pos=centre(view, attachment.name))
        assert caught.args == [attachment]


def test_they_stand_above_the_bubble_and_nothing_overlaps(qtbot: QtBot) -> None:
    view = shown(qtbot)
    row = view.view.rows.row(1)
    bubble = row.bubble_rect()
    rects = [placed.rect for placed in row.attached]
    assert all(rect.bottom() < bubble.top() for rect in rects)
    assert not rects[0].intersects(rects[1])
    assert all(rect.right() <= bubble.right() for rect in rects)
    assert view.view.rows.heights[1] == row.height


def test_without_a_word_there_is_no_empty_bubble(qtbot: QtBot) -> None:
    with_words, without = shown(qtbot), shown(qtbot, "")
    assert without.view.rows.row(1).has_bubble is False
    assert without.view.rows.heights[1] < with_words.view.rows.heights[1]


def test_a_picture_is_fetched_once_and_drawn(qtbot: QtBot) -> None:
    view = shown(qtbot)
    asked: list[Callable[[QImage | None], None]] = []
    view.view.thumbnails.read = lambda attachment, edge, then: asked.append(then)
    view.view.viewport().update()
    view.paint()
    assert len(asked) == 1
    image = QImage(40, 30, QImage.Format.Format_RGB32)
    image.fill(QColor("teal"))
    asked[0](image)
    view.paint()
    colour = view.view.viewport().grab().toImage().pixelColor(centre(view, "plot.png"))
    assert colour == QColor("teal")
    assert len(asked) == 1


def test_a_picture_that_is_gone_is_still_a_thing_to_click(qtbot: QtBot) -> None:
    view = shown(qtbot)
    view.view.thumbnails.read = lambda attachment, edge, then: then(None)
    view.view.viewport().update()
    view.paint()
    assert view.view.thumbnails.is_missing(PLOT)
    with qtbot.waitSignal(view.view.attachment_activated):
        QTest.mouseClick(view.view.viewport(), Qt.MouseButton.LeftButton, pos=centre(view, "plot.png"))


def test_they_are_spoken_before_the_words(qtbot: QtBot) -> None:
    view = shown(qtbot)
    item = QAccessible.queryAccessibleInterface(view.view).child(1)
    name = item.text(QAccessible.Text.Name)
    assert name.startswith("You: Attachment notes.pdf, 12 pages; Attachment plot.png, 400 × 300. What is it?")


def test_the_pointer_shows_that_it_can_be_clicked(qtbot: QtBot) -> None:
    view = shown(qtbot)
    place = centre(view, "notes.pdf")
    QTest.mouseMove(view.view.viewport(), place)
    found = view.view.pointer.hit(QPointF(place).toPoint())
    assert found.attachment == NOTES


def test_the_keyboard_reaches_them_by_the_menu(qtbot: QtBot) -> None:
    view = shown(qtbot)
    menu = view.view.menu._build(Hit(1))
    action = next(each for each in menu.actions() if each.text() == "Show notes.pdf")
    with qtbot.waitSignal(view.view.attachment_activated) as caught:
        action.trigger()
    assert caught.args == [NOTES]


def test_a_message_without_words_can_be_marked_over_and_copied(qtbot: QtBot) -> None:
    view = shown(qtbot, "")
    keys = Qt.Key
    for key in (keys.Key_Right, keys.Key_Down, keys.Key_Down, keys.Key_Left, keys.Key_Up, keys.Key_PageDown):
        QTest.keyClick(view.view, key, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(view.view, keys.Key_F7)
    for key in (keys.Key_Down, keys.Key_Right, keys.Key_Up, keys.Key_Home):
        QTest.keyClick(view.view, key)
    view.view.select_all()
    view.paint()
    assert "before" in view.view.selected_text()
    assert "Fine." in view.view.selected_text()
    QTest.mouseClick(view.view.viewport(), Qt.MouseButton.LeftButton, pos=centre(view, "plot.png") + QPoint(0, 200))


def test_the_keyboard_and_screen_readers_reach_them(qtbot: QtBot) -> None:
    view = shown(qtbot)
    message = QAccessible.queryAccessibleInterface(view.view).child(1)
    names = [message.child(place).text(QAccessible.Text.Name) for place in range(2)]
    assert sorted(names) == ["Attachment notes.pdf, 12 pages", "Attachment plot.png, 400 × 300"]
    view.view.activateWindow()
    view.view.setFocus()
    QTest.keyClick(view.view, Qt.Key.Key_Tab)
    with qtbot.waitSignal(view.view.attachment_activated) as caught:
        QTest.keyClick(view.view, Qt.Key.Key_Return)
    assert caught.args is not None
    assert caught.args[0] in (NOTES, PLOT)


def test_what_came_with_an_answer_stands_between_author_and_words(qtbot: QtBot) -> None:
    view = Shown(qtbot, [user("Draw a boat"), answer("A boat.").with_(attachments=(NOTES, PLOT), reasoning="Blue?")])
    row = view.view.rows.row(1)
    places = row.places()
    rects = [placed.rect for placed in row.attached]
    assert all(places.header < rect.top() and rect.bottom() < places.chip < places.text for rect in rects)
    assert rects[0].left() == rects[1].left() == 0
    assert view.view.rows.heights[1] == row.height
    view.view.thumbnails.read = lambda attachment, edge, then: then(teal())
    view.view.viewport().update()
    view.paint()
    view.paint()
    assert view.view.viewport().grab().toImage().pixelColor(centre(view, "plot.png")) == QColor("teal")


def test_an_answer_of_nothing_but_a_picture_has_no_room_for_words(qtbot: QtBot) -> None:
    view = Shown(qtbot, [user("Draw a boat"), answer("").with_(attachments=(PLOT,))])
    row = view.view.rows.row(1)
    assert row.places().text == -1
    assert row.attached[0].rect.bottom() < row.height


def teal() -> QImage:
    image = QImage(40, 30, QImage.Format.Format_RGB32)
    image.fill(QColor("teal"))
    return image
