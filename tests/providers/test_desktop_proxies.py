"""What desktops keep of proxies, as their programs and files say it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from easychat_gui.domain.endpoints import Network
from easychat_gui.providers import desktop_proxies, proxies
from easychat_gui.providers.cancellation import Cancellation
from easychat_gui.providers.desktop_proxies import Desktop, read_gnome, read_kde
from easychat_gui.providers.proxies import proxy_for
from easychat_gui.providers.ways import Way

GNOME = """org.gnome.system.proxy autoconfig-url ''
org.gnome.system.proxy ignore-hosts ['localhost', '127.0.0.0/8', '::1', '*.example.org']
org.gnome.system.proxy mode 'manual'
org.gnome.system.proxy use-same-proxy false
org.gnome.system.proxy.http authentication-password 'p:w'
org.gnome.system.proxy.http authentication-user 'joe'
org.gnome.system.proxy.http enabled false
org.gnome.system.proxy.http host 'proxy.test'
org.gnome.system.proxy.http port 3128
org.gnome.system.proxy.http use-authentication true
org.gnome.system.proxy.https host ''
org.gnome.system.proxy.https port 0
org.gnome.system.proxy.socks host 'socks.test'
org.gnome.system.proxy.socks port 1080
"""

KDE = """[Proxy Settings]
NoProxyFor=localhost,.example.org
ProxyType=1
httpProxy=http://proxy.test 3128
httpsProxy=http://secure.test 3129
socksProxy=socks://socks.test 1080
"""


def test_gnome() -> None:
    assert read_gnome(GNOME) == {
        "http": "http://joe:p%3Aw@proxy.test:3128",
        "all": "socks5h://socks.test:1080",
        "no": "localhost,127.0.0.0/8,::1,*.example.org",
    }
    assert read_gnome(GNOME.replace("same-proxy false", "same-proxy true"))["https"].endswith("proxy.test:3128")


@pytest.mark.parametrize("mode", ["none", "auto"])
def test_gnome_without_a_proxy_set_by_hand(mode: str) -> None:
    assert read_gnome(GNOME.replace("'manual'", f"'{mode}'")) == {}


@pytest.mark.parametrize("said", ["", "No such schema", "org.gnome.system.proxy mode", "\x00\xff [[["])
def test_gnome_says_something_else(said: str) -> None:
    assert read_gnome(said) == {}


def test_kde(tmp_path: Path) -> None:
    (tmp_path / "kioslaverc").write_text(KDE)
    assert read_kde(tmp_path / "kioslaverc") == {
        "http": "http://proxy.test:3128",
        "https": "http://secure.test:3129",
        "all": "socks5h://socks.test:1080",
        "no": "localhost,.example.org",
    }
    (tmp_path / "kioslaverc").write_text(KDE.replace("ProxyType=1", "ProxyType=2"))
    assert read_kde(tmp_path / "kioslaverc") == {}


@pytest.mark.parametrize("content", [b"", b"[Proxy Settings]", b"no section", b"\xff\xfe\x00", b"[Proxy Settings\nx"])
def test_a_file_of_kde_that_cannot_be_read(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "kioslaverc").write_bytes(content)
    assert read_kde(tmp_path / "kioslaverc") == {}
    assert read_kde(tmp_path / "none") == {}


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has desktops of its own")
def test_the_environment_goes_before_the_desktop_which_is_asked_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "gsettings"
    program.write_text(f"#!/bin/sh\necho asked >> {tmp_path}/asked\ncat <<'END'\n{GNOME}END\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setenv("XDG_CURRENT_DESKTOP", "ubuntu:GNOME")
    monkeypatch.setattr(proxies, "desktop", Desktop())

    def found(host: str, scheme: str = "https") -> str:
        way = Way(f"{scheme}://{host}", host, network=Network())
        proxy = proxy_for(way, scheme, host, 443, Cancellation())
        return proxy.name if proxy else ""

    assert [found("a.test"), found("a.test", "http")] == ["socks.test:1080", "proxy.test:3128"]
    assert found("llm.example.org") == ""
    monkeypatch.setenv("no_proxy", "a.test")
    assert found("a.test") == ""
    monkeypatch.setenv("https_proxy", "http://other.test:1")
    assert found("b.test") == "other.test:1"
    assert (tmp_path / "asked").read_text() == "asked\n"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has desktops of its own")
def test_a_desktop_that_does_not_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "gsettings"
    program.write_text("#!/bin/sh\nexec sleep 60\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setenv("XDG_CURRENT_DESKTOP", "GNOME")
    monkeypatch.setattr(desktop_proxies, "_ANSWER_LIMIT_S", 0.05)
    assert Desktop().proxies() == {}
