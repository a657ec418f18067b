"""Which hosts are reached without a proxy, and how the address of one is read."""

from __future__ import annotations

import pytest

from easychat_gui.domain.errors import ProxyFailed
from easychat_gui.providers.proxies import is_excepted, parse_proxy
from easychat_gui.providers.ways import Way

WAY = Way("https://llm.example.org", "llm.example.org")


@pytest.mark.parametrize(
    ("host", "exception"),
    [
        ("llm.example.org", "llm.example.org"),
        ("LLM.Example.Org.", "llm.example.org"),
        ("llm.example.org", ".example.org"),
        ("llm.example.org", "*.example.org"),
        ("llm.example.org", "example.org"),
        ("llm.example.org", "org"),
        ("llm.example.org", "llm.example.org:443"),
        ("llm.example.org", "*"),
        ("10.1.2.3", "10.0.0.0/8"),
        ("10.1.2.3", "10.1.2.3"),
        ("::ffff:10.1.2.3", "10.0.0.0/8"),
        ("fd00::7", "fd00::/8"),
        ("[fd00::7]", "fd00::7"),
        ("fe80::1%eth0", "fe80::/10"),
        ("intranet", "<local>"),
    ],
)
def test_excepted(host: str, exception: str) -> None:
    assert is_excepted(host, 443, ["other.example.com", f" {exception} "])


@pytest.mark.parametrize(
    ("host", "exception"),
    [
        ("notexample.org", "example.org"),
        ("example.org.evil.test", "example.org"),
        ("llm.example.org", "llm.example.org:8443"),
        ("11.1.2.3", "10.0.0.0/8"),
        ("10.1.2.3", "fd00::/8"),
        ("10.1.2.3", "2.3"),
        ("llm.example.org", ""),
        ("llm.example.org", "<local>"),
        ("llm.example.org", "10.0.0.0/99"),
    ],
)
def test_not_excepted(host: str, exception: str) -> None:
    assert not is_excepted(host, 443, [exception])


def test_the_address_of_a_proxy() -> None:
    plain = parse_proxy("proxy", WAY)
    assert (plain.scheme, plain.name) == ("http", "proxy:80")
    full = parse_proxy("socks5h://jo%40e:p%3Aw@[fd00::1]:99/", WAY)
    assert (full.name, full.user, full.password) == ("[fd00::1]:99", "jo@e", "p:w")
    assert "p:w" not in repr(full)
    assert parse_proxy("socks://p", WAY).scheme == "socks5h"  # as desktops write it


@pytest.mark.parametrize("url", ["socks4://p", "ftp://p", "http://", "http://p:port", "http://[::1"])
def test_an_address_that_is_none(url: str) -> None:
    with pytest.raises(ProxyFailed) as caught:
        parse_proxy(url, WAY)
    assert "llm.example.org" in str(caught.value)
    assert not caught.value.is_retryable
