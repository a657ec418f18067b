"""Days and time stamps. All times elsewhere are seconds since 1970; here they meet the calendar."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime

DAY_S = 86_400.0


_LATEST_S = 250_000_000_000.0
"""In the year 9892; the calendar ends soon after."""


def day_of(seconds: float) -> date:
    """Return the local day on which this moment (seconds since 1970) lies. Moments before 1970 count as its start."""
    return date(*time.localtime(min(max(seconds, 0.0), _LATEST_S))[:3])


def today() -> date:
    return day_of(time.time())


def start_of(day: date) -> float:
    """Return the first moment of a local day, in seconds since 1970. Days may have 23 or 25 hours: never add 86,400."""
    return time.mktime((day.year, day.month, day.day, 0, 0, 0, 0, 0, -1))


def file_stamp(seconds: float) -> str:
    """Return a moment as part of a file name: UTC, sortable, without characters that some file system refuses."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y%m%d-%H%M%S")


def from_file_stamp(stamp: str) -> float:
    """Read what `file_stamp` wrote. Raises ValueError."""
    return datetime.strptime(stamp, "%Y%m%d-%H%M%S").replace(tzinfo=UTC).timestamp()
