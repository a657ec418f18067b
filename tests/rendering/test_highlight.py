"""Colours line by line are the colours of the whole."""

from __future__ import annotations

import pytest

from easychat_gui.rendering.highlight import ColouredRange, LineLexer, TokenKind, lex

SAMPLES = {
    "python": 'import os\n\ndef f(x: int = -1) -> str:\n    """Doc\n    string."""\n    return f"{x!r} {os}"  # end\n',
    "javascript": "const a = `x ${b} y`;\nfunction go(n) { return n + 1; } // note\nclass A extends B {}\n",
    "rust": 'fn main() {\n    let x: u32 = 5; // five\n    println!("{}", x);\n}\n',
    "bash": 'for f in *.txt; do\n  echo "$f" | grep -v x\ndone\n',
    "json": '{"a": [1, 2.5, true, null],\n "b": "text"}\n',
    "sql": "SELECT a, COUNT(*) FROM t\nWHERE b = 'x' -- note\nGROUP BY a;\n",
    "c": '#include <stdio.h>\nint main(void) {\n  return printf("x");\n}\n',
    "go": 'package main\n\nfunc main() {\n\tx := 5\n\tprintln("a", x)\n}\n',
}


def coloured(lines: list[str], colours: list[list[ColouredRange]]) -> list[dict[int, TokenKind]]:
    """Return the colour of every character that can be seen."""
    return [
        {
            place: each.kind
            for each in line
            for place in range(each.start, each.start + each.length)
            if not text[place].isspace()
        }
        for text, line in zip(lines, colours, strict=True)
    ]


@pytest.mark.parametrize("language", SAMPLES)
def test_growing_code_has_the_colours_of_the_whole(language: str) -> None:
    code = SAMPLES[language]
    lines = code.split("\n")
    lexer = LineLexer(language)
    assert coloured(lines, [lexer.take(line) for line in lines]) == coloured(lines, lex(language, code))
    assert any(lex(language, code))


def test_a_peek_leaves_the_state_as_it_was() -> None:
    lexer = LineLexer("python")
    lexer.peek('x = """open')
    assert lexer.take("def f(): pass")[0].kind is TokenKind.KEYWORD


def test_a_copy_goes_on_from_the_same_state() -> None:
    lexer = LineLexer("python")
    lexer.take('x = """open')
    assert lexer.copy().take("def f")[0].kind is TokenKind.STRING


def test_kinds_are_what_a_reader_expects() -> None:
    line = lex("python", 'def go(n): return "a" + str(12)  # why')[0]
    text = 'def go(n): return "a" + str(12)  # why'
    kinds = {text[each.start : each.start + each.length]: each.kind for each in line}
    assert kinds["def"] is TokenKind.KEYWORD
    assert kinds["go"] is TokenKind.FUNCTION
    assert kinds["12"] is TokenKind.NUMBER
    assert kinds["# why"] is TokenKind.COMMENT
    assert kinds["+"] is TokenKind.OPERATOR


@pytest.mark.parametrize("language", ["", "text", "no-such-language", "../../etc/passwd", "💥"])
def test_an_unknown_language_has_no_colours(language: str) -> None:
    assert lex(language, "some text\nmore") == [[], []]
    assert LineLexer(language).take("some text") == []


def test_a_giant_line_has_no_colours() -> None:
    assert LineLexer("python").take("x = 1;" * 100_000) == []
