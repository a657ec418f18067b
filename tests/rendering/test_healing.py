"""An answer that is arriving looks, after every single character, like the beginning of what it will be."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from easychat_gui.rendering import markdown
from easychat_gui.rendering.blocks import BlockKind
from easychat_gui.rendering.streaming_document import StreamingDocument, split

INLINE = [
    "plain words",
    "**bold words**",
    "*leaning words*",
    "***both at once***",
    "~~gone words~~",
    "`code words`",
    "**bold with `code` in it**",
    "*leaning **and bold** words*",
    "[a link](https://one.example/a_b*c)",
    "[**bold** link](https://one.example/)",
    "https://two.example/path",
    "$x_1 + y_2$",
    r"\(a * b\)",
    "note[^1]",
    "![a cat](https://three.example/c.png)",
    "50 % and a_b_c and 2 * 3",
    "costs $5 and $10",
    "snake_case_name",
]
BLOCKS = [
    "{0}, {1}.",
    "# {0}",
    "- {0}\n- {1}",
    "1. {0}\n2. {1}",
    "- [ ] {0}\n- [x] {1}",
    "- {0}\n  - {1}",
    "> {0}\n> {1}",
    "```py\nx = 1\ny = '**'\n```",
    "$$\n\\frac{{a}}{{b}}\n$$",
    "\\[ x^2 \\]",
    "| a | b |\n|---|--:|\n| {0} | {1} |",
    "---",
]


@st.composite
def documents(draw: st.DrawFn) -> str:
    """Return a whole, well-formed answer."""
    blocks = draw(st.lists(st.sampled_from(BLOCKS), min_size=1, max_size=4))
    inlines = st.sampled_from(INLINE)
    return "\n\n".join(block.format(draw(inlines), draw(inlines)) for block in blocks) + "\n"


def shown_after_each_character(text: str) -> list[str]:
    """Return what could be read each time, formulas as one mark: half of one is never shown as what it will be."""
    document = StreamingDocument()
    closed: list[str] = []
    shown: list[str] = []
    for character in text:
        closed += [_read(block) for block in document.feed(character)]
        shown.append("\n".join([*closed, *map(_read, document.tail())]))
    return shown


def _read(block: object) -> str:
    rich = markdown.render(block)  # type: ignore[arg-type]
    if block.kind is BlockKind.MATH:  # type: ignore[attr-defined]
        return "∑"
    return "".join("∑" if span.formula else span.text for span in rich.all_spans())


@given(documents())
@settings(max_examples=60, deadline=None)
def test_what_was_shown_once_stays(text: str) -> None:
    before = ""
    for shown in shown_after_each_character(text):
        assert shown.startswith(before.rstrip()), (before[-60:], shown[-60:])
        before = shown


@given(documents())
@settings(max_examples=60, deadline=None)
def test_no_mark_shows_that_the_whole_does_not_have(text: str) -> None:
    whole = "".join(_read(block) for block in split(text))
    for shown in shown_after_each_character(text):
        for mark in "*`~[]()|#$\\":
            assert shown.count(mark) <= whole.count(mark), (mark, shown[-60:])


@pytest.mark.parametrize(
    ("half", "shown"),
    [("![a c", ""), ("x ![a cat](https://thr", "x"), ("x [a l", "x a l"), ("x [^", "x"), ("a `b", "a b"), ("**", "")],
)
def test_half_a_construct(half: str, shown: str) -> None:
    document = StreamingDocument()
    blocks = document.feed(half) + document.tail()
    assert "".join(_read(block) for block in blocks).rstrip() == shown
