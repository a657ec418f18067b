"""A text cut into blocks: the right ones, the same ones however it arrives, and never one that is too large."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from easychat_gui.rendering import markdown
from easychat_gui.rendering.blocks import Block, BlockKind
from easychat_gui.rendering.streaming_document import (
    CODE_LINES,
    DEEPEST,
    LONGEST_TEXT,
    TABLE_CELLS,
    TABLE_ROWS,
    StreamingDocument,
    split,
)

MARKS = [
    "- ",
    "1. ",
    "> ",
    "```",
    "```py",
    "\n",
    "\n\n",
    "  ",
    "    ",
    "# ",
    "---",
    "| a | b |",
    "|---|---|",
    "**",
    "*",
]
MARKS += [
    "`",
    "word",
    "x. ",
    "\r\n",
    "\r",
    "\t",
    "===",
    "[l](http://e.org)",
    "[r]: http://e.org",
    "~~",
    "10) ",
    "é",
    "京",
]


def outline(text: str) -> list[tuple[str, str, str]]:
    """Return kind, markers on the way to the block, and source of every block."""
    return [
        (block.kind.value, " ".join(level.marker or ">" for level in block.levels), block.source)
        for block in split(text)
    ]


def in_pieces(pieces: list[str]) -> list[Block]:
    document = StreamingDocument()
    blocks: list[Block] = []
    for piece in pieces:
        blocks += document.feed(piece)
        document.tail()  # looking must not disturb
    return blocks + document.finish()


def test_the_common_blocks_are_told_apart() -> None:
    text = "# Title\npara\nmore\n\n```py\nx = 1\n```\n\n> said\n\n---\n\n| a |\n|---|\n| 1 |\n\nUnder\n=====\n"
    assert outline(text) == [
        ("heading", "", "Title"),
        ("paragraph", "", "para\nmore"),
        ("code", "", "x = 1"),
        ("paragraph", ">", "said"),
        ("rule", "", ""),
        ("table", "", "| a |\n|---|\n| 1 |"),
        ("heading", "", "Under"),
    ]


def test_nested_lists_keep_their_numbers_and_their_depth() -> None:
    text = "3. one\n   - in it\n     - deeper\n   - again\n4. two\n\n   more of two\n9. three\n"
    assert outline(text) == [
        ("paragraph", "3.", "one"),
        ("paragraph", "3. •", "in it"),
        ("paragraph", "3. • •", "deeper"),
        ("paragraph", "3. •", "again"),
        ("paragraph", "4.", "two"),
        ("paragraph", "4.", "more of two"),
        ("paragraph", "5.", "three"),
    ]
    fresh = [block.fresh for block in split(text)]
    assert fresh == [1, 1, 1, 1, 1, 0, 1]


def test_code_in_a_list_item_belongs_to_it_and_loses_its_indentation() -> None:
    text = "1. run\n   ```sh\n   if x; then\n     y\n   fi\n   ```\n   done\n2. next"
    assert outline(text) == [
        ("paragraph", "1.", "run"),
        ("code", "1.", "if x; then\n  y\nfi"),
        ("paragraph", "1.", "done"),
        ("paragraph", "2.", "next"),
    ]


def test_a_year_at_the_beginning_of_a_line_does_not_end_a_paragraph() -> None:
    assert outline("It was in\n1984. A good year.") == [("paragraph", "", "It was in\n1984. A good year.")]


def test_quotes_nest_and_are_continued_lazily() -> None:
    assert outline("> a\nb\n> > c\n\nd") == [
        ("paragraph", ">", "a\nb"),
        ("paragraph", "> >", "c"),
        ("paragraph", "", "d"),
    ]


def test_an_unclosed_fence_runs_to_the_end() -> None:
    assert outline("```c\nint x;\n\n# no heading\n") == [("code", "", "int x;\n\n# no heading\n".rstrip("\n"))]


def test_a_longer_fence_may_hold_a_shorter_one() -> None:
    assert outline("````md\n```\ninner\n```\n````") == [("code", "", "```\ninner\n```")]


@given(st.lists(st.sampled_from(MARKS), max_size=40), st.data())
@settings(max_examples=300, deadline=None)
def test_how_a_text_is_cut_into_pieces_makes_no_difference(marks: list[str], data: st.DataObject) -> None:
    text = "".join(marks)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=12)))
    pieces = [text[start:end] for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    assert in_pieces(pieces) == split(text)
    assert in_pieces(list(text)) == split(text)


@given(st.integers(1, 3 * LONGEST_TEXT), st.sampled_from(["word ", "x", "京都。", "A sentence. "]), st.booleans())
@settings(max_examples=30, deadline=None)
def test_long_lines_are_cut_alike_however_they_arrive(length: int, unit: str, fenced: bool) -> None:
    text = ("```\n" if fenced else "") + (unit * length)[: 3 * LONGEST_TEXT]
    pieces = [text[start : start + 777] for start in range(0, len(text), 777)]
    assert in_pieces(pieces) == split(text)


@given(st.lists(st.sampled_from([*MARKS, "alpha", "beta1"]), max_size=30))
@settings(max_examples=200, deadline=None)
def test_no_word_is_lost(marks: list[str]) -> None:
    text = " ".join(marks)
    shown = " ".join(markdown.render(block).text for block in split(text) if block.kind is not BlockKind.CODE)
    code = " ".join(block.source + block.language for block in split(text) if block.kind is BlockKind.CODE)
    for word in ("alpha", "beta1"):
        if f"]: http://e.org {word}" not in text:
            assert (shown + code).count(word) >= (1 if word in text and "```" not in text and "]:" not in text else 0)


def test_a_long_paragraph_is_cut_at_the_end_of_a_sentence() -> None:
    text = "This is a sentence of some length. " * 1000
    blocks = split(text)
    assert len(blocks) > 3
    assert all(len(block.source) <= LONGEST_TEXT for block in blocks)
    assert all(block.source.endswith(".") for block in blocks)
    assert [block.continues for block in blocks] == [False, *[True] * (len(blocks) - 1)]


def test_one_giant_word_is_cut_and_nothing_of_it_is_lost() -> None:
    blocks = split("x" * 200_000)
    assert "".join(block.source for block in blocks) == "x" * 200_000
    assert max(len(block.source) for block in blocks) <= LONGEST_TEXT


def test_long_code_comes_in_parts_that_join_to_the_whole() -> None:
    lines = [f"line {number}" for number in range(5 * CODE_LINES + 3)]
    blocks = split("```\n" + "\n".join(lines) + "\n```\n")
    assert len(blocks) == 6
    joined = "".join((block.glue if block.continues else "") + block.source for block in blocks)
    assert joined == "\n".join(lines)


def test_code_that_fills_its_last_part_leaves_no_empty_one() -> None:
    assert len(split("```\n" + "x\n" * CODE_LINES + "```\n")) == 1


def test_a_long_table_comes_in_parts_with_the_same_columns() -> None:
    rows = "\n".join(f"| {number} | b |" for number in range(2000))
    blocks = split(f"| n | x |\n|--:|---|\n{rows}\n")
    assert len(blocks) == -(-2000 // TABLE_ROWS)
    tables = [markdown.render(block).table for block in blocks]
    assert all(table is not None and table.alignments == ("right", "") for table in tables)
    assert [len(table.header) for table in tables if table] == [2, *[0] * (len(blocks) - 1)]
    assert sum(len(table.rows) for table in tables if table) == 2000


@pytest.mark.parametrize("mark", ["> ", "- ", ">", "1. "])
def test_absurd_nesting_ends_at_a_depth_and_keeps_the_text(mark: str) -> None:
    blocks = split(mark * 5000 + "end")
    assert max(len(block.levels) for block in blocks) <= DEEPEST
    assert "end" in blocks[-1].source


def tails(text: str) -> list[str]:
    """Return what is shown after each character."""
    document = StreamingDocument()
    shown: list[str] = []
    closed: list[Block] = []
    for character in text:
        closed += document.feed(character)
        shown.append("\n".join(markdown.render(block).text for block in closed + document.tail()))
    return shown


@pytest.mark.parametrize(
    "text",
    [
        "plain **bold words** and *more* here",
        "a `code span` b",
        "see [the page](https://example.org/path) now",
        "x ~~gone~~ y",
        "1. first\n2. second **b**\n",
        "# Heading\ntext\n",
        "- [ ] open task\n- [x] done\n",
        "***both*** ok",
    ],
)
def test_no_marker_ever_shows_while_it_arrives(text: str) -> None:
    for shown in tails(text):
        assert not set(shown) & set("*`[]()~#"), shown


def test_a_tab_may_stand_behind_the_marker_of_an_item() -> None:
    blocks = split("-\tone\n\n\tmore\n-\ttwo\n\n7.\tseven\n")
    assert [(block.source, block.levels[0].marker, block.fresh) for block in blocks] == [
        ("one", "•", 1),
        ("more", "•", 0),
        ("two", "•", 1),
        ("seven", "7.", 1),
    ]


def test_a_wide_table_comes_in_parts_of_few_rows_and_a_far_too_wide_one_is_text() -> None:
    parts = split("|" + "a|" * 80 + "\n|" + "-|" * 80 + "\n" + ("|" + "b|" * 80 + "\n") * 40)
    assert {part.kind for part in parts} == {BlockKind.TABLE}
    assert all(part.source.count("b") <= TABLE_CELLS for part in parts)
    (block,) = split("|" + "a|" * 200 + "\n|" + "-|" * 200)
    assert block.kind is BlockKind.PARAGRAPH
    assert markdown.render(block).text.replace("\u2028", "\n") == block.source


@pytest.mark.parametrize("text", ["word\n|-", "word\n-|", "word\n:-"])
def test_what_only_looks_like_a_table_keeps_its_text(text: str) -> None:
    (block,) = split(text)
    assert markdown.render(block).text.replace("\u2028", "\n") == text


def test_what_is_shown_only_ever_grows() -> None:
    text = "Intro **bold** text.\n\n- item *one*\n- item two\n\n```py\nx = 1\n```\n\nEnd [link](http://e.org) here."
    before = ""
    for shown in tails(text):
        assert shown.startswith(before.rstrip()), (before, shown)
        before = shown


def test_a_table_looks_like_one_from_its_first_row() -> None:
    document = StreamingDocument()
    document.feed("| name | value |")
    assert [block.kind for block in document.tail()] == [BlockKind.TABLE]
    document.feed("\n|--")
    assert [block.kind for block in document.tail()] == [BlockKind.TABLE]


def test_a_fence_that_is_half_closed_is_not_shown_as_code() -> None:
    document = StreamingDocument()
    document.feed("```py\nx = 1\n``")
    assert [block.source for block in document.tail()] == ["x = 1"]
