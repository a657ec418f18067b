"""What is marked, as places in the text."""

from __future__ import annotations

from easychat_gui.ui.conversation.selection import BoxKey, Position, Selection, end_of_rows


def test_the_direction_of_marking_makes_no_difference() -> None:
    one, other = Position(1, 1, 0, 3), Position(2, 1, 4, 7)
    for selection in (Selection(one, other), Selection(other, one)):
        assert selection.range_in(BoxKey(1, 1, 0), 10) == (3, 10)
        assert selection.range_in(BoxKey(1, 1, 9), 10) == (0, 10)
        assert selection.range_in(BoxKey(2, 1, 4), 10) == (0, 7)
        assert selection.range_in(BoxKey(2, 1, 5), 10) is None
        assert selection.range_in(BoxKey(0, 1, 0), 10) is None


def test_a_block_that_became_shorter_is_marked_to_its_end() -> None:
    selection = Selection(Position(0, 1, 0, 2), Position(0, 1, 0, 50))
    assert selection.range_in(BoxKey(0, 1, 0), 5) == (2, 5)
    assert selection.range_in(BoxKey(0, 1, 0), 1) is None


def test_marking_everything_holds_every_row_between() -> None:
    selection = Selection(head=end_of_rows(3))
    assert selection.range_in(BoxKey(2, 1, 99), 4) == (0, 4)
    assert selection.holds_row(1)
    selection.clamp(2)
    assert selection.is_empty
