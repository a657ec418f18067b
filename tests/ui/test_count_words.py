"""Numbers of things are said as people say them."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QLocale

from easychat_gui.ui.count_words import chats_of, counted, messages_of


@pytest.mark.parametrize(("count", "words"), [(0, "0 chats"), (1, "1 chat"), (2, "2 chats")])
def test_one_is_not_several(count: int, words: str) -> None:
    assert chats_of(count) == words


def test_the_number_is_written_as_the_language_writes_it() -> None:
    assert messages_of(1284) == f"{QLocale().toString(1284)} messages"


def test_what_else_is_in_braces_stays_for_others_to_fill() -> None:
    assert counted(2, "{name}: one", "{name}: {count}").format(name="a") == "a: 2"
