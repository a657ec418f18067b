"""What requests, urllib3, ssl and the sockets raise, to the error that says so in a sentence."""

from __future__ import annotations

import http.client
import ssl
from collections.abc import Iterator

import requests
import urllib3.exceptions
from urllib3.util.ssl_match_hostname import CertificateError

from easychat_gui.domain.errors import (
    CertificateRejected,
    ConnectionFailed,
    InvalidAddress,
    MalformedAnswer,
    ProviderError,
    RequestRefused,
    StreamInterrupted,
    TimedOut,
)
from easychat_gui.providers.http_errors import plain_text, server_name

_MAX_CAUSES = 20


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield the error and all that it wraps, in any of the four ways in which these libraries wrap."""
    pending: list[object] = [error]
    seen: set[int] = set()
    while pending and len(seen) < _MAX_CAUSES:
        each = pending.pop(0)
        if not isinstance(each, BaseException) or id(each) in seen:
            continue
        seen.add(id(each))
        yield each
        pending += [*each.args, getattr(each, "reason", None), each.__cause__, each.__context__]


def _first(causes: list[BaseException], *kinds: type[BaseException]) -> BaseException | None:
    return next((each for each in causes if isinstance(each, kinds)), None)


def network_error(error: Exception, *, server: str, is_answering: bool) -> ProviderError:
    """Return the error that a failure of the network stands for.

    ``is_answering``: the head of the answer had come, so that what broke is the answer and not the way to it.
    """
    name = server_name(server)
    causes = list(_causes(error))
    if (reason := _first(causes, ssl.SSLCertVerificationError, CertificateError)) is not None:
        why = plain_text(getattr(reason, "verify_message", "") or str(reason))
        return CertificateRejected(f"The certificate of {name} is not trusted: {why}.", server=server, detail=why)
    if any(_is_timeout(each) for each in causes):
        return TimedOut(_timeout_sentence(causes, name, is_answering=is_answering), server=server)
    detail = plain_text(str(causes[-1]) or type(causes[-1]).__name__)
    if is_answering:
        if _first(causes, urllib3.exceptions.DecodeError) is not None:
            return MalformedAnswer(f"{name} sent compressed data that is damaged.", server=server, detail=detail)
        sentence = f"The connection to {name} broke off before its answer was complete."
        return StreamInterrupted(sentence, server=server, detail=detail)
    return _unreachable(causes, name, server)


def _is_timeout(error: BaseException) -> bool:
    """A refused connection is a kind of connect time-out to urllib3; to a person it is not."""
    is_timeout = isinstance(error, TimeoutError | urllib3.exceptions.TimeoutError)
    return is_timeout and not isinstance(error, urllib3.exceptions.NewConnectionError)


def _timeout_sentence(causes: list[BaseException], name: str, *, is_answering: bool) -> str:
    if is_answering:
        return f"{name} has been silent for too long."
    if _first(causes, urllib3.exceptions.ReadTimeoutError) is not None:
        return f"{name} did not begin to answer in time."
    return f"There was no connection to {name} in time."


def _unreachable(causes: list[BaseException], name: str, server: str) -> ProviderError:
    """No head of an answer came, or something that is no HTTP. What fails before is told by `dialling` and `tls`."""
    if (reason := _first(causes, urllib3.exceptions.InvalidHeader)) is not None:
        return _no_http(reason, name, server)
    if _first(causes, requests.exceptions.InvalidHeader, UnicodeEncodeError) is not None:
        # Their text quotes the header, which may be the key.
        return RequestRefused(f"A header for {name} has characters that cannot be sent.", server=server)
    if _first(causes, requests.exceptions.InvalidURL, urllib3.exceptions.LocationParseError) is not None:
        return InvalidAddress(f"“{server}” is no server address.", server=server)
    if (reason := _first(causes, ssl.SSLError)) is not None:
        return _final(f"{name} {tls_words(reason)}.", server)
    if _first(causes, http.client.RemoteDisconnected) is not None:
        return ConnectionFailed(f"{name} closed the connection without an answer.", server=server)
    if (reason := _first(causes, http.client.HTTPException)) is not None:
        return _no_http(reason, name, server)
    system = [each for each in causes if isinstance(each, OSError) and each.strerror]
    reason = system[0] if system else causes[-1]
    return ConnectionFailed(f"{name} cannot be reached: {_words(reason)}.", server=server)


def tls_words(error: BaseException) -> str:
    """Return what is wrong with the other end's TLS, or with ours in its eyes, as a predicate."""
    reason = getattr(error, "reason", None) or str(error)
    if "CERTIFICATE_REQUIRED" in reason:
        return "wants a client certificate, and none is set"
    if "ALERT_UNKNOWN_CA" in reason or "ALERT_BAD_CERTIFICATE" in reason or "ALERT_CERTIFICATE" in reason:
        return "does not accept the client certificate"
    if "WRONG_VERSION_NUMBER" in reason or "HTTP_REQUEST" in reason or "RECORD_LAYER_FAILURE" in reason:
        return "does not speak TLS; should its address begin with http://?"
    return f"does not speak TLS as it should: {plain_text(reason, limit=300).replace('_', ' ').lower().rstrip('.')}"


def _final(sentence: str, server: str) -> ConnectionFailed:
    """A connection that will fail the same way the next time."""
    error = ConnectionFailed(sentence, server=server)
    error.is_retryable = False
    return error


def _no_http(reason: BaseException, name: str, server: str) -> MalformedAnswer:
    return MalformedAnswer(f"{name} did not answer with HTTP.", server=server, detail=plain_text(str(reason)))


def _words(reason: BaseException) -> str:
    strerror = reason.strerror if isinstance(reason, OSError) else None
    return plain_text(strerror or str(reason) or type(reason).__name__, limit=300).rstrip(".")
