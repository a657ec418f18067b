"""Version 2: what a writer needs. Attachments, queued messages, saved prompts, presets; the exact request of an answer.

Every table has ``number`` (order of insertion, what salvage reads by) and ``id`` (what the program uses), as in
version 1. A file lies once under ``attachments/``, by its SHA-256; a row of `attachments` is one use of it: by a
message, by a queued message, or, with neither, by the draft of its conversation.
"""

from __future__ import annotations

import sqlite3

_PRESETS = """
CREATE TABLE presets (
    number        INTEGER PRIMARY KEY,
    id            TEXT NOT NULL UNIQUE CHECK (id <> ''),
    position      INTEGER NOT NULL DEFAULT 0,                               -- the person's order
    name          TEXT NOT NULL,
    icon          TEXT NOT NULL DEFAULT '',                                 -- one emoji
    system_prompt TEXT NOT NULL DEFAULT '',
    endpoint_id   TEXT,
    model_id      TEXT NOT NULL DEFAULT '',                                 -- '': whichever is chosen
    params        TEXT CHECK (params IS NULL OR json_valid(params))         -- NULL: the defaults of the settings
)
"""

_PROMPTS = """
CREATE TABLE prompts (
    number        INTEGER PRIMARY KEY,
    id            TEXT NOT NULL UNIQUE CHECK (id <> ''),
    name          TEXT NOT NULL UNIQUE COLLATE NOCASE CHECK (name <> ''),   -- what is typed after the slash
    text          TEXT NOT NULL DEFAULT '',                                 -- with its {{variables}}
    updated_at    REAL NOT NULL
)
"""

_QUEUED_MESSAGES = """
CREATE TABLE queued_messages (
    number          INTEGER PRIMARY KEY,
    id              TEXT NOT NULL UNIQUE CHECK (id <> ''),
    conversation_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    created_at      REAL NOT NULL,
    text            TEXT NOT NULL DEFAULT ''
)
"""

_ATTACHMENTS = """
CREATE TABLE attachments (
    number          INTEGER PRIMARY KEY,
    id              TEXT NOT NULL UNIQUE CHECK (id <> ''),
    conversation_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    message_id      TEXT REFERENCES messages (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    queued_id       TEXT REFERENCES queued_messages (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    position        INTEGER NOT NULL DEFAULT 0,
    sha256          TEXT NOT NULL CHECK (length(sha256) = 64),              -- of the file as it is kept, in hexadecimal
    name            TEXT NOT NULL,                                          -- as the person's file was called
    media_type      TEXT NOT NULL,
    size            INTEGER NOT NULL CHECK (size >= 0),                     -- in bytes
    details         TEXT CHECK (details IS NULL OR json_valid(details)),    -- pages, width, height, what was left out
    text            TEXT NOT NULL DEFAULT ''                                -- what was read out of it; '' for a picture
)
"""

_STATEMENTS = (
    _PRESETS,
    _PROMPTS,
    _QUEUED_MESSAGES,
    _ATTACHMENTS,
    "CREATE INDEX queued_messages_of_conversation ON queued_messages (conversation_id)",
    "CREATE INDEX attachments_of_conversation ON attachments (conversation_id)",
    "CREATE INDEX attachments_of_message ON attachments (message_id) WHERE message_id IS NOT NULL",
    "CREATE INDEX attachments_of_queued ON attachments (queued_id) WHERE queued_id IS NOT NULL",
    "CREATE INDEX attachments_of_file ON attachments (sha256)",
    # The preset that the conversation follows; its own system_prompt, model_id and params stand above it.
    "ALTER TABLE conversations ADD COLUMN preset_id TEXT REFERENCES presets (id) ON DELETE SET NULL",
    "CREATE INDEX conversations_of_preset ON conversations (preset_id) WHERE preset_id IS NOT NULL",
    # What is done about messages that no longer fit the model's window: an object; NULL: the default of the settings.
    "ALTER TABLE conversations ADD COLUMN context TEXT CHECK (context IS NULL OR json_valid(context))",
    # The new version of a message that was begun and not sent: {"message": its id, "text": …}.
    "ALTER TABLE conversations ADD COLUMN edit TEXT CHECK (edit IS NULL OR json_valid(edit))",
    # What was sent, an object: address, headers without secrets, the body but for the messages that are in this table.
    "ALTER TABLE messages ADD COLUMN request TEXT CHECK (request IS NULL OR json_valid(request))",
)


def apply(connection: sqlite3.Connection) -> None:
    for statement in _STATEMENTS:
        connection.execute(statement)
