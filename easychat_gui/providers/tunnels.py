"""A way through a proxy: what has to be said to it before the server can be spoken to."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any, NoReturn

from easychat_gui import __version__
from easychat_gui.domain.checkups import Step
from easychat_gui.domain.errors import ProxyFailed
from easychat_gui.providers.dialling import Dial, TimedSocket
from easychat_gui.providers.http_errors import plain_text
from easychat_gui.providers.proxies import Proxy

_MAX_HEAD_BYTES = 65536
_MAX_SOCKS_BYTES = 255

_SOCKS_REASONS: Mapping[int, str] = {
    1: "it failed",
    2: "its rules do not allow it",
    3: "that network cannot be reached",
    4: "no such host, or it cannot be reached",
    5: "the host refuses connections",
    6: "it took too long",
    7: "it does not know how",
    8: "it does not know this kind of address",
}
"""What the numbers of RFC 1928 mean."""


def open_tunnel(sock: Any, proxy: Proxy, host: str, port: int, dial: Dial) -> None:
    """Have a proxy that ``sock`` is connected to lead on to a host. Raises `ProviderError`, `Cancelled`.

    Names are looked up by the proxy, except for ``socks5``: there ``host`` is to be an address.
    """
    dial.begin(Step.PROXY, proxy.name)
    timed = TimedSocket(sock, dial)
    try:
        with dial.honest():
            if proxy.is_socks:
                _socks(timed, proxy, host, port, dial)
            else:
                _connect(timed, proxy, host, port, dial)
    except TimeoutError as error:
        raise dial.timed_out(f"The proxy {proxy.name} did not reach {dial.way.name} {dial.in_time}.") from error
    except OSError as error:
        why = (error.strerror or str(error)).rstrip(".")
        sentence = f"The proxy {proxy.name} closed the connection on the way to {dial.way.name}: {why}."
        raise ProxyFailed(sentence, server=dial.way.server) from error


class _Reached:
    """The ``forward`` of a proxy of python-socks: it is connected to already."""

    def __init__(self, sock: TimedSocket) -> None:
        self._sock = sock

    def connect(self, **_: Any) -> TimedSocket:
        return self._sock


# -------------------- SOCKS 5


def _socks(timed: TimedSocket, proxy: Proxy, host: str, port: int, dial: Dial) -> None:
    from python_socks import ProxyError, ProxyType
    from python_socks.sync import Proxy as SocksProxy

    _check_credentials(proxy, dial)
    forward: Any = _Reached(timed)
    socks = SocksProxy(
        ProxyType.SOCKS5, proxy.host, proxy.port, proxy.user or None, proxy.password or None, rdns=True, forward=forward
    )
    try:
        socks.connect(host.strip("[]").partition("%")[0], port)
    except ProxyError as error:
        _raise_socks_error(error.error_code, str(error), proxy, dial)
    except UnicodeError as error:
        raise dial.failed(f"The name of {dial.way.name} cannot be given to a proxy.", is_final=True) from error


def _check_credentials(proxy: Proxy, dial: Dial) -> None:
    """The protocol holds 255 bytes of each, and either both or none."""
    if proxy.user and not proxy.password:
        _refuse(f"The proxy {proxy.name} needs a password for the user that is set.", dial)
    for value in (proxy.user, proxy.password):
        if not value.isascii() or len(value) > _MAX_SOCKS_BYTES:
            _refuse(f"The user or the password for the proxy {proxy.name} cannot be sent: use plain letters.", dial)


def _raise_socks_error(code: int | None, text: str, proxy: Proxy, dial: Dial) -> NoReturn:
    name = dial.way.name
    if code is not None:
        why = _SOCKS_REASONS.get(code, "it failed")
        raise ProxyFailed(f"The proxy {proxy.name} cannot reach {name}: {why}.", server=dial.way.server)
    if "authentication failure" in text:
        _refuse(f"The proxy {proxy.name} does not accept the user and password.", dial)
    if "authentication method" in text:
        has = "another kind of log-in than user and password" if proxy.user else "a user and password"
        _refuse(f"The proxy {proxy.name} wants {has}.", dial)
    if "closed" in text:
        raise ProxyFailed(f"The proxy {proxy.name} closed the connection without an answer.", server=dial.way.server)
    _refuse(f"{proxy.name} does not answer as a SOCKS 5 proxy does; is its address right?", dial)


# -------------------- HTTP


def proxy_authorization(proxy: Proxy) -> dict[str, str]:
    """Return the header that tells an HTTP proxy who asks."""
    if not proxy.user:
        return {}
    credentials = base64.b64encode(f"{proxy.user}:{proxy.password}".encode()).decode()
    return {"Proxy-Authorization": f"Basic {credentials}"}


def _connect(timed: TimedSocket, proxy: Proxy, host: str, port: int, dial: Dial) -> None:
    host = host.strip("[]").partition("%")[0]
    authority = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    lines = [f"CONNECT {authority} HTTP/1.1", f"Host: {authority}", f"User-Agent: EasyChat-GUI/{__version__}"]
    lines += [f"{name}: {value}" for name, value in proxy_authorization(proxy).items()]
    timed.sendall("\r\n".join([*lines, "", ""]).encode("ascii", "replace"))
    status, reason, headers = _read_head(timed, proxy, dial)
    if status == 407:
        raise wrong_log_in(proxy, headers.get("proxy-authenticate", ""), dial.way.server)
    if not 200 <= status < 300:
        said = plain_text(f"{status} {reason}", proxy.password, limit=200)
        verb = "cannot reach" if status >= 500 else "does not lead on to"
        sentence = f"The proxy {proxy.name} {verb} {dial.way.name} (HTTP {said})."
        raise ProxyFailed(sentence, status=status, server=dial.way.server)


def _read_head(timed: TimedSocket, proxy: Proxy, dial: Dial) -> tuple[int, str, dict[str, str]]:
    """Return status, reason and headers of the answer, and read not one byte more: what follows is the server's."""
    head = bytearray()
    while True:
        while not head.endswith(b"\r\n\r\n") and not head.endswith(b"\n\n"):
            data = timed.recv(1)
            if not data:
                raise ProxyFailed(
                    f"The proxy {proxy.name} closed the connection without an answer.", server=dial.way.server
                )
            head += data
            if len(head) > _MAX_HEAD_BYTES or not b"HTTP/".startswith(bytes(head[:5])):
                _refuse(f"{proxy.name} does not answer as an HTTP proxy does; is its address right?", dial)
        status_line, _, rest = head.decode("latin-1").partition("\n")
        _, _, told = status_line.strip().partition(" ")
        status, _, reason = told.strip().partition(" ")
        if not status.isascii() or not status.isdigit():
            _refuse(f"{proxy.name} does not answer as an HTTP proxy does; is its address right?", dial)
        if not 100 <= int(status) < 200:
            pairs = (line.partition(":") for line in rest.splitlines())
            return int(status), reason, {name.strip().lower(): value.strip() for name, _, value in pairs}
        head.clear()


def wrong_log_in(proxy: Proxy, offered: str, server: str) -> ProxyFailed:
    """Return the error for a proxy that wants to know who asks. ``offered``: what it takes for an answer (RFC 9110)."""
    schemes = {each.split()[0].lower() for each in offered.split(",") if each.split()}
    if schemes and not any(each.startswith("basic") for each in schemes):
        kinds = plain_text(", ".join(sorted(each for each in schemes if "=" not in each)), limit=60)
        sentence = f"The proxy {proxy.name} takes only {kinds} for a log-in, which is not supported."
    elif proxy.user:
        sentence = f"The proxy {proxy.name} does not accept the user and password."
    else:
        sentence = f"The proxy {proxy.name} wants a user and password."
    error = ProxyFailed(sentence, status=407, server=server)
    error.is_retryable = False
    return error


def _refuse(sentence: str, dial: Dial) -> NoReturn:
    error = ProxyFailed(sentence, server=dial.way.server)
    error.is_retryable = False
    raise error
