"""HTTP for one endpoint: requests underneath, with the traps of requests taken out.

What differs from a plain `requests.Session`, each for a measured reason: no netrc (it overwrites the Authorization
header), no proxy for loopback (the bundled model stops working on company computers), no redirects (they carry the
chat to another host) and no reading of their bodies, a cancel and time limits that hold in every phase, and reading by
`read1`, which hands over what has come (`iter_lines` holds it back until 512 bytes, or everything, are there).
"""

from __future__ import annotations

import base64
import contextlib
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from http import HTTPStatus
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from requests.structures import CaseInsensitiveDict
from urllib3.poolmanager import PoolManager
from urllib3.response import HTTPResponse

from easychat_gui import __version__
from easychat_gui.domain.endpoints import Network, Timeouts
from easychat_gui.domain.errors import AnswerTooLarge, MalformedAnswer, ProviderError
from easychat_gui.providers.addresses import ServerAddress
from easychat_gui.providers.cancellation import Cancellation, Cancelled
from easychat_gui.providers.connections import KEEP_ALIVE, pool_classes
from easychat_gui.providers.dialling import current
from easychat_gui.providers.http_errors import server_name
from easychat_gui.providers.network_errors import network_error
from easychat_gui.providers.tunnels import wrong_log_in
from easychat_gui.providers.ways import NetworkSecrets, Way
from easychat_gui.support.traffic import CANCELLED, Meter, Purpose, ledger

USER_AGENT = f"EasyChat-GUI/{__version__}"
READ_BYTES = 65536

MAX_BODY_BYTES = 256 * 1024 * 1024
"""Of one answer, decoded: the end of a compression bomb whatever it unpacks to."""

_BOMB_BYTES = 8 * 1024 * 1024
_BOMB_RATIO = 100
"""A body beyond the first that unpacks to so many times what came is made to fill memory; chats shrink tenfold."""

MAX_KEPT_CONNECTIONS = 8
_UNREADABLE = {"br", "zstd", "compress", "x-compress", "dcb", "dcz"}.difference(HTTPResponse.CONTENT_DECODERS)
_DRAIN_S = 0.05
_DRAIN_BYTES = 65536


class _Adapter(HTTPAdapter):
    """Makes our own connections, which bring their own TLS context."""

    def __init__(self, way: Way, **options: Any) -> None:
        self._way = way
        super().__init__(**options)

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **options: Any) -> None:  # noqa: FBT001, FBT002 - as in the base class
        self.poolmanager = PoolManager(connections, maxsize=maxsize, block=block, socket_options=KEEP_ALIVE, **options)
        self.poolmanager.pool_classes_by_scheme = pool_classes(self._way)

    def cert_verify(self, *_: Any) -> None:
        """The connection verifies, by what is trusted on its way; requests would add a list of its own."""


class _Session(requests.Session):
    """A session that takes nothing from netrc and never looks at where a redirect leads."""

    def __init__(self, way: Way) -> None:
        super().__init__()
        self.trust_env = False  # and no proxy: the connections see to that
        for scheme in ("http://", "https://"):
            self.mount(scheme, _Adapter(way, pool_connections=2, pool_maxsize=MAX_KEPT_CONNECTIONS))

    def get_redirect_target(self, _: requests.Response) -> None:
        """Nowhere: even with ``allow_redirects=False`` requests would read the whole body to prepare the next."""


class Exchange:
    """One request and its answer: ``status``, ``headers``, then `read` to the end, then `close`, in one thread."""

    def __init__(self, transport: Transport, cancellation: Cancellation, meter: Meter) -> None:
        self.status = 0
        self.headers: Mapping[str, str] = CaseInsensitiveDict()
        self._transport = transport
        self._cancellation = cancellation
        self._meter = meter
        self._raw: Any = None
        self._sock: Any = None
        self._registration: Any = None
        self._received = 0
        self._kept: bytearray | None = None
        self._keep_at_most = 0

    @property
    def kept(self) -> bytes:
        """The body as far as it was kept."""
        return bytes(self._kept or b"")

    @property
    def is_kept_cut(self) -> bool:
        """Was there more of the body than was to be kept?"""
        return self._kept is not None and self._received > len(self._kept)

    def begin_keeping(self, limit: int) -> None:
        """Keep the first so many bytes of the body, besides handing them out."""
        self._kept, self._keep_at_most = bytearray(), limit

    def send(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None, patience_s: float | None
    ) -> None:
        """Send the request and wait for the head of the answer. Raises `ProviderError`, `Cancelled`."""
        transport, timeouts = self._transport, self._transport.timeouts
        if patience_s is not None:
            timeouts = replace(timeouts, first_byte_s=min(patience_s, timeouts.first_byte_s or patience_s))
        request = requests.Request(method, url, headers=dict(headers), data=body, auth=_unchanged)
        current.cancellation, current.registration, current.sock = self._cancellation, None, None
        current.send_timeout_s, current.meter = timeouts.first_byte_s, self._meter
        try:
            response = transport.session.send(
                transport.session.prepare_request(request),
                stream=True,
                allow_redirects=False,
                timeout=(timeouts.connect_s, timeouts.first_byte_s),
            )
        except Cancelled:
            raise
        except Exception as error:  # whatever the libraries raise: it is the server's or the way's
            raise self._failure(error) from error
        finally:
            self._sock, self._registration, proxy = current.sock, current.registration, current.proxy
            current.cancellation = current.registration = current.sock = current.proxy = current.meter = None
        self._raw = response.raw
        self._cancellation.raise_if_cancelled()
        self.limit_silence(timeouts.first_byte_s)
        self.status, self.headers = response.status_code, response.headers
        self._meter.status = self.status
        if self.status == HTTPStatus.PROXY_AUTHENTICATION_REQUIRED and proxy is not None:
            raise wrong_log_in(proxy, self.headers.get("proxy-authenticate", ""), transport.server)

    def read(self) -> bytes:
        """Return what has come of the body, decoded, as soon as something has; b"" at its end.

        Raises `ProviderError` (`TimedOut` after the silence that the endpoint allows) and `Cancelled`.
        """
        is_first = self._received == 0
        if is_first:
            self._refuse_unreadable()
        try:
            data: bytes = self._raw.read1(READ_BYTES, decode_content=True) or b""
        except Exception as error:  # as above
            raise self._failure(error) from error
        self._cancellation.raise_if_cancelled()
        if is_first and data:
            self.limit_silence(self._transport.timeouts.silence_s)
        self._received += len(data)
        if self._kept is not None and len(self._kept) < self._keep_at_most:
            self._kept += data[: self._keep_at_most - len(self._kept)]
        is_bomb = self._received > _BOMB_BYTES and self._received > _BOMB_RATIO * self._meter.bytes_in
        if is_bomb or self._received > MAX_BODY_BYTES:
            name = self._transport.name
            raise AnswerTooLarge(
                f"{name} sent more than this program is willing to hold.", server=self._transport.server
            )
        return data

    def _refuse_unreadable(self) -> None:
        """What nobody here can unpack would be taken for the answer. Other names of encodings are slips."""
        names = {each.strip().lower() for each in self.headers.get("content-encoding", "").split(",")}
        if unreadable := ", ".join(names & _UNREADABLE):
            sentence = f"{self._transport.name} compressed its answer in a way that was not asked for ({unreadable})."
            raise MalformedAnswer(sentence, server=self._transport.server)

    def read_capped(self, limit: int, seconds: float) -> bytes:
        """Return the first ``limit`` bytes of the body, or what has come of it after so many seconds. Never raises
        but `Cancelled`: this is for bodies of which anything will do."""
        body = bytearray()
        deadline = time.monotonic() + seconds
        with contextlib.suppress(ProviderError):
            while len(body) < limit and (left := deadline - time.monotonic()) > 0:
                self.limit_silence(left)
                data = self.read()
                if not data:
                    break
                body += data
        return bytes(body[:limit])

    def limit_silence(self, seconds: float | None) -> None:
        """Set how long a read may wait, in seconds; None is for ever."""
        if self._sock is not None:
            with contextlib.suppress(OSError):
                self._sock.settimeout(None if seconds is None else max(0.001, seconds))

    def drain(self) -> None:
        """Read the little that is left of a finished answer, so that its connection can serve the next one.

        A server that leaves the body open is not waited for: the connection is given up instead.
        """
        deadline = time.monotonic() + _DRAIN_S
        received = 0
        with contextlib.suppress(ProviderError, Cancelled):
            while received < _DRAIN_BYTES and (left := deadline - time.monotonic()) > 0:
                self.limit_silence(left)
                data = self.read()
                if not data:
                    break
                received += len(data)

    def close(self) -> None:
        """Let go of the connection: kept for reuse when the body was read to its end, else closed."""
        if self._registration is not None:
            self._registration.release()
        if self._raw is not None:
            with contextlib.suppress(Exception):
                self._raw.close()
            with contextlib.suppress(Exception):
                self._raw.release_conn()
        self._raw = self._sock = None

    def _failure(self, error: Exception) -> Exception:
        if self._cancellation.is_cancelled:
            return Cancelled()
        if isinstance(error, ProviderError):
            return error
        return network_error(error, server=self._transport.server, is_answering=self.status != 0)


class Transport:
    """The connections to one endpoint, and how it wants to be spoken to. For several threads at once."""

    def __init__(
        self,
        address: ServerAddress,
        timeouts: Timeouts,
        headers: Mapping[str, str],
        api_key: str,
        network: Network | None = None,
        secrets: NetworkSecrets | None = None,
    ) -> None:
        self.timeouts = timeouts
        self.server = address.shown
        self.name = server_name(address.shown)
        self.way = Way(address.shown, self.name, address.is_loopback, network or Network(), secrets or NetworkSecrets())
        self.session = _Session(self.way)
        self._headers = {"User-Agent": USER_AGENT, **_authorization(address, api_key), **headers}

    @contextlib.contextmanager
    def exchange(
        self,
        method: str,
        url: str,
        cancellation: Cancellation,
        *,
        purpose: Purpose,
        headers: Mapping[str, str],
        body: bytes | None = None,
        patience_s: float | None = None,
    ) -> Iterator[Exchange]:
        """Send a request; inside, the head of its answer is there. Raises `ProviderError`, `Cancelled`.

        ``patience_s``: wait so long for that head, if the server has not less anyway.
        """
        cancellation.raise_if_cancelled()
        meter = ledger.begin(purpose, method, self.name, is_local=self.way.is_loopback)
        exchange = Exchange(self, cancellation, meter)
        try:
            exchange.send(method, url, self._merged(headers), body, patience_s)
            yield exchange
        except BaseException as error:
            meter.fault = type(error).__name__ if isinstance(error, ProviderError) else CANCELLED
            raise
        finally:
            exchange.close()
            meter.end()

    def headers_as_sent(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> dict[str, str]:
        """Return the headers with which such a request goes out: those of the endpoint and of the session, too."""
        request = requests.Request(method, url, headers=dict(self._merged(headers)), data=body, auth=_unchanged)
        return dict(self.session.prepare_request(request).headers)

    def _merged(self, headers: Mapping[str, str]) -> CaseInsensitiveDict[str]:
        merged = CaseInsensitiveDict({**headers})
        merged.update(self._headers)
        return merged

    def close(self) -> None:
        self.session.close()


def _unchanged(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """As an ``auth``, keeps requests from finding one in the address or in netrc."""
    return request


def _authorization(address: ServerAddress, api_key: str) -> dict[str, str]:
    if api_key:
        return {"Authorization": f"Bearer {api_key}"}
    if address.user:
        credentials = base64.b64encode(f"{address.user}:{address.password}".encode()).decode()
        return {"Authorization": f"Basic {credentials}"}
    return {}
