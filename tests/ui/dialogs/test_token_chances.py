"""The list of the tokens of an answer, and the words for each."""

from __future__ import annotations

import math

import pytest
from PySide6.QtWidgets import QLabel, QListView, QPushButton
from pytestqt.qtbot import QtBot

from easychat_gui.domain.token_chances import Candidate, TokenChance
from easychat_gui.ui.dialogs.token_chances import TokenChances, percent, token_words

CHANCES = [
    TokenChance(Candidate("Good", math.log(0.9)), (Candidate("Bad", math.log(0.05)),)),
    TokenChance(Candidate(" day", math.log(0.4))),
]


def listed(dialog: TokenChances) -> list[str]:
    view = dialog.findChild(QListView, "chancesList")
    assert view is not None
    model = view.model()
    return [str(model.index(row, 0).data()) for row in range(model.rowCount())]


def test_each_piece_with_its_probability_and_the_others(qtbot: QtBot) -> None:
    dialog = TokenChances(CHANCES)
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitExposed(dialog)
    assert dialog.grab().width() > 0
    assert listed(dialog) == ["Good: 90 %, else Bad 5.0 %", "␣day: 40 %"]
    least = dialog.findChild(QPushButton, "leastLikelyButton")
    assert least is not None
    least.click()
    assert listed(dialog)[0] == "␣day: 40 %"
    least.click()
    assert listed(dialog)[0].startswith("Good")
    summary = dialog.findChild(QLabel, "chancesSummary")
    assert summary is not None
    assert summary.text() == "2 tokens, 60 % likely on average"


def test_a_server_that_told_nothing_is_said_to(qtbot: QtBot) -> None:
    dialog = TokenChances([])
    qtbot.addWidget(dialog)
    summary = dialog.findChild(QLabel, "chancesSummary")
    assert summary is not None
    assert summary.text() == "The server told none for this answer."


@pytest.mark.parametrize(
    ("probability", "words"),
    [(1, "100 %"), (0.99999, "99.9 %"), (0.5, "50 %"), (0.05, "5.0 %"), (0.001, "0.10 %"), (1e-9, "below 0.01 %")],
)
def test_a_probability_is_never_rounded_to_certainty(probability: float, words: str) -> None:
    assert percent(probability) == words


@pytest.mark.parametrize(
    ("text", "words"), [(" a b ", "␣a b␣"), ("\n\n", "↵↵"), ("\u202e", "�"), ("  ", "␣␣"), ("", "")]
)
def test_blanks_are_made_visible(text: str, words: str) -> None:
    assert len(token_words(text)) >= len(words)
    if text != "\u202e":
        assert token_words(text) == words
    else:
        assert "\u202e" not in token_words(text)
