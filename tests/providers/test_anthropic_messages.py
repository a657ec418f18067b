"""Anthropic's Messages API: what goes out, and what comes back."""

from __future__ import annotations

from typing import Any

import pytest

from easychat_gui.domain.endpoints import EndpointKind, ModelInfo
from easychat_gui.domain.errors import EmptyAnswer, ErrorInStream, RequestRefused, ServerFailed, StreamInterrupted
from easychat_gui.domain.messages import FinishReason, ToolCall, Usage
from easychat_gui.domain.streaming import (
    Finished,
    NoticeKind,
    ReasoningDelta,
    Started,
    StreamNotice,
    TextDelta,
    ToolCallReady,
    UsageReport,
)
from easychat_gui.providers.anthropic_messages import DEFAULT_MAX_TOKENS, VERSION, messages_body
from easychat_gui.providers.cancellation import Cancellation
from tests.fakes.asking import Serve, Source, events_and_error, events_of, notices_of, question, text_of
from tests.fakes.misbehaving_server import good_stream, json_answer, stream
from tests.fakes.other_apis import (
    MESSAGE_START,
    MESSAGE_STOP,
    PING,
    block,
    message,
    message_delta,
    named,
    text_block,
)

KEY = "sk-ant-marker-1234567890"
USER = {"role": "user", "content": "Hi"}


def body(**fields: Any) -> dict[str, Any]:
    return messages_body({"model": "m", "messages": [USER], "stream": True, **fields}).body


def changed(**fields: Any) -> list[str]:
    return messages_body({"model": "m", "messages": [USER], "stream": True, **fields}).changed


def ask(serve: Serve, source: Source, *events: bytes) -> Any:
    return events_and_error(source(serve(stream(*events)), kind=EndpointKind.ANTHROPIC))


# -------------------- what goes out


def test_what_goes_out_on_the_wire(serve: Serve, source: Source) -> None:
    server = serve(message(text_block(0, "a")))
    events_of(source(server, KEY, kind=EndpointKind.ANTHROPIC), question("Hi"))
    request = server.requests[0]
    assert (request.method, request.target) == ("POST", "/v1/messages")
    assert request.headers.items() >= {("x-api-key", KEY), ("anthropic-version", VERSION)}
    assert "authorization" not in request.headers
    assert request.json == {
        "model": "m",
        "max_tokens": DEFAULT_MAX_TOKENS,
        "messages": [USER],
        "stream": True,
        "temperature": 0.5,
    }


def test_system_messages_become_a_field_and_empty_ones_nothing() -> None:
    translated = body(
        messages=[
            {"role": "system", "content": "Be brief."},
            USER,
            {"role": "assistant", "content": ""},
            {"role": "user", "content": " \n"},
            {"role": "assistant", "content": "Hello. \n"},
            {"role": "developer", "content": "And kind."},
        ]
    )
    assert translated["system"] == "Be brief.\n\nAnd kind."
    assert translated["messages"] == [USER, {"role": "assistant", "content": "Hello."}]


def test_messages_of_one_side_are_joined() -> None:
    two = [{"type": "text", "text": "Hi"}, {"type": "text", "text": "Hi"}]
    assert body(messages=[USER, USER])["messages"] == [{"role": "user", "content": two}]


def test_pictures_tools_and_their_results_are_translated() -> None:
    picture = {"type": "image_url", "image_url": {"url": "data:image/jpeg;base64,QUJD"}}
    distant = {"type": "image_url", "image_url": {"url": "https://host/a.png"}}
    call = {"id": "c1", "type": "function", "function": {"name": "f", "arguments": '{"a": 1}'}}
    tool = {"type": "function", "function": {"name": "f", "description": "d", "parameters": {"type": "object"}}}
    translated = body(
        messages=[
            {"role": "user", "content": [{"type": "text", "text": "What?"}, picture, distant]},
            {"role": "assistant", "content": None, "tool_calls": [call]},
            {"role": "tool", "tool_call_id": "c1", "content": "42"},
        ],
        tools=[tool],
        tool_choice="required",
    )
    assert [turn["content"] for turn in translated["messages"]] == [
        [
            {"type": "text", "text": "What?"},
            {"type": "image", "source": {"type": "base64", "media_type": "image/jpeg", "data": "QUJD"}},
            {"type": "image", "source": {"type": "url", "url": "https://host/a.png"}},
        ],
        [{"type": "tool_use", "id": "c1", "name": "f", "input": {"a": 1}}],
        [{"type": "tool_result", "tool_use_id": "c1", "content": "42"}],
    ]
    assert translated["tools"] == [{"name": "f", "description": "d", "input_schema": {"type": "object"}}]
    assert translated["tool_choice"] == {"type": "any"}


def test_parameters_get_the_names_of_this_api() -> None:
    schema = {"type": "object"}
    translated = body(
        max_tokens=5,
        stop=["a", " "],
        temperature=1.5,
        top_p=0.9,
        top_k=3,
        response_format={"type": "json_schema", "json_schema": {"name": "n", "schema": schema}},
    )
    assert (
        translated.items()
        >= {
            "max_tokens": 5,
            "stop_sequences": ["a"],
            "temperature": 1.0,
            "top_p": 0.9,
            "top_k": 3,
            "output_config": {"format": {"type": "json_schema", "schema": schema}},
        }.items()
    )
    assert not {"stop", "response_format"} & translated.keys()
    assert changed(stop=["a", " "], temperature=1.5) == ["stop", "temperature"]


def test_effort_makes_it_think_and_then_it_takes_no_temperature() -> None:
    translated = body(reasoning_effort="high", temperature=0.5, top_p=1)
    assert translated["output_config"] == {"effort": "high"}
    assert translated["thinking"] == {"type": "adaptive"}
    assert "temperature" not in translated
    assert changed(reasoning_effort="high", temperature=0.5, top_p=1) == ["temperature"]
    assert body(reasoning_effort="none")["thinking"] == {"type": "disabled"}
    own = {"type": "enabled", "budget_tokens": 2000}
    assert body(reasoning_effort="low", thinking=own)["thinking"] == own


def test_what_it_has_no_word_for_is_left_out_and_told_unless_it_means_nothing() -> None:
    fields = {"presence_penalty": 0.5, "frequency_penalty": 0.0, "seed": 1, "logprobs": False, "top_p": 1.0}
    assert body(**fields).keys() == {"model", "messages", "max_tokens", "stream"}
    assert changed(**fields) == ["presence_penalty", "seed"]
    assert changed(response_format={"type": "json_object"}) == ["response_format"]


def test_a_notice_tells_what_was_left_out(serve: Serve, source: Source) -> None:
    chat = source(serve(message(text_block(0, "a"))), kind=EndpointKind.ANTHROPIC)
    notice, started = events_of(chat, question(seed=1, presence_penalty=1.0))[:2]
    assert isinstance(notice, StreamNotice)
    assert (notice.kind, notice.parameters) == (NoticeKind.ADAPTED, ("presence_penalty", "seed"))
    assert isinstance(started, Started)
    assert notices_of(events_of(chat)) == []


def test_the_public_generator_takes_messages_as_ever(serve: Serve, source: Source) -> None:
    server = serve(message(text_block(0, "a", "b")))
    chat = source(server, kind=EndpointKind.ANTHROPIC)
    messages = [{"role": "system", "content": "Be brief."}, USER]
    assert list(chat.create_completion("m", messages, top_k=3)) == ["a", "b"]
    assert server.requests[0].json.items() >= {"system": "Be brief.", "messages": [USER], "top_k": 3}.items()


# -------------------- what comes back


def test_an_answer_from_start_to_finish(serve: Serve, source: Source) -> None:
    thinking = block(
        0,
        {"type": "thinking_delta", "thinking": "hm"},
        {"type": "signature_delta", "signature": "xyz"},
        type="thinking",
        thinking="",
    )
    server = serve(message(thinking, text_block(1, "Grü", "ße")))
    assert events_of(source(server, kind=EndpointKind.ANTHROPIC)) == [
        Started(server.url, "m"),
        ReasoningDelta("hm"),
        TextDelta("Grü"),
        TextDelta("ße"),
        UsageReport(Usage(5, 7)),
        Finished(FinishReason.STOP),
    ]


def test_a_whole_answer(serve: Serve, source: Source) -> None:
    whole = {
        "type": "message",
        "content": [
            {"type": "thinking", "thinking": "hm", "signature": "x"},
            {"type": "redacted_thinking", "data": "x"},
            {"type": "text", "text": "Hello"},
            {"type": "tool_use", "id": "c1", "name": "f", "input": {"a": 1}},
        ],
        "stop_reason": "tool_use",
        "usage": {
            "input_tokens": 1,
            "cache_read_input_tokens": 3,
            "cache_creation_input_tokens": 1,
            "output_tokens": 2,
        },
    }
    assert events_of(source(serve(json_answer(whole)), kind=EndpointKind.ANTHROPIC), question(stream=False))[1:] == [
        ReasoningDelta("hm"),
        TextDelta("Hello"),
        ToolCallReady(ToolCall("c1", "f", '{"a": 1}')),
        UsageReport(Usage(5, 2)),
        Finished(FinishReason.TOOL_CALLS),
    ]


def test_tool_calls_are_joined_block_by_block(serve: Serve, source: Source) -> None:
    pieces = [{"type": "input_json_delta", "partial_json": piece} for piece in ("", '{"a"', ": 1}")]
    first = block(1, *pieces, type="tool_use", id="c1", name="f", input={"not": "this"})
    second = block(2, type="tool_use", id="c2", name="f", input={"whole": True})
    empty = block(3, type="tool_use", id="c3", name="g", input={})
    server = serve(message(text_block(0, "I look."), first, second, empty, reason="tool_use"))
    events = events_of(source(server, kind=EndpointKind.ANTHROPIC))
    assert [event.call for event in events if isinstance(event, ToolCallReady)] == [
        ToolCall("c1", "f", '{"a": 1}'),
        ToolCall("c2", "f", '{"whole": true}'),
        ToolCall("c3", "g", "{}"),
    ]
    assert events[-1] == Finished(FinishReason.TOOL_CALLS)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("end_turn", FinishReason.STOP),
        ("stop_sequence", FinishReason.STOP),
        ("max_tokens", FinishReason.LENGTH),
        ("model_context_window_exceeded", FinishReason.LENGTH),
        ("tool_use", FinishReason.TOOL_CALLS),
        ("refusal", FinishReason.CONTENT_FILTER),
        ("pause_turn", FinishReason.UNKNOWN),
    ],
)
def test_why_it_ended(serve: Serve, source: Source, name: str, reason: FinishReason) -> None:
    server = serve(message(text_block(0, "a"), reason=name))
    assert events_of(source(server, kind=EndpointKind.ANTHROPIC))[-1] == Finished(reason)


def test_a_stream_that_is_cut_keeps_its_text_and_says_so(serve: Serve, source: Source) -> None:
    events, error = ask(serve, source, MESSAGE_START, text_block(0, "kept"), PING)
    assert text_of(events) == "kept"
    assert isinstance(error, StreamInterrupted)
    assert ask(serve, source, MESSAGE_START, text_block(0, "a"), message_delta("end_turn"))[1] is None


def test_an_error_in_the_stream_is_told_with_its_status(serve: Serve, source: Source) -> None:
    overloaded = named("error", error={"type": "overloaded_error", "message": "Overloaded"})
    events, error = ask(serve, source, MESSAGE_START, text_block(0, "kept"), overloaded)
    assert text_of(events) == "kept"
    assert isinstance(error, ErrorInStream)
    assert (error.status, error.detail) == (529, "Overloaded")


@pytest.mark.usefixtures("no_waiting")
def test_an_overloaded_server_is_asked_again(serve: Serve, source: Source) -> None:
    busy = json_answer({"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}, "529 Busy")
    chat = source(serve(busy, message(text_block(0, "a"))), kind=EndpointKind.ANTHROPIC)
    events = events_of(chat)
    assert (notices_of(events), text_of(events)) == ([NoticeKind.RETRY], "a")
    error = events_and_error(source(serve(busy), kind=EndpointKind.ANTHROPIC))[1]
    assert isinstance(error, ServerFailed)
    assert (error.status, error.detail) == (529, "Overloaded")


def test_a_limit_that_is_too_high_is_lowered_to_what_the_model_allows(serve: Serve, source: Source) -> None:
    text = f"max_tokens: {DEFAULT_MAX_TOKENS} > 4096, which is the maximum allowed number of output tokens for m"
    refusal = json_answer({"error": {"type": "invalid_request_error", "message": text}}, "400 Bad Request")
    server = serve(refusal, message(text_block(0, "a")))
    chat = source(server, kind=EndpointKind.ANTHROPIC)
    assert notices_of(events_of(chat)) == [NoticeKind.ADAPTED]
    events_of(chat)
    assert [each.json["max_tokens"] for each in server.requests] == [DEFAULT_MAX_TOKENS, 4096, 4096]
    stubborn = json_answer({"error": {"message": "max_tokens is needed"}}, "400 Bad Request")
    assert isinstance(events_and_error(source(serve(stubborn), kind=EndpointKind.ANTHROPIC))[1], RequestRefused)


def test_events_that_nobody_knows_are_passed_over(serve: Serve, source: Source) -> None:
    later = named("content_block_sparkle", index=0, sparkle={"colour": "red"})
    unnamed = b'data: {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "a"}}\n\n'
    untyped = b'event: content_block_delta\ndata: {"index": 0, "delta": {"text": "b"}}\n\n'
    odd = named("content_block_delta", index="0", delta=None)
    events, error = ask(
        serve, source, MESSAGE_START, later, unnamed, untyped, odd, message_delta("end_turn"), MESSAGE_STOP
    )
    assert (text_of(events), error) == ("ab", None)


def test_an_answer_without_a_word_is_told(serve: Serve, source: Source) -> None:
    assert isinstance(ask(serve, source, MESSAGE_START, message_delta("end_turn"), MESSAGE_STOP)[1], EmptyAnswer)


def test_a_server_that_answers_in_the_other_way_is_understood(serve: Serve, source: Source) -> None:
    assert text_of(events_of(source(serve(good_stream("a", "b")), kind=EndpointKind.ANTHROPIC))) == "ab"


def test_all_models_are_asked_for_at_once(serve: Serve, source: Source) -> None:
    listed = {"data": [{"type": "model", "id": "c", "display_name": "C", "max_input_tokens": 5}], "has_more": False}
    server = serve(json_answer(listed))
    assert source(server, KEY, kind=EndpointKind.ANTHROPIC).list_models(Cancellation()) == [ModelInfo("c", 5)]
    assert server.requests[0].target == "/v1/models?limit=1000"
    assert server.requests[0].headers["x-api-key"] == KEY
