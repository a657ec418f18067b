"""Moments and days fit together."""

from __future__ import annotations

import time
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from easychat_gui.support.clock import day_of, file_stamp, from_file_stamp, start_of, today


@given(day=st.dates(date(1971, 1, 1), date(2100, 1, 1)))
def test_a_day_lasts_from_its_start_to_that_of_the_next(day: date) -> None:
    assert day_of(start_of(day)) == day
    assert day_of(start_of(day + timedelta(days=1)) - 0.001) == day


def test_today_is_the_day_of_now() -> None:
    before = day_of(time.time())
    assert before <= today() <= day_of(time.time())


@given(seconds=st.integers(0, 4_000_000_000))
def test_a_stamp_is_read_back(seconds: int) -> None:
    assert from_file_stamp(file_stamp(seconds)) == seconds
