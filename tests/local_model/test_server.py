"""The bundled model's process: what it answers, to whom, and that it never stays behind."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import urllib.parse
from pathlib import Path
from typing import Any

import pytest

from easychat_gui.domain.context import TOKENS_AROUND_MESSAGE, TOKENS_BEFORE_ANSWER
from easychat_gui.domain.endpoints import Endpoint
from easychat_gui.domain.errors import LocalModelError
from easychat_gui.domain.generation import CompletionRequest, GenerationParams
from easychat_gui.domain.ids import ConversationId, EndpointId
from easychat_gui.domain.messages import Role, new_message
from easychat_gui.domain.streaming import UsageReport
from easychat_gui.local_model.catalog import BUNDLED_MODEL_WINDOW, ModelFile
from easychat_gui.local_model.server import LocalModelServer
from easychat_gui.local_model.state import LocalModelState
from easychat_gui.providers.cancellation import Cancellation
from easychat_gui.providers.openai_chat import OpenAIChat
from easychat_gui.providers.tokenizer import count_tokens

pytestmark = pytest.mark.model
ON_LINUX = sys.platform == "linux"


def _request(
    server: LocalModelServer, method: str, path: str, body: Any = None, **headers: str
) -> tuple[int, dict[str, str], bytes]:
    parts = urllib.parse.urlsplit(server.base_url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
    try:
        connection.request(method, path, None if body is None else json.dumps(body), headers)
        response = connection.getresponse()
        return response.status, {name.lower(): value for name, value in response.getheaders()}, response.read()
    finally:
        connection.close()


def _key(server: LocalModelServer) -> dict[str, str]:
    return {"Authorization": f"Bearer {server.api_key}"}


QUESTION = {"messages": [{"role": "user", "content": "Say hello."}], "max_tokens": 8, "temperature": 0}


def test_it_answers_a_question(running: LocalModelServer) -> None:
    status, _, body = _request(running, "POST", "/v1/chat/completions", QUESTION, **_key(running))
    assert status == 200
    assert json.loads(body)["choices"][0]["message"]["content"].strip()


def test_it_counts_tokens_as_its_answers_do(running: LocalModelServer) -> None:
    endpoint = Endpoint(EndpointId("local"), "", running.base_url)
    source = OpenAIChat(endpoint, running.api_key)
    text = "How many? Сколько? 京都 🍲"
    (model,) = source.list_models(Cancellation())
    assert model.context_length == BUNDLED_MODEL_WINDOW
    count = count_tokens(source, running.model_id, [text], Cancellation())[text]
    question = [new_message(ConversationId("c"), role, text) for role in (Role.SYSTEM, Role.USER)]
    request = CompletionRequest(running.model_id, tuple(question), GenerationParams(max_tokens=1))
    events = list(source.stream_events(request, Cancellation()))
    source.close()
    (report,) = [event for event in events if isinstance(event, UsageReport)]
    counted = 2 * (count + TOKENS_AROUND_MESSAGE) + TOKENS_BEFORE_ANSWER
    assert report.usage.prompt_tokens is not None
    assert abs(report.usage.prompt_tokens - counted) <= 2, "a line break may go into one token with what is before it"


def test_it_offers_the_model_by_the_id_it_is_known_by(running: LocalModelServer) -> None:
    _, _, body = _request(running, "GET", "/v1/models", **_key(running))
    assert [each["id"] for each in json.loads(body)["data"]] == [running.model_id]


@pytest.mark.parametrize("path", ["/v1/models", "/props", "/slots", "/metrics"])
def test_nothing_is_told_without_the_key(running: LocalModelServer, path: str) -> None:
    status, _, body = _request(running, "GET", path)
    assert status in (401, 404, 501)
    assert b"SmolLM2" not in body


def test_a_question_with_a_wrong_key_is_refused(running: LocalModelServer) -> None:
    status, _, _ = _request(running, "POST", "/v1/chat/completions", QUESTION, Authorization="Bearer wrong")
    assert status == 401


def test_no_web_page_may_read_it_and_it_has_none_itself(running: LocalModelServer) -> None:
    _, headers, _ = _request(running, "OPTIONS", "/v1/models", Origin="http://evil.test")
    assert headers.get("access-control-allow-origin") not in ("*", "http://evil.test")
    assert _request(running, "GET", "/")[0] == 404


@pytest.mark.skipif(not ON_LINUX, reason="elsewhere 127.0.0.2 is no address of this computer")
def test_it_listens_at_one_address_only(running: LocalModelServer) -> None:
    parts = urllib.parse.urlsplit(running.base_url)
    assert parts.hostname == "127.0.0.1"
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.2", parts.port), timeout=5)


@pytest.mark.skipif(not ON_LINUX, reason="reads /proc")
def test_the_key_is_in_no_process_list(running: LocalModelServer) -> None:
    folder = Path(f"/proc/{running.process_id}")
    assert running.api_key.encode() not in (folder / "cmdline").read_bytes() + (folder / "environ").read_bytes()


def test_several_questions_are_answered_at_once(running: LocalModelServer) -> None:
    statuses: list[int] = []

    def ask() -> None:
        statuses.append(_request(running, "POST", "/v1/chat/completions", QUESTION, **_key(running))[0])

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [200] * 4


def test_it_is_started_again_once_and_then_says_so(model: ModelFile) -> None:
    states: list[LocalModelState] = []
    failed = threading.Event()

    def note(state: LocalModelState) -> None:
        states.append(state)
        if state is LocalModelState.FAILED:
            failed.set()

    with LocalModelServer(model, on_change=note) as server:
        server.wait_until_ready()
        first, first_url = server.process_id, server.base_url
        _kill_and_wait_for_change(server, states)
        server.wait_until_ready()
        assert server.process_id != first
        assert server.base_url == first_url
        assert _request(server, "GET", "/v1/models", **_key(server))[0] == 200
        _kill_and_wait_for_change(server, states)
        assert failed.wait(60)
        with pytest.raises(LocalModelError, match="unexpectedly"):
            server.wait_until_ready()
        assert not server.is_running
        assert server.base_url == ""
    starting, ready = LocalModelState.STARTING, LocalModelState.READY
    assert states == [starting, ready, starting, ready, LocalModelState.FAILED]


def _kill_and_wait_for_change(server: LocalModelServer, states: list[LocalModelState]) -> None:
    assert server.process_id
    seen = len(states)
    changed = server._changed
    os.kill(server.process_id, signal.SIGTERM)
    with changed:
        assert changed.wait_for(lambda: len(states) > seen or server.state is not LocalModelState.READY, 30)


def test_stop_ends_the_process_and_start_begins_anew(model: ModelFile) -> None:
    server = LocalModelServer(model)
    server.start()
    server.wait_until_ready()
    first = server.process_id
    server.stop()
    assert server.state is LocalModelState.STOPPED
    assert first
    assert not _is_alive(first)
    with pytest.raises(LocalModelError, match="not running"):
        server.wait_until_ready()
    with server:
        server.wait_until_ready()
        assert server.is_running


def test_stop_while_it_is_still_starting(model: ModelFile) -> None:
    server = LocalModelServer(model)
    server.start()
    server.stop()
    assert server.state is LocalModelState.STOPPED
    assert server.error is None


def test_a_file_that_is_no_model_fails_with_a_sentence(tmp_path: Path) -> None:
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(b"GGUF and nothing more")
    with LocalModelServer(ModelFile("broken", "Broken", broken)) as server:
        with pytest.raises(LocalModelError, match="could not be started"):
            server.wait_until_ready()
        assert server.state is LocalModelState.FAILED


def test_without_a_key_anybody_on_this_computer_may_ask(model: ModelFile) -> None:
    with LocalModelServer(model, api_key="") as server:
        server.wait_until_ready()
        assert _request(server, "POST", "/v1/chat/completions", QUESTION)[0] == 200


@pytest.mark.skipif(os.name != "posix", reason="file modes")
def test_the_log_is_for_its_owner_and_holds_no_word_of_the_chat(model: ModelFile, tmp_path: Path) -> None:
    log = tmp_path / "data" / "logs" / "local-model.log"
    with LocalModelServer(model, log_path=log) as server:
        server.wait_until_ready()
        question = {**QUESTION, "messages": [{"role": "user", "content": "marker-in-the-chat"}]}
        _request(server, "POST", "/v1/chat/completions", question, **_key(server))
    assert log.stat().st_mode & 0o777 == 0o600
    assert [folder.stat().st_mode & 0o777 for folder in log.parents[:2]] == [0o700, 0o700]
    text = log.read_text(encoding="utf-8")
    assert "model loaded" in text
    assert "marker-in-the-chat" not in text
    assert server.api_key not in text


PARENT_THAT_GENERATES = """
import http.client, json, sys, urllib.parse
from easychat_gui.local_model.catalog import bundled_model
from easychat_gui.local_model.server import LocalModelServer
server = LocalModelServer(bundled_model())
server.start()
server.wait_until_ready()
parts = urllib.parse.urlsplit(server.base_url)
connection = http.client.HTTPConnection(parts.hostname, parts.port)
body = {"messages": [{"role": "user", "content": "Count."}], "stream": True, "ignore_eos": True, "max_tokens": 8000}
connection.request("POST", "/v1/chat/completions", json.dumps(body), {"Authorization": "Bearer " + server.api_key})
response = connection.getresponse()
response.readline()
print(server.process_id, flush=True)
while response.readline():
    pass
"""


@pytest.mark.skipif(not ON_LINUX, reason="kill -9 and pidfd")
def test_it_ends_with_its_parent_even_when_that_is_killed_in_the_middle_of_an_answer() -> None:
    parent = subprocess.Popen([sys.executable, "-c", PARENT_THAT_GENERATES], stdout=subprocess.PIPE, text=True)
    assert parent.stdout
    with parent:
        child = os.pidfd_open(int(parent.stdout.readline()))
        try:
            parent.kill()
            assert _has_ended_within(child, 2.0)
        finally:
            os.close(child)


def _has_ended_within(pidfd: int, seconds: float) -> bool:
    import select

    return bool(select.select([pidfd], [], [], seconds)[0])


def _is_alive(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.skipif(not ON_LINUX, reason="reads /proc")
def test_idle_it_uses_no_processor(running: LocalModelServer) -> None:
    def ticks() -> int:
        fields = Path(f"/proc/{running.process_id}/stat").read_text().rsplit(")", 1)[1].split()
        return int(fields[11]) + int(fields[12])

    _request(running, "POST", "/v1/chat/completions", QUESTION, **_key(running))
    before = ticks()
    threading.Event().wait(1.0)  # the thing measured is a second in which nothing happens
    assert ticks() - before <= 1
