"""Counting by the server's tokenizer: what is asked, what is understood, and of whom nothing is ever asked."""

from __future__ import annotations

from typing import Any

import pytest

from easychat_gui.domain.endpoints import Endpoint
from easychat_gui.domain.ids import EndpointId
from easychat_gui.providers.cancellation import Cancellation
from easychat_gui.providers.openai_chat import OpenAIChat
from easychat_gui.providers.tokenizer import NoTokenizer, count_tokens, read_count
from tests.fakes.misbehaving_server import MisbehavingServer, answer, json_answer


def source(address: str) -> OpenAIChat:
    return OpenAIChat(Endpoint(EndpointId("e"), "Mine", address), "key")


def test_each_text_is_counted() -> None:
    with MisbehavingServer(json_answer({"tokens": [1, 2]}), json_answer({"count": 7, "tokens": []})) as server:
        asked = source(f"{server.url}/v1")
        assert count_tokens(asked, "m", ["a", "b"], Cancellation()) == {"a": 2, "b": 7}
        asked.close()
        assert [each.target for each in server.requests] == ["/tokenize"] * 2
        assert server.requests[0].json["content"] == server.requests[0].json["prompt"] == "a"


@pytest.mark.parametrize(
    "address", ["https://example.com/v1", "http://192.168.1.20:8080", "http://10.0.0.1", "nonsense"]
)
def test_no_other_computer_is_ever_asked(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: Any) -> None:
        raise AssertionError("a draft would have left this computer")

    monkeypatch.setattr(OpenAIChat, "ask", never)
    with pytest.raises(NoTokenizer):
        count_tokens(source(address), "m", ["a secret"], Cancellation())


@pytest.mark.parametrize(
    "script",
    [json_answer({"error": "no"}, "404 Not Found"), json_answer([1]), answer("200 OK", b"<html>"), answer("500 No")],
)
def test_a_server_without_one_is_quietly_given_up(script: Any) -> None:
    with MisbehavingServer(script) as server, pytest.raises(NoTokenizer):
        count_tokens(source(server.url), "m", ["a"], Cancellation())


def test_a_cancelled_count_ends_with_what_there_is() -> None:
    cancellation = Cancellation()
    cancellation.cancel()
    assert count_tokens(source("http://127.0.0.1:1"), "m", ["a"], cancellation) == {}


@pytest.mark.parametrize("value", [None, [], {}, {"count": -1}, {"count": True}, {"tokens": "abc"}])
def test_strange_answers_are_none(value: Any) -> None:
    assert read_count(value) is None
