"""What goes out as JSON, and what comes back in the spellings of many servers."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from easychat_gui.domain.endpoints import EndpointKind
from easychat_gui.domain.errors import RequestRefused
from easychat_gui.domain.generation import CompletionRequest, GenerationParams
from easychat_gui.domain.ids import ConversationId
from easychat_gui.domain.messages import FinishReason, Role, ToolCall, Usage, new_message
from easychat_gui.providers.tool_calls import ToolCallFragment
from easychat_gui.providers.wire import (
    BrokenJson,
    ReportedError,
    encode_body,
    parse_chunk,
    parse_json,
    read_chunk,
    reported_error,
    request_body,
)
from tests.fakes.asking import question

NOTHING_SET = GenerationParams(temperature=None, top_p=None, presence_penalty=None, frequency_penalty=None)


def body_of(**params: Any) -> dict[str, Any]:
    return request_body(question(**params), kind=EndpointKind.OPENAI)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("temperature", 0.0),
        ("temperature", 2.0),
        ("top_p", 0.0),
        ("presence_penalty", -2.0),
        ("frequency_penalty", 0.0),
        ("max_tokens", 1),
        ("seed", 0),
    ],
)
def test_a_parameter_that_is_set_goes_out_and_one_that_is_unset_does_not(name: str, value: float) -> None:
    assert body_of(**{name: value})[name] == value
    assert name not in body_of(**{name: None})


def test_nothing_set_sends_nothing_but_what_must_be() -> None:
    request = CompletionRequest("m", (), NOTHING_SET)
    assert request_body(request, kind=EndpointKind.EASYCHAT) == {"model": "m", "messages": [], "stream": True}


def test_stop_goes_out_as_a_list_without_empty_ones() -> None:
    assert body_of(stop=("a", "", "b"))["stop"] == ["a", "b"]
    assert "stop" not in body_of(stop=())
    assert "stop" not in body_of(stop=("",))


def test_usage_is_asked_for_where_it_must_be() -> None:
    assert body_of()["stream_options"] == {"include_usage": True}
    assert "stream_options" not in body_of(stream=False)
    assert "stream_options" not in request_body(question(), kind=EndpointKind.EASYCHAT)
    assert "stream_options" not in request_body(question(), kind=EndpointKind.OPENAI, with_usage=False)


def test_messages_go_out_with_role_and_text_and_answers_that_never_came_do_not() -> None:
    conversation = ConversationId("c")
    call = ToolCall("1", "f", "{}")
    messages = (
        new_message(conversation, Role.SYSTEM, "Be brief."),
        new_message(conversation, Role.USER, "Hi \ud800\0"),
        new_message(conversation, Role.ASSISTANT, ""),
        new_message(conversation, Role.ASSISTANT, "", tool_calls=(call,)),
        new_message(conversation, Role.USER, ""),
    )
    assert request_body(CompletionRequest("m", messages), kind=EndpointKind.OPENAI)["messages"] == [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "Hi \ufffd\ufffd"},
        {
            "role": "assistant",
            "content": "",
            "tool_calls": [{"id": "1", "type": "function", "function": {"name": "f", "arguments": "{}"}}],
        },
        {"role": "user", "content": ""},
    ]


def test_extra_is_merged_last() -> None:
    request = CompletionRequest("m", (), extra={"temperature": 1, "logprobs": True})
    assert request_body(request, kind=EndpointKind.OPENAI).items() >= {"temperature": 1, "logprobs": True}.items()


def test_a_body_is_utf8_whatever_is_in_it() -> None:
    assert json.loads(encode_body({"a": "ü😀\ud800"})) == {"a": "ü😀\ufffd"}


@pytest.mark.parametrize("value", [float("nan"), float("inf"), object(), {1, 2}])
def test_what_json_has_no_form_for_is_refused_with_a_sentence(value: object) -> None:
    with pytest.raises(RequestRefused, match="cannot be written as JSON"):
        encode_body({"a": value})


def choice(**fields: Any) -> dict[str, Any]:
    return {"choices": [{"index": 0, **fields}]}


@pytest.mark.parametrize(
    ("value", "text", "reasoning"),
    [
        (choice(delta={"content": "a"}), "a", ""),
        (choice(message={"content": "a"}), "a", ""),
        (choice(text="a"), "a", ""),
        (choice(delta="a"), "a", ""),
        (choice(delta=None, message={"content": "a"}), "a", ""),
        ({"choices": {"delta": {"content": "a"}}}, "a", ""),
        ({"message": {"role": "assistant", "content": "a"}, "done": False}, "a", ""),
        ({"content": "a", "stop": False}, "a", ""),
        ([choice(delta={"content": "a"})], "a", ""),
        (choice(delta={"content": None}), "", ""),
        (choice(delta={"content": 42}), "42", ""),
        (choice(delta={"content": [{"type": "text", "text": "a"}, "b", {"text": {"value": "c"}}]}), "abc", ""),
        (choice(delta={"content": [{"type": "thinking", "thinking": [{"type": "text", "text": "r"}]}]}), "", "r"),
        (choice(delta={"content": {"text": "a"}}), "a", ""),
        (choice(delta={"reasoning_content": "r", "content": None}), "", "r"),
        (choice(delta={"reasoning": "r", "content": ""}), "", "r"),
        (choice(delta={"reasoning": "r", "reasoning_content": "r", "content": "a"}), "a", "r"),
        (choice(delta={"reasoning_details": [{"type": "reasoning.text", "text": "r"}]}), "", "r"),
        (choice(delta={"reasoning_details": [{"type": "reasoning.summary", "summary": "r"}]}), "", "r"),
        (choice(delta={"reasoning": "r", "reasoning_details": [{"text": "r"}]}), "", "r"),
        (choice(delta={"refusal": "No."}), "No.", ""),
        (choice(delta={}), "", ""),
        (choice(), "", ""),
        ({"choices": []}, "", ""),
        ({"choices": None}, "", ""),
        ({"choices": [None, 3, {"delta": {"content": "a"}}]}, "a", ""),
    ],
)
def test_text_and_reasoning_wherever_they_stand(value: object, text: str, reasoning: str) -> None:
    chunk = read_chunk(value)
    assert (chunk.text, chunk.reasoning, chunk.error) == (text, reasoning, None)


@pytest.mark.parametrize(
    ("word", "reason"),
    [
        ("stop", FinishReason.STOP),
        ("STOP", FinishReason.STOP),
        ("eos", FinishReason.STOP),
        ("length", FinishReason.LENGTH),
        ("max_tokens", FinishReason.LENGTH),
        ("content_filter", FinishReason.CONTENT_FILTER),
        ("function_call", FinishReason.TOOL_CALLS),
        ("something new", FinishReason.UNKNOWN),
        ("", None),
        (None, None),
        (7, None),
    ],
)
def test_finish_reasons(word: object, reason: FinishReason | None) -> None:
    assert read_chunk(choice(delta={}, finish_reason=word)).finish_reason is reason


@pytest.mark.parametrize(
    ("value", "usage"),
    [
        ({"prompt_tokens": 1, "completion_tokens": 2}, Usage(1, 2)),
        ({"input_tokens": 1, "output_tokens": 2}, Usage(1, 2)),
        ({"prompt_tokens": 3.0, "completion_tokens": None}, Usage(3, None)),
        ({"prompt_tokens": -1, "completion_tokens": 10**30}, None),
        ({"prompt_tokens": True, "completion_tokens": "2"}, None),
        ({}, None),
        (None, None),
        (5, None),
    ],
)
def test_usage(value: object, usage: Usage | None) -> None:
    assert read_chunk({"choices": [], "usage": value}).usage == usage
    assert read_chunk(choice(delta={}, usage=value)).usage == usage


@pytest.mark.parametrize(
    ("calls", "fragments"),
    [
        (
            [{"index": 0, "id": "a", "function": {"name": "f", "arguments": "{"}}],
            [ToolCallFragment(0, "a", "f", "{")],
        ),
        (
            [{"id": "a", "function": {"name": "f", "arguments": {"x": 1}}}],
            [ToolCallFragment(None, "a", "f", '{"x": 1}')],
        ),
        ({"index": "0", "id": 5, "function": None}, [ToolCallFragment(None, "", "", "")]),
        ([{"index": -3, "name": "f", "arguments": "{}"}], [ToolCallFragment(-3, "", "f", "{}")]),
        ([None, 3, "x"], []),
        ("x", []),
    ],
)
def test_tool_calls(calls: object, fragments: list[ToolCallFragment]) -> None:
    assert list(read_chunk(choice(delta={"tool_calls": calls})).tool_calls) == fragments


def test_the_function_call_of_old() -> None:
    chunk = read_chunk(choice(delta={"function_call": {"name": "f", "arguments": "{}"}}))
    assert chunk.tool_calls == (ToolCallFragment(None, "", "f", "{}"),)


@pytest.mark.parametrize(
    ("value", "error"),
    [
        ({"error": {"message": "boom", "code": 429}}, ReportedError("boom", 429)),
        ({"error": {"message": "boom", "code": "503"}}, ReportedError("boom", 503)),
        ({"error": {"message": "boom", "code": "overloaded"}}, ReportedError("boom")),
        ({"error": {"message": "boom"}, "status": 500}, ReportedError("boom", 500)),
        ({"error": "boom"}, ReportedError("boom")),
        ({"error": True, "message": "boom"}, ReportedError("boom")),
        ({"error": {"type": "overloaded_error"}}, ReportedError("overloaded_error")),
        ({"error": {"x": 1}}, ReportedError("The server reports an error.")),
        ({"type": "error", "error": {"message": "boom"}}, ReportedError("boom")),
        ({"object": "error", "message": "boom", "code": 400}, ReportedError("boom", 400)),
        ({"detail": "boom"}, ReportedError("boom")),
        ({"detail": [{"msg": "boom"}]}, ReportedError('[{"msg": "boom"}]')),
        ({"error": {"message": "boom", "param": "top_p", "code": 400}}, ReportedError("boom", 400, "top_p")),
        ({"error": {"message": "boom", "param": None}}, ReportedError("boom")),
        (
            {"detail": [{"loc": ["body", "options", 0, "seed"]}]},
            ReportedError('[{"loc": ["body", "options", 0, "seed"]}]', None, "options.seed"),
        ),
        ([{"error": {"message": "boom"}}], ReportedError("boom")),
        (choice(error={"message": "boom", "code": 502}, finish_reason="error"), ReportedError("boom", 502)),
        (choice(delta={"content": ""}, finish_reason="error"), ReportedError("The server broke off with an error.")),
        ({**choice(delta={"content": "a"}), "error": {"message": "boom"}}, ReportedError("boom")),
        ({**choice(delta={"content": "a"}), "error": None}, None),
        ({"choices": [], "message": "hello"}, None),
        ({"error": {}}, ReportedError("The server reports an error.")),
        ({"id": 1}, None),
    ],
)
def test_errors_inside_an_answer(value: object, error: ReportedError | None) -> None:
    assert read_chunk(value).error == error


@pytest.mark.parametrize(
    "text",
    ["", "{", "nonsense", "[" * 200_000, '{"a":' * 100_000, "1" * 5000, '{"a": 1} {"b": 2}', "\ud800"],
)
def test_what_cannot_be_read_is_one_kind_of_error(text: str) -> None:
    with pytest.raises(BrokenJson):
        parse_chunk(text)


@pytest.mark.parametrize("text", ["null", "3", '"text"', "[]", "[[]]", "true", '{"type": "ping"}', "NaN"])
def test_json_that_is_no_answer_says_nothing(text: str) -> None:
    chunk = parse_chunk(text)
    assert (chunk.text, chunk.is_recognised) == ("", False)


FIELDS = ("choices", "delta", "message", "content", "text", "index", "error", "code", "usage", "finish_reason",
          "tool_calls", "function", "arguments", "id", "name", "reasoning", "prompt_tokens", "data")  # fmt: skip
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(FIELDS),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@given(JSON)
def test_no_json_value_raises(value: Any) -> None:
    read_chunk(value)
    reported_error(value)


def test_json_that_is_made_to_fill_the_memory_is_not_read() -> None:
    with pytest.raises(BrokenJson):
        parse_json('{"choices":[' + "{}," * 1_000_000 + "{}]}")
    long_text = json.dumps({"text": "a, b " * 300_000})
    assert len(parse_json(long_text)["text"]) == 1_500_000
