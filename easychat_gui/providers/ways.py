"""The way to a server: through which proxy, trusting what, with which secrets."""

from __future__ import annotations

from dataclasses import dataclass, field

from easychat_gui.domain.endpoints import Network


@dataclass(frozen=True, slots=True)
class NetworkSecrets:
    """What a way needs besides the settings, and the headers that carry keys. It stands in no ``repr``."""

    proxy_password: str = field(default="", repr=False)
    key_passphrase: str = field(default="", repr=False)
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Way:
    """How one server is reached. ``server`` is its base address as it may be shown, ``name`` its host and port."""

    server: str
    name: str
    is_loopback: bool = False
    network: Network = field(default_factory=Network)
    secrets: NetworkSecrets = field(default_factory=NetworkSecrets)
