"""A store with whatever conversations a test needs, and a reader of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from easychat_gui.domain.conversations import Conversation
from easychat_gui.domain.ids import ConversationId
from easychat_gui.domain.messages import Message, Role, new_message
from easychat_gui.storage.records import RecordReader
from easychat_gui.storage.store import Store

NOON = 1_700_000_000.0
"""A moment of 14 November 2023."""

AddChat = Callable[..., list[Message]]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store.open(tmp_path / "data" / "easychat.db")
    yield store
    store.close()


@pytest.fixture
def reader(store: Store) -> Iterator[RecordReader]:
    with RecordReader(store.path, store.path.parent / "attachments") as reader:
        yield reader


@pytest.fixture
def add_chat(store: Store) -> AddChat:
    """Add a conversation of these texts, question and answer in turns; return its messages."""

    def add(id_: str, title: str, *texts: str, **fields: Any) -> list[Message]:
        conversation_id = ConversationId(id_)
        messages: list[Message] = []
        for number, text in enumerate(texts):
            message = new_message(
                conversation_id,
                Role.ASSISTANT if number % 2 else Role.USER,
                text,
                parent_id=messages[-1].id if messages else None,
                model_id="tiny-1b" if number % 2 else "",
            )
            messages.append(message.with_(created_at=NOON + number))
        leaf_id = messages[-1].id if messages else None
        conversation = Conversation(conversation_id, title, NOON, NOON, leaf_id=leaf_id, **fields)
        store.begin_exchange(conversation, messages)
        return messages

    return add
