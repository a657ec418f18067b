"""In which order the messages of a conversation are written: the branch that is shown, then each other one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from easychat_gui.domain.ids import MessageId
from easychat_gui.domain.messages import Message
from easychat_gui.domain.transfer import ConversationRecord


@dataclass(frozen=True, slots=True)
class Stretch:
    """Messages that follow one another. ``number`` 0: the branch that is shown, else that of another branch.

    ``after`` is the message that another branch begins behind, None where it begins the conversation.
    """

    number: int
    after: Message | None
    messages: tuple[Message, ...]


def stretches(record: ConversationRecord, *, with_branches: bool) -> Iterator[Stretch]:
    """Yield the branch that is shown and, if so wished, all others, so that each message comes once.

    Each goes on with its newest message to its end; what was passed by on the way follows, oldest first.
    """
    shown = record.branch
    yield Stretch(0, None, shown)
    if not with_branches:
        return
    by_id = {message.id: message for message in record.messages}
    children: dict[MessageId | None, list[Message]] = {}
    for message in record.messages:
        parent_id = message.parent_id if message.parent_id in by_id else None
        children.setdefault(parent_id, []).append(message)
    written = {message.id for message in shown}
    number = 0
    for message in record.messages:
        if message.id not in written:
            number += 1
            found = _down(message, children, written)
            yield Stretch(number, by_id.get(message.parent_id) if message.parent_id else None, found)


def _down(
    first: Message, children: dict[MessageId | None, list[Message]], written: set[MessageId]
) -> tuple[Message, ...]:
    found: list[Message] = []
    at: Message | None = first
    while at is not None:
        found.append(at)
        written.add(at.id)
        at = _newest(children.get(at.id, ()), written)
    return tuple(found)


def _newest(messages: Sequence[Message], written: set[MessageId]) -> Message | None:
    return next((each for each in reversed(messages) if each.id not in written), None)
