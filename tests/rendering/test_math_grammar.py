"""Formulas are told from money, shell variables and escaped brackets, and take time in proportion."""

from __future__ import annotations

import pytest

from easychat_gui.rendering import markdown
from easychat_gui.rendering.blocks import BlockKind
from easychat_gui.rendering.healing import heal_inline
from easychat_gui.rendering.streaming_document import StreamingDocument, split


def formulas(text: str) -> list[tuple[str, bool]]:
    """Return the LaTeX of all formulas in a text, each with whether it is set large."""
    spans = [span for block in split(text) for span in markdown.render(block).all_spans()]
    return [(span.formula, span.is_display) for span in spans if span.formula]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Let $x_1$ be", [("x_1", False)]),
        (r"Let \(x*y*z\) be", [("x*y*z", False)]),
        ("($a$), «$b$», 设$c$为", [("a", False), ("b", False), ("c", False)]),
        (r"inline \[y\] and $$z$$ here", [("y", True), ("z", True)]),
        ("$$\na\n= b\n$$\n", [("a\n= b", True)]),
        ("text\n\\[\nx\n\\]\nmore", [("x", True)]),
        ("\\begin{align}\na\n\\end{align}", [("\\begin{align}\na\n\\end{align}", True)]),
        ("- item\n  $$\n  q\n  $$\n", [("q", True)]),
        ("> $$q$$\n", [("q", True)]),
        ("# Of $e$", [("e", False)]),
        ("| $a$ | b |\n|---|---|\n| \\(c\\) | d |", [("a", False), ("c", False)]),
        (r"\[ a \\[2pt] b \]", [(r"a \\[2pt] b", True)]),
        (r"$\$5$", [(r"\$5", False)]),
    ],
)
def test_formulas_are_found(text: str, expected: list[tuple[str, bool]]) -> None:
    assert formulas(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "costs $5 and $10",
        "from $5 million to 10$",
        r"\$x\$",
        "`$x$` and ```$y$```",
        "```\n$x$\n$$\ny\n$$\n```\n",
        "    $x$\n",
        "$HOME/bin:$PATH",
        "a$b$c",
        "$ x $",
        "$$$x$$$",
        "$$\nno end\n\nand a paragraph",
        "$$",
        "$$$$",
        r"\(\)",
        "US$ and A$",
        "$a$this",
        "$a:$path",
    ],
)
def test_what_is_no_formula_stays_text(text: str) -> None:
    assert formulas(text) == []


@pytest.mark.parametrize("text", ["the $n$th", "the $n$th one", "the $n$t", "a $k$-th", "the $1$st, the $2$nd"])
def test_a_formula_may_be_an_ordinal(text: str) -> None:
    assert formulas(text)[0][0] in ("n", "k", "1")


def test_a_formula_is_read_as_its_source() -> None:
    text = "Let $x_1$ be\n\n$$\n\\frac{a}{b}\n$$\n\n\\begin{align}\na\n\\end{align}"
    assert "\n\n".join(markdown.render(block).text for block in split(text)) == text


def test_a_sentence_that_goes_on_behind_a_large_formula_keeps_all_its_words() -> None:
    blocks = split("$$\nx\n$$, where\ny\n")
    assert [block.kind for block in blocks] == [BlockKind.PARAGRAPH]
    assert formulas("$$\nx\n$$, where\ny\n") == [("x", True)]


def test_a_formula_that_never_ends_swallows_one_paragraph_at_most() -> None:
    blocks = split("$$ x\ny\n\n- item\n\n```py\n$$\n```\n")
    assert [block.kind for block in blocks] == [BlockKind.PARAGRAPH, BlockKind.PARAGRAPH, BlockKind.CODE]


@pytest.mark.parametrize(
    ("half", "shown"),
    [
        ("Let $x", "Let"),
        ("Let $x_1$ be $y", "Let $x_1$ be"),
        (r"Let \(x", "Let"),
        (r"so \[x = ", "so"),
        ("so $$x + ", "so"),
        ("costs $5 and", "costs $5 and"),
        ("$a_b$ and *c", "$a_b$ and *c*"),
        ("$[a, b)$ is", "$[a, b)$ is"),
        ("code `$x` and", "code `$x` and"),
        ("see[^no", "see"),
    ],
)
def test_a_formula_that_is_half_there_is_held_back(half: str, shown: str) -> None:
    assert heal_inline(half) == shown


def test_a_large_formula_takes_one_line_until_it_has_ended() -> None:
    document = StreamingDocument()
    kinds: list[tuple[BlockKind, bool]] = []
    for character in "$$\nx\n$$":
        document.feed(character)
        kinds += [(block.kind, block.is_open) for block in document.tail()]
    assert set(kinds) == {(BlockKind.MATH, True)}
    assert [(block.kind, block.is_open) for block in document.finish()] == [(BlockKind.MATH, False)]
