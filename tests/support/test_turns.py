"""Threads take turns as often as the most impatient wish says, and afterwards as ever."""

from __future__ import annotations

import sys

import pytest

from easychat_gui.support import turns


def test_the_shortest_wish_counts_and_the_last_one_leaves_things_as_they_were() -> None:
    usual = sys.getswitchinterval()
    turns.begin(0.001)
    with turns.taken_every(0.0005):
        assert sys.getswitchinterval() == pytest.approx(0.0005)
        turns.end(0.001)  # in another order than they began
        assert sys.getswitchinterval() == pytest.approx(0.0005)
    assert sys.getswitchinterval() == pytest.approx(usual)


def test_an_error_ends_a_wish() -> None:
    usual = sys.getswitchinterval()
    with pytest.raises(ZeroDivisionError), turns.taken_every(0.0005):
        1 / 0  # noqa: B018
    assert sys.getswitchinterval() == pytest.approx(usual)
