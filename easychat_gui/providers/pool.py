"""Several servers as one source: health, and another server when one fails before it has answered."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from easychat_gui.domain.generation import CompletionRequest
from easychat_gui.domain.streaming import StreamEvent
from easychat_gui.providers.cancellation import Cancellation
from easychat_gui.providers.openai_chat import OpenAIChat


class ServerPool:
    """An `EventSource` over several endpoints."""

    def __init__(
        self,
        sources: Sequence[OpenAIChat],
        *,
        choose: Callable[[Sequence[OpenAIChat]], Sequence[OpenAIChat]] = list,
    ) -> None:
        self._sources = tuple(sources)
        self._choose = choose

    def stream_events(self, request: CompletionRequest, cancellation: Cancellation) -> Iterator[StreamEvent]:
        """See `EventSource.stream_events`."""
        raise NotImplementedError

    def close(self) -> None:
        for source in self._sources:
            source.close()
