"""The menu of the conversation offers what can be done there, each thing once."""

from __future__ import annotations

from collections.abc import Callable

from easychat_gui.domain.ids import ConversationId
from easychat_gui.domain.messages import Role, new_message
from easychat_gui.ui.conversation.context_menu import ContextMenu
from easychat_gui.ui.conversation.hits import Hit
from tests.fakes.shown_conversation import Shown


def _words(shown: Shown) -> list[str]:
    menu = ContextMenu(shown.view)._build(Hit(0))
    words = [action.text() for action in menu.actions()]
    menu.deleteLater()
    return words


def test_what_is_marked_is_offered_only_where_something_is(show: Callable[..., Shown]) -> None:
    shown = show([new_message(ConversationId("c"), Role.USER, "Hello there")])
    assert "Copy selection" not in _words(shown)
    assert "Quote in reply" not in _words(shown)
    shown.view.select_all()
    assert _words(shown).count("Copy selection") == 1
    assert "Copy" not in _words(shown)
