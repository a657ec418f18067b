"""Version 3: what models have turned out not to take, what of it an answer tells, and how likely its tokens were.

A lesson is unique by all that it says, and lives as long as its server. The probabilities stand last in their row:
they are read only when somebody wants to see them.
"""

from __future__ import annotations

import sqlite3

_LESSONS = """
CREATE TABLE lessons (
    number       INTEGER PRIMARY KEY,
    id           TEXT NOT NULL UNIQUE CHECK (id <> ''),
    endpoint_id  TEXT NOT NULL CHECK (endpoint_id <> ''),
    model_id     TEXT NOT NULL,
    learned_at   REAL NOT NULL,
    lesson       TEXT NOT NULL CHECK (json_valid(lesson)),                  -- an object: the parameter, what to do
    UNIQUE (endpoint_id, model_id, lesson)
)
"""

_STATEMENTS = (
    _LESSONS,
    # What was asked otherwise than it was set: a list of objects.
    "ALTER TABLE messages ADD COLUMN adapted TEXT CHECK (adapted IS NULL OR json_valid(adapted))",
    # The probability of each token: a list of [text, logarithm, alternatives].
    "ALTER TABLE messages ADD COLUMN logprobs TEXT CHECK (logprobs IS NULL OR json_valid(logprobs))",
)


def apply(connection: sqlite3.Connection) -> None:
    for statement in _STATEMENTS:
        connection.execute(statement)
