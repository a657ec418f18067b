"""The line that says how many chats were found."""

from __future__ import annotations

import pytest

from easychat_gui.domain.search import Found, Query
from easychat_gui.ui.palette.words import count_words


@pytest.mark.parametrize(
    ("total", "words"), [(1, "0 of 1 chat · 2 ms"), (41, "0 of 41 chats · 2 ms"), (None, "0 chats · 2 ms")]
)
def test_how_many_were_found(total: int | None, words: str) -> None:
    assert count_words(Found(Query(), (), False, 0.002), total) == words
