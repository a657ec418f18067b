"""Which backups are kept. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from easychat_gui.domain.backups import Backup, BackupFault, BackupKind, Retention
from easychat_gui.support.clock import DAY_S, day_of


def superfluous(found: Iterable[Backup], retention: Retention, now: float) -> list[Backup]:
    """Return what need not be kept of these backups. ``now`` is in seconds since 1970.

    The newest of each of so many days is kept, of the older ones that of each of so many weeks, and of what is older
    still that of each of so many months. The clock may have been wrong, or be wrong now: backups that seem to come from
    the future are judged among themselves, so that neither kind pushes out the other. The last one that was made is
    kept in any case.
    """
    every = [each for each in found if each.kind is not BackupKind.BEFORE_MIGRATION]
    if not every:
        return []
    past = [each for each in every if each.made_at <= now + DAY_S]
    future = [each for each in every if each.made_at > now + DAY_S]
    last = max(every, key=lambda each: (each.number, each.made_at))
    kept = {last, *_kept(past, retention), *_kept(future, retention)}
    oldest = min(each.made_at for each in kept)
    return [each for each in every if each not in kept and not _may_still_be_mended(each, oldest)]


def _may_still_be_mended(backup: Backup, oldest: float) -> bool:
    """What cannot be used today, since a part is missing or a later version made it, is not thrown away for that."""
    return backup.fault is BackupFault.TOO_NEW or (backup.fault is not None and backup.made_at >= oldest)


def _kept(found: list[Backup], retention: Retention) -> list[Backup]:
    newest_first = sorted(found, key=lambda each: (each.made_at, each.number), reverse=True)
    # One that cannot be used must not stand for a day: an older one of that day may be good.
    left = [each for each in newest_first if each.fault is None]
    kept = []
    for period, count in ((_day, retention.days), (_week, retention.weeks), (_month, retention.months)):
        chosen = _newest_of_each(left, period, count)
        kept += chosen
        if chosen:
            left = [each for each in left if period(each.made_at) < period(chosen[-1].made_at)]
    return kept


def _newest_of_each(found: Iterable[Backup], period: Callable[[float], tuple[int, ...]], count: int) -> list[Backup]:
    newest_of: dict[tuple[int, ...], Backup] = {}
    for backup in found:
        newest_of.setdefault(period(backup.made_at), backup)
    return list(newest_of.values())[:count]


def _day(made_at: float) -> tuple[int, ...]:
    return tuple(day_of(made_at).timetuple()[:3])


def _week(made_at: float) -> tuple[int, ...]:
    return tuple(day_of(made_at).isocalendar()[:2])


def _month(made_at: float) -> tuple[int, ...]:
    return tuple(day_of(made_at).timetuple()[:2])
