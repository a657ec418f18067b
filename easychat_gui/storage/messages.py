"""Messages in the database: a tree for each conversation."""

from __future__ import annotations

import json
from collections.abc import Sequence

from easychat_gui.domain.branches import Outline
from easychat_gui.domain.ids import ConversationId, MessageId
from easychat_gui.domain.messages import Message, MessageStatus, Role
from easychat_gui.domain.token_chances import TokenChance, as_json, from_json
from easychat_gui.storage.attachments import Attachments
from easychat_gui.storage.database import Database
from easychat_gui.storage.rows import MESSAGE_COLUMNS, json_of, message_from, message_row
from easychat_gui.storage.stored_text import mended

_COLUMNS = ", ".join(MESSAGE_COLUMNS)
_QUALIFIED = ", ".join(f"messages.{name}" for name in MESSAGE_COLUMNS)
_ADD = f"INSERT INTO messages ({_COLUMNS}) VALUES ({', '.join('?' * len(MESSAGE_COLUMNS))})"  # noqa: S608
_SAVE = f"UPDATE messages SET {', '.join(f'{name} = ?' for name in MESSAGE_COLUMNS[1:])} WHERE id = ?"  # noqa: S608
_GET = f"SELECT {_COLUMNS} FROM messages WHERE id = ?"  # noqa: S608
_OF_CONVERSATION = f"SELECT {_COLUMNS} FROM messages WHERE conversation_id = ? ORDER BY number"  # noqa: S608

# UNION, not UNION ALL: should parents ever form a ring, the walk ends instead of going round for ever.
_BRANCH = f"""
    WITH RECURSIVE branch (id, parent_id) AS (
        SELECT id, parent_id FROM messages WHERE id = ?
        UNION
        SELECT messages.id, messages.parent_id FROM messages JOIN branch ON messages.id = branch.parent_id
    )
    SELECT {_QUALIFIED} FROM branch JOIN messages ON messages.id = branch.id
"""  # noqa: S608

_OUTLINE = """
    SELECT id, parent_id, role, status, model_id, created_at, duration_s, substr(text, 1, 300) FROM messages
    WHERE conversation_id = ? ORDER BY number
"""

# Only a running answer grows: a part that comes late must not undo the whole.
_SAVE_PARTIAL = """
    UPDATE messages SET text = ?, reasoning = ?, status = 'streaming'
    WHERE id = ? AND status IN ('pending', 'streaming')
"""
_APPEND = """
    UPDATE messages SET text = text || ?, reasoning = reasoning || ?, status = 'streaming'
    WHERE id = ? AND status IN ('pending', 'streaming')
"""
_MARK_INTERRUPTED = f"""
    UPDATE messages SET status = '{MessageStatus.INTERRUPTED}' WHERE status IN ('pending', 'streaming')
"""  # noqa: S608


class Messages:
    """All methods raise `StorageError`. Those that change one return whether it was there."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._attachments = Attachments(database)

    def add(self, *messages: Message) -> None:
        """Insert them, all or none, in this order."""
        with self._database.transaction():
            for message in messages:
                self._database.execute(_ADD, message_row(message))
                if message.attachments:
                    self._attachments.add_to_message(message)

    def save(self, message: Message) -> bool:
        """Replace every field of the one with this id; one that was deleted meanwhile stays deleted."""
        id_, *values = message_row(message)
        return self._database.execute(_SAVE, (*values, id_)) > 0

    def save_partial(self, message_id: MessageId, text: str, reasoning: str = "") -> bool:
        """Keep what has arrived of a running answer: its whole text so far. May be repeated or left out at will."""
        return self._database.execute(_SAVE_PARTIAL, (mended(text), mended(reasoning), message_id)) > 0

    def append_text(self, message_id: MessageId, text: str, reasoning: str = "") -> bool:
        """Add what has newly arrived to a running answer. Each part must come exactly once and in order."""
        return self._database.execute(_APPEND, (mended(text), mended(reasoning), message_id)) > 0

    def save_chances(self, message_id: MessageId, chances: Sequence[TokenChance]) -> bool:
        """Keep how likely the tokens of an answer were. They stand apart, since few ever look at them."""
        text = json_of(as_json(chances)) if chances else None
        return self._database.execute("UPDATE messages SET logprobs = ? WHERE id = ?", (text, message_id)) > 0

    def chances_of(self, message_id: MessageId) -> tuple[TokenChance, ...]:
        """Return how likely the tokens of an answer were; nothing where that was not told."""
        row = self._database.row("SELECT logprobs FROM messages WHERE id = ?", (message_id,))
        return () if row is None or row[0] is None else from_json(json.loads(row[0]))

    def get(self, message_id: MessageId) -> Message | None:
        row = self._database.row(_GET, (message_id,))
        return None if row is None else self._attachments.with_attachments([message_from(row)])[0]

    def of_conversation(self, conversation_id: ConversationId) -> list[Message]:
        """Return the whole tree, in the order in which the messages were made."""
        rows = self._database.rows(_OF_CONVERSATION, (conversation_id,))
        return self._attachments.with_attachments([message_from(row) for row in rows])

    def family(self, conversation_id: ConversationId) -> list[tuple[MessageId, MessageId | None]]:
        """Return id and parent of every message, in the order in which they were made."""
        return [
            (MessageId(row[0]), row[1] and MessageId(row[1]))
            for row in self._database.rows(
                "SELECT id, parent_id FROM messages WHERE conversation_id = ? ORDER BY number", (conversation_id,)
            )
        ]

    def outline(self, conversation_id: ConversationId) -> list[Outline]:
        """Return every message with the beginning of its text, in the order in which they were made."""
        rows = self._database.rows(_OUTLINE, (conversation_id,))
        return [Outline(row[0], row[1], Role(row[2]), MessageStatus(row[3]), *row[4:]) for row in rows]

    def branch(self, leaf_id: MessageId) -> list[Message]:
        """Return the messages from the first one down to this one; nothing if it is not there."""
        found = {message.id: message for message in map(message_from, self._database.rows(_BRANCH, (leaf_id,)))}
        upwards = []
        message = found.pop(leaf_id, None)
        while message is not None:
            upwards.append(message)
            message = found.pop(message.parent_id, None) if message.parent_id else None
        return self._attachments.with_attachments(upwards[::-1])

    def branch_of(self, conversation_id: ConversationId) -> list[Message]:
        """Return the branch that the conversation shows: that of its leaf, else of its newest message."""
        row = self._database.row(
            """SELECT coalesce(
                   (SELECT leaf_id FROM conversations WHERE id = ?),
                   (SELECT id FROM messages WHERE conversation_id = ? ORDER BY number DESC LIMIT 1))""",
            (conversation_id, conversation_id),
        )
        return [] if row is None or row[0] is None else self.branch(row[0])

    def newest_questions(self, limit: int = 100) -> list[str]:
        """Return the last things that were asked, in whichever conversation, newest first."""
        rows = self._database.rows(
            "SELECT text FROM messages WHERE role = 'user' AND text <> '' ORDER BY number DESC LIMIT ?", (limit,)
        )
        return [row[0] for row in rows]

    def mark_interrupted(self) -> int:
        """Mark what the last run left unfinished; its text stays. Return how many there were. For start-up only."""
        return self._database.execute(_MARK_INTERRUPTED)

    def newest_interrupted(self) -> ConversationId | None:
        """Return the conversation with the newest answer that the end of the program cut short, None without one."""
        row = self._database.row(
            f"""SELECT conversation_id FROM messages WHERE status = '{MessageStatus.INTERRUPTED}'
                ORDER BY number DESC LIMIT 1"""  # noqa: S608
        )
        return None if row is None else ConversationId(row[0])
