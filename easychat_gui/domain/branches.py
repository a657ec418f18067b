"""The tree of a conversation's messages: who follows whom, and which of several siblings is shown."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from easychat_gui.domain.ids import MessageId
from easychat_gui.domain.messages import Message, MessageStatus, Role


class Place(NamedTuple):
    """Where a message stands among its siblings, the branches at that point.

    ``number`` counts from 1, ``total`` is how many there are.
    """

    number: int = 1
    total: int = 1


class Outline(NamedTuple):
    """A message as the picture of the whole tree needs it. ``beginning`` is that of its text.

    ``created_at`` is in seconds since 1970, ``duration_s`` how long an answer took.
    """

    id: MessageId
    parent_id: MessageId | None
    role: Role
    status: MessageStatus
    model_id: str
    created_at: float
    duration_s: float | None
    beginning: str


def outline_of(message: Message) -> Outline:
    return Outline(
        message.id,
        message.parent_id,
        message.role,
        message.status,
        message.model_id,
        message.created_at,
        message.duration_s,
        message.text[:300],
    )


class BranchTree:
    """Knows parents and children by their ids. Siblings are in the order in which they were made."""

    def __init__(self, family: Iterable[tuple[MessageId, MessageId | None]] = ()) -> None:
        self._parent: dict[MessageId, MessageId | None] = {}
        self._children: dict[MessageId | None, list[MessageId]] = {}
        self._age: dict[MessageId, int] = {}
        for message_id, parent_id in family:
            self.add(message_id, parent_id)

    def add(self, message_id: MessageId, parent_id: MessageId | None) -> None:
        """Note a new message, the youngest of its siblings. One that is known stays where it is."""
        if message_id not in self._parent:
            self._parent[message_id] = parent_id
            self._age[message_id] = len(self._age)
            self._children.setdefault(parent_id, []).append(message_id)

    def __len__(self) -> int:
        return len(self._parent)

    def __contains__(self, message_id: MessageId) -> bool:
        return message_id in self._parent

    def parent(self, message_id: MessageId) -> MessageId | None:
        """Return what it follows; None for a beginning, and for one that is not known."""
        return self._parent.get(message_id)

    def is_at_or_below(self, message_id: MessageId, ancestor_id: MessageId) -> bool:
        """Is it that message, or does it follow it, at whatever distance?"""
        each: MessageId | None = message_id
        while each is not None and each != ancestor_id:
            each = self._parent.get(each)
        return each is not None

    def take_out(self, message_id: MessageId) -> None:
        """Forget one message; what followed it follows its parent from now on, in the order of age."""
        if message_id not in self._parent:
            return
        parent_id = self._parent.pop(message_id)
        siblings = self._children[parent_id]
        siblings.remove(message_id)
        for child in self._children.pop(message_id, []):
            self._parent[child] = parent_id
            siblings.append(child)
        siblings.sort(key=self._age.__getitem__)

    def cut_off(self, message_id: MessageId) -> set[MessageId]:
        """Forget a message and all that follows it, in every branch; return which they were."""
        if message_id not in self._parent:
            return set()
        self._children[self._parent[message_id]].remove(message_id)
        gone: set[MessageId] = set()
        waiting = [message_id]
        while waiting:
            each = waiting.pop()
            gone.add(each)
            waiting += self._children.pop(each, [])
            del self._parent[each]
        return gone

    def place(self, message_id: MessageId) -> Place:
        """Return where it stands; an unknown one stands alone."""
        siblings = self._siblings(message_id)
        return Place(siblings.index(message_id) + 1, len(siblings)) if message_id in siblings else Place()

    def sibling(self, message_id: MessageId, step: int) -> MessageId | None:
        """Return the sibling so many steps to the right (or left), None beyond the ends."""
        siblings = self._siblings(message_id)
        wanted = siblings.index(message_id) + step if message_id in siblings else -1
        return siblings[wanted] if 0 <= wanted < len(siblings) else None

    def leaf_below(self, message_id: MessageId) -> MessageId:
        """Return the end of the branch that goes on from a message, always with the youngest child."""
        while children := self._children.get(message_id):
            message_id = children[-1]
        return message_id

    def end_near(self, message_id: MessageId | None) -> MessageId | None:
        """Return the end of a branch to show after a message (None: the beginning), None when there is no message."""
        if message_id is not None:
            return self.leaf_below(message_id)
        beginnings = self._children.get(None)
        return self.leaf_below(beginnings[-1]) if beginnings else None

    def _siblings(self, message_id: MessageId) -> list[MessageId]:
        return self._children.get(self._parent[message_id], []) if message_id in self._parent else []
