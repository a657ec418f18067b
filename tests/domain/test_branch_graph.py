"""Where the messages of a tree stand in its picture."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from easychat_gui.domain.branch_graph import UNFOLDED_UP_TO, Graph, draw
from easychat_gui.domain.branches import Outline
from easychat_gui.domain.ids import MessageId
from easychat_gui.domain.messages import MessageStatus, Role


def outline(number: int, parent: int | None) -> Outline:
    role = Role.ASSISTANT if number % 2 else Role.USER
    parent_id = None if parent is None else MessageId(str(parent))
    return Outline(MessageId(str(number)), parent_id, role, MessageStatus.COMPLETE, "m", 1.0, 1.0, f"text {number}")


def tree(*parents: int | None) -> list[Outline]:
    return [outline(number, parent) for number, parent in enumerate(parents)]


def places(graph: Graph) -> dict[str, tuple[float, int]]:
    return {card.first.id: (card.column, card.level) for card in graph.cards}


def test_nothing_gives_an_empty_picture() -> None:
    assert draw([]) == Graph()


def test_the_longest_branch_goes_straight_down_and_the_others_stand_beside_it() -> None:
    graph = draw(tree(None, 0, 0, 0, 2, 4))
    found = places(graph)
    assert found["0"][0] == found["2"][0] == found["4"][0] == found["5"][0]
    assert found["1"] == (found["2"][0] - 1, 1)
    assert found["3"] == (found["2"][0] + 1, 1)
    assert (graph.message_count, graph.end_count, graph.columns) == (6, 3, 3.0)


def test_a_chat_of_many_regenerated_answers_is_two_columns_wide() -> None:
    parents: list[int | None] = [None]
    for question in range(0, 300, 3):
        parents += [question, question, question + 2]
    assert draw(tree(*parents)).columns == 2.0


def test_several_beginnings_stand_side_by_side() -> None:
    found = places(draw(tree(None, 0, None, 2, 3)))
    assert found["0"][1] == found["2"][1] == 0
    assert found["2"][0] - found["0"][0] == 1


def test_one_whose_parent_is_gone_is_a_beginning() -> None:
    assert places(draw([outline(1, None), outline(5, 4)]))["5"][1] == 0


def test_long_stretches_are_folded_and_can_be_unfolded() -> None:
    count = UNFOLDED_UP_TO + 40
    chain = tree(None, *range(count - 1))
    graph = draw(chain)
    assert [len(card.messages) for card in graph.cards] == [1, count - 2, 1]
    assert graph.cards[1].is_folded
    whole = draw(chain, unfolded={chain[1].id})
    assert len(whole.cards) == count
    assert {card.stretch for card in whole.cards[1:-1]} == {chain[1].id}
    assert all(not card.is_folded for card in draw(chain[:UNFOLDED_UP_TO]).cards)


def test_ten_thousand_messages_in_one_line_are_drawn() -> None:
    assert draw(tree(None, *range(9_999)), unfolded={MessageId("1")}).levels[-1] == (9_999,)


@given(st.lists(st.integers(min_value=0, max_value=10**6), min_size=1, max_size=200))
def test_no_two_cards_overlap_and_each_is_below_its_parent(seeds: list[int]) -> None:
    outlines = tree(*(None if number == 0 or seed % 17 == 0 else seed % number for number, seed in enumerate(seeds)))
    graph = draw(outlines)
    assert sum(len(card.messages) for card in graph.cards) == len(outlines)
    for level in graph.levels:
        columns = [graph.cards[card].column for card in level]
        assert all(right - left >= 0.999 for left, right in itertools.pairwise(columns))
    for place, card in enumerate(graph.cards):
        assert 0.5 <= card.column <= graph.columns - 0.5
        if card.parent >= 0:
            assert card.level == graph.cards[card.parent].level + 1
            assert place in graph.cards[card.parent].children
