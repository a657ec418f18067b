"""Base addresses: what a person types, and what is asked below it."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from urllib.parse import SplitResult, unquote, urlsplit

from easychat_gui.domain.endpoints import Endpoint, EndpointKind
from easychat_gui.domain.errors import InvalidAddress

_COMPLETIONS = "/chat/completions"
_EASYCHAT_BASE = "/api/openai/v1"


@dataclass(frozen=True, slots=True)
class ServerAddress:
    """The addresses of one endpoint. ``origin`` is where an EasyChat server hands out its cookies.

    ``user`` and ``password`` are those of the address itself, which no error and no request line shows.
    """

    shown: str
    origin: str
    completions: str
    models: str
    is_loopback: bool
    user: str = ""
    password: str = ""


def resolve_address(endpoint: Endpoint) -> ServerAddress:
    """Return the addresses of an endpoint. Raises `InvalidAddress`.

    A bare host gets ``/v1`` (or an EasyChat server's own path) added, every other path is taken as it stands; a whole
    ``…/chat/completions`` is taken for what it must mean.
    """
    parts = _split(endpoint.base_url)
    origin = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
    path = parts.path.rstrip("/").removesuffix(_COMPLETIONS).rstrip("/")
    base = path
    if endpoint.kind is EndpointKind.EASYCHAT and not path.endswith("/v1"):
        base = path + _EASYCHAT_BASE
    elif not path:
        base = "/v1"
    query = f"?{parts.query}" if parts.query else ""
    return ServerAddress(
        shown=origin + path,
        origin=origin,
        completions=f"{origin}{base}{_COMPLETIONS}{query}",
        models=f"{origin}{base}/models{query}",
        is_loopback=_is_loopback(parts.hostname or ""),
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )


def _split(base_url: str) -> SplitResult:
    address = base_url.strip()
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname, parts.port  # the port is read only now, and may be nonsense
    except ValueError as error:
        raise _invalid(address) from error
    has_blanks = any(each.isspace() or not each.isprintable() for each in address)
    if parts.scheme not in ("http", "https") or not host or has_blanks or "\\" in address:
        raise _invalid(address)
    return parts


def _invalid(address: str) -> InvalidAddress:
    shown = address.rpartition("@")[2][:200]
    sentence = f"“{shown}” is no server address; it must look like http://host:port or https://host/v1."
    return InvalidAddress(sentence, server=shown)


def _is_loopback(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return (mapped or address).is_loopback or address.is_unspecified
