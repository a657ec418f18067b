"""Waiting messages are kept in their order, with what is attached to them, until they are sent."""

from __future__ import annotations

from easychat_gui.domain.conversations import Conversation
from easychat_gui.domain.ids import AttachmentId, ConversationId
from easychat_gui.domain.messages import Role, new_message
from easychat_gui.domain.queued import new_queued
from easychat_gui.storage.store import Store

ID = ConversationId("c1")


def attach(store: Store, name: str) -> AttachmentId:
    store.execute(
        "INSERT INTO attachments (id, conversation_id, sha256, name, media_type, size) VALUES (?, ?, ?, ?, '', 0)",
        (name, ID, "0" * 64, name),
    )
    return AttachmentId(name)


def test_they_come_back_in_their_order(store: Store) -> None:
    store.conversations.save(Conversation(ID))
    waiting = [new_queued(ID, text) for text in ("one", "два", "three\x00")]
    for each in waiting:
        store.queued.add(each)
    store.queued.replace(waiting[0].with_text("first", ()))
    store.queued.remove(waiting[1].id)
    assert [each.text for each in store.queued.all()] == ["first", "three␀"]
    assert not store.queued.replace(waiting[1])


def test_what_is_attached_waits_with_it(store: Store) -> None:
    store.conversations.save(Conversation(ID))
    attached = attach(store, "a"), attach(store, "b")
    queued = new_queued(ID, "look", attached)
    store.queued.add(queued)
    assert store.queued.all() == [queued]


def test_sending_takes_it_out_in_the_same_transaction(store: Store) -> None:
    conversation = Conversation(ID)
    store.conversations.save(conversation)
    queued = new_queued(ID, "next")
    store.queued.add(queued)
    question = new_message(ID, Role.USER, "next")
    store.begin_exchange(conversation.with_(leaf_id=question.id), [question], queued.id)
    assert store.queued.all() == []
    assert store.messages.newest_questions() == ["next"]


def test_they_go_with_their_conversation(store: Store) -> None:
    store.conversations.save(Conversation(ID))
    store.queued.add(new_queued(ID, "next"))
    store.conversations.delete(ID)
    assert store.queued.all() == []
