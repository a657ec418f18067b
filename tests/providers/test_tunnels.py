"""Proxies: real ones on loopback, and ones that do everything wrong."""

from __future__ import annotations

import socket
import threading
from pathlib import Path

import pytest
import trustme

from easychat_gui.domain.endpoints import Network, ProxyChoice, Timeouts
from easychat_gui.domain.errors import CertificateRejected, ConnectionFailed, ProviderError, ProxyFailed, TimedOut
from easychat_gui.providers.ways import NetworkSecrets
from tests.fakes.asking import Serve, Source, events_and_error, events_of, text_of
from tests.fakes.misbehaving_server import Connection, answer, good_stream, raw
from tests.fakes.proxies import SocksProxy, http_proxy
from tests.fakes.tls import server_tls

pytestmark = pytest.mark.usefixtures("no_waiting")

HOST = "chat.example.test"
KEY = "sk-marker-1234567890"
never = answer("500 Never asked")


def through(url: str, user: str = "", **more: object) -> Network:
    return Network(ProxyChoice.OWN, url, user, may_send_key_unencrypted=True, **more)  # type: ignore[arg-type]


def secret(password: str) -> NetworkSecrets:
    return NetworkSecrets(password)


def error_of(source: Source, address: str, network: Network, password: str = "") -> ProviderError:
    error = events_and_error(source(address, KEY, network=network, secrets=secret(password)))[1]
    assert error is not None
    assert error.server == address
    if password:
        assert password not in f"{error} {error.detail}"
    return error


@pytest.fixture
def authority(tmp_path: Path) -> trustme.CA:
    """An authority whose file is ``ca.pem``."""
    ca = trustme.CA()
    ca.cert_pem.write_to_path(tmp_path / "ca.pem")
    return ca


# -------------------- SOCKS 5


def test_socks_with_a_log_in_and_the_name_looked_up_by_the_proxy(serve: Serve, source: Source) -> None:
    server = serve(good_stream("a", "b"))
    socks = SocksProxy(server, log_in="joe:p ss:wörd".encode("ascii", "ignore").decode())
    proxy = serve(never, at_accept=socks)
    network = through(f"socks5h://127.0.0.1:{proxy.port}", "joe")
    chat = source(f"http://{HOST}/v1", KEY, network=network, secrets=secret("p ss:wrd"))
    assert text_of(events_of(chat)) == text_of(events_of(chat)) == "ab"
    assert socks.targets == [f"{HOST} 80"]  # one connection, kept
    assert server.requests[0].headers["authorization"] == f"Bearer {KEY}"
    assert server.requests[0].target == "/v1/chat/completions"


def test_plain_socks5_looks_the_name_up_here(serve: Serve, source: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    look_up = socket.getaddrinfo

    def known(host: str, *rest: int) -> object:
        return look_up("192.0.2.7" if host == HOST and not rest[4:] else host, *rest)

    monkeypatch.setattr(socket, "getaddrinfo", known)
    socks = SocksProxy(serve(good_stream("a")))
    proxy = serve(never, at_accept=socks)
    network = through(f"socks5://127.0.0.1:{proxy.port}")
    assert text_of(events_of(source(f"http://{HOST}:8080", network=network))) == "a"
    assert socks.targets == ["192.0.2.7 8080"]


def test_tls_through_socks(serve: Serve, source: Source, authority: trustme.CA, tmp_path: Path) -> None:
    server = serve(good_stream("a"), tls=server_tls(authority, HOST))
    socks = SocksProxy(server)
    proxy = serve(never, at_accept=socks)
    network = through(f"socks5h://127.0.0.1:{proxy.port}", ca_file=str(tmp_path / "ca.pem"))
    assert text_of(events_of(source(f"https://{HOST}", network=network))) == "a"
    assert socks.targets == [f"{HOST} 443"]


@pytest.mark.parametrize(
    ("reply", "words"), [(2, "rules"), (4, "no such host"), (5, "refuses connections"), (8, "kind of address")]
)
def test_a_socks_proxy_that_cannot_lead_on_says_why(serve: Serve, source: Source, reply: int, words: str) -> None:
    proxy = serve(never, at_accept=SocksProxy(reply=reply))
    error = error_of(source, f"http://{HOST}", through(f"socks5h://127.0.0.1:{proxy.port}"))
    assert isinstance(error, ProxyFailed)
    assert f"127.0.0.1:{proxy.port}" in str(error)
    assert HOST in str(error)
    assert words in str(error)


@pytest.mark.parametrize(("user", "password", "words"), [("", "", "wants a user"), ("joe", "wrong-one", "not accept")])
def test_a_socks_log_in_that_is_wrong(serve: Serve, source: Source, user: str, password: str, words: str) -> None:
    proxy = serve(never, at_accept=SocksProxy(log_in="joe:right"))
    error = error_of(source, f"http://{HOST}", through(f"socks5h://127.0.0.1:{proxy.port}", user), password)
    assert isinstance(error, ProxyFailed)
    assert words in str(error)
    assert not error.is_retryable


def test_a_password_that_socks_cannot_carry(serve: Serve, source: Source) -> None:
    proxy = serve(never)
    error = error_of(source, f"http://{HOST}", through(f"socks5h://127.0.0.1:{proxy.port}", "joe"), "pässwörd")
    assert "cannot be sent" in str(error)


def broken_socks(data: bytes) -> object:
    def at_accept(connection: Connection) -> None:
        connection.sock.recv(100)
        connection.send(data)
        raise EOFError

    return at_accept


@pytest.mark.parametrize("data", [b"", b"\x05", b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\x04\x00", b"\x05\x07"])
def test_a_socks_proxy_that_is_none(serve: Serve, source: Source, data: bytes) -> None:
    proxy = serve(never, at_accept=broken_socks(data))
    error = error_of(source, f"http://{HOST}", through(f"socks5h://127.0.0.1:{proxy.port}"))
    assert isinstance(error, ProxyFailed)
    assert f"127.0.0.1:{proxy.port}" in str(error)


# -------------------- HTTP


def test_connect_with_a_log_in(serve: Serve, source: Source, authority: trustme.CA, tmp_path: Path) -> None:
    server = serve(good_stream("a"), tls=server_tls(authority, HOST))
    proxy = serve(http_proxy(server, "joe:pässwörd"))
    network = through(proxy.url, "joe", ca_file=str(tmp_path / "ca.pem"))
    chat = source(f"https://{HOST}", KEY, network=network, secrets=secret("pässwörd"))
    assert text_of(events_of(chat)) == "a"
    assert [each.target for each in proxy.requests] == [f"{HOST}:443"]
    assert KEY.encode() not in proxy.requests[0].head
    assert "proxy-authorization" not in server.requests[0].headers


def test_what_has_no_tls_is_fetched_by_the_proxy(serve: Serve, source: Source) -> None:
    server = serve(good_stream("a"))
    proxy = serve(http_proxy(server, "joe:secret-one"))
    chat = source(f"http://{HOST}:8080", network=through(proxy.url, "joe"), secrets=secret("secret-one"))
    assert text_of(events_of(chat)) == "a"
    assert proxy.requests[0].target == f"http://{HOST}:8080/v1/chat/completions"
    assert server.requests[0].headers["host"] == f"{HOST}:8080"


def test_tls_to_the_proxy_and_tls_to_the_server_inside(
    serve: Serve, source: Source, authority: trustme.CA, tmp_path: Path
) -> None:
    server = serve(good_stream("a", "b"), tls=server_tls(authority, HOST))
    proxy = serve(http_proxy(server), tls=server_tls(authority, "127.0.0.1"))
    network = through(proxy.url, ca_file=str(tmp_path / "ca.pem"))
    chat = source(f"https://{HOST}", KEY, network=network)
    assert text_of(events_of(chat)) == text_of(events_of(chat)) == "ab"
    assert proxy.url.startswith("https")
    assert [each.target for each in proxy.requests] == [f"{HOST}:443"]


def test_tls_to_the_proxy_and_none_to_the_server(
    serve: Serve, source: Source, authority: trustme.CA, tmp_path: Path
) -> None:
    proxy = serve(http_proxy(serve(good_stream("a"))), tls=server_tls(authority, "127.0.0.1"))
    network = through(proxy.url, ca_file=str(tmp_path / "ca.pem"))
    assert text_of(events_of(source(f"http://{HOST}", network=network))) == "a"


def test_a_proxy_whose_certificate_nobody_trusts(serve: Serve, source: Source) -> None:
    proxy = serve(never, tls=server_tls(trustme.CA(), "127.0.0.1"))
    error = error_of(source, f"https://{HOST}", through(proxy.url))
    assert isinstance(error, CertificateRejected)
    assert f"the proxy 127.0.0.1:{proxy.port}" in str(error)
    assert proxy.requests == []


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize(("user", "words"), [("", "wants a user"), ("joe", "not accept")])
def test_an_http_log_in_that_is_wrong(serve: Serve, source: Source, scheme: str, user: str, words: str) -> None:
    proxy = serve(http_proxy(serve(never), "joe:right"))
    error = error_of(source, f"{scheme}://{HOST}", through(proxy.url, user), "wrong-one" if user else "")
    assert isinstance(error, ProxyFailed)
    assert words in str(error)
    assert proxy.connection_count == 1


def test_a_log_in_of_an_unknown_kind_is_named(serve: Serve, source: Source) -> None:
    head = "407 Proxy Authentication Required"
    proxy = serve(answer(head, b"", "Proxy-Authenticate: Negotiate", "Proxy-Authenticate: NTLM"))
    assert "ntlm" in str(error_of(source, f"https://{HOST}", through(proxy.url)))


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (b"HTTP/1.1 403 Forbidden\r\n\r\n", "403"),
        (b"HTTP/1.1 502 <b>Bad</b> Gateway\r\n\r\n", "502"),
        (b"", "without an answer"),
        (b"HTTP/1.1 200 OK\r\nX:", "without an answer"),
        (b"SSH-2.0-OpenSSH_9.7\r\n", "is its address right"),
        (b"HTTP/1.1 fine\r\n\r\n", "is its address right"),
        (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 20000, "is its address right"),
        (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 504 Gateway Time-out\r\n\r\n", "504"),
    ],
)
def test_an_http_proxy_that_does_not_lead_on(serve: Serve, source: Source, reply: bytes, words: str) -> None:
    proxy = serve(raw(reply))
    error = error_of(source, f"https://{HOST}", through(proxy.url))
    assert isinstance(error, ProxyFailed)
    assert words in str(error)
    assert f"127.0.0.1:{proxy.port}" in str(error)
    assert "<b>" not in str(error)


# -------------------- which one


def test_loopback_is_asked_without_the_own_proxy(serve: Serve, source: Source) -> None:
    proxy, server = serve(never), serve(good_stream("a"))
    assert text_of(events_of(source(server, network=through(proxy.url)))) == "a"
    assert proxy.connection_count == 0


def test_none_is_none_whatever_the_system_says(serve: Serve, source: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    proxy = serve(never)
    monkeypatch.setenv("https_proxy", proxy.url)
    error = error_of(source, "https://a.name.invalid", Network(ProxyChoice.NONE))
    assert isinstance(error, ConnectionFailed)
    assert proxy.connection_count == 0


def test_socks_from_the_system(serve: Serve, source: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    socks = SocksProxy(serve(good_stream("a")), log_in="joe:se cret")
    proxy = serve(never, at_accept=socks)
    monkeypatch.setenv("all_proxy", f"socks5h://joe:se%20cret@127.0.0.1:{proxy.port}/")
    assert text_of(events_of(source(f"http://{HOST}"))) == "a"
    assert socks.log_ins == ["joe:se cret"]


def test_a_proxy_that_is_not_there(source: Source) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    error = error_of(source, f"https://{HOST}", through(f"socks5h://127.0.0.1:{port}"))
    assert isinstance(error, ProxyFailed)
    assert str(error) == f"The proxy 127.0.0.1:{port} refuses connections; is it running?"


def test_a_proxy_whose_name_is_wrong(source: Source) -> None:
    error = error_of(source, f"https://{HOST}", through("http://proxy.name.invalid:3128"))
    assert isinstance(error, ProxyFailed)
    assert "the proxy proxy.name.invalid:3128" in str(error)
    assert "cannot be found" in str(error)


@pytest.mark.parametrize("stalls_at", ["greeting", "log-in", "target"])
def test_a_silent_socks_proxy_is_given_up_in_time(serve: Serve, source: Source, stalls_at: str) -> None:
    proxy = serve(never, at_accept=SocksProxy(log_in="joe:x", stalls_at=stalls_at))
    network = through(f"socks5h://127.0.0.1:{proxy.port}", "joe")
    chat = source(f"http://{HOST}", network=network, secrets=secret("x"), timeouts=Timeouts(0.1, 20, 20))
    error = events_and_error(chat)[1]
    assert isinstance(error, TimedOut)
    assert f"The proxy 127.0.0.1:{proxy.port}" in str(error)
    assert HOST in str(error)


@pytest.mark.parametrize("is_inside_tls", [False, True])
def test_bytes_that_drip_do_not_stretch_the_limit(
    serve: Serve, source: Source, authority: trustme.CA, tmp_path: Path, is_inside_tls: bool
) -> None:
    """A proxy that sends a byte of what looks like TLS just before each wait would end."""

    def drips(connection: Connection) -> None:
        connection.head("200 Connection established")
        connection.send(b"\x16\x03\x03\x3f\xff")
        while True:
            connection.send(b"\x02")
            threading.Event().wait(0.02)

    proxy = serve(drips, tls=server_tls(authority, "127.0.0.1") if is_inside_tls else None)
    network = through(proxy.url, ca_file=str(tmp_path / "ca.pem"))
    chat = source(f"https://{HOST}", network=network, timeouts=Timeouts(0.3, 20, 20))
    assert isinstance(events_and_error(chat)[1], TimedOut)
