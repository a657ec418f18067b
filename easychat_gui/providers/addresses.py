"""Base addresses: what a person types, and what is asked below it."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.parse import SplitResult, unquote, urlsplit

from easychat_gui.domain.endpoints import Endpoint, EndpointKind
from easychat_gui.domain.errors import InvalidAddress


class _Paths(NamedTuple):
    """``base`` is added to a bare host; below it are the answers and the list of models, ``query`` with the latter."""

    base: str
    completions: str
    models: str = "/models"
    query: str = ""


_PATHS: Mapping[EndpointKind, _Paths] = {
    EndpointKind.OPENAI: _Paths("/v1", "/chat/completions"),
    EndpointKind.EASYCHAT: _Paths("/api/openai/v1", "/chat/completions"),
    EndpointKind.RESPONSES: _Paths("/v1", "/responses"),
    EndpointKind.ANTHROPIC: _Paths("/v1", "/messages", query="limit=1000"),  # it tells 20 models when not asked
    EndpointKind.OLLAMA: _Paths("/api", "/chat", "/tags"),
    EndpointKind.AZURE: _Paths("/openai", "/chat/completions"),  # below a deployment, which `azure_openai` adds
}


@dataclass(frozen=True, slots=True)
class ServerAddress:
    """The addresses of one endpoint. ``completions`` is where answers are asked for, whatever its API calls them;
    ``origin`` is where an EasyChat server hands out its cookies.

    ``user`` and ``password`` are those of the address itself, which no error and no request line shows.
    """

    shown: str
    origin: str
    completions: str
    models: str
    is_loopback: bool
    user: str = ""
    password: str = field(default="", repr=False)


def resolve_address(endpoint: Endpoint) -> ServerAddress:
    """Return the addresses of an endpoint. Raises `InvalidAddress`.

    A bare host gets ``/v1`` (or the path of its kind) added, every other path is taken as it stands; a whole
    ``…/chat/completions`` is taken for what it must mean.
    """
    parts = _split(endpoint.base_url)
    origin = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
    paths = _PATHS[endpoint.kind]
    path = parts.path.rstrip("/").removesuffix(paths.completions).rstrip("/")
    base = _base(path, endpoint.kind)
    return ServerAddress(
        shown=origin + path,
        origin=origin,
        completions=f"{origin}{base}{paths.completions}{_query(parts.query)}",
        models=f"{origin}{base}{paths.models}{_query(parts.query, paths.query)}",
        is_loopback=_is_loopback(parts.hostname or ""),
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )


def shown_address(endpoint: Endpoint) -> str:
    """Return the base address as it may be shown, without a password; of one that is none what can be said of it."""
    try:
        return resolve_address(endpoint).shown
    except InvalidAddress as error:
        return error.server


def _base(path: str, kind: EndpointKind) -> str:
    added = _PATHS[kind].base
    if kind is EndpointKind.OLLAMA:  # the OpenAI-compatible address of the same server is what people know
        return path.removesuffix("/v1").removesuffix(added) + added
    if kind is EndpointKind.AZURE and not path.endswith("/models"):
        return path if f"{path}/".find(f"{added}/") >= 0 else path + added
    if kind is EndpointKind.EASYCHAT:
        return path if path.endswith("/v1") else path + added
    return path or added


def _query(*queries: str) -> str:
    return "".join(("?", "&")[number > 0] + each for number, each in enumerate(filter(None, queries)))


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
