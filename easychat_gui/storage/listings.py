"""The list of chats that a backup carries with it, so that what it holds can be seen without putting it together.

It is cut by row numbers, which never change: what did not change gives the same pieces again.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from itertools import groupby

from easychat_gui.domain.backups import BackupFault, ListedChat
from easychat_gui.domain.errors import BackupUnusable
from easychat_gui.domain.ids import ConversationId

NUMBERS_IN_BLOCK = 512

NumberedChat = tuple[int, ListedChat]

# Of every version of the database.
_CHATS = """
    SELECT number, id, title, updated_at,
           (SELECT count(*) FROM messages WHERE messages.conversation_id = conversations.id)
    FROM conversations ORDER BY number
"""


def chats_in(connection: sqlite3.Connection) -> Iterator[NumberedChat]:
    """Yield the chats of a database of any version, with their row numbers, in the order of those."""
    for number, id_, title, updated_at, messages in connection.execute(_CHATS):
        yield number, ListedChat(ConversationId(id_), title, updated_at, messages)


def listing_blocks(chats: Iterable[NumberedChat]) -> Iterator[bytes]:
    for _block, group in groupby(chats, lambda each: each[0] // NUMBERS_IN_BLOCK):
        yield json.dumps([list(chat) for _number, chat in group], ensure_ascii=True, separators=(",", ":")).encode()


def read_block(block: bytes) -> list[ListedChat]:
    """Return the chats of a piece. Raises `BackupUnusable`."""
    try:
        return [
            ListedChat(ConversationId(id_), str(title), float(updated_at), int(messages))
            for id_, title, updated_at, messages in json.loads(block)
        ]
    except (ValueError, TypeError) as error:
        raise BackupUnusable("The list of chats of a backup is damaged.", None, BackupFault.DAMAGED) from error
