"""Text and links from outside, made safe to show.

A model may have been told by a third party what to write, so its text may try to hide or to lure: direction overrides
that swap what is read, escape sequences that a terminal would obey after a paste, links to programs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_DIRECTION_NAMES = {
    "\u202a": "LRE",
    "\u202b": "RLE",
    "\u202c": "PDF",
    "\u202d": "LRO",
    "\u202e": "RLO",
    "\u2066": "LRI",
    "\u2067": "RLI",
    "\u2068": "FSI",
    "\u2069": "PDI",
}
_FORBIDDEN_IN_LINK = re.compile(r"[\x00-\x20\x7f-\x9f\\\u202a-\u202e\u2066-\u2069]")
_MAIL_FIELDS = frozenset({"to", "cc", "bcc", "subject", "body"})


def visible(text: str) -> str:
    """Return the text with every control and direction override replaced by a visible mark.

    Tab, line feed and carriage return stay. The replacement is made character by character, so that it does not
    matter how a stream is cut.
    """
    return _CONTROL.sub(_mark, text)


def _mark(match: re.Match[str]) -> str:
    character = match[0]
    code = ord(character)
    if code < 0x20:
        return chr(0x2400 + code)  # ␀ … ␟, the control pictures
    if code == 0x7F:
        return "␡"
    return f"⟨{_DIRECTION_NAMES.get(character) or f'U+{code:04X}'}⟩"


@dataclass(frozen=True, slots=True)
class Link:
    """A link that may be opened. ``target`` is exactly what a click opens and what the reader is shown before it."""

    target: str

    @property
    def host(self) -> str:
        """The host, or for mail the address."""
        parts = urlsplit(self.target)
        return parts.hostname or parts.path


def safe_link(href: str) -> Link | None:
    """Return the link if it may ever be opened, else None. The only place that decides this.

    Allowed are http, https and mailto. The host becomes punycode (so that a look-alike letter shows), user
    information is dropped (``https://bank.example@evil.example``), and mail carries no attachment.
    """
    href = href.strip()
    if not href or _FORBIDDEN_IN_LINK.search(href):
        return None
    try:
        parts = urlsplit(href)
        port = parts.port
    except ValueError:
        return None
    scheme = parts.scheme.lower()
    if scheme == "mailto":
        return _mail_link(parts.path, parts.query)
    if scheme not in ("http", "https") or not parts.hostname:
        return None
    host = _punycode(parts.hostname)
    if host is None:
        return None
    address = host if port is None else f"{host}:{port}"
    return Link(urlunsplit((scheme, address, parts.path, parts.query, parts.fragment)))


@dataclass(frozen=True, slots=True)
class PictureSource:
    """Where a picture would come from when a person asks for it. ``host`` is empty for one inside the message."""

    url: str
    host: str = ""


_EMBEDDED = re.compile(r"data:image/(?:png|jpeg|gif|webp|bmp)[;,]")


def safe_picture(address: str) -> PictureSource | None:
    """Return where a picture may be fetched from on request, else None: http and https, and what is in the message."""
    address = address.strip()
    if _EMBEDDED.match(address):
        return PictureSource(address)
    link = safe_link(address)
    if link is None or not link.target.startswith(("http://", "https://")):
        return None
    return PictureSource(link.target, link.host)


def _mail_link(address: str, query: str) -> Link | None:
    if "@" not in address:
        return None
    fields = [(name, value) for name, value in parse_qsl(query) if name.lower() in _MAIL_FIELDS]
    tail = f"?{urlencode(fields, quote_via=quote)}" if fields else ""
    return Link(f"mailto:{address}{tail}")


def _punycode(host: str) -> str | None:
    if ":" in host:  # an IPv6 address, whose brackets urlsplit has taken off
        return f"[{host}]"
    try:
        return host.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return None
