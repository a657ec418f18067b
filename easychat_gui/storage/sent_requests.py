"""What was sent for an answer, in the column ``messages.request``: a list, since an answer may be continued."""

from __future__ import annotations

import json
from typing import NamedTuple

from easychat_gui.domain.ids import MessageId
from easychat_gui.domain.messages import Message
from easychat_gui.domain.sent_requests import SentRequest
from easychat_gui.storage.database import Database
from easychat_gui.storage.messages import Messages

_ADD = "UPDATE messages SET request = json_insert(coalesce(request, '[]'), '$[#]', json(?)) WHERE id = ?"
_REPLACE = """
    UPDATE messages SET request = json_set(request, '$[#-1]', json(?)) WHERE id = ? AND json_array_length(request) > 0
"""
_GET = "SELECT request FROM messages WHERE id = ?"
_CONTINUED = """
    SELECT id, request FROM messages
    WHERE conversation_id = (SELECT conversation_id FROM messages WHERE id = ?) AND json_array_length(request) > 1
"""


class SentFor(NamedTuple):
    """The last request for an answer, and the messages down to that answer as they were when it was sent."""

    request: SentRequest
    branch: list[Message]


class SentRequests:
    """All methods raise `StorageError`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def note(self, message_id: MessageId, request: SentRequest, *, is_again: bool = False) -> bool:
        """Keep a request for this answer. ``is_again``: the one noted last was sent once more, and this is it."""
        text = json.dumps(request.as_dict(), separators=(",", ":"), default=str)
        return self._database.execute(_REPLACE if is_again else _ADD, (text, message_id)) > 0

    def of(self, message_id: MessageId) -> list[SentRequest]:
        """Return the requests for an answer, oldest first; more than one where it was continued."""
        row = self._database.row(_GET, (message_id,))
        return _requests(row[0]) if row is not None and row[0] else []

    def last_of(self, message_id: MessageId) -> SentFor | None:
        """Return the last request for an answer with what its messages said then, None when none is known."""
        requests = self.of(message_id)
        if not requests:
            return None
        last = requests[-1]
        continued = {row[0]: _requests(row[1]) for row in self._database.rows(_CONTINUED, (message_id,))}
        branch = [
            message.with_(text=_text_then(message, continued.get(message.id, []), last))
            for message in Messages(self._database).branch(message_id)
        ]
        return SentFor(last, branch)


def _requests(text: str) -> list[SentRequest]:
    try:
        return [SentRequest.from_dict(values) for values in json.loads(text)]
    except (ValueError, TypeError, KeyError):  # of a later version, or damaged: it is only a record
        return []


def _text_then(message: Message, requests: list[SentRequest], moment: SentRequest) -> str:
    """Return what a message said when a request went out: an answer that was continued later was shorter then."""
    for request in requests:
        if request.continues_at is not None and request.sent_at >= moment.sent_at:
            return message.text[: request.continues_at]
    return message.text
