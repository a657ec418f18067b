"""The servers of the settings as sources of answers, alone and in pools. Used by the answers' threads."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from easychat_gui.domain.endpoints import Endpoint
from easychat_gui.domain.errors import ProviderError
from easychat_gui.domain.generation import CompletionRequest
from easychat_gui.domain.ids import EndpointId
from easychat_gui.domain.streaming import StreamEvent
from easychat_gui.providers.addresses import resolve_address
from easychat_gui.providers.base import EventSource
from easychat_gui.providers.cancellation import Cancellation
from easychat_gui.providers.health import HealthBook
from easychat_gui.providers.key_ring import KeyRing
from easychat_gui.providers.retries import RetryPolicy

LONGEST_CONNECT_S = 10.0
"""Where there is another server, nobody waits longer than this for one that cannot be reached."""


def hastily(endpoint: Endpoint) -> Endpoint:
    """Return an endpoint as a pool asks it."""
    allowed_s = endpoint.timeouts.connect_s
    if allowed_s is not None and allowed_s <= LONGEST_CONNECT_S:
        return endpoint
    return replace(endpoint, timeouts=replace(endpoint.timeouts, connect_s=LONGEST_CONNECT_S))


def asked_for(model_id: str, servers: Sequence[tuple[Endpoint, Sequence[str]]]) -> list[tuple[Endpoint, str]]:
    """Return the servers of a pool that can answer with a model, each with the model that it is asked for instead.

    That is "" for one that offers the model or never told what it offers, and its default for any other. One that has
    no default is left out, unless none would remain. ``servers`` come with what they list themselves.
    """
    asked = []
    for endpoint, listed in servers:
        is_offered = bool(model_id) and (not listed or model_id in listed or model_id in endpoint.own_models)
        own = endpoint.default_model or ("" if model_id else next(iter(listed), ""))
        if is_offered or own:
            asked.append((endpoint, "" if is_offered else own))
    return asked or [(endpoint, "") for endpoint, _ in servers]


class Member:
    """One server of a pool, opened when it is asked: a key that cannot be read is a failure of its server alone.

    :param model: what it is asked for in place of the request's model, which it does not have; empty: just that.
    """

    def __init__(self, endpoint: Endpoint, model: str, open_ring: Callable[[Endpoint], KeyRing]) -> None:
        self.endpoint = endpoint
        self._model = model
        self._open_ring = open_ring

    @property
    def server(self) -> str:
        try:
            return resolve_address(self.endpoint).shown
        except ProviderError as error:
            return error.server

    def stream_events(
        self, request: CompletionRequest, cancellation: Cancellation, *, policy: RetryPolicy
    ) -> Iterator[StreamEvent]:
        asked = replace(request, model=self._model) if self._model else request
        own = {**self.endpoint.params, **self.endpoint.model_params.get(asked.model, {})}
        asked = asked.with_server(own)
        yield from self._open_ring(self.endpoint).stream_events(asked, cancellation, policy=policy)

    def close(self) -> None:
        """Its connections are shared, and closed by who keeps them."""


class LocalMember:
    """The bundled model in a pool: what still answers when no other server can be reached."""

    def __init__(self, endpoint: Endpoint, model: str, connect: Callable[[], EventSource]) -> None:
        self.endpoint = endpoint
        self.server = ""
        self._model = model
        self._connect = connect

    def stream_events(
        self,
        request: CompletionRequest,
        cancellation: Cancellation,
        *,
        policy: RetryPolicy,  # noqa: ARG002 - it starts anew by itself
    ) -> Iterator[StreamEvent]:
        asked = replace(request, model=self._model) if self._model else request
        yield from self._connect().stream_events(asked, cancellation)

    def close(self) -> None:
        """The bundled model goes on for others."""


class NotedSource:
    """A source whose answers are noted in the book of the servers' health."""

    def __init__(self, source: EventSource, server_id: EndpointId, health: HealthBook) -> None:
        self._source = source
        self._server_id = server_id
        self._health = health

    def stream_events(self, request: CompletionRequest, cancellation: Cancellation) -> Iterator[StreamEvent]:
        yield from self._health.noted(self._server_id, self._source.stream_events(request, cancellation))
