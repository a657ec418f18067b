"""What a provider is: to scripts a generator of text, to the program a source of typed events."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar, Protocol

from easychat_gui.domain.generation import CompletionRequest, GenerationParams
from easychat_gui.domain.streaming import StreamEvent, TextDelta
from easychat_gui.providers.cancellation import Cancellation


class EventSource(Protocol):
    """Anything that answers a `CompletionRequest`: one server, or a pool of them."""

    def stream_events(self, request: CompletionRequest, cancellation: Cancellation) -> Iterator[StreamEvent]:
        """Yield the answer as it arrives, in the order that `domain.streaming` lays down.

        Blocks between events, so iterate it in a thread of its own; `Cancellation.cancel`, called from any other
        thread, ends it with ``Finished(CANCELLED)`` at once, whatever it waits for. Raises `ProviderError`.
        """
        ...


def ask_for_text(
    source: EventSource,
    model: str,
    messages: Sequence[Mapping[str, Any]],
    params: GenerationParams,
    fields: Mapping[str, Any],
) -> Iterator[str]:
    """Yield the text of an answer: piece by piece if it is streamed, else whole and once.

    ``messages`` and ``fields`` go into the JSON as they are, over ``params``. Raises `ProviderError`.
    """
    extra = {"messages": [dict(message) for message in messages], **fields}
    request = CompletionRequest(model, (), params, extra)
    events = source.stream_events(request, Cancellation())
    texts = (event.text for event in events if isinstance(event, TextDelta))
    if params.stream:
        yield from texts
    else:
        yield "".join(texts)


class AbstractProvider(ABC):
    """The public shape of a provider, as scripts use it: class attributes that say what it can, and one generator."""

    url: ClassVar[str]
    """The home page of the service, or the address that it was known by."""

    working: ClassVar[bool] = False
    """Does it answer out of the box, with nothing set up?"""

    needs_auth: ClassVar[bool] = False
    supports_stream: ClassVar[bool] = False
    supports_gpt_35_turbo: ClassVar[bool] = False

    @classmethod
    @abstractmethod
    def create_completion(
        cls,
        model: str,
        messages: Sequence[Mapping[str, Any]],
        stream: bool,  # noqa: FBT001 - the public signature of old
        **kwargs: Any,
    ) -> Iterator[str]:
        """Yield the answer's text: piece by piece with ``stream``, else whole and once. Raises `ProviderError`."""
