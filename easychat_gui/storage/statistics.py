"""Figures of answers, added up by SQLite from an index that holds nothing else.

Answers of chats in the trash do not count. All branches do: they were answered. Copies of an answer (a duplicated chat,
a branch in a new one) are of the same moment and count once.
"""

from __future__ import annotations

from datetime import date, timedelta

from easychat_gui.domain.ids import EndpointId
from easychat_gui.domain.statistics import MOST_MEASURED, Figures, Period, Share
from easychat_gui.storage.reading import Reader
from easychat_gui.support import clock

_KNOWN = "role = 'assistant' AND (first_token_s IS NOT NULL OR completion_tokens IS NOT NULL)"

# The columns in the order of the index: SQLite then finds equal rows without sorting.
_ANSWERS = f"""
    SELECT DISTINCT created_at, model_id, endpoint_id, prompt_tokens, completion_tokens, first_token_s, duration_s
    FROM messages INDEXED BY messages_figures
    WHERE {_KNOWN} AND created_at >= ? AND created_at < ?
      AND conversation_id NOT IN (SELECT id FROM conversations WHERE trashed_at IS NOT NULL)
"""  # noqa: S608

# Shorter ones came in one piece, or their time says nothing.
_IS_TIMED = "completion_tokens > 1 AND duration_s - first_token_s > 0.02"

_OF_A_DAY = f"""
    SELECT model_id, coalesce(endpoint_id, ''), count(*), sum(completion_tokens IS NULL),
        coalesce(sum(prompt_tokens), 0), coalesce(sum(completion_tokens), 0),
        count(first_token_s), coalesce(sum(first_token_s), 0),
        coalesce(sum(CASE WHEN {_IS_TIMED} THEN completion_tokens END), 0),
        coalesce(sum(CASE WHEN {_IS_TIMED} THEN duration_s - first_token_s END), 0),
        max(created_at)
    FROM ({_ANSWERS}) GROUP BY model_id, endpoint_id
"""  # noqa: S608

_MEDIAN = """
    WITH answers AS ({answers} ORDER BY created_at DESC LIMIT {most}),
         found AS MATERIALIZED (SELECT {value} AS value FROM answers WHERE {condition})
    SELECT avg(value) FROM (
        SELECT value FROM found ORDER BY value
        LIMIT 2 - (SELECT count(*) FROM found) % 2 OFFSET ((SELECT count(*) FROM found) - 1) / 2)
"""
_SPEED = _MEDIAN.format(
    most=MOST_MEASURED, answers=_ANSWERS, value="completion_tokens / (duration_s - first_token_s)", condition=_IS_TIMED
)
_FIRST_TOKEN = _MEDIAN.format(
    most=MOST_MEASURED, answers=_ANSWERS, value="first_token_s", condition="first_token_s IS NOT NULL"
)

_ENDS = f"""
    SELECT min(created_at), max(created_at) FROM messages INDEXED BY messages_figures WHERE {_KNOWN}
"""  # noqa: S608
_NAME = f"""
    SELECT endpoint_name FROM messages INDEXED BY messages_figures
    WHERE {_KNOWN} AND created_at = ? AND endpoint_id = ?
"""  # noqa: S608


def figures_of(reader: Reader, period: Period | None) -> Figures:
    """Return the figures of a period; None: from the first answer to today. Raises `StorageError`."""
    period = period or _whole(reader)
    shares: list[Share] = []
    newest: dict[EndpointId, float] = {}
    # A day at a time: it has its own borders, and may have 23 or 25 hours.
    for day in _days_with_answers(reader, period):
        for model, endpoint, *sums, last in reader.rows(_OF_A_DAY, _borders(day, day)):
            shares.append(Share(day, model, EndpointId(endpoint), *sums))
            newest[EndpointId(endpoint)] = last
    borders = _borders(period.first, period.last)
    names = {each: _name(reader, each, moment) for each, moment in newest.items()}
    speed, first_token_s = (reader.rows(sql, borders)[0][0] for sql in (_SPEED, _FIRST_TOKEN))
    return Figures(period, tuple(shares), speed, first_token_s, names)


def _borders(first: date, last: date) -> tuple[float, float]:
    return clock.start_of(first), clock.start_of(last + timedelta(days=1))


def _whole(reader: Reader) -> Period:
    today = clock.today()
    first, last = reader.rows(_ENDS)[0]
    if first is None:
        return Period(today, today)
    # A clock that was wrong once may have dated an answer into the future.
    return Period(min(clock.day_of(first), today), max(clock.day_of(last), today))


def _days_with_answers(reader: Reader, period: Period) -> list[date]:
    """Return the days on which anything was answered: of years without a chat none is asked about."""
    days: list[date] = []
    start, end = _borders(period.first, period.last)
    sql = f"""
        SELECT min(created_at) FROM messages INDEXED BY messages_figures
        WHERE {_KNOWN} AND created_at >= ? AND created_at < ?
    """  # noqa: S608
    while (found := reader.rows(sql, (start, end))[0][0]) is not None:
        day = clock.day_of(found)
        days.append(day)
        start = clock.start_of(day + timedelta(days=1))
    return days


def _name(reader: Reader, endpoint_id: EndpointId, moment: float) -> str:
    rows = reader.rows(_NAME, (moment, endpoint_id))
    return str(rows[0][0]) if rows else ""
