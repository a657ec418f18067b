"""The form in which probabilities are kept, and what is read of a server's."""

from __future__ import annotations

import math

import pytest

from easychat_gui.domain.token_chances import (
    Candidate,
    TokenChance,
    as_json,
    from_json,
    mean_probability,
    read_content,
)

CHANCES = (
    TokenChance(Candidate("Good", math.log(0.5)), (Candidate("Bad", math.log(0.25)),)),
    TokenChance(Candidate(" day\n", math.log(0.125))),
)


def test_they_come_back_as_they_were_kept() -> None:
    assert from_json(as_json(CHANCES)) == CHANCES


def test_the_mean_is_that_of_the_whole_answer() -> None:
    assert mean_probability(CHANCES) == pytest.approx(0.25)
    assert mean_probability(()) is None


def test_what_is_no_probability_is_left_out() -> None:
    told = [
        {"token": "a", "logprob": -0.1, "top_logprobs": [{"token": "a", "logprob": -0.1}, {"token": "b"}, None, 5]},
        {"token": 5, "logprob": -0.1},
        {"token": "c", "logprob": True},
        {"token": "d", "logprob": math.nan},
        "e",
        {"token": "f", "logprob": 0, "top_logprobs": "none"},
    ]
    assert read_content(told) == (TokenChance(Candidate("a", -0.1)), TokenChance(Candidate("f", 0.0)))
    assert read_content({"content": []}) == ()
    assert from_json([["a", -1.0], ["b"], 5, ["c", "d"]]) == (TokenChance(Candidate("a", -1.0)),)
