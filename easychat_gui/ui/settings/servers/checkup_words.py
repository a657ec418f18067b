"""The words for the trial of a server: how a step went, and what can be done about one that failed."""

from __future__ import annotations

import ipaddress

from PySide6.QtCore import QCoreApplication, QDate, QLocale

from easychat_gui.domain.checkups import ServerCertificate, Step, StepResult, Trust
from easychat_gui.domain.errors import (
    CertificateRejected,
    CertificateUnusable,
    EasyChatError,
    KeyExposed,
    MalformedAnswer,
    NotAuthorized,
    NotFound,
    ProxyFailed,
    RateLimited,
    ServerFailed,
    TimedOut,
)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Checkup", text)


def is_worth_a_line(result: StepResult) -> bool:
    """Tell whether a step is shown: that a number was found needs no look-up and no line."""
    if result.step is not Step.NAME or result.error is not None:
        return True
    try:
        ipaddress.ip_address(result.address.strip("[]").partition("%")[0])
    except ValueError:
        return True
    return False


def running_words(step: Step) -> str:
    """Return what is being done."""
    return {
        Step.NAME: _tr("Looking the name up…"),
        Step.CONNECTION: _tr("Connecting…"),
        Step.PROXY: _tr("Asking the proxy…"),
        Step.CERTIFICATE: _tr("Looking at the certificate…"),
        Step.KEY: _tr("Asking for the models…"),
        Step.FIRST_WORD: _tr("Waiting for the first token…"),
        Step.STREAMING: _tr("Reading the answer…"),
    }[step]


def result_words(result: StepResult) -> str:
    """Return how a step went, in a few words."""
    if result.error is not None:
        return _failed_words(result)
    match result.step:
        case Step.CERTIFICATE:
            return {
                Trust.SYSTEM: _tr("Certificate trusted (system)"),
                Trust.OWN_AUTHORITY: _tr("Certificate trusted (system or your file)"),
                Trust.FINGERPRINT: _tr("Certificate trusted (this one only)"),
            }[result.trust]
        case Step.KEY:
            return _key_words(result)
        case Step.STREAMING:
            return _tr("Streams") if result.is_in_pieces else _tr("Answers, but all at once")
    return {
        Step.NAME: _tr("Name found"),
        Step.CONNECTION: _tr("Connected"),
        Step.PROXY: _tr("The proxy leads on"),
        Step.FIRST_WORD: _tr("First token"),
    }[result.step]


def _key_words(result: StepResult) -> str:
    if result.model_count is None:
        return _tr("Key accepted, no list of models") if result.has_key else _tr("Answers, no list of models")
    if result.model_count == 1:
        return _tr("Key accepted, 1 model") if result.has_key else _tr("Answers without a key, 1 model")
    words = _tr("Key accepted, {count} models") if result.has_key else _tr("Answers without a key, {count} models")
    return words.format(count=QLocale().toString(result.model_count))


def _failed_words(result: StepResult) -> str:
    error = result.error
    if isinstance(error, CertificateUnusable):
        return _tr("A certificate file cannot be used")
    if result.step is Step.CERTIFICATE and not isinstance(error, CertificateRejected):
        return _tr("No TLS connection")
    if result.step is Step.KEY and not isinstance(error, NotAuthorized | KeyExposed):
        return _tr("No list of models")
    return {
        Step.NAME: _tr("Name not found"),
        Step.CONNECTION: _tr("Not connected"),
        Step.PROXY: _tr("The proxy does not lead on"),
        Step.CERTIFICATE: _tr("Certificate not trusted"),
        Step.KEY: _tr("Key not accepted") if isinstance(error, NotAuthorized) else _tr("Key not sent"),
        Step.FIRST_WORD: _tr("No answer"),
        Step.STREAMING: _tr("The answer broke off"),
    }[result.step]


def advice(result: StepResult) -> str:
    """Return what can be done about a step that failed."""
    if result.trust is Trust.FINGERPRINT and isinstance(result.error, CertificateRejected):
        return _tr(
            "Either the server has a new certificate, or somebody else answers in its place. Compare the fingerprint "
            "with the server's before you trust it in the place of the old one."
        )
    by_error = _advice_for(result.error) if result.error is not None else ""
    if by_error:
        return by_error
    return {
        Step.NAME: _tr("See whether the address is spelt right, and whether this computer is online."),
        Step.CONNECTION: _tr("See whether the server is running, and whether the port in its address is right."),
        Step.PROXY: _tr("Correct the proxy's address, user or password under Proxy, or do without it."),
        Step.CERTIFICATE: _tr("See whether the address begins as it should: https:// with TLS, http:// without."),
        Step.KEY: _tr("See whether the address is right; most end in /v1. The API above must be the server's, too."),
        Step.FIRST_WORD: _tr("Choose another model, or see what the server's own log says."),
        Step.STREAMING: _tr("Something on the way, such as a gateway, may cut off long answers. Try again."),
    }[result.step]


def _advice_for(error: EasyChatError) -> str:
    table: tuple[tuple[type[EasyChatError], str], ...] = (
        (
            CertificateRejected,
            _tr(
                "If the server is your own or your company's, choose the file of its authority under Certificates, or "
                "compare the fingerprint with the server's and trust this one certificate."
            ),
        ),
        (CertificateUnusable, _tr("Choose another file, or enter the passphrase, under Certificates.")),
        (ProxyFailed, _tr("Correct the proxy's address, user or password under Proxy, or do without it.")),
        (TimedOut, _tr("See whether a firewall or a missing proxy is in the way, or give it longer under Time-outs.")),
        (KeyExposed, _tr("Use an address that begins with https://, if the server has one.")),
        (NotAuthorized, _tr("Enter the right key above, and see whether it is still valid.")),
        (RateLimited, _tr("The server is reached; wait a little, or see whether your quota is used up.")),
        (ServerFailed, _tr("The server is reached and has a problem of its own. Try again in a moment.")),
        (NotFound, _tr("See whether the address is right; most end in /v1. Choose a model that the server has.")),
        (MalformedAnswer, _tr("See whether the address is right; most end in /v1. It may lead to a web page.")),
    )
    return next((words for kind, words in table if isinstance(error, kind)), "")


def time_words(seconds: float | None) -> str:
    """Return a time as a person reads it at a glance: 12 ms, 1.1 s."""
    if seconds is None:
        return ""
    if seconds < 0.9995:
        return _tr("{count} ms").format(count=QLocale().toString(max(1, round(seconds * 1000))))
    return _tr("{count} s").format(count=QLocale().toString(float(seconds), "f", 1 if seconds < 100 else 0))


def spaced_fingerprint(fingerprint: str) -> str:
    """Return a fingerprint as other programs show it, in lines that can be compared."""
    pairs = [fingerprint[i : i + 2].upper() for i in range(0, len(fingerprint), 2)]
    return "\n".join(":".join(pairs[i : i + 8]) for i in range(0, len(pairs), 8))


def certificate_rows(certificate: ServerCertificate) -> list[tuple[str, str]]:
    """Return what there is to be known of a certificate, as titles and values."""
    locale = QLocale()
    rows = [(_tr("Fingerprint (SHA-256)"), spaced_fingerprint(certificate.fingerprint))]
    if certificate.subject:
        rows.append((_tr("Issued to"), certificate.subject))
    if certificate.names:
        rows.append((_tr("For"), ", ".join(certificate.names)))
    if certificate.issuer:
        issuer = _tr("itself") if certificate.is_self_signed else certificate.issuer
        rows.append((_tr("Issued by"), issuer))
    if certificate.valid_from is not None and certificate.valid_until is not None:
        first, last = (
            locale.toString(QDate(each.year, each.month, each.day), "d MMM yyyy")
            for each in (certificate.valid_from, certificate.valid_until)
        )
        rows.append((_tr("Valid"), _tr("{first} to {last}").format(first=first, last=last)))
    return rows
