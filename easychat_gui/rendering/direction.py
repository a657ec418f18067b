"""In which direction a text is read."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable


def is_right_to_left(text: Iterable[str]) -> bool:
    """Tell it from the first letter that has a direction, as Unicode's rule P2 does."""
    directions = (unicodedata.bidirectional(character) for character in text)
    return next((each for each in directions if each in ("L", "R", "AL")), "L") != "L"
