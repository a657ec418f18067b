"""What a real LiteLLM proxy sent (tests/data/wire/litellm), in front of two llama.cpp servers of which one was killed.

Of the answers that broke off the middle is left out.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from easychat_gui.domain.endpoints import EndpointKind, ModelInfo
from easychat_gui.domain.errors import ErrorInStream, NotAuthorized, ProviderError, RequestRefused, ServerFailed
from easychat_gui.domain.messages import FinishReason, Usage
from easychat_gui.domain.streaming import Finished, UsageReport
from easychat_gui.providers.cancellation import Cancellation
from tests.fakes.asking import Serve, Source, events_and_error, question, text_of
from tests.fakes.misbehaving_server import Script, answer, close_delimited

WIRE = Path(__file__).parents[1] / "data" / "wire" / "litellm"
KINDS = {"chat": EndpointKind.OPENAI, "responses": EndpointKind.RESPONSES, "messages": EndpointKind.ANTHROPIC}
pytestmark = pytest.mark.usefixtures("no_waiting")


def recorded(name: str) -> bytes:
    return (WIRE / name).read_bytes()


def in_pieces(name: str) -> Script:
    data = recorded(name)
    return close_delimited(*(data[at : at + 11] for at in range(0, len(data), 11)))


@pytest.mark.parametrize("api", KINDS)
def test_an_answer(api: str, serve: Serve, source: Source) -> None:
    events, error = events_and_error(source(serve(in_pieces(f"{api}-text.sse")), kind=KINDS[api]))
    assert error is None
    assert text_of(events).startswith("Hello")
    assert events[-1] == Finished(FinishReason.STOP)
    assert any(isinstance(event, UsageReport) for event in events)


def test_a_whole_answer(serve: Serve, source: Source) -> None:
    server = serve(answer("200 OK", recorded("chat-text.json")))
    events, error = events_and_error(source(server), question(stream=False))
    assert (text_of(events), error) == ("Hello", None)
    assert UsageReport(Usage(33, 2)) in events


@pytest.mark.parametrize("api", KINDS)
def test_the_server_behind_it_was_killed_in_the_middle(api: str, serve: Serve, source: Source) -> None:
    """It says so inside of a 200, each API in its own way, and ends the body as if nothing had happened."""
    events, error = events_and_error(source(serve(in_pieces(f"{api}-killed.sse")), kind=KINDS[api]))
    assert isinstance(error, ErrorInStream)
    assert "payload is not completed" in error.detail
    assert text_of(events).split()[0] in ("The", "I")


@pytest.mark.parametrize(
    ("name", "status", "kind", "words"),
    [
        # Without a database it answers 400 to a key that is not its own.
        ("wrong-key-400.json", "400 Bad Request", NotAuthorized, "did not accept the API key"),
        ("wrong-model-400.json", "400 Bad Request", RequestRefused, "Invalid model name"),
        ("all-dead-500.json", "500 Internal Server Error", ServerFailed, "Connection error"),
    ],
)
def test_refusals(name: str, status: str, kind: type[ProviderError], words: str, serve: Serve, source: Source) -> None:
    error = events_and_error(source(serve(answer(status, recorded(name)))))[1]
    assert type(error) is kind
    assert words in str(error)


def test_its_models(serve: Serve, source: Source) -> None:
    server = serve(answer("200 OK", recorded("models.json")))
    assert source(server).list_models(Cancellation()) == [ModelInfo("small", None, "openai")]
