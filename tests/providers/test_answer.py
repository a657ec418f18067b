"""Bodies of answers as servers send them, cut at every byte."""

from __future__ import annotations

import json
from typing import Any

import pytest

from easychat_gui.domain.errors import (
    AnswerTooLarge,
    EmptyAnswer,
    ErrorInStream,
    MalformedAnswer,
    ProviderError,
    StreamInterrupted,
)
from easychat_gui.domain.messages import FinishReason, ToolCall, Usage
from easychat_gui.domain.streaming import Finished, NoticeKind, StreamEvent, ToolCallReady, UsageReport
from easychat_gui.providers import answer
from easychat_gui.providers.answer import AnswerReader
from tests.fakes.asking import notices_of, reasoning_of, text_of
from tests.fakes.misbehaving_server import DONE, delta, event

STOP = delta(finish_reason="stop")
USAGE = event({"choices": [], "usage": {"prompt_tokens": 5, "completion_tokens": 2}})


def read(*pieces: bytes, was_cut: bool = False) -> tuple[list[StreamEvent], ProviderError | None]:
    reader = AnswerReader("http://server")
    events = [each for piece in pieces for each in reader.feed(piece)]
    events += reader.finish(was_cut=was_cut)
    assert reader.is_over
    return events, reader.failure


def summary(*pieces: bytes) -> tuple[str, str, list[StreamEvent], str]:
    events, failure = read(*pieces)
    others: list[StreamEvent] = [each for each in events if isinstance(each, ToolCallReady | UsageReport | Finished)]
    return text_of(events), reasoning_of(events), others, type(failure).__name__


def whole(**message: Any) -> bytes:
    return json.dumps(
        {"choices": [{"message": message, "finish_reason": "stop"}], "usage": {"prompt_tokens": 1}}
    ).encode()


RECORDED = (
    b": OPENROUTER PROCESSING\r\n\r\n"
    + delta(role="assistant")
    + delta("<think>hm")
    + delta("</think>")
    + delta("Grüße, ")
    + b'data: {"choices":[{"delta":{"content":"\\ud83d"}}]}\n\n'
    + b'data: {"choices":[{"delta":{"content":"\\ude00!"}}]}\r\r'
    + delta(tool_calls=[{"index": 0, "id": "t", "function": {"name": "f", "arguments": '{"a"'}}])
    + delta(tool_calls=[{"index": 0, "function": {"arguments": ":1}"}}])
    + delta(finish_reason="tool_calls")
    + USAGE
    + DONE
)


def test_a_recorded_stream_cut_at_every_byte() -> None:
    expected = (
        "Grüße, 😀!",
        "hm",
        [
            ToolCallReady(ToolCall("t", "f", '{"a":1}')),
            UsageReport(Usage(5, 2)),
            Finished(FinishReason.TOOL_CALLS),
        ],
        "NoneType",
    )
    assert summary(RECORDED) == expected
    for cut in range(1, len(RECORDED)):
        assert summary(RECORDED[:cut], RECORDED[cut:]) == expected, f"cut at {cut}"
    assert summary(*(RECORDED[i : i + 1] for i in range(len(RECORDED)))) == expected


def test_wherever_a_stream_ends_early_it_is_told_and_the_text_so_far_is_kept() -> None:
    body = delta("One") + delta(" two") + STOP + DONE
    whole_from = len(delta("One") + delta(" two") + STOP) - 2  # the JSON is complete, the blank line may be missing
    for end in range(len(body)):
        text, _, others, failure = summary(body[:end])
        if end >= whole_from:
            assert (text, others, failure) == ("One two", [Finished(FinishReason.STOP)], "NoneType"), end
        else:
            assert "One two".startswith(text), end
            assert others == [], end
            assert failure in ("StreamInterrupted", "MalformedAnswer"), end
            assert failure == "StreamInterrupted" or not text, end


@pytest.mark.parametrize(
    ("body", "text"),
    [
        pytest.param(delta("a") + STOP + DONE, "a", id="as it should be"),
        pytest.param((delta("a") + STOP + DONE).replace(b"data: ", b"data:"), "a", id="no blank after the colon"),
        pytest.param(b": x\n\n:\n\n" + delta("a") + b":\n" + STOP + DONE, "a", id="comments"),
        pytest.param(delta("a") + b"data: : keepalive\n\n" + delta("b") + STOP + DONE, "ab", id="keep-alive as data"),
        pytest.param(delta("a") + b"data:\n\ndata: \n\n" + delta("b") + STOP + DONE, "ab", id="empty data"),
        pytest.param(b"id: 1\n" + delta("a") + b": x\n\nid: 2\n\n" + STOP + DONE, "a", id="empty event after an id"),
        pytest.param(delta("a") + STOP, "a", id="no [DONE]"),
        pytest.param(delta("a") + DONE, "a", id="no finish_reason"),
        pytest.param(delta("a") + STOP + b"data: [DONE]", "a", id="nothing after [DONE]"),
        pytest.param(delta("a") + delta("b", "stop").rstrip(), "ab", id="last event without blank line"),
        pytest.param(
            delta("a").replace(b"\n\n", b"\n") + STOP.replace(b"\n\n", b"\n") + DONE, "a", id="no blank lines"
        ),
        pytest.param(b"data: " + delta("a") + b"data: " + STOP + DONE, "a", id="data: twice"),
        pytest.param(event({"choices": [], "prompt_filter_results": []}) + delta("a") + STOP + DONE, "a", id="Azure"),
        pytest.param(event({"choices": [{"index": 0}]}) + delta("a") + STOP + DONE, "a", id="choice without delta"),
        pytest.param(delta("a") + delta(finish_reason="") + delta("b") + STOP, "ab", id="empty finish_reason"),
        pytest.param(delta("a", "stop") + delta("b", "stop") + DONE, "ab", id="finish_reason in every chunk"),
        pytest.param(b"event: ping\ndata: {}\n\n" + delta("a") + STOP + DONE, "a", id="ping"),
        pytest.param(delta("a") + STOP + DONE + delta("b") + b"junk", "a", id="more after [DONE]"),
        pytest.param(b"\xef\xbb\xbf" + delta("a") + STOP + DONE, "a", id="byte order mark"),
        pytest.param(b"\n\n\n" + delta("a") + STOP + DONE, "a", id="leading blank lines"),
        pytest.param(whole(content="a"), "a", id="a whole answer"),
        pytest.param(b"\xef\xbb\xbf \n" + whole(content="a") + b"\n", "a", id="a whole answer behind a mark"),
        pytest.param(json.dumps(json.loads(whole(content="a")), indent=2).encode(), "a", id="a whole answer, indented"),
        pytest.param(b"[" + whole(content="a") + b"]", "a", id="a whole answer in a list"),
        pytest.param(b'{"choices":[{"message":{"content":"a"}}]}', "a", id="a whole answer without finish_reason"),
        pytest.param(
            (delta("a") + STOP).replace(b"data: ", b"").replace(b"\n\n", b"\n"), "a", id="a JSON object a line"
        ),
    ],
)
def test_dialects(body: bytes, text: str) -> None:
    events, failure = read(body)
    assert (text_of(events), failure, notices_of(events)) == (text, None, [])
    assert events[-1] == Finished(FinishReason.STOP)
    assert events.count(events[-1]) == 1


@pytest.mark.parametrize(
    "broken",
    [b"{broken", b'{"choices":[{"delta":{"con', b"[" * 100_000, b"[DONE]x", b"not JSON", b"1" * 5000, b"\xff\xfe"],
)
def test_a_broken_chunk_is_skipped_told_and_the_rest_kept(broken: bytes) -> None:
    events, failure = read(delta("a") + b"data: " + broken + b"\n\n" + delta("b") + STOP + DONE)
    assert (text_of(events), failure, set(notices_of(events))) == ("ab", None, {NoticeKind.REPAIRED})


def test_notices_do_not_flood() -> None:
    events, _ = read(delta("a") + b"data: {\n\n" * 1000 + STOP + DONE)
    assert len(notices_of(events)) == answer.MAX_NOTICES


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        pytest.param(b"", MalformedAnswer, id="nothing"),
        pytest.param(b"\n\n", MalformedAnswer, id="blank lines"),
        pytest.param(b": comment\n\n", MalformedAnswer, id="comments only"),
        pytest.param(DONE, EmptyAnswer, id="[DONE] only"),
        pytest.param(delta("") + STOP + DONE, EmptyAnswer, id="an empty answer"),
        pytest.param(delta(" \n") + STOP + DONE, EmptyAnswer, id="white space"),
        pytest.param(whole(content=""), EmptyAnswer, id="an empty whole answer"),
        pytest.param(whole(content=None), EmptyAnswer, id="a whole answer of null"),
        pytest.param(b"{}", MalformedAnswer, id="{}"),
        pytest.param(b"[]", MalformedAnswer, id="[]"),
        pytest.param(b"null", MalformedAnswer, id="null"),
        pytest.param(b'{"choices": []}', MalformedAnswer, id="no choices"),
        pytest.param(b'{"choices": [{"message": {"content": "a', MalformedAnswer, id="half a whole answer"),
        pytest.param(b"<!DOCTYPE html><title>Login</title>", MalformedAnswer, id="a web page"),
        pytest.param(b"Service is fine", MalformedAnswer, id="plain text"),
        pytest.param(b"data: broken\n\ndata: broken\n\n", MalformedAnswer, id="broken chunks only"),
        pytest.param(delta("a"), StreamInterrupted, id="neither finish_reason nor [DONE]"),
        pytest.param(delta(role="assistant"), StreamInterrupted, id="a role and no more"),
        pytest.param(delta("a") + STOP[:-20], StreamInterrupted, id="half of the last chunk"),
        pytest.param(event({"error": {"message": "boom"}}), ErrorInStream, id="error object"),
        pytest.param(event({"error": "boom"}), ErrorInStream, id="error text"),
        pytest.param(event({"object": "error", "message": "boom"}), ErrorInStream, id="object error"),
        pytest.param(b"event: error\ndata: boom\n\n", ErrorInStream, id="error event with text"),
        pytest.param(b'event: error\ndata: {"message": "boom"}\n\n', ErrorInStream, id="error event with JSON"),
        pytest.param(b"event: error\ndata: boom", ErrorInStream, id="error event without blank line"),
        pytest.param(b'{"error": {"message": "boom"}}', ErrorInStream, id="error as a whole answer"),
    ],
)
def test_what_is_no_answer(body: bytes, kind: type[ProviderError]) -> None:
    events, failure = read(body)
    assert type(failure) is kind
    assert not any(isinstance(each, Finished) for each in events)
    assert "server" in str(failure)
    if kind is ErrorInStream:
        assert "boom" in str(failure)


def test_what_came_before_an_error_in_the_same_read_is_kept() -> None:
    events, failure = read(delta("<") + delta("kept") + event({"error": {"message": "boom", "code": 502}}))
    assert text_of(events) == "<kept"
    assert isinstance(failure, ErrorInStream)
    assert failure.status == 502


def test_a_cut_connection_is_an_interruption_even_before_the_first_word() -> None:
    assert isinstance(read(b"", was_cut=True)[1], StreamInterrupted)
    assert isinstance(read(b'{"choices": [', was_cut=True)[1], StreamInterrupted)


def test_a_cut_after_the_end_does_not_matter() -> None:
    events, failure = read(delta("a") + STOP, was_cut=True)
    assert (text_of(events), failure) == ("a", None)


def test_only_reasoning_and_only_tool_calls_are_answers() -> None:
    assert summary(delta(reasoning_content="hm") + STOP)[1:] == ("hm", [Finished(FinishReason.STOP)], "NoneType")
    calls = delta(tool_calls=[{"function": {"name": "f"}}]) + delta(finish_reason="tool_calls")
    assert summary(calls)[2] == [ToolCallReady(ToolCall("call_0", "f", "{}")), Finished(FinishReason.TOOL_CALLS)]


@pytest.mark.parametrize("reason", ["length", "content_filter"])
def test_an_empty_answer_that_was_cut_short_says_why(reason: str) -> None:
    assert summary(delta(finish_reason=reason) + DONE)[2] == [Finished(FinishReason(reason))]


def test_other_answers_in_the_same_stream_are_not_mixed_in() -> None:
    other = event({"choices": [{"index": 1, "delta": {"content": "OTHER"}}]})
    assert summary(delta("a") + other + delta("b") + STOP + DONE)[0] == "ab"


def test_characters_that_are_no_text_are_replaced_and_told() -> None:
    events, _ = read(b'data: {"choices":[{"delta":{"content":"a\\ud800b\\u0000"}}]}\n\n' + STOP + DONE)
    assert text_of(events) == "a\ufffdb\ufffd"
    assert notices_of(events) == [NoticeKind.REPAIRED]


def test_bytes_that_are_no_utf_8_are_replaced_and_told() -> None:
    events, _ = read(b'data: {"choices":[{"delta":{"content":"a\xffb"}}]}\n\n' + STOP + DONE)
    assert text_of(events) == "a\ufffdb"
    assert notices_of(events) == [NoticeKind.REPAIRED]


def test_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answer, "MAX_ANSWER_CHARACTERS", 1000)
    monkeypatch.setattr(answer, "MAX_WHOLE_BYTES", 1000)
    events, failure = read(*(delta("x" * 100) for _ in range(100)))
    assert isinstance(failure, AnswerTooLarge)
    assert len(text_of(events)) == 1100
    assert isinstance(read(b"{" + b" " * 2000)[1], AnswerTooLarge)
    assert isinstance(read(b"data: " + b"x" * 17_000_000)[1], AnswerTooLarge)
