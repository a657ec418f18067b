"""Taking messages out of a tree and putting them back, and copying a branch."""

from __future__ import annotations

import pytest

from easychat_gui.domain.conversations import Conversation
from easychat_gui.domain.ids import ConversationId, MessageId
from easychat_gui.domain.messages import Message, MessageStatus, Role, new_message
from easychat_gui.domain.sent_requests import Run, SentRequest
from easychat_gui.storage.store import Store

TALK = ConversationId("talk")


def add(store: Store, text: str, parent: Message | None = None, role: Role = Role.USER) -> Message:
    message = new_message(TALK, role, text, parent_id=parent.id if parent else None)
    store.messages.add(message)
    return message


def attach(store: Store, message: Message, attachment_id: str) -> None:
    store.execute(
        "INSERT INTO attachments (id, conversation_id, message_id, sha256, name, media_type, size)"
        " VALUES (?, ?, ?, ?, 'notes.txt', 'text/plain', 3)",
        (attachment_id, message.conversation_id, message.id, "a" * 64),
    )


@pytest.fixture
def chain(store: Store) -> list[Message]:
    """Four messages, one after the other, with a branch beside the last."""
    store.conversations.save(Conversation(TALK, "A talk", 1.0, 1.0))
    first = add(store, "1")
    second = add(store, "2", first, Role.ASSISTANT)
    third = add(store, "3", second)
    fourth = add(store, "4", third, Role.ASSISTANT)
    beside = add(store, "4b", third, Role.ASSISTANT)
    store.conversations.save(Conversation(TALK, "A talk", 1.0, 1.0, leaf_id=fourth.id))
    return [first, second, third, fourth, beside]


def leaf(store: Store) -> MessageId | None:
    conversation = store.conversations.get(TALK)
    assert conversation is not None
    return conversation.leaf_id


def test_what_follows_a_message_that_is_taken_out_follows_its_parent(store: Store, chain: list[Message]) -> None:
    removal = store.branches.take_out(chain[2].id, chain[3].id)
    assert removal is not None
    assert removal.count == 1
    assert [each.text for each in store.messages.branch(chain[3].id)] == ["1", "2", "4"]
    assert [each.text for each in store.messages.branch(chain[4].id)] == ["1", "2", "4b"]
    assert store.branches.put_back(removal)
    assert store.messages.of_conversation(TALK) == chain


def test_a_message_goes_with_all_its_branches_and_comes_back_with_everything(
    store: Store, chain: list[Message]
) -> None:
    attach(store, chain[2], "a1")
    store.sent_requests.note(chain[3].id, a_request())
    removal = store.branches.take_out(chain[2].id, chain[1].id, with_following=True)
    assert removal is not None
    assert removal.count == 3
    assert store.messages.of_conversation(TALK) == chain[:2]
    assert leaf(store) == chain[1].id
    assert store.rows("SELECT id FROM attachments") == []

    add(store, "meanwhile", chain[1])  # takes a number that the removed ones had
    assert store.branches.put_back(removal)
    assert {each.id for each in store.messages.of_conversation(TALK)} >= {each.id for each in chain}
    assert [each.text for each in store.messages.branch(chain[3].id)] == ["1", "2", "3", "4"]
    assert leaf(store) == chain[3].id
    assert store.rows("SELECT id, message_id FROM attachments") == [("a1", chain[2].id)]
    assert store.sent_requests.of(chain[3].id) == [a_request()]


def test_several_removals_are_undone_in_turn(store: Store, chain: list[Message]) -> None:
    first = store.branches.take_out(chain[1].id, chain[3].id)
    second = store.branches.take_out(chain[2].id, chain[3].id)
    assert first is not None
    assert second is not None
    assert [each.text for each in store.messages.branch(chain[3].id)] == ["1", "4"]
    assert store.branches.put_back(second)
    assert store.branches.put_back(first)
    assert store.messages.of_conversation(TALK) == chain


def test_nothing_comes_back_into_a_chat_that_is_gone(store: Store, chain: list[Message]) -> None:
    removal = store.branches.take_out(chain[1].id, chain[3].id)
    assert removal is not None
    store.conversations.delete(TALK)
    assert not store.branches.put_back(removal)
    assert store.messages.of_conversation(TALK) == []


def test_a_long_chat_can_be_cut_and_deleted(store: Store) -> None:
    """SQLite sets off at most a thousand deletions by one another."""
    store.conversations.save(Conversation(TALK, "A talk", 1.0, 1.0))
    messages = [new_message(TALK, Role.USER, "0")]
    for number in range(1, 3000):
        messages.append(new_message(TALK, Role.USER, str(number), parent_id=messages[-1].id))
    store.messages.add(*messages)
    removal = store.branches.take_out(messages[1].id, messages[0].id, with_following=True)
    assert removal is not None
    assert removal.count == 2999
    assert store.branches.put_back(removal)
    assert store.messages.of_conversation(TALK) == messages
    assert store.conversations.delete(TALK)
    assert store.rows("SELECT 1 FROM messages") == []


def test_a_copied_branch_is_whole_and_its_own(store: Store, chain: list[Message]) -> None:
    attach(store, chain[0], "a1")
    request = a_request(messages=(Run(chain[0].id, chain[2].id, 3),))
    store.sent_requests.note(chain[3].id, request)
    store.messages.save(chain[3].with_(status=MessageStatus.STREAMING))
    other = Conversation(ConversationId("other"), "Another", 2.0, 2.0)
    store.conversations.save(other)
    copy = store.branches.copy(chain[3].id, other)
    assert copy is not None
    copied = store.messages.branch(copy)
    assert [each.text for each in copied] == ["1", "2", "3", "4"]
    assert {each.conversation_id for each in copied} == {"other"}
    assert not {each.id for each in copied} & {each.id for each in chain}
    assert copied[-1].status is MessageStatus.INTERRUPTED
    assert store.sent_requests.of(copy)[0].messages == (Run(copied[0].id, copied[2].id, 3),)
    assert store.rows("SELECT message_id, name FROM attachments WHERE conversation_id = 'other'") == [
        (copied[0].id, "notes.txt")
    ]
    store.conversations.delete(TALK)
    assert store.messages.branch(copy) == copied


def a_request(**changes: object) -> SentRequest:
    values = {
        "method": "POST",
        "url": "http://x/v1/chat/completions",
        "headers": (("Accept", "*/*"),),
        "body": {"model": "m", "messages": []},
        "messages": (),
        "checksum": "0",
        "sent_at": 5.0,
        **changes,
    }
    return SentRequest(**values)  # type: ignore[arg-type]


def test_a_file_stays_while_its_message_can_come_back_and_goes_when_it_cannot(
    store: Store, chain: list[Message]
) -> None:
    incoming = store.files.receive_bytes(b"a picture")
    sha256 = incoming.sha256
    store.execute(
        "INSERT INTO attachments (id, conversation_id, message_id, sha256, name, media_type, size)"
        " VALUES ('p', ?, ?, ?, 'plot.png', 'image/png', 9)",
        (TALK, chain[0].id, sha256),
    )
    with store.transaction():
        store.execute("UPDATE messages SET text = 'x' WHERE id = ?", (chain[0].id,))
    store.files.place([sha256])
    with store.transaction():
        removal = store.branches.take_out(chain[0].id, None, with_following=True)
    assert removal is not None
    assert store.files.path(sha256).read_bytes() == b"a picture"
    with store.transaction():
        assert store.branches.put_back(removal)
    store.end_undo()
    assert store.files.path(sha256).exists()
    with store.transaction():
        store.branches.take_out(chain[0].id, None, with_following=True)
    store.end_undo()
    assert not store.files.path(sha256).exists()
