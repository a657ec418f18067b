"""Heights that change, with their sums at hand."""

from __future__ import annotations

from collections.abc import Iterable


class Fenwick:
    """A list of heights in whole pixels, in which a sum, a search and a change each cost O(log n).

    A view of 10,000 messages finds the one at a scroll position with it, although most heights are only estimated
    and are corrected one by one as they come into sight.
    """

    def __init__(self, heights: Iterable[int] = ()) -> None:
        self._heights = list(heights)
        tree = [0, *self._heights]
        for number in range(1, len(tree)):
            parent = number + (number & -number)
            if parent < len(tree):
                tree[parent] += tree[number]
        self._tree = tree

    def __len__(self) -> int:
        return len(self._heights)

    def __getitem__(self, index: int) -> int:
        return self._heights[index]

    @property
    def total(self) -> int:
        return self.before(len(self._heights))

    def set(self, index: int, height: int) -> int:
        """Change one height and return by how much it grew."""
        change = height - self._heights[index]
        if change:
            self._heights[index] = height
            number = index + 1
            while number < len(self._tree):
                self._tree[number] += change
                number += number & -number
        return change

    def extend(self, heights: Iterable[int]) -> None:
        for height in heights:
            self.append(height)

    def append(self, height: int) -> None:
        number = len(self._tree)
        covered = self.before(number - 1) - self.before(number - (number & -number))
        self._heights.append(height)
        self._tree.append(height + covered)

    def truncate(self, count: int) -> None:
        """Keep the first ``count`` heights."""
        del self._heights[count:]
        del self._tree[count + 1 :]

    def before(self, index: int) -> int:
        """Return the sum of the heights before ``index``: where the item with this index begins."""
        result = 0
        while index > 0:
            result += self._tree[index]
            index -= index & -index
        return result

    def find(self, y: int) -> int:
        """Return the index of the item at ``y``, which is clamped to the first and the last. Needs an item."""
        position = 0
        step = 1 << (len(self._heights).bit_length())
        while step:
            following = position + step
            if following < len(self._tree) and self._tree[following] <= y:
                position = following
                y -= self._tree[following]
            step >>= 1
        return min(position, len(self._heights) - 1)
