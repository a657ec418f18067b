"""Blocks as spans and cells; hostile ones too."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from easychat_gui.rendering import markdown
from easychat_gui.rendering.blocks import Block, BlockKind
from easychat_gui.rendering.markdown import Span
from easychat_gui.rendering.streaming_document import split


def spans(text: str) -> tuple[Span, ...]:
    return markdown.render(split(text)[0]).spans


def text_of(text: str) -> str:
    blocks = split(text)
    known = markdown.references(blocks)
    return "\n".join(markdown.render(block, known).text for block in blocks)


def test_styles_become_spans() -> None:
    assert spans("a **b** *c* ~~d~~ `e` ***f***") == (
        Span("a "),
        Span("b", bold=True),
        Span(" "),
        Span("c", italic=True),
        Span(" "),
        Span("d", strike=True),
        Span(" "),
        Span("e", code=True),
        Span(" "),
        Span("f", bold=True, italic=True),
    )


def test_links_carry_their_target_and_bare_addresses_are_links() -> None:
    assert spans("[t](https://e.org/x)")[0] == Span("t", link="https://e.org/x")
    assert spans("see https://e.org/y now")[1] == Span("https://e.org/y", link="https://e.org/y")


@pytest.mark.parametrize(
    "href", ["javascript:alert(1)", "file:///etc/passwd", "data:text/html,x", "smb://a/b", "x.html"]
)
def test_a_link_that_may_not_be_opened_is_plain_text(href: str) -> None:
    assert spans(f"[click]({href})") == (Span("click"),)


@pytest.mark.parametrize(
    "text",
    [
        "a List<String> of things",
        "press <kbd>Ctrl</kbd> now",
        "before <!-- never closed",
        "x </think> y",
        "<div>inside</div>",
        "<script>alert(1)</script>",
        '<img src="file:///etc/passwd">',
        "<details><summary>s</summary> hidden",
        "a <![CDATA[ b",
    ],
)
def test_raw_tags_are_text_and_swallow_nothing(text: str) -> None:
    assert text_of(text) == text


def test_a_tag_on_a_line_of_its_own_does_not_swallow_what_follows() -> None:
    assert "still here" in text_of("<div>\n\nstill here\n\n</div>\n\nand here")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("![a cat](https://cats.example/i.png?secret=1)", "🖼 a cat · cats.example"),
        ("![](http://x.example/p.png)", "🖼 x.example"),
        ("![it](file:///etc/passwd)", "🖼 it"),
        ("![r][ref]\n\n[ref]: https://y.example/z", "🖼 r · y.example\n"),
    ],
)
def test_a_picture_is_its_description_and_its_host(text: str, shown: str) -> None:
    assert text_of(text) == shown


def test_a_reference_link_finds_its_definition_anywhere_in_the_message() -> None:
    blocks = split("See [the page][1].\n\nmore\n\n[1]: https://e.org/one")
    known = markdown.references(blocks)
    assert Span("the page", link="https://e.org/one") in markdown.render(blocks[0], known).spans
    assert markdown.render(blocks[-1], known).text == ""


def test_tasks_are_told_from_other_items() -> None:
    done, todo, neither = (markdown.render(block) for block in split("- [x] a\n- [ ] b\n- c"))
    assert (done.task, todo.task, neither.task) == (True, False, None)
    assert (done.text, todo.text) == ("a", "b")


def test_a_table_has_its_alignments_and_short_rows_are_filled() -> None:
    table = markdown.render(split("| a | b | c |\n|:--|:-:|--:|\n| 1 | **2** |\n")[0]).table
    assert table is not None
    assert table.alignments == ("left", "center", "right")
    assert table.rows == (((Span("1"),), (Span("2", bold=True),), ()),)


@pytest.mark.parametrize(
    "text",
    [
        "[" * 5000 + "x" + "](y)" * 5000,
        "*a **b " * 2000 + "end",
        "a " + "`" * 3000 + "end",
        "![" * 2000 + "end",
        "<" * 5000 + "end",
        "_" * 5000 + "end",
        "\\" * 5000 + "end",
        "&amp;" * 1500 + "end",
    ],
    ids=["brackets", "emphasis", "backticks", "images", "angles", "underscores", "backslashes", "entities"],
)
def test_pathological_text_ends_and_keeps_its_end(text: str) -> None:
    assert "end" in text_of(text) or "x" in text_of(text)


def test_rendering_opens_no_file_and_no_socket() -> None:
    markdown.load()
    opened: list[tuple[str, Any]] = []
    is_watching = True

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        if is_watching and (event == "open" or event.startswith("socket.")):
            opened.append((event, arguments))

    sys.addaudithook(watch)
    text_of("![](file:///etc/passwd) ![x](http://127.0.0.1:9/x) <img src=/etc/passwd>\n\n[a](file:///etc/hosts)\n")
    is_watching = False
    assert opened == []


def test_the_lines_of_a_poem_stay_lines() -> None:
    text = text_of("An old silent pond\nA frog jumps into the pond\nSplash! Silence again.")
    assert text.split("\u2028") == ["An old silent pond", "A frog jumps into the pond", "Splash! Silence again."]


def test_a_table_that_the_parser_does_not_see_is_one_cell_with_all_of_its_text() -> None:
    table = markdown.render(Block(BlockKind.TABLE, "word\n|-\nmore")).table
    assert table is not None
    assert "word" in markdown.plain(table.rows[0][0])
    assert "more" in markdown.plain(table.rows[0][0])
