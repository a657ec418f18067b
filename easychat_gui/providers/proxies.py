"""Which proxy a request goes through: one of the server's own, the system's, or none."""

from __future__ import annotations

import ipaddress
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from easychat_gui.domain.endpoints import ProxyChoice
from easychat_gui.domain.errors import ProxyFailed
from easychat_gui.providers.cancellation import Cancellation
from easychat_gui.providers.desktop_proxies import desktop
from easychat_gui.providers.ways import Way

SOCKS_SCHEMES = ("socks5", "socks5h")
_PORTS = {"http": 80, "https": 443, "socks5": 1080, "socks5h": 1080}
_SYSTEM_LIMIT_S = 5.0


@dataclass(frozen=True, slots=True)
class Proxy:
    """One proxy. ``name`` is what a person calls it: its host and port, never its user or password."""

    scheme: str
    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)

    @property
    def name(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def is_socks(self) -> bool:
        return self.scheme in SOCKS_SCHEMES


def proxy_for(way: Way, scheme: str, host: str, port: int, cancellation: Cancellation) -> Proxy | None:
    """Return the proxy for this target. Loopback never has one. Raises `ProxyFailed` for one that cannot be used.

    Asked anew for every connection, since a laptop changes its network while the program runs.
    """
    network = way.network
    if way.is_loopback or network.proxy is ProxyChoice.NONE:
        return None
    if network.proxy is ProxyChoice.SYSTEM:
        url = _system_proxy(scheme, host, port, cancellation)
        return parse_proxy(url, way) if url else None
    if is_excepted(host, port, network.proxy_exceptions):
        return None
    if not network.proxy_url:
        raise _unusable(f"No address is set for the proxy to {way.name}.", way)
    return parse_proxy(network.proxy_url, way, network.proxy_user, way.secrets.proxy_password)


def parse_proxy(url: str, way: Way, user: str = "", password: str = "") -> Proxy:
    """Read the address of a proxy; one without a scheme is meant as HTTP. Raises `ProxyFailed`."""
    try:
        parts = urlsplit(url if "://" in url else f"http://{url}")
        scheme = {"socks": "socks5h"}.get(parts.scheme, parts.scheme)
        host, port = parts.hostname or "", parts.port or _PORTS.get(scheme, 0)
    except ValueError:
        scheme, host, port = "", "", 0
    if scheme and scheme not in _PORTS:
        raise _unusable(f"The proxy on the way to {way.name} is of a kind that is not supported ({scheme}).", way)
    if not host:
        raise _unusable(f"The address of the proxy on the way to {way.name} cannot be read.", way)
    return Proxy(scheme, host, port, user or unquote(parts.username or ""), password or unquote(parts.password or ""))


def is_excepted(host: str, port: int, exceptions: Iterable[str]) -> bool:
    """Tell whether a host is among these: ``host``, ``host:port``, ``.domain``, ``*.domain``, ``10.0.0.0/8``, ``*``.

    A domain also stands for what is below it. ``<local>`` stands for every name without a dot, as on Windows.
    """
    host = host.strip("[]").rstrip(".").lower()
    return any(_matches(host, port, each.strip().lower()) for each in exceptions)


def _matches(host: str, port: int, exception: str) -> bool:
    address = _address(host)
    if exception in ("*", ""):
        return bool(exception)
    if exception == "<local>":
        return "." not in host and address is None
    try:
        network = ipaddress.ip_network(exception.strip("[]"), strict=False)
    except ValueError:
        pass
    else:
        return address is not None and address.version == network.version and address in network
    name, _, wanted_port = exception.rpartition(":") if exception.rpartition(":")[2].isdigit() else (exception, "", "")
    if wanted_port and int(wanted_port) != port:
        return False
    name = name.strip("[]").removeprefix("*").lstrip(".").rstrip(".")
    return bool(name) and (host == name or (address is None and host.endswith(f".{name}")))


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return None
    return (address.ipv4_mapped or address) if isinstance(address, ipaddress.IPv6Address) else address


def _system_proxy(scheme: str, host: str, port: int, cancellation: Cancellation) -> str | None:
    """Return what the environment, else the system's settings say for this target."""
    from urllib.request import getproxies, getproxies_environment, proxy_bypass

    def asked() -> str | None:
        found = getproxies()
        exceptions = found.get("no", "").split(",")
        if not set(found) - {"no"}:
            found = dict(desktop.proxies())
            exceptions += found.get("no", "").split(",")
        if is_excepted(host, port, exceptions) or proxy_bypass(host):
            return None
        return found.get(scheme) or found.get("all")

    is_known = bool(set(getproxies_environment()) - {"no"}) or (sys.platform == "linux" and desktop.is_fresh)
    # Elsewhere the question may look up names, here it may ask a program: nothing that a cancel could end.
    return asked() if is_known else cancellation.run_abandonable(asked, _SYSTEM_LIMIT_S)


def _unusable(sentence: str, way: Way) -> ProxyFailed:
    error = ProxyFailed(sentence, server=way.server)
    error.is_retryable = False
    return error
