"""Certificates, read so that a person can compare them."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from easychat_gui.domain.checkups import ServerCertificate

if TYPE_CHECKING:
    from cryptography import x509

_MOST_NAMES = 20


def read_certificate(der: bytes) -> ServerCertificate:
    """Return what a certificate says of itself. Of one that cannot be read there is the fingerprint only."""
    from cryptography import x509

    fingerprint = hashlib.sha256(der).hexdigest()
    try:
        certificate = x509.load_der_x509_certificate(der)
        return ServerCertificate(
            fingerprint,
            _name(certificate.subject),
            _name(certificate.issuer),
            _hosts(certificate),
            certificate.not_valid_before_utc,
            certificate.not_valid_after_utc,
        )
    except Exception:  # home-made ones break every rule, and the library's errors are of many kinds
        return ServerCertificate(fingerprint)


def _name(name: x509.Name) -> str:
    """Return the common name, else the whole of it in the usual notation."""
    from cryptography.x509.oid import NameOID

    common = [str(each.value) for each in name.get_attributes_for_oid(NameOID.COMMON_NAME)]
    return _one_line(common[0] if common and common[0] else name.rfc4514_string())


def _hosts(certificate: x509.Certificate) -> tuple[str, ...]:
    from cryptography import x509

    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return ()
    found = [*names.get_values_for_type(x509.DNSName), *map(str, names.get_values_for_type(x509.IPAddress))]
    return tuple(_one_line(each) for each in found[:_MOST_NAMES])


def _one_line(text: str) -> str:
    return "".join(each if each.isprintable() else " " for each in text)[:200]
