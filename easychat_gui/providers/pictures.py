"""Pictures from the web, fetched when a person asks for one: no key, no cookie, no other host, and within limits."""

from __future__ import annotations

import base64
import binascii
import contextlib
import time
from enum import StrEnum
from urllib.parse import unquote_to_bytes, urljoin, urlsplit

from easychat_gui.domain.endpoints import Endpoint, Timeouts
from easychat_gui.domain.errors import EasyChatError
from easychat_gui.domain.ids import EndpointId
from easychat_gui.providers.addresses import resolve_address
from easychat_gui.providers.cancellation import Cancellation, Cancelled
from easychat_gui.providers.transport import Exchange, Transport
from easychat_gui.support.traffic import Purpose

LARGEST_BYTES = 20 * 1024 * 1024
LONGEST_S = 60.0
_TIMEOUTS = Timeouts(connect_s=10.0, first_byte_s=20.0, silence_s=20.0)
_MOST_MOVES = 5
_MOVED = (301, 302, 303, 307, 308)
_ACCEPTED = "image/png, image/jpeg, image/webp, image/gif, image/bmp;q=0.5"


class PictureFault(StrEnum):
    """Why a picture is not shown."""

    TOO_LARGE = "too_large"
    TOO_MANY_PIXELS = "too_many_pixels"
    NO_PICTURE = "no_picture"
    MOVED = "moved"
    REFUSED = "refused"
    TOO_SLOW = "too_slow"


class PictureNotLoaded(EasyChatError):
    """``detail`` is the host that the picture has moved to, or the status that the server answered with."""

    def __init__(self, fault: PictureFault, detail: str = "") -> None:
        super().__init__(f"{fault.value} {detail}".strip())
        self.fault = fault
        self.detail = detail


def fetch_picture(url: str, cancellation: Cancellation) -> bytes:
    """Return what is at an address (http, https or data). Blocks for a minute at worst.

    Raises `PictureNotLoaded` and `ProviderError`.
    """
    if url.startswith("data:"):
        return _embedded(url)
    try:
        return _fetched(url, cancellation)
    except Cancelled as error:
        raise PictureNotLoaded(PictureFault.TOO_SLOW) from error


def _fetched(url: str, cancellation: Cancellation) -> bytes:
    deadline = time.monotonic() + LONGEST_S
    for _ in range(_MOST_MOVES):
        address = resolve_address(Endpoint(EndpointId("picture"), "", _origin(url)))
        with contextlib.closing(Transport(address, _TIMEOUTS, {}, "")) as transport:
            headers = {"Accept": _ACCEPTED}
            with transport.exchange("GET", url, cancellation, purpose=Purpose.PICTURE, headers=headers) as exchange:
                if exchange.status not in _MOVED:
                    return _body(exchange, deadline)
                url = _next_address(url, exchange.headers.get("Location", ""))
    raise PictureNotLoaded(PictureFault.MOVED)


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"


def _next_address(url: str, location: str) -> str:
    """Return where a picture has moved to, as long as that is the host that the person was told of."""
    new = urljoin(url, location)
    old_parts, parts = urlsplit(url), urlsplit(new)
    is_weaker = old_parts.scheme == "https" and parts.scheme != "https"
    if parts.scheme not in ("http", "https") or parts.hostname != old_parts.hostname or is_weaker:
        raise PictureNotLoaded(PictureFault.MOVED, parts.hostname or "")
    return new


def _body(exchange: Exchange, deadline: float) -> bytes:
    if exchange.status != 200:
        raise PictureNotLoaded(PictureFault.REFUSED, str(exchange.status))
    length = exchange.headers.get("Content-Length", "")
    if length.isdigit() and int(length) > LARGEST_BYTES:
        raise PictureNotLoaded(PictureFault.TOO_LARGE)
    body = bytearray()
    while data := exchange.read():
        body += data
        if len(body) > LARGEST_BYTES:
            raise PictureNotLoaded(PictureFault.TOO_LARGE)
        if time.monotonic() > deadline:
            raise PictureNotLoaded(PictureFault.TOO_SLOW)
    return bytes(body)


def _embedded(url: str) -> bytes:
    """Return the content of a ``data:`` address."""
    head, _, content = url.partition(",")
    if len(content) > 2 * LARGEST_BYTES:
        raise PictureNotLoaded(PictureFault.TOO_LARGE)
    data = unquote_to_bytes(content)
    if not head.endswith(";base64"):
        return data
    try:
        return base64.b64decode(data)
    except binascii.Error as error:
        raise PictureNotLoaded(PictureFault.NO_PICTURE) from error
