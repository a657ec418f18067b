"""What a person typed is shown as they typed it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from easychat_gui.rendering.blocks import BlockKind
from easychat_gui.rendering.plain_text import LONGEST_PART, split


def test_markdown_in_a_question_stays_as_typed() -> None:
    blocks = split("#include <x>\n* not a list\n\n  indented")
    assert [(block.kind, block.source) for block in blocks] == [
        (BlockKind.PLAIN, "#include <x>\n* not a list\n\n  indented")
    ]


def test_fenced_code_is_set_apart() -> None:
    blocks = split("Fix:\n```py\nx = 1\n```\nplease")
    assert [(block.kind, block.source, block.language) for block in blocks] == [
        (BlockKind.PLAIN, "Fix:", ""),
        (BlockKind.CODE, "x = 1", "py"),
        (BlockKind.PLAIN, "please", ""),
    ]


@given(st.text(alphabet="ab \nc.", max_size=3 * LONGEST_PART))
def test_nothing_that_was_typed_is_lost(text: str) -> None:
    joined = "".join(block.glue + block.source for block in split(text))
    assert joined == (text.strip("\n") if text.strip() else "")


def test_a_pasted_file_becomes_parts_of_bounded_size() -> None:
    blocks = split("one line of a pasted file\n" * 20_000)
    assert max(len(block.source) for block in blocks) <= LONGEST_PART
    code = split("```\n" + "x" * 100_000 + "\n```")
    assert "".join(block.glue + block.source for block in code) == "x" * 100_000
    assert max(len(block.source) for block in code) <= 2 * LONGEST_PART
