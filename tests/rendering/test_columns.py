"""Widths of a table's columns."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from easychat_gui.rendering.columns import fitted_widths


def test_what_fits_is_as_wide_as_it_needs() -> None:
    assert fitted_widths([10, 20, 30], 60, 5) == [10, 20, 30]
    assert fitted_widths([], 60, 5) == []


def test_the_wide_ones_share_what_the_narrow_ones_leave() -> None:
    assert fitted_widths([10, 500, 400], 110, 5) == [10, 50, 50]


def test_no_column_becomes_narrower_than_the_narrowest() -> None:
    assert fitted_widths([100] * 10, 50, 24) == [24] * 10


@given(st.lists(st.integers(1, 500), max_size=12), st.integers(0, 2000))
def test_no_column_is_wider_than_it_needs_and_all_fit_where_they_can(needed: list[int], available: int) -> None:
    fitted = fitted_widths(needed, available, 1)

    assert all(width <= wished for width, wished in zip(fitted, needed, strict=True))
    assert sum(fitted) <= max(available, len(needed))
