"""Hits are marked where they stand in the text, however that is written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from easychat_gui.domain.search import parse
from easychat_gui.domain.search_words import composed, folded, indexable, marks, pattern, tokens


def marked(text: str, typed: str) -> list[str]:
    wanted = pattern((term.words, term.is_prefix) for term in parse(typed).wanted)
    assert wanted is not None
    text = composed(text)
    return [text[begin:end] for begin, end in marks(text, wanted)]


@pytest.mark.parametrize(
    ("text", "typed", "expected"),
    [
        ("numpy and NumPy", "numpy", ["numpy", "NumPy"]),
        ("numpy numb pynum", "num", ["num", "num"]),
        ("numpy numb", "num ", []),
        ("soft max, softmax, soft-max", '"soft max"', ["soft max", "soft-max"]),
        ("Новая Ёлка и елка", "елка", ["Ёлка", "елка"]),
        ("eine Straße, STRASSE", "strasse", ["Straße", "STRASSE"]),
        ("x ß Straße ﬁn naïve", "naive", ["naïve"]),
        ("e\u0301tude", "étu", ["étu"]),
        ("去東京都旅行", "京都", ["京都"]),
        ("a\u00adb ab", "ab", ["a\u00adb", "ab"]),
        ("ＡＢＣ", "abc", ["ＡＢＣ"]),
        ("🍲🍲 soup", "soup", ["soup"]),
        ("numpy.exp(shifted)", "numpy.exp", ["numpy.exp"]),
        ("mein", "ein", []),
    ],
)
def test_marks(text: str, typed: str, expected: list[str]) -> None:
    assert marked(text, typed) == expected


@pytest.mark.parametrize(("one", "other"), [("й", "и"), ("ї", "і"), ("ガ", "カ")])
def test_letters_of_their_own_stay_apart(one: str, other: str) -> None:
    assert folded(one) != folded(other)


def test_a_table_drawn_with_lines_is_no_word() -> None:
    assert tokens("┌──┐│ a │└──┘") == ["a"]


@given(st.text(max_size=40))
def test_folding_twice_changes_nothing_and_marks_lie_in_the_text(text: str) -> None:
    assert tokens(indexable(text)) == tokens(text)
    whole = composed(text)
    words = tokens(text)
    wanted = pattern([(words[:1], True)]) if words else None
    if wanted is not None:
        for begin, end in marks(whole, wanted):
            assert 0 <= begin < end <= len(whole)
