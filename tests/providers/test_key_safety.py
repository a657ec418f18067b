"""A key never goes over plain http to another computer unless the person has agreed to it."""

from __future__ import annotations

import base64
from dataclasses import replace

import pytest

from easychat_gui.domain.endpoints import EndpointKind, Network
from easychat_gui.domain.errors import KeyExposed
from easychat_gui.providers.cancellation import Cancellation
from easychat_gui.providers.kinds import provider_for
from tests.fakes.asking import Serve, Source, events_and_error, events_of, text_of
from tests.fakes.misbehaving_server import answer, good_stream, json_answer

pytestmark = pytest.mark.usefixtures("no_waiting")

KEY = "sk-marker-1234567890"


@pytest.mark.parametrize("kind", list(EndpointKind))
def test_nothing_goes_out_with_a_key_that_everyone_could_read(
    serve: Serve, source: Source, monkeypatch: pytest.MonkeyPatch, kind: EndpointKind
) -> None:
    """A proxy stands in for the way: it would see the key."""
    way = serve(good_stream("a"))
    monkeypatch.setenv("http_proxy", way.url)
    asked = source("http://llm.example.test/v1", KEY, kind=kind)
    _, error = events_and_error(asked)
    assert type(error) is KeyExposed
    assert "llm.example.test" in str(error)
    assert KEY not in repr(error) + str(error.__dict__)
    with pytest.raises(KeyExposed):
        asked.list_models(Cancellation())
    assert way.connection_count == 0


@pytest.mark.parametrize(
    "address", ["http://joe:secret@llm.example.test", "http://192.168.1.5:8080", "http://[fe80::1]"]
)
def test_passwords_count_and_so_do_computers_nearby(source: Source, address: str) -> None:
    key = "" if "@" in address else KEY
    assert isinstance(events_and_error(source(address, key))[1], KeyExposed)


def test_a_header_that_is_a_key_counts(source: Source) -> None:
    asked = source("http://llm.example.test", headers={"X-Auth-Token": "t-12345"})
    assert isinstance(events_and_error(asked)[1], KeyExposed)


def test_who_has_agreed_is_not_asked_again(serve: Serve, source: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    way = serve(good_stream("a"))
    monkeypatch.setenv("http_proxy", way.url)
    endpoint = source("http://llm.example.test/v1", KEY).endpoint
    agreed = provider_for(replace(endpoint, network=Network(may_send_key_unencrypted=True)), KEY)
    assert text_of(events_of(agreed)) == "a"
    agreed.close()
    assert way.requests[0].headers["authorization"] == f"Bearer {KEY}"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_this_computer_and_a_server_without_a_key_are_asked(
    serve: Serve, source: Source, monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    here, way = serve(good_stream("a")), serve(good_stream("b"))
    assert text_of(events_of(source(f"http://{host}:{here.port}", KEY))) == "a"
    monkeypatch.setenv("http_proxy", way.url)
    assert text_of(events_of(source("http://llm.example.test"))) == "b"


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "307 Temporary Redirect", "308 Permanent Redirect"])
@pytest.mark.parametrize("kind", list(EndpointKind))
def test_neither_key_nor_question_follows_a_redirect(
    serve: Serve, source: Source, status: str, kind: EndpointKind
) -> None:
    elsewhere = serve(good_stream("stolen"))
    server = serve(answer(status, b"", f"Location: {elsewhere.url}/v1/chat/completions"))
    events_and_error(source(server, KEY, kind=kind))
    assert elsewhere.connection_count == 0


def test_a_server_that_quotes_the_key_is_shown_without_it(serve: Serve, source: Source) -> None:
    quoted = {"error": {"message": f"Bad key {KEY}, {base64.b64encode(KEY.encode()).decode()}, sk%2Dmarker"}}
    _, error = events_and_error(source(serve(json_answer(quoted, "401 Unauthorized")), KEY))
    assert error is not None
    shown = str(error) + error.detail + repr(error)
    assert KEY not in shown
    assert base64.b64encode(KEY.encode()).decode()[:12] not in shown
