"""Reads the lossless JSON that `json_export` writes (docs/export-format.md), of this version and of later ones.

What it yields besides conversations stands before those that refer to it: belongings and files. Of a later version's
file everything is taken that this one has a place for; what it has none for is told.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from easychat_gui.domain.ids import ConversationId, MessageId
from easychat_gui.domain.messages import MessageStatus
from easychat_gui.domain.transfer import Belonging, NotRead, Omission, Source
from easychat_gui.storage.imports import Arriving, Present
from easychat_gui.storage.stored_text import mended
from easychat_gui.storage.whole import BELONGINGS, JSON_COLUMNS, stored
from easychat_gui.transfer.arriving import Receive
from easychat_gui.transfer.bundles import Bundle
from easychat_gui.transfer.entries import Entry
from easychat_gui.transfer.json_export import FORMAT, VERSION
from easychat_gui.transfer.json_stream import Damaged, items
from easychat_gui.transfer.reader import Reader, Told, damaged_item, listed, mapping, text_of

_INSIDE = ("type", "tags", "messages", "queued_messages", "attachments")
"""What a conversation or a message holds besides its row."""

_LARGEST_NUMBER = 2**63


@dataclass(frozen=True, slots=True)
class WholeFile:
    """The bytes of a file that rows refer to."""

    sha256: str
    content: bytes


@dataclass(frozen=True, slots=True)
class WholeCandidate:
    """A conversation as it was stored."""

    arriving: Arriving

    @property
    def id(self) -> ConversationId:
        return self.arriving.id

    @property
    def title(self) -> str:
        return text_of(self.arriving.row.get("title"))

    @property
    def span(self) -> tuple[float | None, float | None]:
        return self.arriving.row["created_at"], self.arriving.row["updated_at"]

    @property
    def size(self) -> int:
        return len(self.arriving.messages)

    def rows(self, receive: Receive, into: Sequence[str]) -> Arriving:
        """Return its rows; its files came before it. ``into`` is for what comes from elsewhere."""
        del receive
        return replace(self.arriving, folder=tuple(into)) if into else self.arriving

    def new_part(self, present: Present) -> WholeCandidate | None:
        """Return what was added where it was written, as in `arriving.Prepared`."""
        since = max(
            (row["created_at"] for row in self.arriving.messages if row["id"] in present.messages), default=None
        )
        new = [
            dict(row)
            for row in self.arriving.messages
            if row["id"] not in present.messages and since is not None and row["created_at"] > since
        ]
        if not new:
            return None
        ids = {row["id"] for row in new}
        above = {row["id"]: row.get("parent_id") for row in self.arriving.messages}
        for row in new:
            parent = row.get("parent_id")
            while parent is not None and parent not in ids and parent not in present.messages:
                parent = above.get(parent)
            row["parent_id"] = parent
        attachments = [row for row in self.arriving.attachments if row.get("message_id") in ids]
        leaf = self.arriving.row.get("leaf_id")
        row = {**self.arriving.row, "leaf_id": leaf if leaf in ids else new[-1]["id"]}
        return WholeCandidate(replace(self.arriving, row=row, messages=new, attachments=attachments, queued=()))

    def leaf_before(self, present: Present) -> MessageId | None:
        """Return the end of the branch that is shown, if that came from there."""
        is_theirs = any(present.leaf_id == row["id"] for row in self.arriving.messages)
        return present.leaf_id if is_theirs else None


def recognises(bundle: Bundle) -> bool:
    """Does a file of it say that it is of this format?"""
    return any(map(_is_ours, bundle.of_json(most=200)))


def read(bundle: Bundle, told: Told) -> Iterator[Any]:
    """Yield `Belonging`, `WholeFile` and `WholeCandidate`. Raises `TransferError`."""
    for entry in bundle.of_json():
        if _is_ours(entry):
            yield from _Reading(entry, told).values()


READER = Reader(Source.EASYCHAT, recognises, read)


def _is_ours(entry: Entry) -> bool:
    first = mapping(entry.first_item)
    return first.get("type") == "header" and first.get("format") == FORMAT


class _Reading:
    def __init__(self, entry: Entry, told: Told) -> None:
        self._entry = entry
        self._told = told
        self._unknown: set[str] = set()

    def values(self) -> Iterator[Any]:
        has_end = False
        for number, item in enumerate(items(self._entry), 1):
            if isinstance(item, Damaged):
                self._told(damaged_item(self._entry, item))
                continue
            values = mapping(item)
            kind = text_of(values.get("type"))
            has_end = has_end or kind == "end"
            try:
                yield from self._value(kind, values)
            except (KeyError, TypeError, ValueError, binascii.Error) as error:
                where = text_of(values.get("title")) or f"{self._entry.base_name}, {number}"
                self._told(Omission(NotRead.DAMAGED, where, f"{type(error).__name__} {error}"))
        if not has_end:
            self._told(Omission(NotRead.DAMAGED, self._entry.base_name, "the end of the file is missing"))

    def _value(self, kind: str, values: dict[str, Any]) -> Iterator[Any]:
        if kind == "conversation":
            yield WholeCandidate(_conversation(values))
        elif kind in BELONGINGS:
            yield Belonging(kind, {**_row(values), "id": _id(values["id"])})
        elif kind == "file":
            yield WholeFile(_id(values["sha256"]), base64.b64decode(values["data"], validate=True))
        elif kind == "header":
            if values.get("version") not in (None, *range(1, VERSION + 1)):
                details = f"it was written by a later version ({values.get('version')})"
                self._told(Omission(NotRead.UNKNOWN_CONTENT, self._entry.base_name, details))
        elif kind != "end" and kind not in self._unknown:
            self._unknown.add(kind)
            self._told(Omission(NotRead.UNKNOWN_CONTENT, self._entry.base_name, kind))


def _conversation(values: dict[str, Any]) -> Arriving:
    """Return the rows of a conversation. Raises KeyError, TypeError and ValueError for what cannot be one."""
    id_ = ConversationId(_id(values["id"]))
    of = {"conversation_id": id_}
    messages: list[dict[str, Any]] = []
    attachments = list(_attachments(values, of))
    for item in listed(values.get("messages")):
        row = {**_row(mapping(item)), **of, "id": _id(mapping(item)["id"])}
        row["created_at"] = float(row["created_at"])
        if row.get("status") in (MessageStatus.PENDING, MessageStatus.STREAMING):
            row["status"] = MessageStatus.INTERRUPTED.value  # it was written while the answer ran
        messages.append(row)
        attachments += _attachments(mapping(item), {**of, "message_id": row["id"]})
    queued = []
    for item in listed(values.get("queued_messages")):
        queued.append({**_row(mapping(item)), **of, "id": _id(mapping(item)["id"])})
        attachments += _attachments(mapping(item), {**of, "queued_id": queued[-1]["id"]})
    row = {**_row(values), "id": id_}
    row["created_at"], row["updated_at"] = float(row["created_at"]), float(row["updated_at"])
    here = {message["id"] for message in messages}
    if row.get("leaf_id") not in here:
        row.pop("leaf_id", None)
    for message in messages:
        if message.get("parent_id") not in here:
            message.pop("parent_id", None)
    tags = [text_of(tag) for tag in listed(values.get("tags"))]
    return Arriving(id_, row, messages, attachments, queued, tags=tags)


def _attachments(values: Mapping[str, Any], owner: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for item in listed(values.get("attachments")):
        yield {**_row(mapping(item)), **owner, "id": _id(mapping(item)["id"])}


def _row(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row as it is stored; what no column takes is left out."""
    return stored({name: _value(name, value) for name, value in values.items() if _fits(name, value)})


def _fits(name: str, value: Any) -> bool:
    if name in _INSIDE or name == "number" or value is None or not name.isidentifier():
        return False
    if name in JSON_COLUMNS:
        return True
    return isinstance(value, str | float) or (isinstance(value, int) and abs(value) < _LARGEST_NUMBER)


def _value(name: str, value: Any) -> Any:
    if name in JSON_COLUMNS:
        return value
    return int(value) if isinstance(value, bool) else mended(value) if isinstance(value, str) else value


def _id(value: Any) -> str:
    if not isinstance(value, str) or not value or len(value) > 200:
        raise ValueError("not an id")
    return mended(value)
