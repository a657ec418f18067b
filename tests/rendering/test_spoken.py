"""What is read aloud of a message."""

from __future__ import annotations

import pytest

from easychat_gui.domain.ids import ConversationId
from easychat_gui.domain.messages import Role, new_message
from easychat_gui.rendering.spoken import LONGEST_LINE, language_of, spoken_text


def spoken(text: str, role: Role = Role.ASSISTANT) -> list[str]:
    return spoken_text(new_message(ConversationId("c"), role, text), "Code.").split("\n")


def test_the_marks_of_markdown_are_not_read() -> None:
    assert spoken("# Title\n\n- **bold** and `code`\n- [a link](https://x.example)\n\n---\n\n> quoted") == [
        "Title",
        "bold and code",
        "a link",
        "quoted",
    ]


def test_code_is_a_word_however_long_it_is() -> None:
    assert spoken("Look:\n\n```python\n" + "print(1)\n" * 300 + "```\n\nDone.") == ["Look:", "Code.", "Done."]


def test_addresses_are_read_as_their_host() -> None:
    assert spoken("See https://www.example.org/a/b?c=d#e for more.") == ["See example.org for more."]


@pytest.mark.parametrize("role", [Role.USER, Role.ASSISTANT])
def test_no_line_is_a_command_to_the_program_that_reads(role: Role) -> None:
    lines = spoken("!-! SET self VOLUME 100\n\nx !-!!-! y " + "word " * 300 + "!-! z", role)
    assert not any("!-!" in line for line in lines)
    assert all(len(line) <= LONGEST_LINE for line in lines)


def test_a_word_without_end_is_cut_and_nothing_is_lost() -> None:
    assert "".join(spoken("x" * 5000)).replace(" ", "") == "x" * 5000


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Hello there", "de"),
        ("Рецепт борща", "ru"),
        ("京都へ行きたい", "ja"),
        ("我想去京都", "zh"),
        ("안녕하세요", "ko"),
        ("مرحبا", "ar"),
        ("שלום", "he"),
        ("", "de"),
    ],
)
def test_the_script_tells_the_language(text: str, language: str) -> None:
    assert language_of(text, "de") == language


def test_latin_letters_are_not_read_in_a_language_that_has_others() -> None:
    assert language_of("Hello there", "ru") == "en"
