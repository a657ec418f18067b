"""Moving between siblings."""

from __future__ import annotations

from easychat_gui.domain.branches import BranchTree, Place
from easychat_gui.domain.ids import MessageId


def ids(*names: str) -> list[MessageId]:
    return [MessageId(name) for name in names]


question, first, second, third, follow, answer = ids("question", "first", "second", "third", "follow", "answer")
TREE = BranchTree(
    [(question, None), (first, question), (second, question), (follow, second), (answer, follow), (third, question)]
)


def test_siblings_are_counted_in_the_order_they_were_made() -> None:
    assert [TREE.place(each) for each in (first, second, third)] == [Place(1, 3), Place(2, 3), Place(3, 3)]
    assert TREE.place(question) == Place(1, 1)


def test_one_moves_to_the_neighbours_and_no_further() -> None:
    assert TREE.sibling(first, 1) == second
    assert TREE.sibling(third, -1) == second
    assert TREE.sibling(first, -1) is None
    assert TREE.sibling(third, 1) is None


def test_a_branch_is_followed_to_its_end() -> None:
    assert TREE.leaf_below(second) == answer
    assert TREE.leaf_below(question) == third, "the youngest child goes on"


def test_the_unknown_stands_alone() -> None:
    (stranger,) = ids("stranger")
    assert TREE.place(stranger) == Place()
    assert TREE.sibling(stranger, 1) is None
    assert TREE.leaf_below(stranger) == stranger
