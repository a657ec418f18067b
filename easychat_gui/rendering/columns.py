"""How wide the columns of a table are, wherever it is shown."""

from __future__ import annotations

from collections.abc import Sequence


def fitted_widths(needed: Sequence[int], available: int, narrowest: int) -> list[int]:
    """Make columns narrower until they fit; the narrow ones keep what they need, the wide ones share the rest.

    No column becomes narrower than ``narrowest``, though the table then does not fit.
    """
    if not needed or sum(needed) <= available:
        return list(needed)
    fitted = dict.fromkeys(range(len(needed)), 0)
    left, open_columns = available, set(fitted)
    while open_columns:
        share = max(left // len(open_columns), narrowest)
        small = {column for column in open_columns if needed[column] <= share}
        for column in small or set(open_columns):
            fitted[column] = min(needed[column], share)
            left -= fitted[column]
        open_columns = open_columns - small if small else set()
    return [fitted[column] for column in range(len(needed))]
