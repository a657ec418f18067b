"""Lists of models, as servers of all kinds send them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from easychat_gui.domain.endpoints import EndpointKind, ModelInfo
from easychat_gui.domain.errors import ErrorInStream, MalformedAnswer, ServerFailed
from easychat_gui.providers.cancellation import Cancellation
from easychat_gui.providers.model_lists import read_models
from tests.fakes.asking import Serve, Source
from tests.fakes.misbehaving_server import answer, json_answer

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(
            st.sampled_from(["data", "models", "result", "id", "name", "meta", "owned_by", "last_id"]), inner
        )
    ),
    max_leaves=20,
)


@given(JSON)
def test_no_json_value_raises(value: Any) -> None:
    read_models(value)


@pytest.mark.parametrize(
    ("value", "models"),
    [
        ({"object": "list", "data": [{"id": "a"}, {"id": "b", "context_length": 4096}]}, [("a", None), ("b", 4096)]),
        ({"data": [{"id": "a", "meta": {"n_ctx_train": 2048}}]}, [("a", 2048)]),
        ({"data": [{"id": "a", "max_model_len": 8192}, {"id": "a"}]}, [("a", 8192)]),
        ({"models": [{"name": "a"}, {"model": "b", "name": "B"}]}, [("a", None), ("b", None)]),
        ({"models": [{"name": "a"}], "data": [{"id": "b"}]}, [("b", None)]),
        ([{"id": "a"}, "b"], [("a", None), ("b", None)]),
        ({"data": ["a", None, 3, {}, {"id": ""}, {"id": 5}]}, [("a", None)]),
        ({"data": {"a": {"context_window": 10}, "b": None}}, [("a", 10), ("b", None)]),
        ({"data": []}, []),
        ({"data": None}, []),
    ],
)
def test_lists_of_models(value: object, models: list[tuple[str, int | None]]) -> None:
    assert read_models(value) == [ModelInfo(*model) for model in models]


@pytest.mark.parametrize("value", [None, 3, "x", {}, {"error": "no"}, {"data": 3}])
def test_what_is_no_list_of_models(value: object) -> None:
    assert read_models(value) is None


def test_names_of_googles_lose_their_prefix_and_others_keep_it() -> None:
    """Google's chat takes both; to vLLM it is the folder that the model was loaded from."""
    googles = {"object": "list", "data": [{"id": "models/gemini-2.5-flash", "object": "model", "owned_by": "google"}]}
    assert read_models(googles) == [ModelInfo("gemini-2.5-flash", None, "google")]
    native = {"models": [{"name": "models/g", "inputTokenLimit": 9, "supportedGenerationMethods": ["generateContent"]}]}
    assert read_models(native) == [ModelInfo("g", 9)]
    vllms = {"object": "list", "data": [{"id": "models/qwen", "owned_by": "vllm", "max_model_len": 5}]}
    assert read_models(vllms) == [ModelInfo("models/qwen", 5, "vllm")]


@pytest.mark.parametrize(
    ("value", "ids"),
    [
        # Together sends the list alone, Ollama's tags have no ids, LM Studio's own API has keys, Cloudflare numbers.
        ([{"id": "meta/llama", "type": "chat", "context_length": 8192}], ["meta/llama"]),
        ({"models": [{"name": "llama3:8b", "model": "llama3:8b", "details": {"family": "llama"}}]}, ["llama3:8b"]),
        ({"models": [{"type": "llm", "key": "qwen", "display_name": "Qwen"}]}, ["qwen"]),
        ({"result": [{"id": "1f2e", "name": "@cf/meta/llama"}], "success": True}, ["@cf/meta/llama"]),
    ],
)
def test_other_ways_to_name_a_model(value: Any, ids: list[str]) -> None:
    assert [model.id for model in read_models(value) or ()] == ids


@pytest.mark.parametrize(
    ("kind", "first", "second"),
    [
        (EndpointKind.ANTHROPIC, "/v1/models?limit=1000", "/v1/models?limit=1000&after_id=b%2F1"),
        (EndpointKind.OPENAI, "/v1/models", "/v1/models?after=b%2F1"),
    ],
)
def test_a_list_goes_on_over_pages(serve: Serve, source: Source, kind: EndpointKind, first: str, second: str) -> None:
    pages = (
        {"data": [{"id": "a"}, {"id": "b/1"}], "has_more": True, "last_id": "b/1"},
        {"data": [{"id": "c"}], "has_more": False, "last_id": "c"},
    )
    server = serve(*map(json_answer, pages))
    assert [model.id for model in source(server, kind=kind).list_models(Cancellation())] == ["a", "b/1", "c"]
    assert [request.target for request in server.requests] == [first, second]


def test_a_server_that_sends_the_same_page_for_ever_is_left(serve: Serve, source: Source) -> None:
    server = serve(json_answer({"data": [{"id": "a"}], "has_more": True, "last_id": "a"}))
    assert source(server).list_models(Cancellation()) == [ModelInfo("a")]
    assert len(server.requests) == 2


def test_an_error_in_place_of_the_list_is_told_in_the_servers_words(serve: Serve, source: Source) -> None:
    with pytest.raises(ErrorInStream, match="Quota is used up"):
        source(serve(json_answer({"error": {"message": "Quota is used up"}}))).list_models(Cancellation())


def test_a_web_page_in_place_of_the_list_is_told(serve: Serve, source: Source) -> None:
    page = answer("200 OK", b"<html><head><title>Log in</title></head><body>", "Content-Type: text/html")
    with pytest.raises(MalformedAnswer, match="is the address right") as caught:
        source(serve(page)).list_models(Cancellation())
    assert caught.value.detail == "Log in"


def test_a_server_whose_list_fails_is_told_by_its_status(serve: Serve, source: Source) -> None:
    """`transformers serve` answers 500 without a network; a typed model id must do then."""
    with pytest.raises(ServerFailed):
        source(serve(json_answer({"error": "offline"}, "500 Internal Server Error"))).list_models(Cancellation())
