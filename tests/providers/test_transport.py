"""What the machine's settings must and must not do to a request."""

from __future__ import annotations

import datetime as dt
import ipaddress
import ssl
from pathlib import Path

import pytest

from easychat_gui.domain.errors import CertificateRejected, ConnectionFailed
from tests.fakes.asking import Serve, Source, events_and_error, events_of, notices_of, text_of
from tests.fakes.misbehaving_server import Connection, answer, good_stream

pytestmark = pytest.mark.usefixtures("no_waiting")

KEY = "sk-marker-1234567890"


def test_netrc_does_not_replace_the_key(
    serve: Serve, source: Source, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login joe password secret\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    server = serve(good_stream("a"))
    events_of(source(server, KEY))
    events_of(source(server))
    assert [each.headers.get("authorization") for each in server.requests] == [f"Bearer {KEY}", None]


def test_the_password_of_an_address_goes_out_as_such_and_the_key_before_it(serve: Serve, source: Source) -> None:
    server = serve(good_stream("a"))
    address = f"http://joe:secret@127.0.0.1:{server.port}"
    events = events_of(source(address))
    events_of(source(address, KEY))
    assert [each.headers["authorization"] for each in server.requests] == ["Basic am9lOnNlY3JldA==", f"Bearer {KEY}"]
    assert "secret" not in repr(events)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_loopback_is_never_asked_through_a_proxy(
    serve: Serve, source: Source, monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    proxy, server = serve(answer("502 Bad Gateway")), serve(good_stream("a"))
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, proxy.url)
    assert text_of(events_of(source(f"http://{host}:{server.port}"))) == "a"
    assert proxy.connection_count == 0


def test_other_hosts_are_asked_through_the_proxy(serve: Serve, source: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    proxy = serve(good_stream("a"))
    monkeypatch.setenv("http_proxy", proxy.url)
    assert text_of(events_of(source("http://a.name.invalid/v1"))) == "a"
    assert proxy.requests[0].target == "http://a.name.invalid/v1/chat/completions"


def test_no_proxy_is_kept_to(serve: Serve, source: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    proxy = serve(good_stream("a"))
    monkeypatch.setenv("http_proxy", proxy.url)
    monkeypatch.setenv("no_proxy", "invalid")
    error = events_and_error(source("http://a.name.invalid/v1"))[1]
    assert isinstance(error, ConnectionFailed)
    assert proxy.connection_count == 0


def test_a_proxy_that_refuses_is_named_as_such(serve: Serve, source: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    proxy = serve(answer("403 Forbidden"))
    monkeypatch.setenv("https_proxy", proxy.url)
    error = events_and_error(source("https://a.name.invalid/v1", KEY))[1]
    assert isinstance(error, ConnectionFailed)
    assert "proxy" in str(error)
    assert KEY.encode() not in b"".join(each.head for each in proxy.requests)


def test_a_proxy_of_an_unknown_kind(source: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "socks5://127.0.0.1:9")
    assert isinstance(events_and_error(source("http://a.name.invalid/v1"))[1], ConnectionFailed)


@pytest.mark.parametrize(("name", "retries"), [("a.name.invalid", 2), ("a..b", 0), ("x" * 70 + ".invalid", 0)])
def test_a_name_that_does_not_exist(source: Source, name: str, retries: int) -> None:
    events, error = events_and_error(source(f"http://{name}/v1"))
    assert len(notices_of(events)) == retries  # a name that cannot be one will never be
    assert type(error) is ConnectionFailed
    assert name in str(error)
    assert "cannot be found" in str(error)


# -------------------- TLS


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate for 127.0.0.1, with its key, that nobody trusts yet."""
    x509 = pytest.importorskip("cryptography.x509")
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "test")])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    encoding = serialization.Encoding.PEM
    private = key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path = tmp_path / "certificate.pem"
    path.write_bytes(certificate.public_bytes(encoding) + private)
    return path


def tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


def test_a_certificate_that_nobody_trusts_is_refused_before_anything_is_sent(
    serve: Serve, source: Source, certificate: Path
) -> None:
    server = serve(good_stream("a"), tls=tls(certificate))
    events, error = events_and_error(source(server, KEY))
    assert isinstance(error, CertificateRejected)
    assert (events, server.requests) == ([], [])
    assert "127.0.0.1" in str(error)


@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"])
def test_a_company_authority_named_in_the_environment_is_trusted(
    serve: Serve, source: Source, certificate: Path, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, str(certificate))
    server = serve(good_stream("a", "b"), tls=tls(certificate))
    chat = source(server, KEY)
    assert text_of(events_of(chat)) == text_of(events_of(chat)) == "ab"
    assert server.connection_count == 1


def test_a_certificate_for_another_host_is_refused(
    serve: Serve, source: Source, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    server = serve(good_stream("a"), tls=tls(certificate))
    error = events_and_error(source(f"https://localhost:{server.port}"))[1]
    assert isinstance(error, CertificateRejected)


def test_a_server_without_tls_behind_an_https_address(serve: Serve, source: Source) -> None:
    def speaks_plainly(connection: Connection) -> None:
        connection.send(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        connection.wait_for_hang_up()

    server = serve(good_stream("a"), at_accept=speaks_plainly)
    error = events_and_error(source(f"https://127.0.0.1:{server.port}"))[1]
    assert type(error) is ConnectionFailed
    assert "TLS" in str(error)
