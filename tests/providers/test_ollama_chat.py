"""Ollama's own API: what goes out, and what comes back."""

from __future__ import annotations

import json
import threading
from typing import Any

import pytest

from easychat_gui.domain.endpoints import EndpointKind, ModelInfo
from easychat_gui.domain.errors import EmptyAnswer, ErrorInStream, NotFound, StreamInterrupted
from easychat_gui.domain.messages import FinishReason, ToolCall, Usage
from easychat_gui.domain.streaming import (
    Finished,
    NoticeKind,
    ReasoningDelta,
    Started,
    TextDelta,
    ToolCallReady,
    UsageReport,
)
from easychat_gui.providers.answer import AnswerReader
from easychat_gui.providers.cancellation import Cancellation
from easychat_gui.providers.ollama_chat import ChatParser, chat_body
from tests.fakes.asking import Serve, Source, events_and_error, events_of, notices_of, question, text_of
from tests.fakes.misbehaving_server import Connection, answer, close_delimited, good_stream, json_answer
from tests.fakes.other_apis import last_line, line, lines

KEY = "marker-1234567890"
USER = {"role": "user", "content": "Hi"}
KIND = EndpointKind.OLLAMA
NDJSON = ["Content-Type: application/x-ndjson"]


def body(**fields: Any) -> dict[str, Any]:
    return chat_body({"model": "m", "messages": [USER], "stream": True, **fields}).body


def changed(**fields: Any) -> list[str]:
    return chat_body({"model": "m", "messages": [USER], "stream": True, **fields}).changed


def ask(serve: Serve, source: Source, *pieces: bytes) -> Any:
    return events_and_error(source(serve(close_delimited(*pieces, headers=NDJSON)), kind=KIND))


# -------------------- what goes out


def test_what_goes_out_on_the_wire(serve: Serve, source: Source) -> None:
    server = serve(lines("a"))
    events_of(source(f"{server.url}/v1", KEY, kind=KIND), question("Hi", max_tokens=9, extra={"num_ctx": 8192}))
    request = server.requests[0]
    assert (request.method, request.target) == ("POST", "/api/chat")
    assert request.headers.items() >= {("authorization", f"Bearer {KEY}"), ("accept", "application/x-ndjson")}
    assert request.json == {
        "model": "m",
        "messages": [USER],
        "stream": True,
        "options": {
            "temperature": 0.5,
            "top_p": 1.0,
            "presence_penalty": 0.0,
            "frequency_penalty": 0.0,
            "num_predict": 9,
            "num_ctx": 8192,
        },
    }


def test_parameters_get_the_names_of_this_api() -> None:
    schema = {"type": "object"}
    translated = body(
        max_completion_tokens=5,
        stop=["x"],
        seed=1,
        logprobs=True,
        reasoning_effort="minimal",
        response_format={"type": "json_schema", "json_schema": {"name": "n", "schema": schema}},
        keep_alive="1h",
        options={"num_ctx": 4096, "seed": 2},
    )
    assert translated == {
        "model": "m",
        "messages": [USER],
        "stream": True,
        "logprobs": True,
        "think": "low",
        "format": schema,
        "keep_alive": "1h",
        "options": {"num_predict": 5, "stop": ["x"], "seed": 2, "num_ctx": 4096},
    }
    assert body(response_format={"type": "json_object"})["format"] == "json"
    assert body(reasoning_effort="none")["think"] is False


def test_what_it_has_no_word_for_is_left_out_and_told() -> None:
    fields = {"logit_bias": {"1": 2}, "tool_choice": "auto", "n": 1, "response_format": {"type": "text"}}
    assert body(**fields).keys() == {"model", "messages", "stream"}
    assert changed(**fields) == ["logit_bias", "tool_choice"]


def test_pictures_tool_calls_and_their_results_are_translated() -> None:
    picture = {"type": "image_url", "image_url": {"url": "data:image/png;base64,QUJD"}}
    distant = {"type": "image_url", "image_url": {"url": "https://host/a.png"}}
    call = {"id": "c1", "type": "function", "function": {"name": "f", "arguments": '{"a": 1}'}}
    messages = [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": [{"type": "text", "text": "What?"}, picture, distant]},
        {"role": "assistant", "content": "", "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "c1", "content": "42"},
    ]
    assert body(messages=messages)["messages"] == [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "What?", "images": ["QUJD"]},
        {"role": "assistant", "content": "", "tool_calls": [{"function": {"name": "f", "arguments": {"a": 1}}}]},
        {"role": "tool", "content": "42", "tool_name": "f"},
    ]
    assert changed(messages=messages) == ["image_url"]


def test_a_model_that_cannot_think_is_asked_without(serve: Serve, source: Source) -> None:
    refusal = json_answer({"error": '"m" does not support thinking'}, "400 Bad Request")
    server = serve(refusal, lines("a"))
    assert notices_of(events_of(source(server, kind=KIND), question(reasoning_effort="high"))) == [NoticeKind.ADAPTED]
    assert ["think" in each.json for each in server.requests] == [True, False]


# -------------------- what comes back


def test_an_answer_from_start_to_finish(serve: Serve, source: Source) -> None:
    thought = line(message={"thinking": "hm"})
    server = serve(close_delimited(thought, line("Grü"), line("ße"), last_line(), headers=NDJSON))
    assert events_of(source(server, kind=KIND)) == [
        Started(server.url, "m"),
        ReasoningDelta("hm"),
        TextDelta("Grü"),
        TextDelta("ße"),
        UsageReport(Usage(5, 7)),
        Finished(FinishReason.STOP),
    ]


def test_each_line_is_there_before_the_next_is_sent(serve: Serve, source: Source) -> None:
    may_go_on = threading.Semaphore(0)

    def script(connection: Connection) -> None:
        connection.head("200 OK", *NDJSON, "Transfer-Encoding: chunked")
        for number in range(3):
            connection.chunk(line(str(number)))
            assert may_go_on.acquire(timeout=60)
        connection.chunk(last_line())
        connection.end_chunks()

    texts = []
    for event in source(serve(script), kind=KIND).stream_events(question(), Cancellation()):
        if isinstance(event, TextDelta):
            texts.append(event.text)
            may_go_on.release()
    assert texts == ["0", "1", "2"]


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("end", [b"", b"\n"])
def test_a_whole_answer(serve: Serve, source: Source, indent: int | None, end: bytes) -> None:
    whole = json.dumps(json.loads(last_line(message={"content": "Hello", "thinking": "hm"})), indent=indent)
    chat = source(serve(answer("200 OK", whole.encode() + end)), kind=KIND)
    assert events_of(chat, question(stream=False))[1:] == [
        ReasoningDelta("hm"),
        TextDelta("Hello"),
        UsageReport(Usage(5, 7)),
        Finished(FinishReason.STOP),
    ]


def test_wherever_it_is_cut_in_two_it_reads_the_same() -> None:
    data = line("Grü\n") + b"\n" + line("ße", message={"thinking": "hm"}) + last_line()

    def read(*pieces: bytes) -> Any:
        reader = AnswerReader("http://server", parse=ChatParser(), by_line=True)
        events = [event for piece in pieces for event in reader.feed(piece)]
        return events + reader.finish(), reader.failure

    whole = read(data)
    assert whole[1] is None
    assert all(read(data[:at], data[at:]) == whole for at in range(len(data)))
    for at in range(len(data) - 2):
        events, failure = read(data[:at])
        assert failure is not None
        assert text_of(whole[0]).startswith(text_of(events))


def test_tool_calls_come_whole_and_are_kept_apart(serve: Serve, source: Source) -> None:
    def call(**arguments: Any) -> dict[str, Any]:
        return {"function": {"name": "f", "arguments": arguments}}

    pieces = line(message={"tool_calls": [call(a=1), call(a=2)]}), line(message={"tool_calls": [call()]}), last_line()
    events, _ = ask(serve, source, *pieces)
    assert [event.call for event in events if isinstance(event, ToolCallReady)] == [
        ToolCall("call_0", "f", '{"a": 1}'),
        ToolCall("call_1", "f", '{"a": 2}'),
        ToolCall("call_2", "f", "{}"),
    ]
    assert events[-1] == Finished(FinishReason.TOOL_CALLS)


@pytest.mark.parametrize(
    ("end", "reason"),
    [
        (last_line("stop"), FinishReason.STOP),
        (last_line("length"), FinishReason.LENGTH),
        (last_line("sparkle"), FinishReason.UNKNOWN),
        (line(done=True), FinishReason.STOP),
        (b'{"done":true}', FinishReason.STOP),
    ],
)
def test_why_it_ended(serve: Serve, source: Source, end: bytes, reason: FinishReason) -> None:
    assert ask(serve, source, line("a"), end)[0][-1] == Finished(reason)


def test_a_stream_that_is_cut_keeps_its_text_and_says_so(serve: Serve, source: Source) -> None:
    for ending in (b"", line("lost")[:-9], last_line()[:-9]):
        events, error = ask(serve, source, line("kept"), ending)
        assert text_of(events) == "kept"
        assert isinstance(error, StreamInterrupted)


def test_an_error_in_the_stream_is_told(serve: Serve, source: Source) -> None:
    events, error = ask(serve, source, line("kept"), b'{"error":"the runner has died"}\n')
    assert text_of(events) == "kept"
    assert isinstance(error, ErrorInStream)
    assert error.detail == "the runner has died"


def test_a_line_that_is_none_is_passed_over_and_told(serve: Serve, source: Source) -> None:
    half = line("b?").replace(b"?", b"\\ud800")
    events, error = ask(serve, source, line("a"), b"{nonsense\n", half, b"\r\n", last_line())
    assert (text_of(events), error) == ("ab\ufffd", None)
    assert notices_of(events) == [NoticeKind.REPAIRED] * 2


def test_a_model_that_is_only_loaded_has_said_nothing(serve: Serve, source: Source) -> None:
    assert isinstance(ask(serve, source, last_line("load"))[1], EmptyAnswer)


def test_a_model_that_is_not_there(serve: Serve, source: Source) -> None:
    missing = json_answer({"error": "model 'm' not found"}, "404 Not Found")
    error = events_and_error(source(serve(missing), kind=KIND))[1]
    assert isinstance(error, NotFound)
    assert error.detail == "model 'm' not found"


def test_a_server_that_answers_in_the_other_way_is_understood(serve: Serve, source: Source) -> None:
    assert text_of(events_of(source(serve(good_stream("a", "b")), kind=KIND))) == "ab"


def test_models_are_listed(serve: Serve, source: Source) -> None:
    listed = {"models": [{"name": "qwen3:8b", "model": "qwen3:8b", "size": 5, "details": {"family": "qwen3"}}]}
    server = serve(json_answer(listed))
    assert source(server, kind=KIND).list_models(Cancellation()) == [ModelInfo("qwen3:8b")]
    assert server.requests[0].target == "/api/tags"
