"""Any server that speaks ``POST …/v1/chat/completions`` and ``GET …/v1/models``."""

from __future__ import annotations

from collections.abc import Iterator

from easychat_gui.domain.endpoints import Endpoint, ModelInfo
from easychat_gui.domain.generation import CompletionRequest
from easychat_gui.domain.streaming import StreamEvent
from easychat_gui.providers.cancellation import Cancellation


class OpenAIChat:
    """One endpoint. May be used by several threads at once, one `Cancellation` for each request."""

    def __init__(self, endpoint: Endpoint, api_key: str = "") -> None:
        self.endpoint = endpoint
        self._api_key = api_key

    def stream_events(self, request: CompletionRequest, cancellation: Cancellation) -> Iterator[StreamEvent]:
        """See `EventSource.stream_events`."""
        raise NotImplementedError

    def list_models(self, cancellation: Cancellation) -> list[ModelInfo]:
        """Return the models that the server offers, in its order. Raises `ProviderError`."""
        raise NotImplementedError

    def close(self) -> None:
        """Close the connections that are kept for reuse."""
