"""What the list of servers and pools is asked and told: one put in or changed, all put in order, one copied."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

from easychat_gui.domain.endpoints import Endpoint, ModelInfo, Pool
from easychat_gui.domain.ids import EndpointId
from easychat_gui.settings.secrets import SecretStore, secrets_of

TOKENIZING_OWNERS = frozenset({"llamacpp", "vllm"})
"""How servers that offer ``POST /tokenize`` call themselves in their list of models."""

T = TypeVar("T")
Entry = TypeVar("Entry", Endpoint, Pool)


def with_one(entries: Sequence[Entry], entry: Entry) -> tuple[Entry, ...]:
    """Return the list with this one in the place of the one with its id, or at the end."""
    changed = list(entries)
    place = next((place for place, each in enumerate(entries) if each.id == entry.id), len(changed))
    changed[place : place + 1] = [entry]
    return tuple(changed)


def arranged(entries: Sequence[Entry], ids: Sequence[EndpointId]) -> tuple[Entry, ...]:
    """Return the list in the order of these ids; what is not among them stays behind, in its own order."""
    places = {each: place for place, each in enumerate(ids)}
    return tuple(sorted(entries, key=lambda each: places.get(each.id, len(places))))


def timed(work: Callable[[], T]) -> tuple[T, float]:
    """Return what a piece of work gave, and how long it took in seconds."""
    start = time.monotonic()
    return work(), time.monotonic() - start


def way_to(endpoint: Endpoint) -> tuple[object, ...]:
    """Return what decides what a server answers when it is asked for its models."""
    return (
        endpoint.base_url,
        endpoint.kind,
        endpoint.headers,
        endpoint.organization,
        endpoint.api_version,
        endpoint.network,
        endpoint.secret_headers,
    )


def port_here(address: str) -> int | None:
    """Return the port of an address on this computer, None for any other."""
    from urllib.parse import urlsplit  # the first paint waits for what this module imports

    try:
        parts = urlsplit(address)
        is_here = parts.hostname in ("127.0.0.1", "localhost", "::1")
        return (parts.port or {"http": 80, "https": 443}.get(parts.scheme)) if is_here else None
    except ValueError:
        return None


def copy_secrets(secrets: SecretStore, source: Endpoint, target: Endpoint) -> None:
    """Give one server the keys and other secrets of another. Raises `SettingsError`."""
    for name, copy in zip(secrets_of(source), secrets_of(replace(source, id=target.id)), strict=True):
        if text := secrets.get(name):
            secrets.set(copy, text)


def agreed_to(former: Endpoint | None, endpoint: Endpoint) -> Endpoint:
    """Return the server as it may be kept: that its key may go out readable was agreed to for one host only."""
    was_agreed = former is not None and former.network.may_send_key_unencrypted
    if former is None or not was_agreed or _host(former) == _host(endpoint):
        return endpoint
    return replace(endpoint, network=replace(endpoint.network, may_send_key_unencrypted=False))


def _host(endpoint: Endpoint) -> str:
    from urllib.parse import urlsplit

    return urlsplit(endpoint.base_url).netloc.lower()


class ModelFacts:
    """What the lists of models have told besides the ids.

    ``windows`` is how many tokens a model reads at once, ``sight`` whether it sees pictures, both where its server says
    so; ``with_tokenizer`` are the servers that count tokens.
    """

    def __init__(self) -> None:
        self.windows: dict[tuple[EndpointId, str], int] = {}
        self.sight: dict[tuple[EndpointId, str], bool] = {}
        self.with_tokenizer: set[EndpointId] = set()

    def learn(self, endpoint_id: EndpointId, models: Sequence[ModelInfo]) -> None:
        for each in models:
            if each.context_length:
                self.windows[endpoint_id, each.id] = each.context_length
            if each.takes_pictures is not None:
                self.sight[endpoint_id, each.id] = each.takes_pictures
            if each.owner in TOKENIZING_OWNERS:
                self.with_tokenizer.add(endpoint_id)
