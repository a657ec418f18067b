"""Messages as a file has them, made into a tree that holds together, and that into a conversation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from easychat_gui.domain.messages import Role
from easychat_gui.domain.transfer import FoundConversation, FoundMessage, NotRead, Omission, Source
from easychat_gui.transfer.reader import Told, made_key
from easychat_gui.transfer.trees import walk


class Arrangement(NamedTuple):
    """``system_prompt`` is what stood at the beginning as a message of its own."""

    messages: tuple[FoundMessage, ...]
    leaf_key: str | None
    system_prompt: str


def chained(messages: Iterable[FoundMessage], parent_key: str | None = None) -> list[FoundMessage]:
    """Return the messages each following the one before it, the first following ``parent_key``."""
    found: list[FoundMessage] = []
    for message in messages:
        found.append(replace(message, parent_key=parent_key))
        parent_key = message.key
    return found


def arranged(messages: Sequence[FoundMessage], leaf_key: str | None = None) -> Arrangement:
    """Make a tree of what a file has, whatever it has.

    Keys become unique; a parent that is not there, or that follows its own child, becomes none; messages without any
    content go, and what followed them follows their parent; each branch is told to its end before the next.
    """
    by_key = {message.key: message for message in with_unique_keys(messages)}
    moved: dict[str, str | None] = {}
    system_prompt = ""
    kept: list[FoundMessage] = []
    for visit in walk({message.key: message.parent_key for message in by_key.values()}):
        message = by_key[visit.key]
        parent_key = moved.get(visit.parent, visit.parent) if visit.parent is not None else None
        is_at_head = not kept and not system_prompt and parent_key is None
        is_prompt = is_at_head and message.role is Role.SYSTEM and not message.files
        if is_prompt:
            system_prompt = message.text.strip()
        if is_prompt or is_empty(message):
            moved[message.key] = parent_key
        else:
            kept.append(message if parent_key == message.parent_key else replace(message, parent_key=parent_key))
    if leaf_key is not None:
        leaf_key = moved.get(leaf_key, leaf_key) if leaf_key in by_key else None
    return Arrangement(tuple(kept), leaf_key, system_prompt)


def is_empty(message: FoundMessage) -> bool:
    """Is there nothing in it that a person could read?"""
    return not (message.text.strip() or message.reasoning.strip() or message.files or message.tool_calls)


def conversation_of(
    source: Source, key: str, title: str, messages: Sequence[FoundMessage], told: Told, **more: Any
) -> FoundConversation | None:
    """Return the conversation, None (and tell) where there is no message in it.

    ``more`` are further fields of `FoundConversation`. Where the file says neither, its dates are those of its
    messages; where it has no key, that is made from its content, so that it is the same at the next import.
    """
    found = arranged(messages, more.pop("leaf_key", None))
    title = " ".join(title.split())
    if not found.messages:
        told(Omission(NotRead.NO_MESSAGES, title or key))
        return None
    dates = [message.created_at for message in found.messages if message.created_at is not None]
    more["created_at"] = more.get("created_at") or (min(dates) if dates else None)
    more["updated_at"] = more.get("updated_at") or (max(dates) if dates else None)
    more["system_prompt"] = more.get("system_prompt") or found.system_prompt
    return FoundConversation(
        source=source,
        key=key or made_key(title, *(message.text for message in found.messages)),
        title=title,
        messages=found.messages,
        leaf_key=found.leaf_key,
        **more,
    )


def with_unique_keys(messages: Iterable[FoundMessage]) -> list[FoundMessage]:
    """Return the messages, each with a key that no other has: the first of a name keeps it."""
    messages = list(messages)
    taken = {message.key for message in messages}
    met: Counter[str] = Counter()
    found: list[FoundMessage] = []
    for message in messages:
        met[message.key] += 1
        if not message.key or met[message.key] > 1:
            key = f"{message.key}#{met[message.key]}"
            while key in taken:
                key += "'"
            taken.add(key)
            message = replace(message, key=key)
        found.append(message)
    return found
