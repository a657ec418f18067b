"""Every parameter, in every API: it arrives with its value, or the answer tells that it did not."""

from __future__ import annotations

import json
from typing import Any

import pytest

from easychat_gui.domain.endpoints import EndpointKind
from easychat_gui.domain.generation import GenerationParams
from easychat_gui.domain.streaming import StreamNotice
from tests.fakes.asking import Serve, Source, events_and_error, question
from tests.fakes.misbehaving_server import answer, good_stream

SCHEMA = {"name": "answer", "schema": {"type": "object", "properties": {"unmistakable": {"type": "string"}}}}
VALUES: dict[str, Any] = {
    "temperature": 0.125,
    "top_p": 0.375,
    "presence_penalty": 0.625,
    "frequency_penalty": 0.875,
    "max_tokens": 1234,
    "seed": 5678,
    "stop": ("UNMISTAKABLE",),
    "response_format": {"type": "json_schema", "json_schema": SCHEMA},
    "logprobs": True,
    "reasoning_effort": "high",
    "extra": {"something_else": "unmistakable"},
}
MARKS = {"stop": "UNMISTAKABLE", "response_format": "unmistakable", "logprobs": "logprobs", "extra": "unmistakable"}
"""By what a value is found in a body; else by itself."""


NOTHING: dict[str, Any] = {**dict.fromkeys(VALUES), "stop": (), "extra": {}}


def test_no_parameter_was_forgotten_here() -> None:
    assert VALUES.keys() == GenerationParams().as_dict().keys() - {"stream"}


@pytest.mark.parametrize("kind", EndpointKind)
@pytest.mark.parametrize("name", VALUES)
def test_it_arrives_or_is_told(serve: Serve, source: Source, kind: EndpointKind, name: str) -> None:
    server = serve(*([answer("200 OK")] if kind is EndpointKind.EASYCHAT else []), good_stream("a"))
    none: dict[str, Any] = {"temperature": None, "top_p": None, "presence_penalty": None, "frequency_penalty": None}
    request = question(**{**none, name: VALUES[name]})
    events, error = events_and_error(source(server, kind=kind), request)
    assert error is None
    body = server.requests[-1].body.decode()
    told = [each.parameter for event in events if isinstance(event, StreamNotice) for each in event.adapted]
    has_arrived = str(MARKS.get(name, VALUES[name])) in body
    assert has_arrived is (told == []), (body, told)
    assert told in ([], [name])


@pytest.mark.parametrize("kind", EndpointKind)
def test_what_is_not_sent_is_nowhere(serve: Serve, source: Source, kind: EndpointKind) -> None:
    server = serve(*([answer("200 OK")] if kind is EndpointKind.EASYCHAT else []), good_stream("a"))
    events, _ = events_and_error(source(server, kind=kind), question(**NOTHING))
    body = server.requests[-1].json
    needed = {"max_tokens"} if kind is EndpointKind.ANTHROPIC else set()
    assert not (VALUES.keys() | {"options", "reasoning", "text", "include", "format", "think"}) & body.keys() - needed
    assert "null" not in json.dumps(body)
    assert not [event for event in events if isinstance(event, StreamNotice)]
