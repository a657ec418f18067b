"""The record of a request: made when it goes out, and made whole again when somebody wants to see it."""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import unquote, urlsplit, urlunsplit

from easychat_gui.domain.endpoints import EndpointKind
from easychat_gui.domain.generation import CompletionRequest
from easychat_gui.domain.messages import Message, Role
from easychat_gui.domain.sent_requests import HIDDEN, Part, Run, SentRequest, joined
from easychat_gui.providers.wire import message_body, says_anything
from easychat_gui.support.spellings import spellings

_CONVERSATION = ("messages", "system", "input", "instructions")
"""The fields that hold what was said, in all APIs together."""

_SECRET_NAME = re.compile(r"auth|key|token|secret|cookie|password|session|signature|\bsig\b", re.IGNORECASE)
_SCHEMES = ("bearer", "basic", "token")


def record(
    request: CompletionRequest,
    *,
    kind: EndpointKind = EndpointKind.OPENAI,
    method: str,
    url: str,
    headers: Mapping[str, str],
    body: Mapping[str, Any],
    encoded: bytes,
    secrets: Iterable[str] = (),
) -> SentRequest:
    """Return the record of a request. ``body`` is what ``encoded`` says; ``secrets`` are keys to be hidden."""
    keys = [spelling for each in secrets for spelling in spellings(each)]
    return SentRequest(
        method=method,
        url=_without_keys(url, keys),
        headers=tuple((name, _hidden(name, str(value), keys)) for name, value in headers.items()),
        body={name: [] if name in _CONVERSATION else value for name, value in body.items()},
        messages=tuple(_parts(request)),
        checksum=hashlib.sha256(encoded).hexdigest(),
        sent_at=time.time(),
        pictures=tuple(sorted(request.pictures)),
        kind=kind,
    )


def hidden_headers(headers: Mapping[str, str], secrets: Iterable[str] = ()) -> tuple[tuple[str, str], ...]:
    """Return headers with every key in them hidden."""
    keys = [spelling for each in secrets for spelling in spellings(each)]
    return tuple((name, _hidden(name, str(value), keys)) for name, value in headers.items())


def hidden_in_body(body: bytes, secrets: Iterable[str] = ()) -> bytes:
    """Return what a server sent with every key in it hidden: some quote the key that they got."""
    for secret in secrets:
        for spelling in spellings(secret):
            body = body.replace(spelling.encode("utf-8", "surrogatepass"), HIDDEN.encode())
    return body


def rebuilt_body(
    sent: SentRequest, messages: Mapping[Run, Sequence[Message]], pictures: Mapping[str, bytes]
) -> dict[str, Any]:
    """Return the JSON object that was sent, with the messages that are left of each run."""
    bodies: list[Mapping[str, Any]] = []
    for part in sent.messages:
        if isinstance(part, Run):
            bodies += [message_body(message, pictures) for message in messages.get(part, ())]
        else:
            bodies.append(part)
    from easychat_gui.providers.kinds import conversation_in  # which imports the providers, and they this

    return {**sent.body, **conversation_in(sent.kind, bodies)}


def is_what_was_sent(sent: SentRequest, encoded: bytes) -> bool:
    """Are these the very bytes?"""
    return hashlib.sha256(encoded).hexdigest() == sent.checksum


def _parts(request: CompletionRequest) -> list[Part]:
    if "messages" in request.extra:
        return list(request.extra["messages"])
    parts: list[Part] = []
    kept: list[Message] = []

    def close() -> None:
        parts.extend(joined((message.id, message.parent_id) for message in kept))
        kept.clear()

    for message in request.messages:
        if message.role is Role.SYSTEM:  # made for this request
            close()
            parts.append(message_body(message, {}))
        elif says_anything(message):
            kept.append(message)
    close()
    return parts


def _hidden(name: str, value: str, keys: Sequence[str]) -> str:
    if not _SECRET_NAME.search(name) and not any(key in value for key in keys):
        return value
    scheme, _, rest = value.partition(" ")
    return f"{scheme} {HIDDEN}" if rest and scheme.lower() in _SCHEMES else HIDDEN


def _without_keys(url: str, keys: Sequence[str]) -> str:
    parts = urlsplit(url)
    pairs = [pair.partition("=") for pair in parts.query.split("&")]
    query = "&".join(
        f"{name}={HIDDEN}"
        if value and (_SECRET_NAME.search(name) or unquote(value) in keys)
        else f"{name}{mark}{value}"
        for name, mark, value in pairs
    )
    whole = urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2], query=query))
    for key in keys:
        whole = whole.replace(key, HIDDEN)
    return whole
