"""EasyChat GUI with a real LiteLLM proxy in front of two real llama.cpp servers, of which one is killed in the middle.

Runs where LiteLLM is installed (see `tests.fakes.gateway`), which the project's own environment is not.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from easychat_gui.domain.endpoints import Endpoint, EndpointKind
from easychat_gui.domain.errors import NotAuthorized, RequestRefused, ServerFailed
from easychat_gui.domain.ids import new_endpoint_id
from easychat_gui.domain.streaming import AnswerReceived, StreamEvent, UsageReport
from easychat_gui.providers.cancellation import Cancellation
from easychat_gui.providers.http_provider import HttpProvider
from easychat_gui.providers.kinds import provider_for
from tests.fakes.asking import Source, events_and_error, events_of, question, text_of
from tests.fakes.gateway import MODEL, Gateway, litellm_command
from tests.integration.conftest import OpenWindow, part
from tests.integration.test_conversation_with_a_server import click, last_text, send, wait_for_end

pytestmark = [
    pytest.mark.model,
    pytest.mark.slow,
    pytest.mark.skipif(litellm_command() is None, reason="LiteLLM is not installed"),
]
KINDS = [EndpointKind.OPENAI, EndpointKind.RESPONSES, EndpointKind.ANTHROPIC]
SHORT = replace(question("Say hello.", model=MODEL, max_tokens=8, temperature=0.0), is_recorded=True)
WAIT_MS = 60_000


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[Gateway]:
    command = litellm_command()
    assert command is not None
    with Gateway(command, tmp_path) as running:
        yield running


@pytest.fixture
def source() -> Iterator[Source]:
    """Make sources whose connections are closed with the test."""
    with contextlib.ExitStack() as stack:

        def make(url: str, key: str, *, kind: EndpointKind = EndpointKind.OPENAI) -> HttpProvider:
            provider = provider_for(Endpoint(new_endpoint_id(), "gateway", url, kind), key)
            stack.callback(provider.close)
            return provider

        yield make


def server_of(events: Sequence[StreamEvent]) -> str:
    """Return the address of the server that LiteLLM has passed a question on to, or nothing: it does not say it in
    every API."""
    (received,) = (event for event in events if isinstance(event, AnswerReceived))
    return dict(received.headers).get("x-litellm-model-api-base", "")


def check_that_all_apis_are_understood(gateway: Gateway, source: Source) -> None:
    for kind in KINDS:
        chat = source(gateway.url, gateway.key, kind=kind)
        assert [model.id for model in chat.list_models(Cancellation())] == [MODEL]
        events = events_of(chat, SHORT)
        assert text_of(events).strip()
        assert any(isinstance(event, UsageReport) for event in events)
        assert server_of(events) in ("", gateway.servers[0].url)
    assert isinstance(events_and_error(source(gateway.url, "sk-of-somebody-else"), SHORT)[1], NotAuthorized)
    refused = events_and_error(source(gateway.url, gateway.key), question(model="none"))[1]
    assert isinstance(refused, RequestRefused)
    assert "Invalid model name" in str(refused)


def test_a_server_behind_the_gateway_is_killed_in_the_middle(
    qtbot: QtBot, open_window: OpenWindow, gateway: Gateway, source: Source, tmp_path: Path
) -> None:
    check_that_all_apis_are_understood(gateway, source)

    data_dir = tmp_path / "data"
    data_dir.mkdir()
    (data_dir / "settings.toml").write_text("[generation]\ntemperature = 0.0\n")  # a long answer each time
    window = open_window(data_dir, server=gateway.url, model=MODEL, api_key=gateway.key)
    window.show()
    send(qtbot, window, "Tell me a long story about the sea.")
    qtbot.waitUntil(lambda: len(last_text(window)) > 40, timeout=WAIT_MS)
    gateway.servers[0].kill()
    qtbot.waitUntil(lambda: not part(window, "errorBanner").isHidden(), timeout=WAIT_MS)
    wait_for_end(qtbot, window)
    kept = last_text(window)

    click(qtbot, window, "continueButton")
    qtbot.waitUntil(lambda: len(last_text(window)) > len(kept) + 40, timeout=WAIT_MS)
    QTest.mouseClick(part(window, "stopButton"), Qt.MouseButton.LeftButton)
    wait_for_end(qtbot, window)

    for kind in KINDS:
        events = events_of(source(gateway.url, gateway.key, kind=kind), SHORT)
        assert text_of(events).strip()
        assert server_of(events) in ("", gateway.servers[1].url)

    gateway.servers[1].kill()
    assert isinstance(events_and_error(source(gateway.url, gateway.key), SHORT)[1], ServerFailed)
