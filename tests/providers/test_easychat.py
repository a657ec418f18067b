"""The public generator, as a script uses it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from easychat_gui.domain.errors import InvalidAddress, NoServerConfigured, RequestRefused
from easychat_gui.providers import AbstractProvider, EasyChat, ProviderError
from tests.fakes.asking import Serve
from tests.fakes.misbehaving_server import answer, good_stream, json_answer, raw

MESSAGES = [{"role": "user", "content": "Напиши короткий стих о весне."}]
PAGE = answer("200 OK", b"<html>", "Set-Cookie: visit=42")


@pytest.fixture(autouse=True)
def own_servers(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.delenv("EASYCHAT_SERVERS", raising=False)
    monkeypatch.delenv("EASYCHAT_API_KEY", raising=False)
    yield
    EasyChat.active_servers = None


def ask(**kwargs: Any) -> list[str]:
    arguments: dict[str, Any] = {"model": "gpt-3.5-turbo", "messages": MESSAGES, "stream": True, **kwargs}
    return list(EasyChat.create_completion(**arguments))


def test_what_it_says_of_itself() -> None:
    assert issubclass(EasyChat, AbstractProvider)
    assert EasyChat.url.startswith("https://")
    assert (EasyChat.working, EasyChat.needs_auth) == (False, False)
    assert (EasyChat.supports_stream, EasyChat.supports_gpt_35_turbo) == (True, True)
    assert "gone" in EasyChat.working_reason


def test_a_bare_host_is_spoken_to_in_the_way_of_old(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    server = serve(PAGE, good_stream("Hel", "lo"))
    monkeypatch.setenv("EASYCHAT_SERVERS", server.url)
    monkeypatch.setenv("EASYCHAT_API_KEY", "k-123456")
    assert ask(logit_bias={"1": 2}, temperature=1) == ["Hel", "lo"]
    page, post = server.requests
    assert (page.method, page.target) == ("GET", "/")
    assert (post.method, post.target) == ("POST", "/api/openai/v1/chat/completions")
    assert post.headers["cookie"] == "visit=42"
    assert post.headers["authorization"] == "Bearer k-123456"
    assert post.headers["accept"] == "text/event-stream"
    assert "mozilla" not in post.headers["user-agent"].lower()
    assert post.json == {
        "messages": MESSAGES,
        "stream": True,
        "model": "gpt-3.5-turbo",
        "temperature": 1,
        "presence_penalty": 0,
        "frequency_penalty": 0,
        "top_p": 1,
        "logit_bias": {"1": 2},
    }


def test_the_defaults(serve: Serve) -> None:
    server = serve(PAGE, good_stream("a"))
    EasyChat.active_servers = [server.url]
    ask()
    body = server.requests[1].json
    assert (body["temperature"], body["presence_penalty"], body["frequency_penalty"], body["top_p"]) == (0.5, 0, 0, 1)


def test_an_address_that_ends_in_v1_is_openais_kind(serve: Serve) -> None:
    server = serve(good_stream("a"))
    EasyChat.active_servers = [server.url + "/v1"]
    assert ask() == ["a"]
    assert [each.target for each in server.requests] == ["/v1/chat/completions"]


@pytest.mark.parametrize("asked_back", [True, False])
def test_without_stream_the_whole_comes_once(serve: Serve, asked_back: bool) -> None:
    whole = json_answer({"choices": [{"message": {"content": "Hello"}}]})
    server = serve(whole if asked_back else good_stream("Hel", "lo"))
    EasyChat.active_servers = [server.url + "/v1"]
    assert ask(stream=False) == ["Hello"]
    assert server.requests[0].json["stream"] is False


def test_a_server_can_be_pinned_by_number_and_by_address(serve: Serve) -> None:
    first, second = serve(good_stream("first")), serve(good_stream("second"))
    EasyChat.active_servers = [first.url + "/v1", second.url + "/v1"]
    for _ in range(5):
        assert ask(active_server=1) == ["second"]
        assert ask(active_server=first.url + "/v1") == ["first"]
    assert "active_server" not in first.requests[0].json


@pytest.mark.parametrize("number", [2, -3, 1.5])
def test_a_number_that_no_server_has(number: Any) -> None:
    EasyChat.active_servers = ["http://127.0.0.1:1", "http://127.0.0.1:2"]
    with pytest.raises(InvalidAddress, match="pool has 2"):
        ask(active_server=number)


def test_the_key_goes_only_to_servers_of_the_pool(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    server = serve(good_stream("a"))
    monkeypatch.setenv("EASYCHAT_API_KEY", "k-123456")
    ask(active_server=server.url + "/v1")
    assert "authorization" not in server.requests[0].headers
    EasyChat.active_servers = [server.url + "/v1"]
    ask(active_server=server.url + "/v1")
    assert server.requests[1].headers["authorization"] == "Bearer k-123456"


@pytest.mark.usefixtures("no_waiting")
def test_a_server_that_failed_is_left_alone_by_the_next_questions(serve: Serve) -> None:
    dead, good = serve(answer("404 Not Found")), serve(good_stream("a"))
    EasyChat.active_servers = [f"{server.url}/v1" for server in (dead, good)]
    assert [ask() for _ in range(20)] == [["a"]] * 20
    assert len(dead.requests) <= 1
    with pytest.raises(ProviderError):
        ask(active_server=0)  # who wants that one gets that one


@pytest.mark.parametrize("value", [float("nan"), {1, 2}])
def test_what_no_server_can_be_sent_is_told_of_none(serve: Serve, value: Any) -> None:
    servers = [serve(good_stream("a")) for _ in range(2)]
    EasyChat.active_servers = [server.url for server in servers]
    with pytest.raises(RequestRefused, match="cannot be written as JSON"):
        ask(temperature=value)
    assert [server.connection_count for server in servers] == [0, 0]


@pytest.mark.parametrize("page", [raw(b""), raw(b"nonsense\n"), lambda connection: connection.wait_for_hang_up()])
def test_a_front_page_that_does_not_come_does_not_keep_the_question_back(
    serve: Serve, page: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("easychat_gui.providers.openai_chat._GREETING_S", 0.2)
    server = serve(page, good_stream("a"))
    EasyChat.active_servers = [server.url]
    assert ask() == ["a"]
    assert [each.method for each in server.requests] == ["GET", "POST"]


def test_no_server_is_told_with_what_to_do() -> None:
    with pytest.raises(NoServerConfigured, match="EASYCHAT_SERVERS"):
        ask()


def test_errors_have_status_and_server(serve: Serve) -> None:
    server = serve(answer("401 No"))
    EasyChat.active_servers = [server.url + "/v1"]
    with pytest.raises(ProviderError, match="key") as caught:
        ask()
    assert (caught.value.status, caught.value.server) == (401, server.url + "/v1")


def test_the_pool_follows_the_environment_until_it_is_assigned(monkeypatch: pytest.MonkeyPatch) -> None:
    assert EasyChat.active_servers == []
    monkeypatch.setenv("EASYCHAT_SERVERS", " http://a , http://b/v1,, ")
    assert EasyChat.active_servers == ["http://a", "http://b/v1"]
    EasyChat.active_servers.append("http://c")
    assert EasyChat.active_servers[-1] == "http://c"
    monkeypatch.setenv("EASYCHAT_SERVERS", "http://d")
    assert EasyChat.active_servers == ["http://d"]
    EasyChat.active_servers = ["http://e"]
    assert EasyChat.active_servers == ["http://e"]


def test_importing_the_package_costs_nothing() -> None:
    code = (
        "import sys; import easychat_gui.providers as p; from easychat_gui.providers.pool import ServerPool; "
        "from easychat_gui.providers import EasyChat, AbstractProvider; "
        "print([name for name in ('requests', 'urllib3', 'ssl', 'PySide6') if name in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_a_name_that_the_package_does_not_have() -> None:
    import easychat_gui.providers as package

    with pytest.raises(AttributeError, match="no attribute 'Nobody'"):
        package.Nobody  # noqa: B018
