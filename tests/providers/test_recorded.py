"""What real servers sent (tests/data/wire), read whole, cut in two at every byte, and broken off at every byte."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path

import pytest

from easychat_gui.domain.endpoints import EndpointKind
from easychat_gui.domain.errors import NotAuthorized, ProviderError, RequestRefused, StreamInterrupted
from easychat_gui.domain.messages import FinishReason, ToolCall, Usage
from easychat_gui.domain.streaming import Finished, StreamEvent, ToolCallReady, UsageReport
from easychat_gui.providers.answer import AnswerReader
from easychat_gui.providers.anthropic_messages import MessagesParser
from easychat_gui.providers.cancellation import Cancellation
from easychat_gui.providers.openai_responses import ResponsesParser
from tests.fakes.asking import Serve, Source, events_and_error, events_of, question, reasoning_of, text_of
from tests.fakes.misbehaving_server import STREAM_HEAD, Connection, Script, answer, close_delimited

WIRE = Path(__file__).parents[1] / "data" / "wire"
KINDS = {
    "chat": EndpointKind.OPENAI,
    "responses": EndpointKind.RESPONSES,
    "messages": EndpointKind.ANTHROPIC,
}
READERS: dict[str, Callable[[], AnswerReader]] = {
    "chat": lambda: AnswerReader("http://server"),
    "responses": lambda: AnswerReader("http://server", parse=ResponsesParser()),
    "messages": lambda: AnswerReader("http://server", parse=MessagesParser()),
}
STREAMS = sorted(path.name for path in WIRE.glob("*.sse"))
WHOLES = sorted(path.name for path in WIRE.glob("*-t*.json"))
RECORDED = (*STREAMS, *WHOLES)


@functools.cache
def recorded(name: str) -> bytes:
    return (WIRE / name).read_bytes()


def api(name: str) -> str:
    return name.partition("-")[0]


def read(name: str, *pieces: bytes, was_cut: bool = False) -> tuple[list[StreamEvent], ProviderError | None]:
    reader = READERS[api(name)]()
    events = [event for piece in pieces for event in reader.feed(piece)]
    events += reader.finish(was_cut=was_cut)
    return events, reader.failure


def test_there_are_recordings_of_each_api() -> None:
    assert {api(name) for name in STREAMS} == set(KINDS)
    assert len(RECORDED) >= 15


@pytest.mark.parametrize("name", RECORDED)
def test_a_recorded_answer_is_read(name: str) -> None:
    events, failure = read(name, recorded(name))
    assert failure is None
    reasons = {"reasoning": FinishReason.LENGTH, "cut": FinishReason.LENGTH, "tool": FinishReason.TOOL_CALLS}
    shape = name.partition("-")[2].partition(".")[0]
    expected = reasons.get(shape, FinishReason.STOP)
    if api(name) == "responses" and expected is FinishReason.LENGTH:
        expected = FinishReason.STOP  # it does not tell; only the limit that was asked for does
    assert events[-1] == Finished(expected)
    if shape == "text":
        assert text_of(events).strip()
    if shape == "reasoning":
        assert (bool(reasoning_of(events)), text_of(events)) == (True, "")
    calls = [event.call for event in events if isinstance(event, ToolCallReady)]
    assert [(call.name, "Paris" in call.arguments) for call in calls] == [("get_time", True)] * (shape == "tool")
    assert all(call.id for call in calls)


@pytest.mark.parametrize("name", STREAMS)
def test_wherever_a_recorded_stream_is_cut_in_two_it_reads_the_same(name: str) -> None:
    data = recorded(name)
    whole = read(name, data)
    assert all(read(name, data[:at], data[at:]) == whole for at in range(len(data)))
    assert read(name, *(data[at : at + 1] for at in range(len(data)))) == whole


@pytest.mark.parametrize("name", [*STREAMS, "responses-text.json", "messages-text.json"])
def test_wherever_a_recorded_answer_breaks_off_what_came_is_kept_and_it_is_said(name: str) -> None:
    data = recorded(name)
    whole, _ = read(name, data)
    for at in range(len(data)):
        events, failure = read(name, data[:at], was_cut=True)
        assert text_of(whole).startswith(text_of(events))
        assert reasoning_of(whole).startswith(reasoning_of(events))
        if failure is None:  # all of it but the ornaments at its end had come
            assert (text_of(events), reasoning_of(events)) == (text_of(whole), reasoning_of(whole))
            assert events[-1] == whole[-1]
        else:
            assert isinstance(failure, StreamInterrupted)


@pytest.mark.parametrize("name", RECORDED)
def test_a_recorded_answer_comes_through_a_real_connection(name: str, serve: Serve, source: Source) -> None:
    def script(connection: Connection) -> None:
        connection.head("200 OK", *STREAM_HEAD)
        for at in range(0, len(recorded(name)), 7):
            connection.chunk(recorded(name)[at : at + 7])
        connection.end_chunks()

    chat = source(serve(script), kind=KINDS[api(name)])
    assert events_of(chat, question(stream=name.endswith(".sse")))[1:] == read(name, recorded(name))[0]


@pytest.mark.parametrize("name", ["chat-text.sse", "responses-text.sse", "messages-text.sse"])
def test_a_connection_that_closes_at_any_byte_is_noticed(name: str, serve: Serve, source: Source) -> None:
    data = recorded(name)
    places = range(1, len(data), 13)
    scripts: list[Script] = [close_delimited(data[:at]) for at in places]
    chat = source(serve(*scripts), kind=KINDS[api(name)])
    for at in places:
        events, error = events_and_error(chat)
        expected, failure = read(name, data[:at])
        assert (events[1:], type(error)) == (expected, type(failure)), at


def test_an_answer_that_was_cut_at_the_limit_says_so_although_the_server_does_not(serve: Serve, source: Source) -> None:
    chat = source(serve(close_delimited(recorded("responses-cut.sse"))), kind=EndpointKind.RESPONSES)
    assert events_of(chat, question(max_tokens=3))[-1] == Finished(FinishReason.LENGTH)


def test_the_tokens_of_all_apis_are_counted_alike() -> None:
    counted = {
        api(name): [event.usage for event in read(name, recorded(name))[0] if isinstance(event, UsageReport)]
        for name in ("chat-tool.json", "responses-tool.sse", "messages-tool.sse")
    }
    assert counted["responses"] == counted["messages"] == counted["chat"] == [Usage(262, 31)]


def test_fragments_of_a_recorded_tool_call_are_joined() -> None:
    for name in ("responses-tool.sse", "messages-tool.sse", "chat-tool.sse"):
        (call,) = (event.call for event in read(name, recorded(name))[0] if isinstance(event, ToolCallReady))
        assert call == ToolCall(call.id, "get_time", '{"city": "Paris"}')


@pytest.mark.parametrize(
    ("name", "status", "kind", "words"),
    [
        ("responses-400.json", "400 Bad Request", RequestRefused, "Cannot determine type of 'item'"),
        ("responses-401.json", "401 Unauthorized", NotAuthorized, "Invalid API Key"),
        ("messages-400.json", "400 Bad Request", RequestRefused, "type must be number"),
        ("messages-401.json", "401 Unauthorized", NotAuthorized, "Invalid API Key"),
    ],
)
def test_recorded_refusals(
    name: str, status: str, kind: type[ProviderError], words: str, serve: Serve, source: Source
) -> None:
    chat = source(serve(answer(status, recorded(name))), kind=KINDS[api(name)])
    error = events_and_error(chat)[1]
    assert type(error) is kind
    assert words in error.detail


@pytest.mark.parametrize("kind", [EndpointKind.OPENAI, EndpointKind.RESPONSES, EndpointKind.ANTHROPIC])
def test_the_recorded_list_of_models(kind: EndpointKind, serve: Serve, source: Source) -> None:
    chat = source(serve(answer("200 OK", recorded("models.json"))), kind=kind)
    (model,) = chat.list_models(Cancellation())
    assert (model.id, model.context_length) == ("SmolLM2-135M-Instruct", 1024)
