"""The status line tells the truth in every stage of an answer."""

from __future__ import annotations

import time

import pytest

from easychat_gui.controllers.answers import RunningAnswer
from easychat_gui.domain.conversations import Conversation
from easychat_gui.domain.endpoints import LOCAL_ENDPOINT_ID, Endpoint
from easychat_gui.domain.generation import CompletionRequest
from easychat_gui.domain.ids import ConversationId, EndpointId, RequestId
from easychat_gui.domain.messages import Message, MessageStatus, Role, new_message
from easychat_gui.domain.streaming import (
    Heard,
    NoticeKind,
    Phase,
    PhaseReached,
    ReasoningDelta,
    Started,
    StreamNotice,
    TextDelta,
)
from easychat_gui.ui.answer_words import answer_words, hurry_words, outcome_words

CHAT = Conversation(ConversationId("c"))
CONNECTING, CONNECTED = PhaseReached(Phase.CONNECTING), PhaseReached(Phase.CONNECTED)
ASKED_PAUSE = StreamNotice(NoticeKind.RETRY, "busy", wait_s=20.0, is_asked_for=True)
OWN_PAUSE = StreamNotice(NoticeKind.RETRY, "down", wait_s=4.0)
NEXT_SERVER = StreamNotice(NoticeKind.FAILOVER, "down", position=2, total=3)
NEXT_KEY = StreamNotice(NoticeKind.NEXT_KEY, "used up")


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(time, "monotonic", clock)
    return clock


def new_answer(endpoint_id: str = "e") -> RunningAnswer:
    message = new_message(CHAT.id, Role.ASSISTANT, status=MessageStatus.STREAMING)
    name = "" if endpoint_id == LOCAL_ENDPOINT_ID else "Office"
    endpoint = Endpoint(EndpointId(endpoint_id), name, "http://127.0.0.1:1/v1")
    return RunningAnswer(RequestId("r"), message, endpoint, CompletionRequest("m", ()), CHAT, started_at=1000.0)


CASES: dict[str, tuple[list[Heard], float, str]] = {
    "at first": ([], 0.0, "Connecting to Office"),
    "a slow way": ([CONNECTING], 5.0, "Connecting to Office · 5 s"),
    "asked": ([CONNECTING, CONNECTED], 1.0, "Waiting for the first token"),
    "asked long ago": ([CONNECTING, CONNECTED], 12.0, "Waiting for the first token · 12 s"),
    "asked, its head is there": (
        [CONNECTING, CONNECTED, Started("s", "m")],
        12.0,
        "Waiting for the first token · 12 s",
    ),
    "asked very long ago": ([CONNECTED], 64.0, "Still waiting for the first token · 64 s"),
    "it wants a pause": ([CONNECTED, ASKED_PAUSE], 0.0, "Waiting 20 s as Office asks"),
    "the pause counts down": ([CONNECTED, ASKED_PAUSE], 7.5, "Waiting 13 s as Office asks"),
    "a pause of our own": ([CONNECTED, OWN_PAUSE], 1.0, "Office did not answer; asking again in 3 s"),
    "after a pause": ([CONNECTED, ASKED_PAUSE, CONNECTING, CONNECTED], 0.0, "Waiting for the first token"),
    "the next server": ([CONNECTED, NEXT_SERVER, CONNECTING], 0.0, "Trying the next server (2 of 3)"),
    "the next server, slow": ([NEXT_SERVER, CONNECTING], 4.0, "Trying the next server (2 of 3) · 4 s"),
    "the next one has it": ([NEXT_SERVER, CONNECTED], 4.0, "Waiting for the first token · 4 s (server 2 of 3)"),
    "another key": ([CONNECTED, NEXT_KEY, CONNECTING], 0.0, "Trying another key of Office"),
    "it thinks": ([CONNECTED, ReasoningDelta("hm")], 0.4, "Thinking"),
    "it thinks quickly": ([CONNECTED, ReasoningDelta("hm", 43)], 1.0, "Thinking · 43 tok/s"),
    "it answers": ([CONNECTED, TextDelta("a", 43)], 1.0, "Answering · 43 tok/s"),
    "it has stopped short": ([CONNECTED, TextDelta("a", 43)], 5.0, "Answering · nothing new for 5 s"),
    "it is silent": ([CONNECTED, TextDelta("a")], 61.0, "Answering · still waiting, nothing new for 61 s"),
}


@pytest.mark.parametrize("case", CASES)
def test_the_words_of_each_stage(clock: Clock, case: str) -> None:
    told, seconds, words = CASES[case]
    answer = new_answer()
    answer.take(told)
    clock.now += seconds
    assert answer_words(answer, "Model") == f"{words} · Esc to stop"


def test_the_bundled_model_has_to_start_first(clock: Clock) -> None:
    assert answer_words(new_answer(LOCAL_ENDPOINT_ID), "Qwen") == "Waiting for Qwen to start · Esc to stop"


def test_a_pause_can_be_ended_and_then_it_is_over(clock: Clock) -> None:
    answer = new_answer()
    assert hurry_words(answer) == ""
    answer.take([CONNECTED, ASKED_PAUSE])
    assert hurry_words(answer) == "Try now"
    answer.progress.hurry(clock.now)
    assert hurry_words(answer) == ""
    assert answer_words(answer, "Model").startswith("Connecting to Office")


def test_a_long_wait_can_be_left_for_the_next_server_of_a_pool(clock: Clock) -> None:
    alone, pooled = new_answer(), new_answer()
    pooled.progress.total = 3
    for answer in (alone, pooled):
        answer.take([CONNECTED])
        assert hurry_words(answer) == ""
    clock.now += 3
    assert (hurry_words(alone), hurry_words(pooled)) == ("", "Try the next server")
    pooled.take([StreamNotice(NoticeKind.FAILOVER, "down", position=3, total=3), CONNECTED])
    clock.now += 3
    assert hurry_words(pooled) == "", "there is no other"
    pooled.take([TextDelta("a")])
    clock.now += 60
    assert hurry_words(pooled) == ""


def ended(status: MessageStatus, text: str = "") -> Message:
    return new_message(CHAT.id, Role.ASSISTANT, text, status=status)


def test_what_the_person_stopped_is_said_to_be_kept() -> None:
    assert outcome_words(ended(MessageStatus.CANCELLED, "half")) == "Stopped by you, kept"
    assert outcome_words(ended(MessageStatus.CANCELLED)) == "Stopped by you"
    assert outcome_words(ended(MessageStatus.COMPLETE, "all")) == ""
    assert outcome_words(ended(MessageStatus.FAILED)) == ""
