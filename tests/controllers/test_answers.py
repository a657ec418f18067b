"""A running answer knows what has arrived, and says so in its message."""

from __future__ import annotations

import pytest

from easychat_gui.controllers.answers import RunningAnswer
from easychat_gui.domain.conversations import Conversation
from easychat_gui.domain.endpoints import Endpoint
from easychat_gui.domain.errors import ServerFailed
from easychat_gui.domain.generation import CompletionRequest
from easychat_gui.domain.ids import ConversationId, EndpointId, RequestId
from easychat_gui.domain.messages import FinishReason, MessageStatus, Role, ToolCall, Usage, new_message
from easychat_gui.domain.streaming import (
    Finished,
    ReasoningDelta,
    Started,
    TextDelta,
    ToolCallReady,
    UsageReport,
)

CHAT = Conversation(ConversationId("c"))


@pytest.fixture
def answer() -> RunningAnswer:
    message = new_message(CHAT.id, Role.ASSISTANT, "Before, ", status=MessageStatus.STREAMING)
    endpoint = Endpoint(EndpointId("e"), "Mine", "http://127.0.0.1:1/v1")
    return RunningAnswer(RequestId("r"), message, endpoint, CompletionRequest("m", ()), CHAT)


def test_everything_that_arrives_is_in_the_message(answer: RunningAnswer) -> None:
    call = ToolCall("1", "look", "{}")
    growth = answer.take([Started("s", "m"), ReasoningDelta("hm"), TextDelta("a"), TextDelta("b"), ToolCallReady(call)])
    assert (growth.text, growth.reasoning) == ("ab", "hm")
    answer.take([TextDelta("c"), UsageReport(Usage(3, 4))])
    message = answer.ended(Finished(FinishReason.STOP))
    assert message.text == "Before, abc"
    assert message.reasoning == "hm"
    assert message.tool_calls == (call,)
    assert message.usage == Usage(3, 4)
    assert message.status is MessageStatus.COMPLETE
    assert message.duration_s is not None
    assert message.first_token_s is not None
    assert message.first_token_s <= message.duration_s


def test_how_it_ended_is_told_and_the_text_stays(answer: RunningAnswer) -> None:
    answer.take([TextDelta("half")])
    assert answer.cancelled().status is MessageStatus.CANCELLED
    failed = answer.failed(ServerFailed("down", status=502))
    assert failed.status is MessageStatus.FAILED
    assert failed.failure is not None
    assert {answer.cancelled().text, failed.text} == {"Before, half"}


def test_who_of_a_pool_answers_is_told_and_in_the_message(answer: RunningAnswer) -> None:
    growth = answer.take([Started("s", "its-model", endpoint_id="e2"), TextDelta("a")])
    assert growth.server_id == "e2"
    assert answer.snapshot().model_id == "its-model"
