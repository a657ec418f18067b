"""The tree of a conversation's messages: who follows whom, and which of several siblings is shown."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from easychat_gui.domain.ids import MessageId


class Place(NamedTuple):
    """Where a message stands among its siblings, the branches at that point.

    ``number`` counts from 1, ``total`` is how many there are.
    """

    number: int = 1
    total: int = 1


class BranchTree:
    """Knows parents and children by their ids. Siblings are in the order in which they were made."""

    def __init__(self, family: Iterable[tuple[MessageId, MessageId | None]] = ()) -> None:
        self._parent: dict[MessageId, MessageId | None] = {}
        self._children: dict[MessageId | None, list[MessageId]] = {}
        for message_id, parent_id in family:
            self.add(message_id, parent_id)

    def add(self, message_id: MessageId, parent_id: MessageId | None) -> None:
        """Note a new message, the youngest of its siblings. One that is known stays where it is."""
        if message_id not in self._parent:
            self._parent[message_id] = parent_id
            self._children.setdefault(parent_id, []).append(message_id)

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

    def _siblings(self, message_id: MessageId) -> list[MessageId]:
        return self._children.get(self._parent[message_id], []) if message_id in self._parent else []
