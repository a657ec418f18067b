"""Endpoints (the interface says "server") and the models they offer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from easychat_gui.domain.ids import EndpointId

LOCAL_ENDPOINT_ID = EndpointId("local")
"""The endpoint of the bundled model. Its address and key are new at every start."""


class EndpointKind(StrEnum):
    """Which path and manners a server wants.

    OPENAI: ``{base}/chat/completions`` below an address that ends in ``/v1`` (added where it is missing).
    EASYCHAT: a bare host that answers ``/api/openai/v1/chat/completions`` and hands out cookies at ``/``.
    RESPONSES: ``{base}/responses``, OpenAI's newer API. ANTHROPIC: ``{base}/messages``. Both below ``/v1`` as OPENAI.
    OLLAMA: a bare host that answers ``/api/chat``.
    """

    OPENAI = "openai"
    EASYCHAT = "easychat"
    RESPONSES = "responses"
    ANTHROPIC = "anthropic"
    OLLAMA = "ollama"


@dataclass(frozen=True, slots=True)
class Timeouts:
    """How long to wait, in seconds; None is for ever.

    ``connect_s`` for the connection (TLS included), ``first_byte_s`` from there to the first byte of the answer,
    ``silence_s`` between two reads of a running answer.
    """

    connect_s: float | None = 10.0
    first_byte_s: float | None = 300.0
    silence_s: float | None = 300.0


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One base address and what it takes to talk to it. The key itself is not here: `settings.secrets` keeps it."""

    id: EndpointId
    name: str
    base_url: str
    kind: EndpointKind = EndpointKind.OPENAI
    headers: Mapping[str, str] = field(default_factory=dict)
    timeouts: Timeouts = field(default_factory=Timeouts)
    default_model: str = ""


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """A model that a server offers. What the server does not tell is None. ``context_length`` is in tokens.

    ``owner`` is who the server says it belongs to; some servers name themselves there.
    """

    id: str
    context_length: int | None = None
    owner: str = ""
    takes_pictures: bool | None = None


@dataclass(frozen=True, slots=True)
class FoundServer:
    """A server that answered on this computer without being set up. ``models`` are ids, in its order."""

    name: str
    base_url: str
    models: tuple[str, ...]
