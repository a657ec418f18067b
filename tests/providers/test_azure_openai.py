"""Azure OpenAI: the deployment and the version in the address, the key in a header of its own."""

from __future__ import annotations

from dataclasses import replace

import pytest

from easychat_gui.domain.endpoints import EndpointKind
from easychat_gui.domain.errors import NotFound
from easychat_gui.domain.messages import FinishReason
from easychat_gui.domain.streaming import Finished, RequestSent
from easychat_gui.providers.azure_openai import DEFAULT_VERSION, LISTING_VERSION
from easychat_gui.providers.cancellation import Cancellation
from easychat_gui.providers.kinds import provider_for
from tests.fakes.asking import Serve, Source, events_and_error, events_of, question, text_of
from tests.fakes.misbehaving_server import (
    DONE,
    MisbehavingServer,
    delta,
    event,
    good_stream,
    json_answer,
    stream,
)

KEY = "azure-key-1234567890"
KIND = EndpointKind.AZURE
CHAT = "/openai/deployments/our%20gpt/chat/completions"


def targets(server: MisbehavingServer) -> list[str]:
    return [request.target for request in server.requests]


def test_a_question_goes_to_the_deployment_with_version_and_key(serve: Serve, source: Source) -> None:
    server = serve(good_stream("Good", " day."))
    assert text_of(events_of(source(server, KEY, kind=KIND), question("Hi", model="our gpt"))) == "Good day."
    request = server.requests[0]
    assert request.target == f"{CHAT}?api-version={DEFAULT_VERSION}"
    assert request.headers["api-key"] == KEY
    assert "authorization" not in request.headers
    assert request.json["stream_options"] == {"include_usage": True}


@pytest.mark.parametrize(
    ("path", "version", "target"),
    [
        ("/openai", "2025-01-01-preview", f"{CHAT}?api-version=2025-01-01-preview"),
        ("/openai/", "", f"{CHAT}?api-version={DEFAULT_VERSION}"),
        ("/openai/deployments", "", f"{CHAT}?api-version={DEFAULT_VERSION}"),
        # what Azure's own page offers for copying
        (
            "/openai/deployments/x/chat/completions?api-version=1",
            "",
            "/openai/deployments/x/chat/completions?api-version=1",
        ),
        ("/openai/deployments/x?api-version=1", "2", "/openai/deployments/x/chat/completions?api-version=2"),
        ("/openai/v1", "", "/openai/v1/chat/completions"),
        ("/openai/v1/", "preview", "/openai/v1/chat/completions?api-version=preview"),
        ("/models", "2024-05-01-preview", "/models/chat/completions?api-version=2024-05-01-preview"),
    ],
)
def test_the_addresses_that_a_person_may_paste(
    serve: Serve, source: Source, path: str, version: str, target: str
) -> None:
    server = serve(good_stream("a"))
    endpoint = replace(source(server, kind=KIND).endpoint, base_url=server.url + path, api_version=version)
    chat = provider_for(endpoint, KEY)
    events_of(chat, question("Hi", model="our gpt"))
    chat.close()
    assert targets(server) == [target]


def test_its_models_are_the_deployments(serve: Serve, source: Source) -> None:
    deployments = {"object": "list", "data": [{"id": "our gpt", "model": "gpt-4o", "status": "succeeded"}]}
    server = serve(json_answer(deployments))
    assert [model.id for model in source(server, KEY, kind=KIND).list_models(Cancellation())] == ["our gpt"]
    assert targets(server) == [f"/openai/deployments?api-version={LISTING_VERSION}"]
    assert server.requests[0].headers["api-key"] == KEY


def test_where_deployments_are_not_listed_any_more_the_models_are(serve: Serve, source: Source) -> None:
    gone = json_answer({"error": {"code": "404", "message": "Resource not found"}}, "404 Not Found")
    server = serve(gone, json_answer({"data": [{"id": "gpt-4o"}]}))
    assert [model.id for model in source(server, KEY, kind=KIND).list_models(Cancellation())] == ["gpt-4o"]
    assert targets(server)[1] == f"/openai/models?api-version={DEFAULT_VERSION}"


def test_a_pasted_deployment_is_the_only_model(serve: Serve, source: Source) -> None:
    server = serve(json_answer({"data": [{"id": "other"}]}))
    endpoint = replace(source(server, kind=KIND).endpoint, base_url=f"{server.url}/openai/deployments/mine")
    chat = provider_for(endpoint, KEY)
    assert [model.id for model in chat.list_models(Cancellation())] == ["mine"]
    chat.close()


def test_the_newer_address_lists_its_models_itself(serve: Serve, source: Source) -> None:
    server = serve(json_answer({"data": [{"id": "gpt-4o"}]}))
    chat = provider_for(replace(source(server, kind=KIND).endpoint, base_url=f"{server.url}/openai/v1"), KEY)
    assert [model.id for model in chat.list_models(Cancellation())] == ["gpt-4o"]
    assert targets(server) == ["/openai/v1/models"]
    chat.close()


def test_its_filter_results_are_no_text(serve: Serve, source: Source) -> None:
    """The first chunk has no choice, and with the asynchronous filter the last ones have no delta."""
    safe = {"hate": {"filtered": False, "severity": "safe"}}
    first = event({"choices": [], "id": "", "model": "", "prompt_filter_results": [{"content_filter_results": safe}]})
    offsets = {"check_offset": 1, "start_offset": 0, "end_offset": 1}
    late = {"index": 0, "finish_reason": None, "content_filter_results": safe, "content_filter_offsets": offsets}
    server = serve(
        stream(
            first,
            delta("", role="assistant"),
            delta("Hi"),
            event({"choices": [late]}),
            delta(finish_reason="stop"),
            DONE,
        )
    )
    events = events_of(source(server, kind=KIND))
    assert text_of(events) == "Hi"
    assert events[-1] == Finished(FinishReason.STOP)


def test_a_deployment_that_is_missing_is_told_in_azures_words(serve: Serve, source: Source) -> None:
    said = "The API deployment for this resource does not exist."
    server = serve(json_answer({"error": {"code": "DeploymentNotFound", "message": said}}, "404 Not Found"))
    error = events_and_error(source(server, kind=KIND))[1]
    assert isinstance(error, NotFound)
    assert said in str(error)


def test_the_key_is_hidden_in_the_record(serve: Serve, source: Source) -> None:
    chat = source(serve(good_stream("a")), KEY, kind=KIND)
    record = next(
        each.request for each in events_of(chat, replace(question(), is_recorded=True)) if isinstance(each, RequestSent)
    )
    assert KEY not in repr(record)
