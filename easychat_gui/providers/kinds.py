"""Which provider speaks to which kind of server."""

from __future__ import annotations

from easychat_gui.domain.endpoints import Endpoint, EndpointKind
from easychat_gui.providers.lessons import Lessons
from easychat_gui.providers.openai_chat import OpenAIChat


def provider_for(endpoint: Endpoint, api_key: str = "", *, lessons: Lessons | None = None) -> OpenAIChat:
    """Make the provider for an endpoint.

    :param lessons: what is known of its models already, and who wants to hear more; nothing and nobody when None.
    """
    match endpoint.kind:
        case EndpointKind.RESPONSES:
            from easychat_gui.providers.openai_responses import OpenAIResponses

            return OpenAIResponses(endpoint, api_key, lessons=lessons)
        case EndpointKind.ANTHROPIC:
            from easychat_gui.providers.anthropic_messages import AnthropicMessages

            return AnthropicMessages(endpoint, api_key, lessons=lessons)
        case EndpointKind.OLLAMA:
            from easychat_gui.providers.ollama_chat import OllamaChat

            return OllamaChat(endpoint, api_key, lessons=lessons)
        case EndpointKind.OPENAI | EndpointKind.EASYCHAT:
            return OpenAIChat(endpoint, api_key, lessons=lessons)
