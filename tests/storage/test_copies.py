"""Copies of whole conversations: nothing of them is lost, and the originals stay as they are."""

from __future__ import annotations

from easychat_gui.domain.attachments import Attachment
from easychat_gui.domain.conversations import Conversation, Edit
from easychat_gui.domain.ids import AttachmentId, ConversationId, MessageId
from easychat_gui.domain.messages import Message, MessageStatus, Role, Usage, new_message
from easychat_gui.storage.store import Store

SHA = "ab" * 32


def chat(store: Store, name: str, created_at: float, *texts: str) -> list[Message]:
    """Add a conversation of this id with a branch of these texts, questions and answers in turn."""
    conversation = Conversation(ConversationId(name), title=name, created_at=created_at, updated_at=created_at)
    store.conversations.save(conversation)
    made: list[Message] = []
    for place, text in enumerate(texts):
        role = Role.ASSISTANT if place % 2 else Role.USER
        parent = made[-1].id if made else None
        made.append(new_message(conversation.id, role, text, parent_id=parent, usage=Usage(3, place)))
    store.messages.add(*made)
    store.conversations.save(conversation.with_(leaf_id=made[-1].id if made else None))
    return made


def shape(store: Store, conversation_id: ConversationId) -> dict[str, str | None]:
    """Return the text of what each message follows, by its own text."""
    found = store.messages.of_conversation(conversation_id)
    texts = {each.id: each.text for each in found}
    return {each.text: each.parent_id and texts[each.parent_id] for each in found}


def test_a_duplicate_has_all_branches_files_and_settings(store: Store) -> None:
    first, second = chat(store, "a", 1.0, "Q", "A")
    other = new_message(first.conversation_id, Role.ASSISTANT, "B", parent_id=first.id, status=MessageStatus.FAILED)
    store.messages.add(other)
    file = Attachment(AttachmentId("f"), "n.txt", "text/plain", 1, SHA, "inside")
    store.attachments.add_to_draft(first.conversation_id, file, 0)
    asked = new_message(first.conversation_id, Role.USER, "C", parent_id=second.id, attachments=(file.copied(),))
    store.messages.add(asked)
    original = store.conversations.get(ConversationId("a"))
    assert original is not None
    original = original.with_(
        draft="half", edit=Edit(first.id, "better"), model_id="m", params={"temperature": 1.5}, is_pinned=True,
        leaf_id=asked.id,
    )  # fmt: skip
    store.conversations.save(original)
    before = store.messages.of_conversation(original.id)

    made = store.copies.duplicate(original.id, "a (copy)", 9.0)

    assert made is not None
    assert made == store.conversations.get(made.id)
    assert (made.title, made.draft, made.model_id, made.params) == ("a (copy)", "half", "m", {"temperature": 1.5})
    assert (made.created_at, made.updated_at, made.is_pinned) == (9.0, 9.0, False)
    copies = store.messages.of_conversation(made.id)
    assert shape(store, made.id) == shape(store, original.id) == {"Q": None, "A": "Q", "B": "Q", "C": "A"}
    assert not {each.id for each in copies} & {each.id for each in before}
    assert [each.usage for each in copies] == [each.usage for each in before]
    assert [each.text for each in store.messages.branch_of(made.id)] == ["Q", "A", "C"]
    assert made.edit == Edit(copies[0].id, "better")
    assert copies[3].attachments[0].text == "inside"
    assert [each.sha256 for each in store.attachments.of_draft(made.id)] == [SHA]
    assert store.messages.of_conversation(original.id) == before
    assert store.copies.duplicate(ConversationId("gone"), "x", 9.0) is None


def test_merged_chats_follow_each_other_by_time_and_branches_stay_where_they_hung(store: Store) -> None:
    late = chat(store, "late", 5.0, "3", "4")
    early = chat(store, "early", 2.0, "1", "2")
    empty = chat(store, "empty", 3.0)
    assert not empty
    store.messages.add(
        new_message(early[0].conversation_id, Role.ASSISTANT, "2b", parent_id=early[0].id),
        new_message(late[0].conversation_id, Role.USER, "3b"),
    )
    ids = [ConversationId(each) for each in ("late", "early", "empty")]
    made = store.copies.merge(ids, "both", 9.0)
    assert made is not None
    assert shape(store, made.id) == {"1": None, "2": "1", "2b": "1", "3": "2", "3b": "2", "4": "3"}
    assert [each.text for each in store.messages.branch_of(made.id)] == ["1", "2", "3", "4"]
    assert (made.created_at, made.updated_at) == (2.0, 9.0)
    assert store.copies.count(ConversationId("late")) == 3
    assert store.copies.merge([ConversationId("gone")], "x", 9.0) is None


def test_taking_back_spares_what_was_written_in_a_copy(store: Store) -> None:
    chat(store, "a", 1.0, "Q", "A")
    first = store.copies.duplicate(ConversationId("a"), "1", 9.0)
    second = store.copies.duplicate(ConversationId("a"), "2", 9.0)
    assert first is not None
    assert second is not None
    store.messages.add(new_message(second.id, Role.USER, "more", parent_id=MessageId(str(second.leaf_id))))
    assert store.copies.take_back(first, 2)
    assert not store.copies.take_back(second, 2)
    assert store.conversations.get(first.id) is None
    assert store.copies.count(second.id) == 3
