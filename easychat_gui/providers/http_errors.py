"""An answer that is no success, to the error that says so in a sentence.

What a server says about its error is text from outside: it is shown without HTML, without control characters, cut to
1,000 characters, and never with a key in it (some servers quote the key that they refuse).
"""

from __future__ import annotations

import email.utils
import html
import math
import re
import time
import unicodedata
from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from easychat_gui.domain.errors import (
    MalformedAnswer,
    NotAuthorized,
    NotFound,
    ProviderError,
    RateLimited,
    RequestRefused,
    ServerFailed,
    UnexpectedRedirect,
)
from easychat_gui.providers.text_repair import repaired
from easychat_gui.providers.wire import BrokenJson, parse_json, reported_error
from easychat_gui.support.spellings import spellings

MAX_DETAIL_CHARACTERS = 1000
_MAX_QUOTED_CHARACTERS = 300
_MAX_ID_CHARACTERS = 200
_MAX_READ_CHARACTERS = 65536
_SAYS_NOTHING = ("{}", "[]", "null", '""')

_LITELLMS_WRONG_KEY = b'"no_db_connection"'
"""What a LiteLLM without a database says of a key that is not its own: it would look it up there."""

_SCRIPTS = re.compile(r"<(script|style|head)\b[^<>]*>.*?(?:</\1\s*>|\Z)", re.IGNORECASE | re.DOTALL)
_TITLE = re.compile(r"<title[^<>]*>([^<]*)", re.IGNORECASE)
_TAG = re.compile(r"<[A-Za-z/!?][^<>]*(?:>|\Z)")
_ANSI = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]")
_BEARER = re.compile(r"\b(Bearer|Basic)\s+[^\s\"',;]+", re.IGNORECASE)
_WHITE_SPACE = re.compile(r"\s+")


def server_name(base_url: str) -> str:
    """Return the host and port of an address: what a person calls the server. Never its user name or password."""
    try:
        name = urlsplit(base_url).netloc.rpartition("@")[2]
    except ValueError:
        name = ""
    return name or "the server"


def without_secrets(text: str, *keys: str) -> str:
    """Return the text without these keys, in any spelling that an answer may quote, and without any bearer token."""
    for key in keys:
        for spelling in spellings(key):
            text = text.replace(spelling, "[key]")
    return _BEARER.sub(r"\1 [key]", text)


def plain_text(text: str, *keys: str, limit: int = MAX_DETAIL_CHARACTERS) -> str:
    """Return what a server said, fit to be shown: see the head of this module."""
    if len(text) > _MAX_READ_CHARACTERS:  # and not one half of a key that the cut went through
        longest = max(map(len, keys), default=0)
        text = without_secrets(text[: _MAX_READ_CHARACTERS + longest], *keys)[:_MAX_READ_CHARACTERS]
    if "<" in text:
        title = _TITLE.search(text)
        text = (title[1] + " " if title else "") + _SCRIPTS.sub(" ", text)
        text = _TAG.sub(" ", html.unescape(_TAG.sub(" ", text)))  # an escaped tag is one after unescaping
    text = _ANSI.sub("", text)
    text = _WHITE_SPACE.sub(" ", repaired(text))
    text = "".join(each for each in text if unicodedata.category(each) not in ("Cc", "Cf", "Cs", "Co", "Cn"))
    text = without_secrets(text.strip(), *keys)
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def error_detail(body: bytes, *keys: str) -> str:
    """Return what the body of an error says, at most 1,000 characters of plain text."""
    return _said(body, keys)[0]


def _said(body: bytes, keys: Sequence[str]) -> tuple[str, str]:
    """Return what the body of an error says, and which field of the request it is about."""
    text = body.decode("utf-8", "replace").lstrip("\N{BYTE ORDER MARK}")
    try:
        error = reported_error(parse_json(text))
    except (BrokenJson, RecursionError):
        error = None
    if error is None:
        return ("" if text.strip() in _SAYS_NOTHING else plain_text(text, *keys)), ""
    return plain_text(error.message, *keys), plain_text(error.parameter, *keys, limit=_MAX_ID_CHARACTERS)


def retry_after_s(headers: Mapping[str, str], now: float | None = None) -> float | None:
    """Return how long the server asks to wait, in seconds, or None. Takes seconds, fractions, milliseconds, dates."""
    for name, unit in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        value = (headers.get(name) or "").strip()
        if not value:
            continue
        try:
            seconds = float(value) * unit
        except ValueError:
            seconds = _seconds_until(value, time.time() if now is None else now)
        if not math.isnan(seconds):
            return max(0.0, seconds)
    return None


def _seconds_until(date: str, now: float) -> float:
    try:
        return email.utils.parsedate_to_datetime(date).timestamp() - now
    except (ValueError, TypeError, IndexError, OverflowError):
        return math.nan


def request_id(headers: Mapping[str, str], *keys: str) -> str:
    """Return the server's own name for the request, to quote to its operators."""
    for name in ("x-request-id", "request-id", "x-amzn-requestid"):
        if value := headers.get(name):
            return plain_text(value, *keys, limit=_MAX_ID_CHARACTERS)
    return ""


def ended(sentence: str) -> str:
    """Give it a full stop where it has no end: another sentence may follow."""
    return sentence if sentence.endswith((".", "!", "?", "…")) else sentence + "."


def error_for_status(
    status: int, headers: Mapping[str, str], body: bytes, *, server: str, keys: Sequence[str] = ()
) -> ProviderError:
    """Return the error that an HTTP status other than 2xx stands for. ``body`` may be cut; no key is quoted of it."""
    name = server_name(server)
    detail, parameter = _said(body, keys)
    facts = {"server": server, "detail": detail, "request_id": request_id(headers, *keys)}
    said = f" It said: {ended(plain_text(detail, *keys, limit=_MAX_QUOTED_CHARACTERS))}" if detail else ""
    if status in (401, 403) or (status == 400 and _LITELLMS_WRONG_KEY in body):
        what = "did not accept the API key" if status != 403 else "does not allow this"
        return NotAuthorized(f"{name} {what} (HTTP {status}).{said}", status=status, **facts)
    if status == 404:
        return NotFound(f"{name} knows no such address or model (HTTP 404).{said}", status=status, **facts)
    if status == 429:
        wait_s = retry_after_s(headers)
        hint = "" if wait_s is None or math.isinf(wait_s) else f" It asks to wait {wait_s:.0f} s."
        sentence = f"{name} has had too many requests (HTTP 429).{hint}{said}"
        return RateLimited(sentence, retry_after_s=wait_s, status=status, **facts)
    if 400 <= status < 500:
        refusal = RequestRefused(f"{name} refused the request (HTTP {status}).{said}", status=status, **facts)
        refusal.parameter = parameter
        return refusal
    if status >= 500:
        failure = ServerFailed(f"{name} has a fault (HTTP {status}).{said}", status=status, **facts)
        failure.retry_after_s = retry_after_s(headers)
        return failure
    if 300 <= status < 400:
        return _redirect_error(status, headers, name, {**facts, "detail": ""}, keys)
    return MalformedAnswer(f"{name} gave no proper answer (HTTP {status}).{said}", status=status, **facts)


def _redirect_error(
    status: int, headers: Mapping[str, str], name: str, facts: dict[str, str], keys: Sequence[str]
) -> UnexpectedRedirect:
    location = plain_text(headers.get("location") or "", *keys, limit=_MAX_QUOTED_CHARACTERS)
    target = server_name(location)
    where = f"to {target}" if target != "the server" else f"to {location}" if location else "elsewhere"
    sentence = f"{name} redirects {where} (HTTP {status}). It was not followed; if it is right, set that address."
    return UnexpectedRedirect(sentence, status=status, **{**facts, "detail": location})
