"""Whatever a request holds and whatever a server sends, the other APIs' translations and parsers come to an end."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from easychat_gui.providers.answer import AnswerReader, Parse
from easychat_gui.providers.anthropic_messages import MessagesParser, messages_body
from easychat_gui.providers.ollama_chat import ChatParser, chat_body
from easychat_gui.providers.openai_responses import ResponsesParser, responses_body
from easychat_gui.providers.translation import Translation

WORDS = st.sampled_from(
    [
        "type",
        "index",
        "delta",
        "content",
        "content_block",
        "text",
        "thinking",
        "tool_use",
        "message",
        "message_start",
        "content_block_start",
        "content_block_delta",
        "content_block_stop",
        "message_delta",
        "message_stop",
        "usage",
        "input_tokens",
        "output_tokens",
        "stop_reason",
        "response",
        "response.output_item.added",
        "response.output_item.done",
        "response.output_text.delta",
        "response.completed",
        "item",
        "function_call",
        "call_id",
        "arguments",
        "output",
        "summary",
        "status",
        "completed",
        "incomplete",
        "incomplete_details",
        "object",
        "error",
        "code",
        "done",
        "done_reason",
        "eval_count",
        "tool_calls",
        "function",
        "name",
        "role",
        "user",
        "assistant",
        "system",
        "tool",
        "image_url",
        "url",
        "stop",
        "response_format",
        "json_schema",
        "schema",
        "reasoning_effort",
        "tools",
        "tool_choice",
        "options",
        "max_tokens",
        "messages",
        "temperature",
        "top_p",
        "input",
        "partial_json",
        "id",
        "item_id",
        "refusal",
        "param",
        "detail",
        "loc",
    ]
)
SCALARS = st.none() | st.booleans() | st.integers(-3, 10**18) | st.floats(allow_nan=False) | st.text(max_size=5) | WORDS
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=6))
OBJECTS = st.dictionaries(WORDS, VALUES, max_size=8)


@pytest.mark.parametrize("parser", [MessagesParser, ResponsesParser, ChatParser])
@settings(max_examples=30, deadline=None)
@given(values=st.lists(OBJECTS | VALUES, max_size=5), by_line=st.booleans())
def test_any_json_is_read_to_an_end(parser: Callable[[], Parse], values: list[Any], by_line: bool) -> None:
    reader = AnswerReader("http://server", parse=parser(), by_line=by_line)
    for value in values:
        text = json.dumps(value)
        reader.feed((f"{text}\n" if by_line else f"data: {text}\n\n").encode())
    reader.finish()
    assert reader.is_over


@pytest.mark.parametrize("translate", [messages_body, responses_body, chat_body])
@settings(max_examples=30, deadline=None)
@given(body=OBJECTS, messages=st.lists(OBJECTS, max_size=4) | VALUES)
def test_any_body_is_translated(
    translate: Callable[[Mapping[str, Any]], Translation], body: dict[str, Any], messages: Any
) -> None:
    given_body = {"model": "m", **body, "messages": messages}
    before = json.dumps(given_body)
    translation = translate(given_body)
    json.dumps(translation.body)
    assert json.dumps(given_body) == before, "the body of the request was changed"
    assert all(isinstance(name, str) for name in translation.changed)
