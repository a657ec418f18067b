"""Sums of heights, against the plain way to have them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from easychat_gui.ui.conversation.fenwick import Fenwick

Change = tuple[str, int, int]
CHANGES = st.lists(st.tuples(st.sampled_from(["append", "set", "truncate"]), st.integers(0, 40), st.integers(0, 500)))


@given(st.lists(st.integers(0, 500), max_size=40), CHANGES, st.integers(0, 20_000))
def test_it_agrees_with_a_list(heights: list[int], changes: list[Change], y: int) -> None:
    tree, plain = Fenwick(heights), list(heights)
    for what, index, height in changes:
        if what == "append":
            tree.append(height)
            plain.append(height)
        elif what == "truncate":
            count = min(index, len(plain))
            tree.truncate(count)
            del plain[count:]
        elif index < len(plain):
            assert tree.set(index, height) == height - plain[index]
            plain[index] = height
    assert len(tree) == len(plain)
    assert [tree[index] for index in range(len(plain))] == plain
    assert [tree.before(index) for index in range(len(plain) + 1)] == [
        sum(plain[:index]) for index in range(len(plain) + 1)
    ]
    if plain:
        found = tree.find(y)
        assert sum(plain[:found]) <= y or found == 0
        assert y < sum(plain[: found + 1]) or found == len(plain) - 1
