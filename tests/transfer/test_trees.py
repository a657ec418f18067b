from __future__ import annotations

from easychat_gui.transfer.trees import walk


def keys(parents: dict[str, str | None], order: dict[str, list[str]] | None = None) -> list[str]:
    return [visit.key for visit in walk(parents, order)]


def test_parents_come_first_and_branches_stay_together() -> None:
    visits = list(walk({"b2": "a", "c": "b1", "b1": "a", "a": None}))
    assert [tuple(each) for each in visits] == [("a", None, 2), ("b2", "a", 0), ("b1", "a", 1), ("c", "b1", 0)]


def test_children_are_told_in_the_order_of_the_file() -> None:
    assert keys({"b2": "a", "b1": "a", "a": None}, {"a": ["b1", "gone", "b2"]}) == ["a", "b1", "b2"]


def test_broken_trees_lose_nothing() -> None:
    assert keys({"a": "gone", "b": "b", "c": "a"}) == ["a", "c", "b"]
    assert sorted(keys({"a": "c", "b": "a", "c": "b", "d": None})) == ["a", "b", "c", "d"]


def test_a_long_chat_is_no_deep_recursion() -> None:
    chain: dict[str, str | None] = {str(n): str(n - 1) if n else None for n in range(50_000)}
    assert len(keys(chain)) == 50_000
