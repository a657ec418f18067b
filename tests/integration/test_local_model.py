"""The bundled model behind the program's own provider: one more endpoint, and nothing special about it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from easychat_gui.domain.endpoints import LOCAL_ENDPOINT_ID, Endpoint, EndpointKind
from easychat_gui.domain.errors import NotAuthorized
from easychat_gui.domain.generation import CompletionRequest, GenerationParams
from easychat_gui.domain.ids import new_conversation_id
from easychat_gui.domain.messages import FinishReason, Role, new_message
from easychat_gui.domain.streaming import Finished, Started, StreamEvent, TextDelta, UsageReport
from easychat_gui.local_model.catalog import bundled_model
from easychat_gui.local_model.server import LocalModelServer
from easychat_gui.providers.cancellation import Cancellation
from easychat_gui.providers.kinds import provider_for

pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def server() -> Iterator[LocalModelServer]:
    with LocalModelServer(bundled_model()) as running:
        running.wait_until_ready()
        yield running


def _ask(
    server: LocalModelServer,
    params: GenerationParams,
    key: str | None = None,
    kind: EndpointKind = EndpointKind.OPENAI,
) -> list[StreamEvent]:
    endpoint = Endpoint(LOCAL_ENDPOINT_ID, "local", server.base_url, kind)
    source = provider_for(endpoint, server.api_key if key is None else key)
    question = new_message(new_conversation_id(), Role.USER, "Say hello.")
    try:
        return list(source.stream_events(CompletionRequest(server.model_id, (question,), params), Cancellation()))
    finally:
        source.close()


def _text(events: list[StreamEvent]) -> str:
    return "".join(event.text for event in events if isinstance(event, TextDelta))


def test_it_streams_word_by_word(server: LocalModelServer) -> None:
    events = _ask(server, GenerationParams(max_tokens=8, stop=()))
    assert isinstance(events[0], Started)
    assert sum(isinstance(event, TextDelta) for event in events) > 1
    assert any(isinstance(event, UsageReport) for event in events)
    assert isinstance(events[-1], Finished)


def test_whole_and_streamed_answers_are_the_same_words(server: LocalModelServer) -> None:
    params = GenerationParams(temperature=0.0, max_tokens=8, seed=1)
    whole = _ask(server, GenerationParams(temperature=0.0, max_tokens=8, seed=1, stream=False))
    assert _text(whole)
    assert _text(whole) == _text(_ask(server, params))


def test_the_length_limit_is_told(server: LocalModelServer) -> None:
    assert _ask(server, GenerationParams(max_tokens=1))[-1] == Finished(FinishReason.LENGTH)


def test_a_wrong_key_is_refused_in_the_programs_own_words(server: LocalModelServer) -> None:
    with pytest.raises(NotAuthorized):
        _ask(server, GenerationParams(), key="wrong")


@pytest.mark.parametrize("kind", [EndpointKind.RESPONSES, EndpointKind.ANTHROPIC])
def test_it_speaks_the_other_apis_too_and_says_the_same(server: LocalModelServer, kind: EndpointKind) -> None:
    params = GenerationParams(temperature=0.0, top_p=None, max_tokens=8)
    expected = _ask(server, params)
    events = _ask(server, params, kind=kind)
    assert sum(isinstance(event, TextDelta) for event in events) > 1
    assert _text(events) == _text(expected)
    assert events[-2:] == expected[-2:], "tokens and the reason of the end"
    assert _text(_ask(server, GenerationParams(temperature=0.0, top_p=None, max_tokens=8, stream=False), kind=kind))
    with pytest.raises(NotAuthorized):
        _ask(server, params, key="wrong", kind=kind)
