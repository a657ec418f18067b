"""A connection by a `Way`: to the server itself, or through its proxy."""

from __future__ import annotations

from typing import Any

from easychat_gui.domain.checkups import Step
from easychat_gui.providers.dialling import Dial, Opened, current
from easychat_gui.providers.proxies import Proxy, proxy_for
from easychat_gui.providers.tls import TlsRules, TlsSocket, secured
from easychat_gui.providers.tunnels import open_tunnel


def open_way(dial: Dial, host: str, port: int, *, is_tls: bool) -> tuple[Opened, Proxy | None]:
    """Return a connection on which the server at ``host`` can be spoken to, without its TLS.

    With it comes the proxy that is to be asked to fetch what is wanted: an HTTP proxy does that itself for addresses
    without TLS, and many lead on to nothing else. Raises `ProviderError`, `Cancelled`.
    """
    scheme = "https" if is_tls else "http"
    proxy = proxy_for(dial.way, scheme, host.strip("[]"), port, dial.cancellation)
    if proxy is None:
        return dial.connect(host, port), None
    target = str(dial.look_up(host, port)[0][4][0]) if proxy.scheme == "socks5" else host
    dial.proxy = proxy
    if current.meter is not None:
        current.meter.proxy = proxy.name
    opened = dial.connect(proxy.host, proxy.port)
    sock: Any = opened.sock
    try:
        if proxy.scheme == "https":
            dial.begin(Step.PROXY, proxy.name)
            sock = secured(sock, proxy.host, TlsRules.of_proxy(dial.way.network), dial)
        if proxy.is_socks or is_tls:
            open_tunnel(sock, proxy, target, port, dial)
    except BaseException:
        opened.registration.release()
        sock.close()
        raise
    fetches = None if proxy.is_socks or is_tls else proxy
    dial.proxy = fetches
    return Opened(sock, opened.registration), fetches


def secure_way(dial: Dial, opened: Opened, host: str) -> TlsSocket:
    """Return an opened connection with the server's TLS around it. Raises `ProviderError`, `Cancelled`."""
    try:
        dial.begin(Step.CERTIFICATE)
        return secured(opened.sock, host, TlsRules.of_server(dial.way.network, dial.way.secrets), dial)
    except BaseException:
        opened.registration.release()
        opened.sock.close()
        raise
