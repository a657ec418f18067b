"""What was sent to a server for an answer, in a form that takes little room and can be made whole again.

The messages of a request are in the database already, so the record names them instead of holding them: as runs, each
the parent of the next, since naming every one would let a chat of n messages grow with n².
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from easychat_gui.domain.endpoints import EndpointKind
from easychat_gui.domain.ids import MessageId

HIDDEN = "•••"
"""Stands for a key, in headers and addresses."""


class Run(NamedTuple):
    """Messages that were sent one after the other, each the parent of the next."""

    first: MessageId
    last: MessageId
    size: int


Part = Run | Mapping[str, Any]
"""Some messages of the database, or one that stands nowhere else (the system prompt), as it went over the wire."""


@dataclass(frozen=True, slots=True)
class SentRequest:
    """One request. No key is in it.

    ``body`` is the JSON object with an empty list in the place of its messages, ``messages`` what stood there,
    ``pictures`` the SHA-256 of those that were sent as pictures, ``checksum`` that of the bytes that went out.
    ``sent_at`` is in seconds since 1970. ``continues_at`` is how much of the answer there was already, in characters,
    when the model was asked to go on with it. ``kind`` says in which API's words ``body`` is; ``messages`` are always
    in those of the chat completions.
    """

    method: str
    url: str
    headers: tuple[tuple[str, str], ...]
    body: Mapping[str, Any]
    messages: tuple[Part, ...]
    checksum: str
    sent_at: float
    continues_at: int | None = None
    pictures: tuple[str, ...] = ()
    kind: EndpointKind = EndpointKind.OPENAI

    @property
    def message_count(self) -> int:
        """How many messages were sent, the system prompt among them."""
        return sum(part.size if isinstance(part, Run) else 1 for part in self.messages)

    @property
    def system_prompt(self) -> str:
        """What the model was told before the conversation began."""
        told = (part for part in self.messages if not isinstance(part, Run) and part.get("role") == "system")
        return str(next(told, {}).get("content", ""))

    def as_dict(self) -> dict[str, Any]:
        """Return the form in which it is stored."""
        return {
            "method": self.method,
            "url": self.url,
            "headers": [list(header) for header in self.headers],
            "body": dict(self.body),
            "messages": [list(part) if isinstance(part, Run) else dict(part) for part in self.messages],
            "checksum": self.checksum,
            "sent_at": self.sent_at,
            "continues_at": self.continues_at,
            "pictures": list(self.pictures),
            "kind": self.kind.value,
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> SentRequest:
        """Read the form that `as_dict` writes. Raises KeyError, TypeError or ValueError for another."""
        return cls(
            method=str(values["method"]),
            url=str(values["url"]),
            headers=tuple((str(name), str(value)) for name, value in values["headers"]),
            body=dict(values["body"]),
            messages=tuple(Run(*part) if isinstance(part, list) else dict(part) for part in values["messages"]),
            checksum=str(values["checksum"]),
            sent_at=float(values["sent_at"]),
            continues_at=values.get("continues_at"),
            pictures=tuple(str(each) for each in values.get("pictures", ())),
            kind=EndpointKind(values.get("kind", EndpointKind.OPENAI)),
        )

    def renamed(self, new_ids: Mapping[MessageId, MessageId]) -> SentRequest:
        """Return it for copies of its messages, which have other ids."""
        parts = [
            Run(new_ids.get(part.first, part.first), new_ids.get(part.last, part.last), part.size)
            if isinstance(part, Run)
            else part
            for part in self.messages
        ]
        return replace(self, messages=tuple(parts))


def joined(messages: Iterable[tuple[MessageId, MessageId | None]]) -> list[Run]:
    """Return messages, given as id and id of the parent, as runs."""
    runs: list[Run] = []
    for message_id, parent_id in messages:
        if runs and runs[-1].last == parent_id:
            runs[-1] = Run(runs[-1].first, message_id, runs[-1].size + 1)
        else:
            runs.append(Run(message_id, message_id, 1))
    return runs
