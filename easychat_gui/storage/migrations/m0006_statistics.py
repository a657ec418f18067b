"""Version 6: the figures of all answers in an index of their own, so that a page of them never reads a text.

It holds what servers have told of an answer, in the order in which `storage.statistics` asks; user messages, and
answers of which nothing is known, are not in it. The role stands there so that SQLite never has to look it up.
"""

from __future__ import annotations

import sqlite3

_STATEMENTS = (
    """CREATE INDEX messages_figures ON messages
       (created_at, model_id, endpoint_id, prompt_tokens, completion_tokens, first_token_s, duration_s, conversation_id,
        role)
       WHERE role = 'assistant' AND (first_token_s IS NOT NULL OR completion_tokens IS NOT NULL)""",
)


def apply(connection: sqlite3.Connection) -> None:
    for statement in _STATEMENTS:
        connection.execute(statement)
