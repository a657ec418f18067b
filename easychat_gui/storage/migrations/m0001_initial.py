"""Version 1: conversations and their messages.

``number`` is the order of insertion and stays with its row for ever; it is what a full-text index refers to.
``id`` is what the program uses. Times are seconds since 1970; columns that end in ``_s`` are durations in seconds.
Messages form a tree by ``parent_id``; siblings are branches, and ``conversations.leaf_id`` is the end of the one shown.
The long texts stand last: SQLite then reads the short columns without walking through their overflow pages.
"""

from __future__ import annotations

import sqlite3

_CONVERSATIONS = """
CREATE TABLE conversations (
    number        INTEGER PRIMARY KEY,
    id            TEXT NOT NULL UNIQUE CHECK (id <> ''),
    title         TEXT NOT NULL DEFAULT '',
    created_at    REAL NOT NULL,
    updated_at    REAL NOT NULL,
    is_pinned     INTEGER NOT NULL DEFAULT 0 CHECK (is_pinned IN (0, 1)),
    endpoint_id   TEXT,                                                     -- what the next answer is asked of
    model_id      TEXT NOT NULL DEFAULT '',
    leaf_id       TEXT REFERENCES messages (id) ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED,
    params        TEXT CHECK (params IS NULL OR json_valid(params)),        -- NULL: the defaults of the settings
    system_prompt TEXT NOT NULL DEFAULT '',
    draft         TEXT NOT NULL DEFAULT ''                                  -- typed and not sent
)
"""

_MESSAGES = """
CREATE TABLE messages (
    number            INTEGER PRIMARY KEY,
    id                TEXT NOT NULL UNIQUE CHECK (id <> ''),
    conversation_id   TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    parent_id         TEXT REFERENCES messages (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED
                      CHECK (parent_id <> id),
    role              TEXT NOT NULL CHECK (role IN ('system', 'user', 'assistant', 'tool')),
    status            TEXT NOT NULL CHECK (
                          status IN ('pending', 'streaming', 'complete', 'cancelled', 'interrupted', 'failed')),
    created_at        REAL NOT NULL,
    model_id          TEXT NOT NULL DEFAULT '',
    endpoint_id       TEXT,
    endpoint_name     TEXT NOT NULL DEFAULT '',
    finish_reason     TEXT,
    prompt_tokens     INTEGER,
    completion_tokens INTEGER,
    reasoning_s       REAL,
    first_token_s     REAL,
    duration_s        REAL,
    params            TEXT CHECK (params IS NULL OR json_valid(params)),            -- what was sent, an object
    tool_calls        TEXT CHECK (tool_calls IS NULL OR json_valid(tool_calls)),    -- a list of objects
    failure           TEXT CHECK (failure IS NULL OR json_valid(failure)),          -- an object
    text              TEXT NOT NULL DEFAULT '',
    reasoning         TEXT NOT NULL DEFAULT ''
)
"""

_STATEMENTS = (
    _CONVERSATIONS,
    _MESSAGES,
    # Holds the whole sidebar: the list of 100,000 conversations never touches the table itself.
    """CREATE INDEX conversations_in_order
       ON conversations (is_pinned DESC, updated_at DESC, id, title)""",
    "CREATE INDEX conversations_of_leaf ON conversations (leaf_id)",
    "CREATE INDEX messages_of_conversation ON messages (conversation_id)",
    "CREATE INDEX messages_of_parent ON messages (parent_id)",
    # Empty but for the moment of an answer: at start it finds what the last run left unfinished, at any size.
    "CREATE INDEX messages_unfinished ON messages (status) WHERE status IN ('pending', 'streaming')",
)


def apply(connection: sqlite3.Connection) -> None:
    for statement in _STATEMENTS:
        connection.execute(statement)
