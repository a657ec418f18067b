"""TLS to a server: what it must show to be trusted, and what is shown to it."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import os
import socket
import ssl
import traceback
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from easychat_gui.domain.endpoints import Network
from easychat_gui.domain.errors import CertificateRejected, CertificateUnusable, ConnectionFailed
from easychat_gui.providers.dialling import Dial, TimedSocket, begun
from easychat_gui.providers.http_errors import plain_text
from easychat_gui.providers.network_errors import tls_words
from easychat_gui.providers.ways import NetworkSecrets

_CA_VARIABLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE")
_SHOWN_BYTES = 8

TlsSocket = Any
"""An `ssl.SSLSocket`, or what urllib3 has for TLS inside TLS."""


@dataclass(frozen=True, slots=True)
class TlsRules:
    """What is trusted besides the system's authorities, and which certificate is shown where one is asked for.

    With a ``fingerprint`` that one certificate is trusted and no other, whoever signed it, whatever name and dates it
    bears.
    """

    ca_file: str = ""
    client_certificate: str = ""
    client_key: str = ""
    key_passphrase: str = field(default="", repr=False)
    fingerprint: str = ""

    @classmethod
    def of_server(cls, network: Network, secrets: NetworkSecrets) -> TlsRules:
        key = network.client_key
        return cls(
            network.ca_file, network.client_certificate, key, secrets.key_passphrase, network.fingerprint.lower()
        )

    @classmethod
    def of_proxy(cls, network: Network) -> TlsRules:
        """A proxy is trusted by the same authorities, and gets no certificate of ours."""
        return cls(network.ca_file)


def secured(sock: Any, host: str, rules: TlsRules, dial: Dial) -> TlsSocket:
    """Return the socket with TLS around it, the other end's certificate checked.

    ``sock`` may itself be TLS: that to a proxy. It is closed where this fails. Raises `ProviderError`, `Cancelled`.
    """
    host = _plain(host)
    try:
        with _contexts.borrowed(rules, dial) as context, dial.honest():
            wrapped = _wrapped(sock, context, host, dial)
            try:
                _check_fingerprint(wrapped, rules, dial)
            except BaseException:
                wrapped.close()
                raise
    except BaseException as error:
        sock.close()
        if isinstance(error, OSError | ValueError):  # an SSLError is an OSError, a CertificateError a ValueError too
            raise _failure(error, dial) from error
        raise
    return wrapped


def check_files(rules: TlsRules, dial: Dial) -> None:
    """Read the files that the rules name. Raises `CertificateUnusable`."""
    _new_context(rules, dial)


def shown_certificate(sock: Any, host: str, dial: Dial) -> bytes:
    """Return the certificate (DER) that the other end shows, trusted or not, and close the connection."""
    context = _trusting_anybody()
    try:
        with dial.honest(), contextlib.closing(_wrapped(sock, context, _plain(host), dial)) as wrapped:
            return wrapped.getpeercert(binary_form=True) or b""
    finally:
        sock.close()


def _plain(host: str) -> str:
    """Return the name that a certificate is for."""
    return host.strip("[]").rstrip(".").partition("%")[0]


def _wrapped(sock: Any, context: ssl.SSLContext, host: str, dial: Dial) -> TlsSocket:
    """Agree on TLS within the time of the dial."""
    sock.settimeout(dial.left_s)
    if isinstance(sock, socket.socket) and not isinstance(sock, ssl.SSLSocket):
        try:
            wrapped = context.wrap_socket(sock, server_hostname=host)
        except OSError as error:
            _close_lost(error)
            raise
        if wrapped.version() is None:  # Python takes one that was shut down for one to be connected later
            wrapped.close()
            raise ConnectionResetError("closed before the handshake")
        return wrapped
    from urllib3.util.ssltransport import SSLTransport

    timed: Any = TimedSocket(sock, dial)
    inner = SSLTransport(timed, context, server_hostname=host)
    inner.socket = sock
    return inner


def _close_lost(error: OSError) -> None:
    """Close the socket that Python 3.11 lets go of, open, where it finds it reset while it wraps it."""
    for frame, _ in traceback.walk_tb(error.__traceback__):
        lost = frame.f_locals.get("self")
        if isinstance(lost, ssl.SSLSocket):
            lost.close()


def _check_fingerprint(wrapped: TlsSocket, rules: TlsRules, dial: Dial) -> None:
    if not rules.fingerprint:
        return
    shown = hashlib.sha256(wrapped.getpeercert(binary_form=True) or b"").hexdigest()
    if not hmac.compare_digest(shown, rules.fingerprint):
        sentence = (
            f"{dial.whom} shows the certificate {short_fingerprint(shown)}, "
            f"but only {short_fingerprint(rules.fingerprint)} is trusted."
        )
        detail = f"shown: {spaced_fingerprint(shown)}; trusted: {spaced_fingerprint(rules.fingerprint)}"
        raise CertificateRejected(begun(sentence), server=dial.way.server, detail=detail)


def spaced_fingerprint(fingerprint: str) -> str:
    """Return a fingerprint as certificates' dialogs show it: AB:CD:…"""
    return ":".join(fingerprint[i : i + 2].upper() for i in range(0, len(fingerprint), 2))


def short_fingerprint(fingerprint: str) -> str:
    return spaced_fingerprint(fingerprint[: 2 * _SHOWN_BYTES]) + "…"


def _failure(error: Exception, dial: Dial) -> ConnectionFailed:
    if isinstance(error, ssl.CertificateError | ssl.SSLCertVerificationError):
        why = plain_text(getattr(error, "verify_message", "") or str(error)).rstrip(".")
        sentence = f"The certificate of {dial.whom} is not trusted: {why}."
        return CertificateRejected(sentence, server=dial.way.server, detail=why)
    if isinstance(error, TimeoutError):
        return dial.timed_out(f"{dial.whom} did not agree on TLS {dial.in_time}.")
    if isinstance(error, ssl.SSLError) and not isinstance(error, ssl.SSLEOFError | ssl.SSLZeroReturnError):
        why = plain_text(error.reason or str(error))
        return dial.failed(f"{dial.whom} {tls_words(error)}.", why, is_final=True)
    return dial.failed(f"{dial.whom} closed the connection before TLS was agreed on.", plain_text(str(error)))


class _Contexts:
    """Contexts, made when the first TLS connection is and kept, since one takes some 20 ms to make.

    Each is lent to one handshake at a time, because truststore holds a lock during it and a stalled server would
    otherwise hold up every other.
    """

    def __init__(self) -> None:
        self._free: dict[tuple[Any, ...], list[ssl.SSLContext]] = {}

    @contextlib.contextmanager
    def borrowed(self, rules: TlsRules, dial: Dial) -> Iterator[ssl.SSLContext]:
        free = self._free.setdefault((rules, *_state_of_the_files(rules)), [])
        try:
            context = free.pop()
        except IndexError:
            context = _new_context(rules, dial)
        try:
            yield context
        finally:
            free.append(context)


_contexts = _Contexts()


def _state_of_the_files(rules: TlsRules) -> Iterator[Any]:
    """A file that was replaced meanwhile is read again."""
    yield from (os.environ.get(name) for name in _CA_VARIABLES)
    for path in filter(None, (rules.ca_file, rules.client_certificate, rules.client_key)):
        try:
            status = Path(path).stat()
        except (OSError, ValueError):
            yield None
        else:
            yield status.st_mtime_ns, status.st_size


def _new_context(rules: TlsRules, dial: Dial) -> ssl.SSLContext:
    context = _trusting_anybody() if rules.fingerprint else _trusting_authorities(rules, dial)
    if rules.client_certificate:
        _show_certificate(context, rules, dial)
    return context


def _trusting_anybody() -> ssl.SSLContext:
    """For a certificate that is looked at afterwards."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _trusting_authorities(rules: TlsRules, dial: Dial) -> ssl.SSLContext:
    import truststore

    context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    for name in _CA_VARIABLES:  # how companies make their own authority known to Python programs
        path = os.environ.get(name)
        if path and Path(path).exists():
            is_folder = Path(path).is_dir()
            context.load_verify_locations(cafile=None if is_folder else path, capath=path if is_folder else None)
    if rules.ca_file:
        try:
            context.load_verify_locations(cafile=rules.ca_file)
        except (OSError, ValueError) as error:
            what = "holds no certificates in PEM form" if isinstance(error, ssl.SSLError) else _why(error)
            raise _unusable(f"The file of authorities {rules.ca_file} for {dial.way.name} {what}.", dial) from error
    return context


def _show_certificate(context: ssl.SSLContext, rules: TlsRules, dial: Dial) -> None:
    """Have a certificate shown. Without a passphrase at hand OpenSSL would ask for one in the terminal."""
    whose = f"for {dial.way.name}"
    files = [rules.client_certificate, *filter(None, [rules.client_key])]
    asked: list[bool] = []

    def passphrase() -> str:
        asked.append(True)
        return rules.key_passphrase

    try:
        context.load_cert_chain(rules.client_certificate, rules.client_key or None, passphrase)
    except (OSError, ValueError) as error:
        if missing := next((each for each in files if not os.access(each, os.R_OK)), ""):
            raise _unusable(f"The client certificate's file {missing} {whose} {_why(error)}.", dial) from error
        if asked:
            what = "is not the right one" if rules.key_passphrase else "is needed, and none is set"
            raise _unusable(f"The passphrase of the key in {files[-1]} {whose} {what}.", dial) from error
        if isinstance(error, ssl.SSLError) and error.reason == "KEY_VALUES_MISMATCH":
            raise _unusable(f"The key in {files[-1]} {whose} belongs to another certificate.", dial) from error
        what = "is no certificate with its key in PEM form"
        raise _unusable(f"The client certificate {' with '.join(files)} {whose} {what}.", dial) from error


def _why(error: Exception) -> str:
    why = error.strerror if isinstance(error, OSError) else None
    return f"cannot be read ({why})" if why else "cannot be read"


def _unusable(sentence: str, dial: Dial) -> CertificateUnusable:
    return CertificateUnusable(sentence, server=dial.way.server)
