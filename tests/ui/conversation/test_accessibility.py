"""What a screen reader is told of the conversation."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QLabel

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
    widgets = [root.child(number).object() for number in range(shown.view.message_count(), root.childCount())]
    assert card in widgets
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
