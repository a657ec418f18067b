"""The EasyChat provider of old, on servers of one's own.

The free hosts of that name are gone, and none of them is contacted. What is kept is the way of use: a pool of
servers, one drawn at random for each question, and a generator of text.
"""

from __future__ import annotations

import os
from abc import ABCMeta
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

from easychat_gui.domain.endpoints import Endpoint, EndpointKind, Network
from easychat_gui.domain.errors import InvalidAddress, NoServerConfigured
from easychat_gui.domain.generation import GenerationParams
from easychat_gui.domain.ids import EndpointId
from easychat_gui.providers.base import AbstractProvider, ask_for_text
from easychat_gui.providers.health import HealthBook
from easychat_gui.providers.openai_chat import OpenAIChat
from easychat_gui.providers.pool import ServerPool
from easychat_gui.providers.wire import encode_body

SERVERS_VARIABLE = "EASYCHAT_SERVERS"
API_KEY_VARIABLE = "EASYCHAT_API_KEY"

_DEFAULTS: Mapping[str, Any] = {"temperature": 0.5, "presence_penalty": 0, "frequency_penalty": 0, "top_p": 1}

_health = HealthBook()
"""Of all pools of the class: a server that has just failed is asked last by the next question, too."""


class _WithServers(ABCMeta):
    """Gives the class its list of servers: what was assigned, else what the environment says at the time of use."""

    _assigned: list[str] | None = None
    _environment: tuple[str, list[str]] = ("", [])

    @property
    def active_servers(cls) -> list[str]:
        if cls._assigned is not None:
            return cls._assigned
        value = os.environ.get(SERVERS_VARIABLE, "")
        if value != cls._environment[0]:
            cls._environment = value, [each.strip() for each in value.split(",") if each.strip()]
        return cls._environment[1]  # the same list each time, so that it can be appended to

    @active_servers.setter
    def active_servers(cls, servers: Sequence[str] | None) -> None:
        cls._assigned = None if servers is None else list(servers)


class EasyChat(AbstractProvider, metaclass=_WithServers):
    """Asks one server, drawn at random, of the pool ``EasyChat.active_servers``.

    The pool is the environment variable ``EASYCHAT_SERVERS`` (addresses with commas between them), or whatever list
    was assigned to the attribute; assigning None goes back to the variable. ``EASYCHAT_API_KEY`` is the key for them.
    """

    url: ClassVar[str] = "https://free.easychat.work"
    working: ClassVar[bool] = False
    working_reason: ClassVar[str] = (
        "The free EasyChat hosts are gone. Set EASYCHAT_SERVERS to servers of your own, for instance to the address "
        "that `easychat-gui serve` prints."
    )
    needs_auth: ClassVar[bool] = False
    supports_stream: ClassVar[bool] = True
    supports_gpt_35_turbo: ClassVar[bool] = True
    may_send_key_unencrypted: ClassVar[bool] = False
    """May the key go over plain http to another computer? Everyone on the way can read it there."""

    @classmethod
    def create_completion(
        cls,
        model: str,
        messages: Sequence[Mapping[str, Any]],
        stream: bool = True,  # noqa: FBT001, FBT002 - the public signature of old
        **kwargs: Any,
    ) -> Iterator[str]:
        """Yield the answer's text: piece by piece with ``stream``, else whole and once.

        ``active_server`` pins one server, by its number in the pool or by its address; the key goes only to servers of
        the pool. All other ``kwargs`` go into the JSON as they are. Raises `ProviderError`.
        """
        pinned = kwargs.pop("active_server", None)
        fields = {**_DEFAULTS, **kwargs}
        encode_body({"messages": list(messages), **fields})  # what no server can be sent is no server's fault
        network = Network(may_send_key_unencrypted=cls.may_send_key_unencrypted)
        pool = ServerPool([_source(server, key, network) for server, key in cls._drawn_from(pinned)], health=_health)
        try:
            params = GenerationParams(stream=bool(stream))
            yield from ask_for_text(pool, model, messages, params, fields)
        finally:
            pool.close()

    @classmethod
    def _drawn_from(cls, pinned: object) -> list[tuple[str, str]]:
        """Return the servers that may be drawn, each with its key. Raises `ProviderError`."""
        servers, key = cls.active_servers, os.environ.get(API_KEY_VARIABLE, "")
        if isinstance(pinned, str):
            is_of_pool = pinned.rstrip("/") in {server.rstrip("/") for server in servers}
            return [(pinned, key if is_of_pool else "")]
        if not servers:
            raise NoServerConfigured(f"No server is set up. {cls.working_reason}")
        if pinned is None:
            return [(server, key) for server in servers]
        if not isinstance(pinned, int) or not -len(servers) <= pinned < len(servers):
            raise InvalidAddress(f"There is no server number {pinned}; the pool has {len(servers)}.")
        return [(servers[pinned], key)]


def _source(server: str, api_key: str, network: Network) -> OpenAIChat:
    """Make the source for an address. One that ends in ``/v1`` is OpenAI's kind, any other a bare EasyChat host."""
    kind = EndpointKind.OPENAI if server.strip().rstrip("/").endswith("/v1") else EndpointKind.EASYCHAT
    return OpenAIChat(Endpoint(EndpointId(server.rstrip("/")), server, server, kind, network=network), api_key)
