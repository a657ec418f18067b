"""A short way to ask a source, and to look at what it answered."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from easychat_gui.domain.errors import ProviderError
from easychat_gui.domain.generation import CompletionRequest, GenerationParams
from easychat_gui.domain.ids import ConversationId
from easychat_gui.domain.messages import Role, new_message
from easychat_gui.domain.streaming import NoticeKind, ReasoningDelta, StreamEvent, StreamNotice, TextDelta
from easychat_gui.providers.base import EventSource
from easychat_gui.providers.cancellation import Cancellation
from easychat_gui.providers.http_provider import HttpProvider
from tests.fakes.misbehaving_server import MisbehavingServer

Serve = Callable[..., MisbehavingServer]
"""The fixture ``serve``: starts a server that answers with the given scripts."""

Source = Callable[..., HttpProvider]
"""The fixture ``source``: makes a source for a server."""


def question(text: str = "Hello?", *, model: str = "m", **params: Any) -> CompletionRequest:
    message = new_message(ConversationId("c"), Role.USER, text)
    return CompletionRequest(model, (message,), GenerationParams(**params))


def events_of(source: EventSource, request: CompletionRequest | None = None) -> list[StreamEvent]:
    return list(source.stream_events(request or question(), Cancellation()))


def events_and_error(
    source: EventSource, request: CompletionRequest | None = None
) -> tuple[list[StreamEvent], ProviderError | None]:
    """Return what came before the error, and the error."""
    events: list[StreamEvent] = []
    try:
        for event in source.stream_events(request or question(), Cancellation()):
            events.append(event)
    except ProviderError as error:
        return events, error
    return events, None


def text_of(events: Iterable[StreamEvent]) -> str:
    return "".join(event.text for event in events if isinstance(event, TextDelta))


def reasoning_of(events: Iterable[StreamEvent]) -> str:
    return "".join(event.text for event in events if isinstance(event, ReasoningDelta))


def notices_of(events: Iterable[StreamEvent]) -> list[NoticeKind]:
    return [event.kind for event in events if isinstance(event, StreamNotice)]
