"""Providers: each speaks to one kind of server and yields the domain's stream events. No Qt in here.

The public names are loaded on first use (PEP 562), so that importing the package costs nothing: the start of the
window must not pay for an HTTP stack that it needs only with the first question.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from easychat_gui.domain.errors import ProviderError
    from easychat_gui.providers.anthropic_messages import AnthropicMessages
    from easychat_gui.providers.base import AbstractProvider, EventSource
    from easychat_gui.providers.cancellation import Cancellation
    from easychat_gui.providers.easychat import EasyChat
    from easychat_gui.providers.ollama_chat import OllamaChat
    from easychat_gui.providers.openai_chat import OpenAIChat
    from easychat_gui.providers.openai_responses import OpenAIResponses
    from easychat_gui.providers.pool import ServerPool

__all__ = [
    "AbstractProvider",
    "AnthropicMessages",
    "Cancellation",
    "EasyChat",
    "EventSource",
    "OllamaChat",
    "OpenAIChat",
    "OpenAIResponses",
    "ProviderError",
    "ServerPool",
]

_HOMES = {
    "AbstractProvider": ".base",
    "AnthropicMessages": ".anthropic_messages",
    "Cancellation": ".cancellation",
    "EasyChat": ".easychat",
    "EventSource": ".base",
    "OllamaChat": ".ollama_chat",
    "OpenAIChat": ".openai_chat",
    "OpenAIResponses": ".openai_responses",
    "ProviderError": "..domain.errors",
    "ServerPool": ".pool",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name], __name__), name)
