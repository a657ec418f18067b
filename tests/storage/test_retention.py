"""Seven days, four weeks, twelve months; whatever the clock does."""

from __future__ import annotations

from pathlib import Path

import pytest

from easychat_gui.domain.backups import USUAL, Backup, BackupFault, BackupKind, Retention
from easychat_gui.storage.retention import superfluous
from easychat_gui.support.clock import DAY_S, day_of

NOW = 1_780_000_000.0


def made(*days_ago: float, first: int = 1) -> list[Backup]:
    return [Backup(Path(f"{number}-{ago}"), NOW - ago * DAY_S, number + first) for number, ago in enumerate(days_ago)]


def kept(every: list[Backup], retention: Retention = USUAL, now: float = NOW) -> list[Backup]:
    dropped = superfluous(every, retention, now)
    return [each for each in every if each not in dropped]


def test_of_two_years_there_are_seven_days_four_weeks_and_twelve_months() -> None:
    every = made(*[days / 2 for days in range(1460, -1, -1)])
    left = kept(every)
    ages = sorted((NOW - each.made_at) / DAY_S for each in left)
    assert len(left) == 7 + 4 + 12
    assert len([age for age in ages if age < 7]) == 7
    assert len({day_of(each.made_at).isocalendar()[:2] for each in left if NOW - each.made_at < 36 * DAY_S}) >= 5
    assert 335 < max(ages) < 400


def test_day_after_day_the_same_is_kept_as_at_once() -> None:
    every: list[Backup] = []
    for day in range(800):
        moment = NOW + day * DAY_S
        every = kept([*every, Backup(Path(str(day)), moment, day + 1)], now=moment)
    assert len(every) == 7 + 4 + 12


@pytest.mark.parametrize("retention", [Retention(days=1, weeks=0, months=0), Retention(days=3, weeks=2, months=0)])
def test_the_numbers_are_the_persons(retention: Retention) -> None:
    left = kept(made(*range(100, -1, -1)), retention)
    assert len(left) == retention.days + retention.weeks + retention.months


def test_the_last_one_stays_whatever_its_date() -> None:
    every = [*made(*range(400, -1, -1)), Backup(Path("last"), 86_400.0, 999)]
    assert every[-1] in kept(every, now=90_000.0)


def test_backups_from_the_future_push_out_none_of_the_present() -> None:
    """The clock stood in 2040 for a month, and was put right."""
    wrong = made(*[-5000 - day for day in range(30)], first=500)
    right = made(*range(40, -1, -1), first=600)
    left = kept([*wrong, *right])
    assert [each for each in left if each in right] == kept(right)


def test_a_clock_that_begins_anew_at_each_start_costs_no_good_backup() -> None:
    """A computer without a battery comes up in 1970 again and again."""
    right = made(*range(40, -1, -1))
    good = kept(right)
    every = list(good)
    for number in range(20):
        every = kept([*every, Backup(Path(f"1970-{number}"), 3600.0 * number, 900 + number)], now=3600.0 * number)
    assert set(good) <= set(every)


def test_what_cannot_be_used_stands_for_no_day_and_is_not_thrown_away_for_that() -> None:
    bad = Backup(Path("bad"), NOW - 3600, 9, fault=BackupFault.MISSING)
    good = Backup(Path("good"), NOW - 7200, 8)
    assert set(kept([bad, good, *made(1, 2, 3)], Retention(days=3, weeks=0, months=0))) == {
        bad,
        good,
        *made(1, 2, 3)[:2],
    }


def test_copies_from_before_a_migration_are_never_thinned_out() -> None:
    old = Backup(Path("old"), 0.0, kind=BackupKind.BEFORE_MIGRATION)
    assert superfluous([old, *made(1, 0)], Retention(days=1, weeks=0, months=0), NOW) == made(1, 0)[:1]
