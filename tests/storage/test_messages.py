"""Messages are kept whole, as a tree, also while they grow."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from easychat_gui.domain.conversations import Conversation
from easychat_gui.domain.generation import GenerationParams
from easychat_gui.domain.ids import ConversationId, EndpointId, MessageId, new_conversation_id, new_message_id
from easychat_gui.domain.messages import (
    Adaptation,
    Failure,
    FinishReason,
    Message,
    MessageStatus,
    Role,
    ToolCall,
    Usage,
    new_message,
)
from easychat_gui.domain.token_chances import Candidate, TokenChance
from easychat_gui.storage.store import Store

CONVERSATION = ConversationId("c1")


@pytest.fixture(autouse=True)
def conversation(store: Store) -> Conversation:
    conversation = Conversation(CONVERSATION, "A talk", 1.0, 1.0)
    store.conversations.save(conversation)
    return conversation


def message(text: str = "", role: Role = Role.USER, **more: Any) -> Message:
    return new_message(CONVERSATION, role, text, **more)


def test_every_field_is_kept(store: Store) -> None:
    parent = message("Why?")
    answer = Message(
        id=new_message_id(),
        conversation_id=CONVERSATION,
        role=Role.ASSISTANT,
        text="Because 京都 😀\r\n\tso",
        status=MessageStatus.FAILED,
        parent_id=parent.id,
        created_at=1_700_000_000.123456,
        reasoning="let me see",
        reasoning_s=1.5,
        tool_calls=(ToolCall("call_1", "search", '{"q": "ü"}'),),
        model_id="m",
        endpoint_id=EndpointId("e"),
        endpoint_name="My server",
        params={"temperature": 0.5, "stop": ["a"], "seed": None},
        finish_reason=FinishReason.LENGTH,
        usage=Usage(12, None),
        first_token_s=0.25,
        duration_s=11.2,
        failure=Failure("RateLimited", "Too many", {"status": 429, "retry_after_s": 3.5}),
    )
    store.messages.add(parent, answer)
    assert store.messages.get(answer.id) == answer
    assert store.messages.of_conversation(CONVERSATION) == [parent, answer]

    changed = answer.with_(text="new", status=MessageStatus.COMPLETE, failure=None, tool_calls=(), usage=None)
    assert store.messages.save(changed)
    assert store.messages.get(answer.id) == changed


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(text=st.text(), reasoning=st.text())
def test_any_unicode_text_comes_back(store: Store, text: str, reasoning: str) -> None:
    sent = message(text, reasoning=reasoning)
    store.messages.add(sent)
    found = store.messages.get(sent.id)
    assert found is not None
    assert (found.text, found.reasoning) == (text.replace("\0", "␀"), reasoning.replace("\0", "␀"))


def test_nul_and_lone_surrogates_are_mended_visibly(store: Store) -> None:
    sent = message("a\0b \ud83d c \ud83d\ude00 d")
    store.messages.add(sent)
    found = store.messages.get(sent.id)
    assert found is not None
    assert found.text == "a␀b � c 😀 d"


def test_odd_text_in_a_failure_or_a_tool_call_does_not_stop_the_saving(store: Store) -> None:
    odd = message(failure=Failure("X", "a\0\ud800", {"detail": "\udfff"}), tool_calls=(ToolCall("\0", "\ud800", ""),))
    store.messages.add(odd)
    assert store.messages.get(odd.id) == odd


def test_a_branch_runs_from_the_first_message_to_the_leaf(store: Store) -> None:
    first = message("1")
    left = message("2a", parent_id=first.id)
    right = message("2b", parent_id=first.id)
    end = message("3", parent_id=right.id)
    store.messages.add(first, left, right, end)
    assert [each.text for each in store.messages.branch(end.id)] == ["1", "2b", "3"]
    assert [each.text for each in store.messages.branch(left.id)] == ["1", "2a"]
    assert store.messages.branch(MessageId("nowhere")) == []


def test_the_branch_of_a_conversation_ends_at_its_leaf_else_at_the_newest(
    store: Store, conversation: Conversation
) -> None:
    first = message("1")
    left = message("2a", parent_id=first.id)
    right = message("2b", parent_id=first.id)
    store.messages.add(first, left, right)
    assert [each.text for each in store.messages.branch_of(CONVERSATION)] == ["1", "2b"]
    store.conversations.save(conversation.with_(leaf_id=left.id))
    assert [each.text for each in store.messages.branch_of(CONVERSATION)] == ["1", "2a"]
    assert store.messages.branch_of(new_conversation_id()) == []


def test_parents_in_a_ring_do_not_hang_the_program(store: Store) -> None:
    one, two = message("1"), message("2")
    store.messages.add(one, two)
    store.messages.save(one.with_(parent_id=two.id))
    store.messages.save(two.with_(parent_id=one.id))
    assert [each.text for each in store.messages.branch(two.id)] == ["1", "2"]


def test_a_long_branch_is_read_whole(store: Store) -> None:
    chain = [message("0")]
    for number in range(1, 3000):
        chain.append(message(str(number), parent_id=chain[-1].id))
    store.messages.add(*chain)
    assert store.messages.branch(chain[-1].id) == chain


def test_add_is_all_or_nothing(store: Store) -> None:
    good = message("good")
    stranger = new_message(ConversationId("no such one"), Role.USER, "bad")
    with pytest.raises(Exception, match="FOREIGN KEY"):
        store.messages.add(good, stranger)
    assert store.messages.of_conversation(CONVERSATION) == []


def test_a_growing_answer_is_kept_and_a_finished_one_left_alone(store: Store) -> None:
    answer = message("", Role.ASSISTANT, status=MessageStatus.PENDING)
    store.messages.add(answer)
    assert store.messages.save_partial(answer.id, "Hel", "hm")
    assert store.messages.append_text(answer.id, "lo", "…")
    grown = store.messages.get(answer.id)
    assert grown is not None
    assert (grown.text, grown.reasoning, grown.status) == ("Hello", "hm…", MessageStatus.STREAMING)

    store.messages.save(answer.with_(text="Hello!", status=MessageStatus.COMPLETE))
    assert not store.messages.save_partial(answer.id, "Hel")
    assert not store.messages.append_text(answer.id, "late")
    finished = store.messages.get(answer.id)
    assert finished is not None
    assert (finished.text, finished.status) == ("Hello!", MessageStatus.COMPLETE)


def test_what_the_last_run_left_unfinished_becomes_interrupted_with_its_text(store: Store) -> None:
    running = message("so far", Role.ASSISTANT, status=MessageStatus.STREAMING)
    waiting = message("", Role.ASSISTANT, status=MessageStatus.PENDING)
    done = message("done", Role.ASSISTANT)
    store.messages.add(running, waiting, done)
    assert store.messages.mark_interrupted() == 2
    assert [(each.text, each.status) for each in store.messages.of_conversation(CONVERSATION)] == [
        ("so far", MessageStatus.INTERRUPTED),
        ("", MessageStatus.INTERRUPTED),
        ("done", MessageStatus.COMPLETE),
    ]
    assert store.messages.mark_interrupted() == 0


def test_what_was_adapted_and_how_likely_the_tokens_were_come_back(store: Store) -> None:
    newer = Adaptation("max_tokens", renamed_to="max_completion_tokens")
    told = (Adaptation("top_p"), newer, Adaptation("n", value="1"))
    answer = message("Good", Role.ASSISTANT, status=MessageStatus.STREAMING)
    store.messages.add(answer)
    store.finalise(answer.with_(adapted=told), chances=[TokenChance(Candidate("Go", -1.0))])
    store.finalise(answer.with_(adapted=told), chances=[TokenChance(Candidate("od", -2.0))], is_continued=True)
    read = store.messages.get(answer.id)
    assert read is not None
    assert read.adapted == told
    assert [each.chosen for each in store.messages.chances_of(answer.id)] == [("Go", -1.0), ("od", -2.0)]
    store.messages.save(read.with_(text="Good."))
    assert len(store.messages.chances_of(answer.id)) == 2, "other changes leave them alone"


def test_what_cannot_be_read_of_an_adaptation_does_not_cost_the_chat(store: Store) -> None:
    answer = message("Good", Role.ASSISTANT)
    store.messages.add(answer)
    for text in ('[{"x": 1}, 5, null]', '{"a": 1}', "5"):
        store.execute("UPDATE messages SET adapted = ?, logprobs = ? WHERE id = ?", (text, text, answer.id))
        read = store.messages.get(answer.id)
        assert read is not None
        assert (read.text, read.adapted, store.messages.chances_of(answer.id)) == ("Good", (), ())


@pytest.mark.parametrize(
    ("column", "value"),
    [
        *(("failure", value) for value in ("[1]", '{"x":1}', "5", '{"kind":1,"message":[]}')),
        *(("tool_calls", value) for value in ('{"a":1}', "[1]", '[{"id":1}]', "5")),
        *((name, value) for name in ("params", "adapted") for value in ("5", "[1]", '"x"')),
    ],
)
def test_what_cannot_be_read_of_a_message_does_not_cost_the_chat(store: Store, column: str, value: str) -> None:
    store.begin_exchange(Conversation(CONVERSATION), [new_message(CONVERSATION, Role.ASSISTANT, "Still here")])
    store.execute(f"UPDATE messages SET {column} = ?", (value,))
    assert [each.text for each in store.messages.of_conversation(CONVERSATION)] == ["Still here"]


@pytest.mark.parametrize("params", ["5", "[1]", '{"stop": 5, "temperature": "hot", "extra": [1], "top_p": 0.25}'])
def test_parameters_that_cannot_be_values_are_left_out(store: Store, params: str) -> None:
    store.begin_exchange(Conversation(CONVERSATION), [])
    store.execute('UPDATE conversations SET params = ?, context = \'{"policy": [], "summary_until": 5}\'', (params,))
    found = store.conversations.get(CONVERSATION)
    assert found is not None
    assert dict(found.params) == ({"top_p": 0.25} if "top_p" in params else {})


def test_every_parameter_is_read_as_it_was_written(store: Store) -> None:
    values = GenerationParams(max_tokens=9, seed=1, stop=("x",), logprobs=True, reasoning_effort="low").as_dict()
    values |= {"response_format": {"type": "text"}, "extra": {"a": [1]}}
    store.conversations.save(Conversation(CONVERSATION, params=values))
    found = store.conversations.get(CONVERSATION)
    assert found is not None
    assert dict(found.params) == values
