"""Reasoning that a server left in the text."""

from __future__ import annotations

import pytest

from easychat_gui.providers.think_tags import ThinkTagSplitter
from tests.fakes.asking import reasoning_of, text_of


def split(*pieces: str) -> tuple[str, str]:
    splitter = ThinkTagSplitter()
    deltas = [delta for piece in pieces for delta in splitter.feed(piece)] + splitter.finish()
    return reasoning_of(deltas), text_of(deltas)


@pytest.mark.parametrize(
    ("answer", "reasoning", "text"),
    [
        ("<think>hm</think>Yes", "hm", "Yes"),
        ("\n <think>\nhm <b> </thin k> \n</think>\n\nYes", "hm <b> </thin k> \n", "Yes"),
        ("<thinking>hm</thinking>Yes", "hm", "Yes"),
        ("<think></think>Yes", "", "Yes"),
        ("<think>a</think> <think>b</think>Yes", "ab", "Yes"),
        ("<think>only this", "only this", ""),
        ("<think>cut off </thi", "cut off </thi", ""),
        ("The tag <think> means </think> nothing here", "", "The tag <think> means </think> nothing here"),
        ("  indented", "", "  indented"),
        ("<thin air>", "", "<thin air>"),
        ("<", "", "<"),
        ("<b>bold</b>", "", "<b>bold</b>"),
        ("", "", ""),
    ],
)
def test_wherever_the_tags_are_cut(answer: str, reasoning: str, text: str) -> None:
    assert split(answer) == (reasoning, text)
    assert split(*answer) == (reasoning, text)
    for cut in range(len(answer)):
        assert split(answer[:cut], answer[cut:]) == (reasoning, text)


def test_text_without_tags_is_handed_on_at_once() -> None:
    splitter = ThinkTagSplitter()
    assert text_of(splitter.feed("Hello")) == "Hello"
    assert text_of(splitter.feed(" <think>")) == " <think>"


def test_reasoning_is_handed_on_before_it_ends() -> None:
    splitter = ThinkTagSplitter()
    assert reasoning_of(splitter.feed("<think>Let me see")) == "Let me see"
