"""OpenAI's Responses API: what goes out, and what comes back."""

from __future__ import annotations

from typing import Any

import pytest

from easychat_gui.domain.endpoints import EndpointKind
from easychat_gui.domain.errors import EmptyAnswer, ErrorInStream, StreamInterrupted
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
from easychat_gui.providers.openai_responses import responses_body
from tests.fakes.asking import Serve, Source, events_and_error, events_of, notices_of, question, reasoning_of, text_of
from tests.fakes.misbehaving_server import DONE, json_answer, stream
from tests.fakes.other_apis import completed, named, output_text

KEY = "sk-marker-1234567890"
USER = {"role": "user", "content": "Hi"}
KIND = EndpointKind.RESPONSES


def body(**fields: Any) -> dict[str, Any]:
    return responses_body({"model": "m", "messages": [USER], "stream": True, **fields}).body


def changed(**fields: Any) -> list[str]:
    return responses_body({"model": "m", "messages": [USER], "stream": True, **fields}).changed


def ask(serve: Serve, source: Source, *events: bytes) -> Any:
    return events_and_error(source(serve(stream(*events)), kind=KIND))


# -------------------- what goes out


def test_what_goes_out_on_the_wire(serve: Serve, source: Source) -> None:
    server = serve(stream(*output_text("a"), completed()))
    events_of(source(server, KEY, kind=KIND), question("Hi", max_tokens=9))
    request = server.requests[0]
    assert (request.method, request.target) == ("POST", "/v1/responses")
    assert request.headers["authorization"] == f"Bearer {KEY}"
    assert request.json == {
        "model": "m",
        "input": [{"type": "message", **USER}],
        "max_output_tokens": 9,
        "store": False,
        "stream": True,
        "temperature": 0.5,
        "top_p": 1.0,
    }


def test_messages_become_items() -> None:
    picture = {"type": "image_url", "image_url": {"url": "data:image/png;base64,QUJD"}}
    call = {"id": "c1", "type": "function", "function": {"name": "f", "arguments": '{"a": 1}'}}
    translated = body(
        messages=[
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": [{"type": "text", "text": "What?"}, picture]},
            {"role": "assistant", "content": "I look.", "tool_calls": [call]},
            {"role": "tool", "tool_call_id": "c1", "content": "42"},
            {"role": "system", "content": "Now be kind."},
        ]
    )
    assert translated["instructions"] == "Be brief."
    assert translated["input"] == [
        {
            "type": "message",
            "role": "user",
            "content": [
                {"type": "input_text", "text": "What?"},
                {"type": "input_image", "image_url": "data:image/png;base64,QUJD"},
            ],
        },
        {"type": "message", "role": "assistant", "content": "I look."},
        {"type": "function_call", "call_id": "c1", "name": "f", "arguments": '{"a": 1}'},
        {"type": "function_call_output", "call_id": "c1", "output": "42"},
        {"type": "message", "role": "system", "content": "Now be kind."},
    ]


def test_parameters_get_the_names_of_this_api() -> None:
    schema = {"name": "n", "schema": {"type": "object"}, "strict": True}
    function = {"name": "f", "parameters": {"type": "object"}}
    translated = body(
        max_completion_tokens=5,
        reasoning_effort="low",
        reasoning={"summary": "auto"},
        response_format={"type": "json_schema", "json_schema": schema},
        logprobs=True,
        tools=[{"type": "function", "function": function}, {"type": "web_search"}],
        tool_choice={"type": "function", "function": {"name": "f"}},
        store=True,
    )
    assert (
        translated.items()
        >= {
            "max_output_tokens": 5,
            "reasoning": {"effort": "low", "summary": "auto"},
            "text": {"format": {"type": "json_schema", **schema}},
            "include": ["message.output_text.logprobs"],
            "tools": [{"type": "function", **function}, {"type": "web_search"}],
            "tool_choice": {"type": "function", "name": "f"},
            "store": True,
        }.items()
    )
    assert not {"response_format", "logprobs", "reasoning_effort", "max_completion_tokens"} & translated.keys()


def test_what_it_has_no_word_for_is_left_out_and_told_unless_it_means_nothing() -> None:
    fields = {"stop": ["x"], "seed": 1, "presence_penalty": 0.0, "frequency_penalty": 0.1, "stream_options": {}}
    assert body(**fields).keys() == {"model", "input", "stream", "store"}
    assert changed(**fields) == ["stop", "seed", "frequency_penalty"]


def test_a_server_that_does_not_know_store_is_asked_without_and_nobody_is_bothered(
    serve: Serve, source: Source
) -> None:
    refusal = json_answer({"error": {"message": "Unknown parameter: 'store'.", "param": "store"}}, "400 Bad Request")
    server = serve(refusal, stream(*output_text("a"), completed()))
    chat = source(server, kind=KIND)
    assert notices_of(events_of(chat)) == [NoticeKind.REPAIRED]
    assert notices_of(events_of(chat)) == []
    assert ["store" in each.json for each in server.requests] == [True, False, False]


# -------------------- what comes back


def test_an_answer_from_start_to_finish(serve: Serve, source: Source) -> None:
    server = serve(
        stream(
            named("response.created", response={"object": "response", "status": "in_progress"}),
            named("response.output_item.added", item={"type": "reasoning", "id": "r1"}, output_index=0),
            named("response.reasoning_summary_part.added", item_id="r1", summary_index=0),
            named("response.reasoning_summary_text.delta", item_id="r1", delta="hm"),
            named("response.reasoning_summary_text.done", item_id="r1", text="hm"),
            named("response.output_item.done", item={"type": "reasoning", "id": "r1", "summary": [{"text": "hm"}]}),
            *output_text("Grü", "ße"),
            named("response.output_text.done", item_id="m1", text="Grüße"),
            named("response.output_item.done", item={"type": "message", "id": "m1", "content": [{"text": "Grüße"}]}),
            completed(output=[{"type": "message", "id": "m1", "content": [{"text": "Grüße"}]}]),
        )
    )
    assert events_of(source(server, kind=KIND)) == [
        Started(server.url, "m"),
        ReasoningDelta("hm"),
        TextDelta("Grü"),
        TextDelta("ße"),
        UsageReport(Usage(5, 7)),
        Finished(FinishReason.STOP),
    ]


WHOLE = {
    "object": "response",
    "status": "completed",
    "output": [
        {"type": "reasoning", "id": "r1", "summary": [{"type": "summary_text", "text": "hm"}]},
        {"type": "message", "id": "m1", "content": [{"type": "output_text", "text": "Hello"}]},
        {"type": "function_call", "id": "f1", "call_id": "c1", "name": "f", "arguments": "{}"},
    ],
    "usage": {"input_tokens": 5, "output_tokens": 7},
}
OF_WHOLE = [
    ReasoningDelta("hm"),
    TextDelta("Hello"),
    ToolCallReady(ToolCall("c1", "f", "{}")),
    UsageReport(Usage(5, 7)),
    Finished(FinishReason.TOOL_CALLS),
]


def test_a_whole_answer(serve: Serve, source: Source) -> None:
    assert events_of(source(serve(json_answer(WHOLE)), kind=KIND), question(stream=False))[1:] == OF_WHOLE


def test_a_stream_without_pieces_is_read_from_its_ends(serve: Serve, source: Source) -> None:
    items = [named("response.output_item.done", item=item) for item in WHOLE["output"]]
    last = named("response.completed", response=WHOLE)
    assert events_of(source(serve(stream(*items, last)), kind=KIND))[1:] == OF_WHOLE
    assert events_of(source(serve(stream(last)), kind=KIND))[1:] == OF_WHOLE
    only_text = named("response.output_text.done", item_id="m1", text="a")
    assert text_of(ask(serve, source, only_text, completed())[0]) == "a"


def test_tool_calls_at_the_same_time_are_kept_apart(serve: Serve, source: Source) -> None:
    def added(number: int) -> bytes:
        item = {"type": "function_call", "id": f"f{number}", "call_id": f"c{number}", "name": "f", "arguments": ""}
        return named("response.output_item.added", output_index=number, item=item)

    def piece(number: int, delta: str) -> bytes:
        return named("response.function_call_arguments.delta", item_id=f"f{number}", output_index=number, delta=delta)

    whole = named("response.function_call_arguments.done", item_id="f2", output_index=2, arguments='{"b": 2}')
    events, _ = ask(serve, source, added(1), added(2), piece(1, '{"a"'), whole, piece(1, ": 1}"), completed(), DONE)
    assert [event.call for event in events if isinstance(event, ToolCallReady)] == [
        ToolCall("c1", "f", '{"a": 1}'),
        ToolCall("c2", "f", '{"b": 2}'),
    ]
    assert events[-1] == Finished(FinishReason.TOOL_CALLS)


def test_parts_of_a_summary_are_paragraphs(serve: Serve, source: Source) -> None:
    part = named("response.reasoning_summary_part.added", item_id="r1")
    piece = named("response.reasoning_summary_text.delta", item_id="r1", delta="hm")
    events, _ = ask(serve, source, part, piece, part, piece, *output_text("a"), completed())
    assert reasoning_of(events) == "hm\n\nhm"


@pytest.mark.parametrize(
    ("status", "details", "reason"),
    [
        ("completed", None, FinishReason.STOP),
        ("incomplete", {"reason": "max_output_tokens"}, FinishReason.LENGTH),
        ("incomplete", {"reason": "content_filter"}, FinishReason.CONTENT_FILTER),
        ("incomplete", None, FinishReason.UNKNOWN),
    ],
)
def test_why_it_ended(serve: Serve, source: Source, status: str, details: Any, reason: FinishReason) -> None:
    events, _ = ask(serve, source, *output_text("a"), completed(status, incomplete_details=details))
    assert events[-1] == Finished(reason)


def test_a_server_that_tells_when_it_cuts_is_believed(serve: Serve, source: Source) -> None:
    server = serve(stream(*output_text("a"), completed()))
    assert events_of(source(server, kind=KIND), question(max_tokens=7))[-1] == Finished(FinishReason.STOP)


def test_a_refusal_is_an_answer(serve: Serve, source: Source) -> None:
    refusal = named("response.refusal.delta", item_id="m1", delta="I cannot.")
    assert text_of(ask(serve, source, refusal, completed())[0]) == "I cannot."


def test_a_stream_that_is_cut_keeps_its_text_and_says_so(serve: Serve, source: Source) -> None:
    events, error = ask(serve, source, *output_text("kept"), named("response.output_text.done", text="kept"))
    assert isinstance(error, StreamInterrupted)
    assert text_of(events).startswith("kept")


@pytest.mark.parametrize(
    ("event", "status"),
    [
        (named("error", code="server_error", message="boom", param=None), 500),
        (named("error", error={"type": "rate_limit_exceeded", "message": "boom"}), 429),
        (named("response.failed", response={"status": "failed", "error": {"code": "x", "message": "boom"}}), None),
        (b'data: {"error": {"message": "boom", "code": 503}}\n\n', 503),
    ],
)
def test_an_error_in_the_stream_is_told(serve: Serve, source: Source, event: bytes, status: int | None) -> None:
    events, error = ask(serve, source, *output_text("kept"), event)
    assert text_of(events) == "kept"
    assert isinstance(error, ErrorInStream)
    assert (error.status, error.detail) == (status, "boom")


def test_events_that_nobody_knows_are_passed_over(serve: Serve, source: Source) -> None:
    odd = (
        named("response.web_search_call.searching", item_id="w"),
        named("response.output_text.delta", item_id=3, delta=None),
        named("response.output_item.done", item="?"),
        named("keepalive", sequence_number=3),
    )
    events, error = ask(serve, source, *odd, *output_text("a"), completed())
    assert (text_of(events), error) == ("a", None)


def test_an_answer_without_a_word_is_told(serve: Serve, source: Source) -> None:
    assert isinstance(ask(serve, source, completed())[1], EmptyAnswer)


def test_a_notice_names_the_parameters(serve: Serve, source: Source) -> None:
    server = serve(stream(*output_text("a"), completed()))
    (notice,) = (
        event for event in events_of(source(server, kind=KIND), question(seed=1)) if isinstance(event, StreamNotice)
    )
    assert (notice.kind, notice.parameters) == (NoticeKind.ADAPTED, ("seed",))
