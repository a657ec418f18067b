"""Endpoints (the interface says "server"), pools of them, and the models they offer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum
from typing import TYPE_CHECKING

from easychat_gui.domain.generation import OwnParams
from easychat_gui.domain.ids import EndpointId
from easychat_gui.support.quick_dataclass import dataclass

if TYPE_CHECKING:
    from easychat_gui.domain.errors import ProviderError

LOCAL_ENDPOINT_ID = EndpointId("local")
"""The endpoint of the bundled model. Its address and key are new at every start."""


class EndpointKind(StrEnum):
    """Which path and manners a server wants.

    OPENAI: ``{base}/chat/completions`` below an address that ends in ``/v1`` (added where it is missing).
    EASYCHAT: a bare host that answers ``/api/openai/v1/chat/completions`` and hands out cookies at ``/``.
    RESPONSES: ``{base}/responses``, OpenAI's newer API. ANTHROPIC: ``{base}/messages``. Both below ``/v1`` as OPENAI.
    OLLAMA: a bare host that answers ``/api/chat``. AZURE: a resource of Azure OpenAI, whose models are its deployments:
    ``/openai/deployments/{model}/chat/completions``, or an address that ends in ``/openai/v1``.
    """

    OPENAI = "openai"
    EASYCHAT = "easychat"
    RESPONSES = "responses"
    ANTHROPIC = "anthropic"
    OLLAMA = "ollama"
    AZURE = "azure"


@dataclass(frozen=True, slots=True)
class Timeouts:
    """How long to wait, in seconds; None is for ever.

    ``connect_s`` for the connection (TLS included), ``first_byte_s`` from there to the first byte of the answer,
    ``silence_s`` between two reads of a running answer.
    """

    connect_s: float | None = 10.0
    first_byte_s: float | None = 300.0
    silence_s: float | None = 300.0


class ProxyChoice(StrEnum):
    """Through what a server is reached. SYSTEM: as the operating system says; OWN: through one of its own."""

    SYSTEM = "system"
    NONE = "none"
    OWN = "own"


@dataclass(frozen=True, slots=True)
class Network:
    """The way to one server, and what is trusted on it. Secrets (of the proxy, of the certificate) are in the keyring.

    ``proxy_url`` is ``http://``, ``https://``, ``socks5://`` or ``socks5h://host:port`` (the latter has the proxy look
    names up), ``proxy_exceptions`` hosts, domains (``.example.org``) and networks (``10.0.0.0/8``) without it.
    ``ca_file`` is a PEM file of authorities that are trusted besides the system's, ``client_certificate`` and
    ``client_key`` PEM files (the key may stand in the first). ``fingerprint`` is the SHA-256, in hexadecimal, of the
    one certificate that is trusted without any authority. ``may_send_key_unencrypted``: the person has agreed to it.
    """

    proxy: ProxyChoice = ProxyChoice.SYSTEM
    proxy_url: str = ""
    proxy_user: str = ""
    proxy_exceptions: tuple[str, ...] = ()
    ca_file: str = ""
    client_certificate: str = ""
    client_key: str = ""
    fingerprint: str = ""
    may_send_key_unencrypted: bool = False


@dataclass(frozen=True, slots=True)
class Price:
    """What a million tokens cost that go in, and that come out. ``currency`` as it is written before a sum."""

    input: float = 0.0
    output: float = 0.0
    currency: str = "$"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One base address and what it takes to talk to it. The keys themselves are not here: `settings.secrets` has them.

    ``own_models`` are ids that the person typed, ``favourites`` those shown first. ``params`` are what the person set
    for all models of this server, ``model_params`` for single ones, by id. ``api_version`` is Azure's.
    ``secret_headers`` are names of headers whose values are keys, and kept as such. ``prices`` are those that the
    person typed, by model.
    """

    id: EndpointId
    name: str
    base_url: str
    kind: EndpointKind = EndpointKind.OPENAI
    headers: Mapping[str, str] = field(default_factory=dict)
    timeouts: Timeouts = field(default_factory=Timeouts)
    default_model: str = ""
    is_on: bool = True
    organization: str = ""
    api_version: str = ""
    own_models: tuple[str, ...] = ()
    favourites: tuple[str, ...] = ()
    params: OwnParams = field(default_factory=dict)
    model_params: Mapping[str, OwnParams] = field(default_factory=dict)
    network: Network = field(default_factory=Network)
    secret_headers: tuple[str, ...] = ()
    prices: Mapping[str, Price] = field(default_factory=dict)


class PoolPolicy(StrEnum):
    """Which server of a pool is asked first. RANDOM draws one, ORDER goes by the list, LATENCY by the time to the first
    word, ROTATION takes turns."""

    RANDOM = "random"
    ORDER = "order"
    LATENCY = "latency"
    ROTATION = "rotation"


@dataclass(frozen=True, slots=True)
class Pool:
    """Several endpoints that stand in for each other, in the order of the list."""

    id: EndpointId
    name: str
    members: tuple[EndpointId, ...]
    policy: PoolPolicy = PoolPolicy.RANDOM
    default_model: str = ""
    is_on: bool = True

    @property
    def as_endpoint(self) -> Endpoint:
        """The pool as something that a model can be chosen of. It has no address."""
        return Endpoint(self.id, self.name, "", default_model=self.default_model, is_on=self.is_on)


@dataclass(frozen=True, slots=True)
class ServerHealth:
    """What answers and failures have shown of a server since the program started.

    ``first_word_s`` is how long it takes from the question to the first word, in seconds, the last answers counting
    most; None while that is not known. ``error`` is why it failed when it was last asked, None if it answered.
    ``is_aside``: pools ask it only after all others.
    """

    first_word_s: float | None = None
    error: ProviderError | None = None
    is_aside: bool = False

    @property
    def is_known(self) -> bool:
        """Has it been asked at all?"""
        return self.first_word_s is not None or self.error is not None


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
