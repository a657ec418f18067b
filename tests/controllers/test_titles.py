"""A chat's title is the beginning of its first question."""

from __future__ import annotations

import pytest

from easychat_gui.controllers.chat import title_of


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("How are you?", "How are you?"),
        ("\n\n  First line  \nsecond", "First line"),
        ("word " * 30, "word word word word word word word word word…"),
        ("х" * 100, "х" * 48 + "…"),
    ],
)
def test_title(question: str, title: str) -> None:
    assert title_of(question) == title
