"""Servers that run on this computer already, found at the ports that they use when nobody says otherwise."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping

from easychat_gui.domain.endpoints import Endpoint, FoundServer, Timeouts
from easychat_gui.domain.errors import ProviderError
from easychat_gui.domain.ids import EndpointId
from easychat_gui.providers.cancellation import Cancellation
from easychat_gui.providers.openai_chat import OpenAIChat
from easychat_gui.support.traffic import Purpose

KNOWN_PORTS: Mapping[int, str] = {
    11434: "Ollama",
    1234: "LM Studio",
    1337: "Jan",
    8080: "llama.cpp",
    8000: "vLLM",
    4000: "LiteLLM",
}

CONNECT_TIMEOUT_S = 0.3
ANSWER_TIMEOUT_S = 2.0


def find_local_servers(ports: Mapping[int, str] = KNOWN_PORTS) -> list[FoundServer]:
    """Ask each known port of this computer for its models, once; return those that answered with some.

    Blocks for some seconds at worst. Nothing leaves the computer, and no key is sent.
    """
    return list(_answering(ports))


def _answering(ports: Mapping[int, str]) -> Iterator[FoundServer]:
    for port, name in ports.items():
        address = f"http://127.0.0.1:{port}/v1"
        timeouts = Timeouts(CONNECT_TIMEOUT_S, ANSWER_TIMEOUT_S, ANSWER_TIMEOUT_S)
        with contextlib.closing(OpenAIChat(Endpoint(EndpointId("found"), name, address, timeouts=timeouts))) as source:
            try:
                models = source.list_models(Cancellation(), purpose=Purpose.DISCOVERY)
            except ProviderError:
                continue  # nobody has the port, or something else, or it wants a key
        if models:
            yield FoundServer(name, address, tuple(model.id for model in models))
