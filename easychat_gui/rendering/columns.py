"""How wide the columns of a table are, wherever it is shown."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

_BREAKS = re.compile(r"[\s\u2e80-\U0010ffff]+")
"""Between words, and between the characters of scripts that are broken anywhere."""

_LARGEST_PART = 3
"""A word that is longer than this part of the table (an address) is broken, lest all other columns become narrow."""


def longest_word(*texts: str) -> str:
    """Return the longest of what should stand in one line. By characters: measuring each would take long."""
    return max((word for text in texts for word in _BREAKS.split(text)), key=len, default="")


def are_whole(longest_words: Sequence[int], available: int) -> bool:
    """Is there room for the longest word of each column? Words that are broken anyway do not count."""
    largest = available // _LARGEST_PART
    return sum(min(word, largest) for word in longest_words) <= available


def fitted_widths(
    needed: Sequence[int], available: int, narrowest: int, longest_words: Sequence[int] = ()
) -> list[int]:
    """Make columns narrower until they fit; the narrow ones keep what they need, the wide ones share the rest.

    No column becomes narrower than ``narrowest``, though the table then does not fit, nor, where there is room for
    that, narrower than its longest word.
    """
    if not needed or sum(needed) <= available:
        return list(needed)
    least = [min(width, narrowest) for width in needed]
    if longest_words:
        largest = available // _LARGEST_PART
        wished = [max(low, word) if word <= largest else low for low, word in zip(least, longest_words, strict=True)]
        wished = [min(width, low) for width, low in zip(needed, wished, strict=True)]
        least = wished if sum(wished) <= available else least
    low, high = 0, available
    while low < high:  # the greatest width that none needs to exceed but for what it must have
        level = (low + high + 1) // 2
        if sum(_clamped(level, least, needed)) <= available:
            low = level
        else:
            high = level - 1
    return _clamped(low, least, needed)


def _clamped(level: int, least: Sequence[int], most: Sequence[int]) -> list[int]:
    return [max(low, min(level, high)) for low, high in zip(least, most, strict=True)]


def even_groups(wished: Sequence[int], words: Sequence[int], available: int) -> list[list[int]]:
    """Put columns into as few groups as there must be, each with the first column, and about as many in each."""
    least = [min(width, word, available // _LARGEST_PART) for width, word in zip(wished, words, strict=True)]
    fewest = _groups(least, available, len(least))
    even = _groups(least, available, math.ceil((len(least) - 1) / len(fewest)))
    return even if len(even) == len(fewest) else fewest


def _groups(least: Sequence[int], available: int, most: int) -> list[list[int]]:
    """Fill groups of at most so many columns besides the first, as far as their words are whole."""
    groups = [[0]]
    for column in range(1, len(least)):
        is_full = sum(least[each] for each in (*groups[-1], column)) > available or len(groups[-1]) > most
        if is_full and len(groups[-1]) > 1:
            groups.append([0])
        groups[-1].append(column)
    return groups
