"""What a screen reader is told of the conversation."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleEvent, QAccessibleInterface, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from easychat_gui.ui.widgets.painted_items import PRESS, SET_FOCUS, PaintedItem
from tests.fakes.shown_conversation import Shown, answer, running, user

Show = Callable[..., Shown]


def tree(shown: Shown) -> QAccessibleInterface:
    return QAccessible.queryAccessibleInterface(shown.view)


def test_the_conversation_is_a_list_of_its_messages(show: Show) -> None:
    shown = show([user("the question"), answer("The **answer**.")])
    root = tree(shown)
    assert root.role() is QAccessible.Role.List
    assert root.text(QAccessible.Text.Name) == "Conversation"
    first, second = root.child(0), root.child(1)
    assert first.role() is QAccessible.Role.ListItem
    assert first.text(QAccessible.Text.Name) == "You: the question (message 1 of 2)"
    assert second.text(QAccessible.Text.Name) == "test-model: The answer. (message 2 of 2)"
    assert second.text(QAccessible.Text.Value) == "The answer."
    assert root.indexOfChild(second) == 1
    assert second.parent().object() is shown.view


def test_a_message_is_where_it_is_painted(show: Show) -> None:
    shown = show([user("a"), answer("b")])
    root = tree(shown)
    rect = root.child(1).rect()
    assert rect.height() == shown.view.rows.heights[1]
    found = root.childAt(rect.left() + 5, rect.bottom() - 50)
    assert found.text(QAccessible.Text.Value) == "b"


def test_buttons_and_the_card_of_an_error_come_after_the_messages(show: Show) -> None:
    shown = show([answer("a")])
    card = QLabel("It failed.")
    shown.view.set_trailing_widget(card)
    shown.paint()
    root = tree(shown)
    assert root.childCount() == shown.view.message_count() + 1
    rest = root.child(shown.view.message_count())
    assert root.indexOfChild(rest) == shown.view.message_count()
    widgets = [rest.child(number).object() for number in range(rest.childCount())]
    assert card in widgets
    assert shown.view.overlays.action_bar in widgets
    shown.view.set_trailing_widget(None)
    card.deleteLater()


def test_text_that_arrives_is_told(show: Show) -> None:
    message = running()
    shown = show([message])
    shown.model.append_text(message.id, "so far")
    assert tree(shown).child(0).text(QAccessible.Text.Value) == "so far"


def test_messages_that_are_gone_are_not_valid(show: Show) -> None:
    shown = show([user("a"), answer("b")])
    item = tree(shown).child(1)
    shown.model.truncate(1)
    assert not item.isValid()
    assert item.text(QAccessible.Text.Name) == ""


# -- what is in a message

CODE = "\n".join(f"line {number}" for number in range(60))
TEXT = (
    "# About cats 🐈\n\nSee 🐈 [the **bold** page](https://one.example/), it is $x^2$.\n\n"
    f"```py\n{CODE}\n```\n\n![cat](https://three.example/c.png)\n"
)


def shown_text(show: Show) -> Shown:
    shown = show([user("a"), answer(TEXT, reasoning="hm", reasoning_s=4.0)], (800, 1000))
    shown.view.activateWindow()
    shown.view.setFocus()
    return shown


def children(item: QAccessibleInterface) -> list[PaintedItem]:
    found = [item.child(place) for place in range(item.childCount())]
    assert [item.indexOfChild(each) for each in found] == list(range(len(found)))
    assert all(each.isValid() and each.parent() is item for each in found)
    return found  # type: ignore[return-value]


def named(item: QAccessibleInterface, name: str) -> PaintedItem:
    return next(each for each in children(item) if each.text(QAccessible.Text.Name) == name)


def told_focus(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list that is going to hold the names of what a screen reader is told to be focused."""
    told: list[str] = []

    def take(event: QAccessibleEvent) -> None:
        if event.type() is QAccessible.Event.Focus:
            told.append(event.accessibleInterface().text(QAccessible.Text.Name))

    monkeypatch.setattr(QAccessible, "isActive", lambda: True)
    monkeypatch.setattr(QAccessible, "updateAccessibility", take)
    return told


def test_paragraphs_and_what_can_be_pressed_are_in_the_message(show: Show) -> None:
    message = tree(shown_text(show)).child(1)
    role = QAccessible.Role
    assert [(each.role(), each.text(QAccessible.Text.Name)) for each in children(message)] == [
        (role.Button, "Thought for 4 s"),
        (role.Heading, "About cats 🐈"),
        (role.Paragraph, "See 🐈 the bold page, it is $x^2$."),
        (role.Link, "the bold page"),
        (role.Paragraph, CODE),
        (role.Button, "Copy"),
        (role.Button, "Save as…"),
        (role.Button, "Show all 60 lines"),
        (role.Paragraph, "🖼 cat · three.example"),
        (role.Button, "Load: https://three.example/c.png"),
    ]
    assert named(message, "the bold page").text(QAccessible.Text.Description) == "https://one.example/"
    assert named(message, "Copy").text(QAccessible.Text.Description) == "code block, py, 60 lines"


def test_they_are_where_they_are_painted(show: Show) -> None:
    shown = shown_text(show)
    message = tree(shown).child(1)
    link = named(message, "the bold page")
    assert message.rect().contains(link.rect())
    hit = shown.view.pointer.hit(shown.view.viewport().mapFromGlobal(link.rect().center()))
    assert hit.link == "https://one.example/"
    at = link.rect().center()
    assert message.childAt(at.x(), at.y()) is link
    assert tree(shown).childAt(at.x(), at.y()) is message


def test_a_screen_reader_presses_what_can_be_pressed(show: Show, qtbot: QtBot) -> None:
    shown = shown_text(show)
    message = tree(shown).child(1)
    assert named(message, "the bold page").actionNames() == [PRESS, SET_FOCUS]
    with qtbot.waitSignal(shown.view.link_activated) as opened:
        named(message, "the bold page").doAction(PRESS)
    assert opened.args == ["https://one.example/"]
    named(message, "Copy").doAction(PRESS)
    qtbot.waitUntil(lambda: QGuiApplication.clipboard().text() == CODE)
    chip = named(message, "Thought for 4 s")
    assert chip.state().collapsed
    chip.doAction(PRESS)
    qtbot.waitUntil(lambda: shown.view.rows.row(1).is_unfolded)
    assert chip.state().expanded
    shown.paint()
    assert children(message)[1].text(QAccessible.Text.Name) == "hm"


def test_a_screen_reader_moves_the_keyboard(show: Show, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = shown_text(show)
    told = told_focus(monkeypatch)
    message = tree(shown).child(1)
    assert isinstance(message, PaintedItem)
    message.doAction(SET_FOCUS)
    assert shown.view.keyboard.focused_row == 1
    assert message.state().focused
    link = named(message, "the bold page")
    link.doAction(SET_FOCUS)
    assert link.state().focused
    assert not message.state().focused
    assert tree(shown).focusChild() is link
    assert told[-1] == "the bold page"


def test_keys_tell_what_they_have_come_to(show: Show, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = shown_text(show)
    told = told_focus(monkeypatch)
    QTest.keyClick(shown.view, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    for _ in range(2):
        QTest.keyClick(shown.view, Qt.Key.Key_Tab)
    QTest.keyClick(shown.view, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert told[0].startswith("test-model: About cats")
    assert told[1:] == ["Thought for 4 s", "the bold page", "You: a (message 1 of 2)"]
    assert shown.view.spots.focused is None


def test_a_message_is_laid_out_when_the_keyboard_comes_to_it(show: Show, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "\n\n".join(f"A [link {number}](https://example.com/{number})." for number in range(60))
    shown = show([answer(text), *[answer("x\n\n" * 9) for _ in range(40)]])
    told_focus(monkeypatch)
    message = tree(shown).child(0)
    assert isinstance(message, PaintedItem)
    assert children(message) == []
    message.doAction(SET_FOCUS)
    assert named(message, "link 59").isValid()


def test_what_is_gone_does_not_answer(show: Show) -> None:
    shown = shown_text(show)
    message = tree(shown).child(1)
    found = children(message)
    shown.model.truncate(1)
    assert not any(each.isValid() for each in found)
    assert {each.text(QAccessible.Text.Name) for each in found} == {""}
    for each in found:
        each.doAction(PRESS)
        assert each.rect().isEmpty()
    assert message.childCount() == 0
    assert message.child(0) is None


def test_the_list_is_the_same_whatever_is_connected_to_the_view(show: Show) -> None:
    """Each signal that is connected to a widget makes Qt ask for its interface again, and delete each that it has."""
    shown = shown_text(show)
    item = tree(shown).child(1)
    shown.model.modelReset.connect(shown.view.scroll_to_end)
    shown.model.modelReset.connect(shown.view.copy)
    assert tree(shown).child(1) is item
    assert item.parent() is tree(shown)
    shown.view.setAccessibleName("Another")
    shown.view.deleteLater()
    QApplication.processEvents()
