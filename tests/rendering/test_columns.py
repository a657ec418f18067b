"""Widths of a table's columns."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from easychat_gui.rendering.columns import fitted_widths, longest_word


def test_what_fits_is_as_wide_as_it_needs() -> None:
    assert fitted_widths([10, 20, 30], 60, 5) == [10, 20, 30]
    assert fitted_widths([], 60, 5) == []


def test_the_wide_ones_share_what_the_narrow_ones_leave() -> None:
    assert fitted_widths([10, 500, 400], 110, 5) == [10, 50, 50]


def test_no_column_becomes_narrower_than_the_narrowest() -> None:
    assert fitted_widths([100] * 10, 50, 24) == [24] * 10


def test_a_word_is_not_broken_where_there_is_room_for_it() -> None:
    assert fitted_widths([100, 100, 100], 150, 5, [30, 70, 30]) == [50, 50, 50]  # too long a word
    assert fitted_widths([100] * 4, 240, 5, [30, 75, 30, 30]) == [55, 75, 55, 55]
    assert fitted_widths([100] * 4, 100, 5, [30, 30, 30, 30]) == [25] * 4  # no room for all


def test_words_end_at_blanks_and_at_characters_of_chinese() -> None:
    assert longest_word("a bc\n漢字漢字def  ", "gh") == "def"
    assert longest_word("") == longest_word() == ""


@given(st.lists(st.integers(1, 500), max_size=12), st.integers(0, 2000))
def test_no_column_is_wider_than_it_needs_and_all_fit_where_they_can(needed: list[int], available: int) -> None:
    fitted = fitted_widths(needed, available, 1)

    assert all(width <= wished for width, wished in zip(fitted, needed, strict=True))
    assert sum(fitted) <= max(available, len(needed))
