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


A, B, C, D, E = ids("a", "b", "c", "d", "e")


def test_what_follows_a_message_that_is_taken_out_follows_its_parent() -> None:
    tree = BranchTree([(A, None), (B, A), (C, B), (D, A), (E, B)])
    tree.take_out(B)
    assert B not in tree
    assert tree.parent(C) == tree.parent(E) == A
    assert [tree.place(each).number for each in (C, D, E)] == [1, 2, 3]  # by age


def test_a_message_is_cut_off_with_all_that_follows() -> None:
    tree = BranchTree([(A, None), (B, A), (C, B), (D, C), (E, A)])
    assert tree.cut_off(B) == {B, C, D}
    assert tree.end_near(A) == E
    assert tree.cut_off(A) == {A, E}
    assert tree.end_near(None) is None
    assert tree.cut_off(A) == set()


def test_one_knows_what_is_below_another() -> None:
    tree = BranchTree([(A, None), (B, A), (C, A)])
    assert tree.is_at_or_below(B, A)
    assert tree.is_at_or_below(B, B)
    assert not tree.is_at_or_below(B, C)
