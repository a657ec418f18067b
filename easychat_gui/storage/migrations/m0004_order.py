"""Version 4: order. Folders and tags; archive and trash; what was read; who gave a title; where a chat came from.

A conversation is in the list when both `archived_at` and `trashed_at` are NULL, and in the trash, whatever else it is,
when `trashed_at` is not. Deleting a folder leaves what was in it without one: the program moves it up before.

The trash is emptied by days on which the program ran, not by the calendar: a clock that jumps ahead by months must not
empty it. Each day is noted once in `running_days`, and adds one to `trash_days` of all that is in the trash.
"""

from __future__ import annotations

import sqlite3

_FOLDERS = """
CREATE TABLE folders (
    number    INTEGER PRIMARY KEY,
    id        TEXT NOT NULL UNIQUE CHECK (id <> ''),
    parent_id TEXT REFERENCES folders (id) ON DELETE SET NULL CHECK (parent_id <> id),
    position  INTEGER NOT NULL DEFAULT 0,                                   -- the person's order
    name      TEXT NOT NULL,
    icon      TEXT NOT NULL DEFAULT '',                                     -- an emoji
    preset_id TEXT REFERENCES presets (id) ON DELETE SET NULL               -- what new chats in it follow
)
"""

_TAGS = """
CREATE TABLE tags (
    number    INTEGER PRIMARY KEY,
    id        TEXT NOT NULL UNIQUE CHECK (id <> ''),
    name      TEXT NOT NULL UNIQUE COLLATE NOCASE CHECK (name <> ''),
    colour    TEXT NOT NULL DEFAULT ''                                      -- a name that the theme gives a colour to
)
"""

_CONVERSATION_TAGS = """
CREATE TABLE conversation_tags (
    number          INTEGER PRIMARY KEY,
    conversation_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    tag_id          TEXT NOT NULL REFERENCES tags (id) ON DELETE CASCADE,
    UNIQUE (conversation_id, tag_id)
)
"""

_RUNNING_DAYS = """
CREATE TABLE running_days (
    number INTEGER PRIMARY KEY,
    day    TEXT NOT NULL UNIQUE                                             -- "2026-11-22", of the local time
)
"""

_STATEMENTS = (
    _FOLDERS,
    "CREATE INDEX folders_of_parent ON folders (parent_id) WHERE parent_id IS NOT NULL",
    "CREATE INDEX folders_of_preset ON folders (preset_id) WHERE preset_id IS NOT NULL",
    _TAGS,
    _CONVERSATION_TAGS,
    "CREATE INDEX conversations_of_tag ON conversation_tags (tag_id)",
    "ALTER TABLE conversations ADD COLUMN folder_id TEXT REFERENCES folders (id) ON DELETE SET NULL",
    "CREATE INDEX conversations_of_folder ON conversations (folder_id) WHERE folder_id IS NOT NULL",
    "ALTER TABLE conversations ADD COLUMN archived_at REAL",
    "ALTER TABLE conversations ADD COLUMN trashed_at REAL",
    "ALTER TABLE conversations ADD COLUMN trash_days INTEGER NOT NULL DEFAULT 0",
    _RUNNING_DAYS,
    "CREATE INDEX conversations_in_trash ON conversations (trashed_at) WHERE trashed_at IS NOT NULL",
    # An answer has ended that was not looked at.
    "ALTER TABLE conversations ADD COLUMN is_unread INTEGER NOT NULL DEFAULT 0 CHECK (is_unread IN (0, 1))",
    # Who gave the title: 'question' (its first words), 'model', 'person', 'import'; '' for chats from before.
    "ALTER TABLE conversations ADD COLUMN title_from TEXT NOT NULL DEFAULT ''",
    # Which program a chat was brought from, and what it was called there: "chatgpt:6f1c…".
    "ALTER TABLE conversations ADD COLUMN origin TEXT NOT NULL DEFAULT ''",
    # Holds the whole sidebar, as it did before there was more to a row, and nothing of the trash.
    "DROP INDEX conversations_in_order",
    """CREATE INDEX conversations_in_order ON conversations
       (is_pinned DESC, updated_at DESC, id, title, created_at, folder_id, archived_at, trashed_at, is_unread)
       WHERE trashed_at IS NULL""",
)


def apply(connection: sqlite3.Connection) -> None:
    for statement in _STATEMENTS:
        connection.execute(statement)
