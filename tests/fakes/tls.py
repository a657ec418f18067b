"""TLS for servers on loopback, with certificates of an authority made for the test."""

from __future__ import annotations

import hashlib
import ssl

import trustme
from cryptography import x509
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)


def server_tls(ca: trustme.CA, *names: str, **options: object) -> ssl.SSLContext:
    """Return what a server needs to be these hosts."""
    return context_of(ca.issue_cert(*names, **options))  # type: ignore[arg-type]


def context_of(certificate: trustme.LeafCert) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    return context


def fingerprint_of(certificate: trustme.LeafCert) -> str:
    der = x509.load_pem_x509_certificate(certificate.cert_chain_pems[0].bytes()).public_bytes(Encoding.DER)
    return hashlib.sha256(der).hexdigest()


def encrypted_key(certificate: trustme.LeafCert, passphrase: str) -> bytes:
    """Return the certificate's key in PEM form, encrypted."""
    return load_pem_private_key(certificate.private_key_pem.bytes(), None).private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(passphrase.encode())
    )
