"""Text that would break the database is mended before it gets there."""

from __future__ import annotations

import pytest

from easychat_gui.providers.text_repair import TextRepair, repaired


@pytest.mark.parametrize(
    ("broken", "whole"),
    [
        ("plain", "plain"),
        ("ü€😀", "ü€😀"),
        ("\ud83d\ude00", "😀"),
        ("a\ud83db", "a\ufffdb"),
        ("\ude00", "\ufffd"),
        ("a\0b", "a\ufffdb"),
        ("ü\0\ud800", "ü\ufffd\ufffd"),
    ],
)
def test_repaired(broken: str, whole: str) -> None:
    assert repaired(broken) == whole
    whole.encode()


def test_a_pair_cut_in_two_is_joined() -> None:
    repair = TextRepair()
    assert repair.feed("a\ud83d") + repair.feed("\ude00b") + repair.finish() == "a😀b"
    assert not repair.has_replaced


def test_a_half_without_the_other_is_replaced_and_told() -> None:
    repair = TextRepair()
    assert repair.feed("a\ud83d") + repair.feed("b\ud83d") + repair.finish() == "a\ufffdb\ufffd"
    assert repair.has_replaced
