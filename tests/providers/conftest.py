"""What the tests of the provider layer share: servers that misbehave, and sources that ask them."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import pytest

from easychat_gui.domain.endpoints import Endpoint, EndpointKind, Network, Timeouts
from easychat_gui.domain.ids import new_endpoint_id
from easychat_gui.providers import retries
from easychat_gui.providers.http_provider import HttpProvider
from easychat_gui.providers.kinds import provider_for
from easychat_gui.providers.lessons import Lessons
from easychat_gui.providers.ways import NetworkSecrets
from tests.fakes.asking import Serve, Source
from tests.fakes.misbehaving_server import MisbehavingServer, Script


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the settings of the machine out."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.delenv("XDG_CURRENT_DESKTOP", raising=False)


@pytest.fixture
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Retries without their pauses."""
    monkeypatch.setattr(retries, "_FIRST_BACKOFF_S", 0.0)


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Start servers that end with the test."""
    with contextlib.ExitStack() as stack:

        def start(*scripts: Script, **options: Any) -> MisbehavingServer:
            return stack.enter_context(MisbehavingServer(*scripts, **options))

        yield start


@pytest.fixture
def source() -> Iterator[Source]:
    """Make sources whose connections are closed with the test."""
    with contextlib.ExitStack() as stack:

        def make(
            server: MisbehavingServer | str,
            key: str = "",
            *,
            kind: EndpointKind = EndpointKind.OPENAI,
            timeouts: Timeouts | None = None,
            headers: dict[str, str] | None = None,
            lessons: Lessons | None = None,
            network: Network | None = None,
            secrets: NetworkSecrets | None = None,
        ) -> HttpProvider:
            url = server if isinstance(server, str) else server.url
            timeouts = timeouts or Timeouts(20, 20, 20)
            endpoint = Endpoint(
                new_endpoint_id(), "test", url, kind, headers or {}, timeouts, network=network or Network()
            )
            chat = provider_for(endpoint, key, lessons=lessons, secrets=secrets)
            stack.callback(chat.close)
            return chat

        yield make
