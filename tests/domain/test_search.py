"""What is typed is understood as people mean it, and nothing that can be typed raises."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from easychat_gui.domain.messages import Role
from easychat_gui.domain.search import MOST_CHARACTERS, Filters, Has, Hint, HintKind, State, Term, parse


def terms(typed: str) -> list[tuple[str, bool, bool]]:
    return [(" ".join(term.words), term.is_prefix, term.is_excluded) for term in parse(typed).terms]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("numpy", [("numpy", True, False)]),
        ("soft max", [("soft", False, False), ("max", True, False)]),
        ("soft ", [("soft", False, False)]),
        ("num* max ", [("num", True, False), ("max", False, False)]),
        ('"soft max"', [("soft max", False, False)]),
        ('"soft ma', [("soft ma", True, False)]),
        ("«мягкий знак» “and this”", [("мягкий знак", False, False), ("and this", False, False)]),
        ("-pandas numpy", [("pandas", False, True), ("numpy", True, False)]),
        ('-"soft max" x', [("soft max", False, True), ("x", True, False)]),
        ("snake_case", [("snake case", True, False)]),
        ("http://a.b", [("http a b", True, False)]),
        ("京都", [("京 都", True, False)]),
        ("Ёлка", [("елка", True, False)]),
        ("12:30", [("12 30", True, False)]),
        ("* ( -", []),
    ],
)
def test_words(typed: str, expected: list[tuple[str, bool, bool]]) -> None:
    assert terms(typed) == expected


def day(year: int, month: int, number: int) -> float:
    return datetime(year, month, number).astimezone().timestamp()


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("from:me", Filters(role=Role.USER)),
        ("from:model", Filters(role=Role.ASSISTANT)),
        ("FROM:Assistant", Filters(role=Role.ASSISTANT)),
        ("model:qwen model:gpt", Filters(models=("qwen", "gpt"))),
        ("before:2026-01-31", Filters(before=day(2026, 1, 31))),
        ("before:31.1.2026", Filters(before=day(2026, 1, 31))),
        ("after:2026-02", Filters(after=day(2026, 2, 1))),
        ("after:2026", Filters(after=day(2026, 1, 1))),
        ('in:"My work"', Filters(folders=("My work",))),
        ("tag:#maths", Filters(tags=("maths",))),
        ("has:code has:picture", Filters(has=frozenset({Has.CODE, Has.IMAGE}))),
        ("is:pinned is:archived", Filters(states=frozenset({State.PINNED, State.ARCHIVED}))),
        ("von:mir", Filters(role=Role.USER)),
    ],
)
def test_filters(typed: str, expected: Filters) -> None:
    names = {"von": "from", "mir": "me"}
    assert parse(typed, names).filters == expected
    query = parse(f"{typed} word", names)
    assert query.filters == expected
    assert query.terms == (Term(("word",), is_prefix=True),)
    assert query.words == "word"


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("from:you x", Hint(HintKind.NO_SENDER, "you")),
        ("before:soon x", Hint(HintKind.NO_DATE, "soon")),
        ("before:2026-13-40 x", Hint(HintKind.NO_DATE, "2026-13-40")),
        ("after:9999999 x", Hint(HintKind.NO_DATE, "9999999")),
        ("has:wings x", Hint(HintKind.NO_SUCH_THING, "wings")),
        ("is:blue x", Hint(HintKind.NO_STATE, "blue")),
        ("from: x", Hint(HintKind.NO_VALUE, "from")),
        ("-x", Hint(HintKind.ONLY_EXCLUDED)),
        ("!?", Hint(HintKind.NO_WORD)),
        ("x" * (MOST_CHARACTERS + 1), Hint(HintKind.TOO_LONG)),
    ],
)
def test_what_makes_no_sense_is_said_and_left_out(typed: str, expected: Hint) -> None:
    query = parse(typed)
    assert query.hints == (expected,)
    assert query.filters == Filters()


def test_what_is_found_at_once_is_the_word_itself() -> None:
    assert parse("num").exact is None
    exact = parse("soft numpy").exact
    assert exact is not None
    assert exact.match == '"soft" AND "numpy"'
    assert parse("soft numpy").match == '"soft" AND "numpy" *'


@given(st.text(max_size=60))
def test_nothing_that_can_be_typed_raises(typed: str) -> None:
    query = parse(typed)
    if query.wanted:
        assert query.match
    for term in query.terms:
        assert all(word and '"' not in word for word in term.words)
