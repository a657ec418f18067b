"""Variables are asked for once each, and names stay apart."""

from __future__ import annotations

import pytest

from easychat_gui.domain.ids import PromptId
from easychat_gui.domain.prompts import Prompt, Variable, free_name, tidy_name


def prompt(text: str) -> Prompt:
    return Prompt(PromptId("p"), "p", text)


@pytest.mark.parametrize(
    ("text", "variables"),
    [
        ("plain { } {{}} {{ }} }}{{", []),
        ("{{language}}", [Variable("language")]),
        ("{{ language = English }}", [Variable("language", "English")]),
        ("{{a}} {{b=2}} {{a=1}} {{b=3}}", [Variable("a", "1"), Variable("b", "2")]),
        ("{{Zielsprache, bitte}}", [Variable("Zielsprache, bitte")]),
        ("{{over\nlines}} {{{curly}}}", [Variable("curly")]),
    ],
)
def test_variables_are_found_once_each(text: str, variables: list[Variable]) -> None:
    assert prompt(text).variables() == variables


def test_values_are_put_in_as_they_are() -> None:
    text = prompt("{{a=1}} and {{ a }} and {{b}}").filled({"a": r"\1 {{b}} $"})
    assert text == r"\1 {{b}} $ and \1 {{b}} $ and {{b}}"


def test_a_name_that_is_taken_is_numbered() -> None:
    assert free_name("Translate", set()) == "Translate"
    assert free_name("Translate", {"translate", "translate 2"}) == "Translate 3"
    assert tidy_name("  a\n b" + "c" * 200).startswith("a bccc")
    assert len(tidy_name("x" * 200)) == 80
