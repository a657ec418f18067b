"""The servers of the settings as sources of answers, alone and in pools. Used by the answers' threads."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from easychat_gui.domain.endpoints import Endpoint
from easychat_gui.domain.generation import CompletionRequest, GenerationParams
from easychat_gui.domain.ids import EndpointId
from easychat_gui.domain.streaming import StreamEvent
from easychat_gui.providers.addresses import shown_address
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


ParamsOf = Callable[[EndpointId, str], GenerationParams | None]
"""Tells with which parameters a server is asked for a model; None: those of the request."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A server of a pool, and what it is asked for: a model in place of the chosen one where it does not offer that
    (empty: just that), and the parameters that hold for it, since a server and a model may have their own (None: those
    of the request)."""

    endpoint: Endpoint
    model: str
    params: GenerationParams | None = None

    def request_like(self, request: CompletionRequest) -> CompletionRequest:
        return replace(request, model=self.model or request.model, params=self.params or request.params)


def asked_for(model_id: str, servers: Sequence[tuple[Endpoint, Sequence[str]]], params_of: ParamsOf) -> list[Asked]:
    """Return the servers of a pool that can answer with a model.

    One that does not offer it is asked for its default; one that has none is left out, unless none would remain. Who
    never told what it offers is asked for the model. ``servers`` come with what they list themselves.
    """
    models: list[tuple[Endpoint, str]] = []
    for endpoint, listed in servers:
        is_offered = bool(model_id) and (not listed or model_id in listed or model_id in endpoint.own_models)
        own = endpoint.default_model or ("" if model_id else next(iter(listed), ""))
        if is_offered or own:
            models.append((endpoint, "" if is_offered else own))
    models = models or [(endpoint, "") for endpoint, _ in servers]
    return [Asked(endpoint, model, params_of(endpoint.id, model or model_id)) for endpoint, model in models]


class Member:
    """One server of a pool, opened when it is asked: a key that cannot be read is a failure of its server alone."""

    def __init__(self, asked: Asked, open_ring: Callable[[Endpoint], KeyRing]) -> None:
        self.endpoint = hastily(asked.endpoint)
        self._asked = asked
        self._open_ring = open_ring

    @property
    def server(self) -> str:
        return shown_address(self.endpoint)

    def stream_events(
        self, request: CompletionRequest, cancellation: Cancellation, *, policy: RetryPolicy
    ) -> Iterator[StreamEvent]:
        ring = self._open_ring(self.endpoint)
        yield from ring.stream_events(self._asked.request_like(request), cancellation, policy=policy)

    def close(self) -> None:
        """Its connections are shared, and closed by who keeps them."""


class LocalMember:
    """The bundled model in a pool: what still answers when no other server can be reached."""

    def __init__(self, asked: Asked, connect: Callable[[], EventSource]) -> None:
        self.endpoint = asked.endpoint
        self.server = ""
        self._asked = asked
        self._connect = connect

    def stream_events(
        self,
        request: CompletionRequest,
        cancellation: Cancellation,
        *,
        policy: RetryPolicy,  # noqa: ARG002 - it starts anew by itself
    ) -> Iterator[StreamEvent]:
        yield from self._connect().stream_events(self._asked.request_like(request), cancellation)

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
