"""Whose certificates are trusted, and which are shown."""

from __future__ import annotations

import datetime as dt
import os
import select
import socket
import ssl
import struct
import threading
from pathlib import Path

import pytest
import trustme

from easychat_gui.domain.endpoints import Network
from easychat_gui.domain.errors import CertificateRejected, CertificateUnusable, ConnectionFailed, ProviderError
from easychat_gui.providers.dialling import Dial
from easychat_gui.providers.tls import TlsRules, secured, spaced_fingerprint
from easychat_gui.providers.ways import NetworkSecrets, Way
from tests.fakes.asking import Serve, Source, events_and_error, events_of, text_of
from tests.fakes.misbehaving_server import MisbehavingServer, good_stream
from tests.fakes.tls import context_of, encrypted_key, fingerprint_of, server_tls

pytestmark = pytest.mark.usefixtures("no_waiting")

HOST = "127.0.0.1"
PASSPHRASE = "opens sesame"


def error_of(source: Source, server: MisbehavingServer, network: Network, passphrase: str = "") -> ProviderError:
    error = events_and_error(source(server, "sk-key", network=network, secrets=NetworkSecrets("", passphrase)))[1]
    assert error is not None
    assert HOST in str(error)
    assert server.requests == []
    return error


@pytest.fixture
def ca(tmp_path: Path) -> trustme.CA:
    """An authority whose file is ``ca.pem``."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    return authority


# -------------------- an own authority


def test_an_authority_of_a_file_is_trusted_for_this_server_alone(
    serve: Serve, source: Source, ca: trustme.CA, tmp_path: Path
) -> None:
    server = serve(good_stream("a"), tls=server_tls(ca, HOST))
    network = Network(ca_file=str(tmp_path / "ca.pem"))
    assert isinstance(error_of(source, server, Network()), CertificateRejected)
    assert text_of(events_of(source(server, network=network))) == "a"
    other = serve(good_stream("b"), tls=server_tls(ca, HOST))
    assert isinstance(error_of(source, other, Network()), CertificateRejected)


def test_an_own_authority_does_not_vouch_for_another_name(
    serve: Serve, source: Source, ca: trustme.CA, tmp_path: Path
) -> None:
    server = serve(good_stream("a"), tls=server_tls(ca, "other.example.org"))
    error = error_of(source, server, Network(ca_file=str(tmp_path / "ca.pem")))
    assert isinstance(error, CertificateRejected)


def test_a_file_that_was_replaced_is_read_again(serve: Serve, source: Source, ca: trustme.CA, tmp_path: Path) -> None:
    new = trustme.CA()
    server = serve(good_stream("a"), tls=server_tls(new, HOST))
    network = Network(ca_file=str(tmp_path / "ca.pem"))
    assert isinstance(error_of(source, server, network), CertificateRejected)
    new.cert_pem.write_to_path(tmp_path / "ca.pem", append=True)
    assert text_of(events_of(source(server, network=network))) == "a"


@pytest.mark.parametrize("content", [None, b"", b"no certificate", b"\x00\xff" * 50])
def test_a_file_of_authorities_that_cannot_be_used(
    serve: Serve, source: Source, tmp_path: Path, content: bytes | None
) -> None:
    path = tmp_path / "broken.pem"
    if content is not None:
        path.write_bytes(content)
    server = serve(good_stream("a"), tls=server_tls(trustme.CA(), HOST))
    error = error_of(source, server, Network(ca_file=str(path)))
    assert isinstance(error, CertificateUnusable)
    assert "broken.pem" in str(error)


# -------------------- one certificate


def yesterday(ca: trustme.CA) -> trustme.LeafCert:
    return ca.issue_cert("wrong.example.org", not_after=dt.datetime.now(dt.UTC) - dt.timedelta(days=1))


def test_the_one_certificate_is_trusted_whatever_it_says(serve: Serve, source: Source) -> None:
    certificate = yesterday(trustme.CA())  # of nobody, for another host, and past its time
    server = serve(good_stream("a"), tls=context_of(certificate))
    chat = source(server, "sk-key", network=Network(fingerprint=fingerprint_of(certificate)))
    assert text_of(events_of(chat)) == "a"


def test_another_certificate_is_refused_and_both_are_named(
    serve: Serve, source: Source, ca: trustme.CA, tmp_path: Path
) -> None:
    """Also one that an authority vouches for: the person said "this one"."""
    trusted, shown = fingerprint_of(yesterday(ca)), ca.issue_cert(HOST)
    server = serve(good_stream("a"), tls=context_of(shown))
    network = Network(ca_file=str(tmp_path / "ca.pem"), fingerprint=trusted)
    error = error_of(source, server, network)
    assert isinstance(error, CertificateRejected)
    for each in (trusted, fingerprint_of(shown)):
        assert spaced_fingerprint(each[:16]) in str(error)
        assert spaced_fingerprint(each) in error.detail


# -------------------- a client certificate


class Client:
    """A server that wants to know who asks, and the files of one who may."""

    def __init__(self, ca: trustme.CA, folder: Path) -> None:
        self.tls = server_tls(ca, HOST)
        self.tls.verify_mode = ssl.CERT_REQUIRED
        ca.configure_trust(self.tls)
        mine = ca.issue_cert("me@example.org")
        self.certificate = folder / "me.pem"
        self.key = folder / "me.key"
        mine.cert_chain_pems[0].write_to_path(self.certificate)
        self.key.write_bytes(encrypted_key(mine, PASSPHRASE))
        self.network = Network(
            ca_file=str(folder / "ca.pem"), client_certificate=str(self.certificate), client_key=str(self.key)
        )


@pytest.fixture
def client(ca: trustme.CA, tmp_path: Path) -> Client:
    return Client(ca, tmp_path)


def test_a_client_certificate_with_an_encrypted_key(serve: Serve, source: Source, client: Client) -> None:
    server = serve(good_stream("a"), tls=client.tls)
    chat = source(server, network=client.network, secrets=NetworkSecrets("", PASSPHRASE))
    assert text_of(events_of(chat)) == "a"


def test_a_client_certificate_for_the_one_that_is_trusted(
    serve: Serve, source: Source, client: Client, ca: trustme.CA
) -> None:
    own = yesterday(trustme.CA())
    own.configure_cert(client.tls)
    server = serve(good_stream("a"), tls=client.tls)
    network = Network(
        client_certificate=str(client.certificate), client_key=str(client.key), fingerprint=fingerprint_of(own)
    )
    assert text_of(events_of(source(server, network=network, secrets=NetworkSecrets("", PASSPHRASE)))) == "a"


@pytest.mark.parametrize(
    ("passphrase", "words"), [("", "is needed, and none is set"), ("opens sesam", "is not the right one")]
)
def test_a_passphrase_that_does_not_open_the_key(
    serve: Serve, source: Source, client: Client, passphrase: str, words: str
) -> None:
    server = serve(good_stream("a"), tls=client.tls)
    error = error_of(source, server, client.network, passphrase)
    assert isinstance(error, CertificateUnusable)
    assert words in str(error)
    assert "me.key" in str(error)


def test_a_key_of_another_certificate(serve: Serve, source: Source, client: Client, ca: trustme.CA) -> None:
    ca.issue_cert("x").private_key_pem.write_to_path(client.key)
    error = error_of(source, serve(good_stream("a"), tls=client.tls), client.network)
    assert "belongs to another certificate" in str(error)


def test_a_client_certificate_that_is_gone(serve: Serve, source: Source, client: Client) -> None:
    client.certificate.unlink()
    error = error_of(source, serve(good_stream("a"), tls=client.tls), client.network, PASSPHRASE)
    assert isinstance(error, CertificateUnusable)
    assert "me.pem" in str(error)


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_a_server_that_wants_a_client_certificate_where_none_is_set(
    serve: Serve, source: Source, client: Client, tmp_path: Path, version: ssl.TLSVersion
) -> None:
    client.tls.maximum_version = version
    error = error_of(source, serve(good_stream("a"), tls=client.tls), Network(ca_file=str(tmp_path / "ca.pem")))
    assert isinstance(error, ConnectionFailed)
    assert not isinstance(error, CertificateRejected)


def test_many_handshakes_at_once_with_different_trust(serve: Serve, source: Source, ca: trustme.CA) -> None:
    """Contexts are shared between connections; what one trusts must never leak into another."""
    certificates = [yesterday(ca) for _ in range(3)]
    servers = [serve(good_stream(str(i)), tls=context_of(each)) for i, each in enumerate(certificates)]
    outcomes: list[tuple[int, int, str]] = []

    def ask(i: int, j: int) -> None:
        events, error = events_and_error(
            source(servers[i], network=Network(fingerprint=fingerprint_of(certificates[j])))
        )
        outcomes.append((i, j, type(error).__name__ if error else text_of(events)))

    threads = [threading.Thread(target=ask, args=(i, j)) for i in range(3) for j in range(3)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(outcomes) == [(i, j, str(i) if i == j else "CertificateRejected") for i in range(3) for j in range(3)]


# -------------------- on the way


def test_a_connection_that_is_reset_before_the_handshake_is_closed() -> None:
    with socket.create_server((HOST, 0)) as listener:
        sock = socket.create_connection(listener.getsockname())
        other, _ = listener.accept()
        other.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        other.close()
        select.select([sock], [], [], 20)
        number = sock.fileno()
        with pytest.raises(ConnectionFailed, match="before TLS was agreed on"):
            secured(sock, HOST, TlsRules(), Dial(Way("https://host/v1", "host"), 20.0))
        with pytest.raises(OSError, match="Bad file descriptor"):
            os.fstat(number)
