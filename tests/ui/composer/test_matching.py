"""A prompt is found by some letters of its name, the likeliest first."""

from __future__ import annotations

import pytest

from easychat_gui.domain.ids import PromptId
from easychat_gui.domain.prompts import Prompt
from easychat_gui.ui.composer.matching import matching

PROMPTS = [Prompt(PromptId(name), name, "") for name in ("Translate", "Explain code", "Write tests", "Код ревью")]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["Explain code", "Translate", "Write tests", "Код ревью"]),
        ("tr", ["Translate"]),
        ("t", ["Translate", "Write tests"]),
        ("CODE", ["Explain code"]),
        ("excod", ["Explain code"]),
        ("ревью", ["Код ревью"]),
        ("etc/fstab is broken", []),
    ],
)
def test_the_likeliest_come_first(query: str, names: list[str]) -> None:
    assert [each.name for each in matching(PROMPTS, query)] == names
