"""Conversations are kept whole and listed in the order of the sidebar."""

from __future__ import annotations

import pytest

from easychat_gui.domain.conversations import Conversation, ConversationSummary
from easychat_gui.domain.generation import GenerationParams
from easychat_gui.domain.ids import ConversationId, EndpointId
from easychat_gui.domain.messages import Role, new_message
from easychat_gui.storage.store import Store

ID = ConversationId("c1")


def test_every_field_is_kept(store: Store) -> None:
    conversation = Conversation(
        ID,
        "Рецепт борща",
        created_at=1.25,
        updated_at=2.5,
        is_pinned=True,
        endpoint_id=EndpointId("e"),
        model_id="m",
        system_prompt="Be brief.",
        params={"temperature": None, "max_tokens": 7, "stop": ["a", "b"], "stream": False},
        draft="half a thou",
    )
    store.conversations.save(conversation)
    assert store.conversations.get(ID) == conversation
    plain = Conversation(ID, "x", 1.0, 2.0, is_pinned=True)
    store.conversations.save(plain)
    assert store.conversations.get(ID) == plain
    assert store.conversations.get(ConversationId("other")) is None


def test_every_parameter_that_there_is_is_kept(store: Store) -> None:
    values = GenerationParams(
        temperature=1,
        max_tokens=7,
        seed=8,
        stop=("a", "b"),
        stream=False,
        response_format={"type": "json_object"},
        logprobs=True,
        reasoning_effort="low",
        extra={"top_k": 40},
    ).as_dict()
    assert None not in values.values()
    for params in (values, dict.fromkeys(values.keys() - {"stream"})):
        store.conversations.save(Conversation(ID, params=params))
        found = store.conversations.get(ID)
        assert found is not None
        assert found.params == params


def test_the_list_has_the_pinned_first_then_the_newest(store: Store) -> None:
    for name, updated_at, is_pinned in [
        ("old", 1.0, False),
        ("new", 3.0, False),
        ("b", 2.0, False),
        ("pin", 0.0, True),
    ]:
        store.conversations.save(Conversation(ConversationId(name), name, 0.0, updated_at, is_pinned))
    store.conversations.save(Conversation(ConversationId("a"), "a", 0.0, 2.0))
    found = store.conversations.summaries()
    assert [each.title for each in found] == ["pin", "new", "a", "b", "old"]
    assert all(type(each) is ConversationSummary for each in found)
    assert found[0] == ConversationSummary(ConversationId("pin"), "pin", 0.0, 1)
    assert store.conversations.summaries(2) == found[:2]


def test_a_title_that_is_no_text_does_not_hide_the_list(store: Store) -> None:
    store.conversations.save(Conversation(ID, "x"))
    store.execute("UPDATE conversations SET title = CAST(x'41ff' AS TEXT)")
    assert [each.title for each in store.conversations.summaries()] == ["A�"]


def test_the_list_is_read_from_its_index_alone(store: Store) -> None:
    asked: list[str] = []
    store.connection.set_trace_callback(asked.append)
    store.conversations.summaries()
    store.connection.set_trace_callback(None)
    plan = store.rows(f"EXPLAIN QUERY PLAN {asked[0]}")
    text = " ".join(str(row[-1]) for row in plan)
    assert "COVERING INDEX conversations_in_order" in text
    assert "TEMP B-TREE" not in text


def test_single_fields_can_be_changed(store: Store) -> None:
    store.conversations.save(Conversation(ID, "x"))
    assert store.conversations.rename(ID, "new\0name")
    assert store.conversations.set_draft(ID, "typed")
    assert store.conversations.touch(ID, 9.0)
    assert store.conversations.get(ID) == Conversation(ID, "new␀name", 0.0, 9.0, draft="typed")
    assert not store.conversations.rename(ConversationId("gone"), "y")


def test_deleting_takes_the_messages_along_and_only_those(store: Store) -> None:
    other = ConversationId("c2")
    for each in (ID, other):
        question = new_message(each, Role.USER, "q")
        answer = new_message(each, Role.ASSISTANT, "a", parent_id=question.id)
        store.begin_exchange(Conversation(each, leaf_id=answer.id), [question, answer])
    assert store.conversations.delete(ID)
    assert store.conversations.get(ID) is None
    assert store.messages.of_conversation(ID) == []
    assert len(store.messages.of_conversation(other)) == 2
    assert not store.conversations.delete(ID)


@pytest.mark.parametrize("title", ["", "a" * 100_000, "\ud800", "'; DROP TABLE conversations; --"])
def test_odd_titles_do_no_harm(store: Store, title: str) -> None:
    store.conversations.save(Conversation(ID, title))
    found = store.conversations.get(ID)
    assert found is not None
    assert found.title == title.replace("\ud800", "�")


def test_a_begun_version_that_cannot_be_read_does_not_cost_the_chat(store: Store) -> None:
    store.conversations.save(Conversation(ConversationId("c"), "Here"))
    store.execute("""UPDATE conversations SET edit = '{"message": 7}'""")
    conversation = store.conversations.get(ConversationId("c"))
    assert conversation is not None
    assert (conversation.title, conversation.edit) == ("Here", None)
