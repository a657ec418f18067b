"""Prose is judged; code, addresses and names are left alone."""

from __future__ import annotations

import pytest

from easychat_gui.spelling.words import opens_or_closes_code, script_of, words_of


def found(line: str) -> list[str]:
    return [each.text for each in words_of(line)]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("Hello, wrold! It's fine.", ["Hello", "wrold", "It's", "fine"]),
        ("don’t ‘quote’", ["don't", "quote"]),
        ("Превет, мир", ["Превет", "мир"]),
        ("run `pip instal x` now", ["run", "now"]),
        ("``a ` b`` after", ["after"]),
        ("see https://exmaple.com/pth?q=wrod and www.foo.bar ok", ["see", "and", "ok"]),
        ("mail ann.b@exmaple.org or @handel #tagg", ["mail", "or"]),
        ("/usr/lib/pyhton and C:\\Wndows\\x and a/b", ["and", "and"]),
        ("CamelCase iPhone NASA snake_case file.py x86 2nd", []),
        ("{{langauge=Englsh}} please", ["please"]),
        ("naïve cafe\u0301", ["naïve", "café"]),
        ("I a 我们 好 ok", ["我们", "ok"]),
        ("x" * 200, []),
    ],
)
def test_what_is_judged(line: str, words: list[str]) -> None:
    assert found(line) == words


def test_places_are_those_in_the_line() -> None:
    line = "😀 hello `code` wrold"
    assert [line[each.start : each.start + each.length] for each in words_of(line)] == ["hello", "wrold"]


def test_fences_and_scripts() -> None:
    assert opens_or_closes_code("  ```python")
    assert not opens_or_closes_code("a ``` b")
    assert [script_of(word) for word in ("hello", "мир", "miр", "京都")] == ["LATIN", "CYRILLIC", "", "CJK"]


@pytest.mark.parametrize("piece", ["`", "` ``", "a.", "_a", "/a", "a@", "x" * 10, "{{", "://a", "é", "a'", "` a"])
def test_nothing_that_is_typed_makes_it_go_through_the_line_again_and_again(piece: str) -> None:
    """In a line of this length anything quadratic would run into the time limit of the tests."""
    words_of(piece * (400_000 // len(piece)))
