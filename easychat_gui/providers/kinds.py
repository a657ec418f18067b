"""Which provider speaks to which kind of server."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from easychat_gui.domain.endpoints import Endpoint, EndpointKind
from easychat_gui.providers.http_provider import HttpProvider
from easychat_gui.providers.lessons import Lessons
from easychat_gui.providers.openai_chat import OpenAIChat
from easychat_gui.providers.translation import Translation
from easychat_gui.providers.ways import NetworkSecrets


def provider_for(
    endpoint: Endpoint, api_key: str = "", *, lessons: Lessons | None = None, secrets: NetworkSecrets | None = None
) -> HttpProvider:
    """Make the provider for an endpoint.

    :param lessons: what is known of its models already, and who wants to hear more; nothing and nobody when None.
    :param secrets: what its way needs: the password of the proxy, the passphrase of the client's key.
    """
    match endpoint.kind:
        case EndpointKind.RESPONSES:
            from easychat_gui.providers.openai_responses import OpenAIResponses

            return OpenAIResponses(endpoint, api_key, lessons=lessons, secrets=secrets)
        case EndpointKind.ANTHROPIC:
            from easychat_gui.providers.anthropic_messages import AnthropicMessages

            return AnthropicMessages(endpoint, api_key, lessons=lessons, secrets=secrets)
        case EndpointKind.OLLAMA:
            from easychat_gui.providers.ollama_chat import OllamaChat

            return OllamaChat(endpoint, api_key, lessons=lessons, secrets=secrets)
        case EndpointKind.AZURE:
            from easychat_gui.providers.azure_openai import AzureOpenAI

            return AzureOpenAI(endpoint, api_key, lessons=lessons, secrets=secrets)
        case EndpointKind.OPENAI | EndpointKind.EASYCHAT:
            return OpenAIChat(endpoint, api_key, lessons=lessons, secrets=secrets)


def conversation_in(kind: EndpointKind, messages: Sequence[Any]) -> dict[str, Any]:
    """Return the fields of a request's body that hold these messages of a chat completion, in the words of an API."""
    if kind in (EndpointKind.OPENAI, EndpointKind.EASYCHAT, EndpointKind.AZURE):
        return {"messages": list(messages)}
    translation = Translation({"messages": list(messages)})
    match kind:
        case EndpointKind.RESPONSES:
            from easychat_gui.providers import openai_responses

            return openai_responses.conversation(translation)
        case EndpointKind.ANTHROPIC:
            from easychat_gui.providers import anthropic_messages

            return anthropic_messages.conversation(translation)
    from easychat_gui.providers import ollama_chat

    return ollama_chat.conversation(translation)
