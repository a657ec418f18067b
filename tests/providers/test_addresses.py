"""What a person may type as an address, and what is asked then."""

from __future__ import annotations

import pytest

from easychat_gui.domain.endpoints import Endpoint, EndpointKind
from easychat_gui.domain.errors import InvalidAddress
from easychat_gui.domain.ids import EndpointId
from easychat_gui.providers.addresses import ServerAddress, resolve_address


def resolve(url: str, kind: EndpointKind = EndpointKind.OPENAI) -> ServerAddress:
    return resolve_address(Endpoint(EndpointId("e"), "e", url, kind))


@pytest.mark.parametrize(
    ("url", "base"),
    [
        ("http://host:8080", "http://host:8080/v1"),
        ("http://host:8080/", "http://host:8080/v1"),
        (" http://host:8080 ", "http://host:8080/v1"),
        ("https://host/v1", "https://host/v1"),
        ("https://host/v1/", "https://host/v1"),
        ("https://host/api/v1", "https://host/api/v1"),
        ("https://host/v1beta/openai/", "https://host/v1beta/openai"),
        ("https://host/v1/chat/completions", "https://host/v1"),
        ("http://[::1]:80/v1", "http://[::1]:80/v1"),
        ("https://user:pw@host/v1", "https://host/v1"),
    ],
)
def test_the_addresses_below_a_base(url: str, base: str) -> None:
    address = resolve(url)
    assert address.completions == f"{base}/chat/completions"
    assert address.models == f"{base}/models"


def test_a_query_is_kept() -> None:
    address = resolve("https://host/openai/deployments/x?api-version=1")
    assert address.completions == "https://host/openai/deployments/x/chat/completions?api-version=1"


@pytest.mark.parametrize(
    ("url", "completions"),
    [
        ("http://host", "http://host/api/openai/v1/chat/completions"),
        ("http://host/", "http://host/api/openai/v1/chat/completions"),
        ("http://host/chat", "http://host/chat/api/openai/v1/chat/completions"),
        ("http://host/v1", "http://host/v1/chat/completions"),
        ("http://host/api/openai/v1", "http://host/api/openai/v1/chat/completions"),
    ],
)
def test_an_easychat_server_has_a_path_of_its_own(url: str, completions: str) -> None:
    address = resolve(url, EndpointKind.EASYCHAT)
    assert address.completions == completions
    assert address.origin == "http://host"


@pytest.mark.parametrize(
    "url",
    ["", "host:8080", "localhost", "ftp://host", "http://", "http://:80", "http://[::1", "http://host:99999", "http://host:x",
     "http://ho st", "http://host\n", "file:///etc/passwd", "javascript:alert(1)", "http://a\\b", "http://ho\x00st"],
)  # fmt: skip
def test_what_is_no_address_is_told_with_an_example(url: str) -> None:
    if url.strip() == "http://host":
        assert resolve(url).shown == "http://host"
        return
    with pytest.raises(InvalidAddress, match="must look like http"):
        resolve(url)


def test_a_password_in_an_address_is_shown_nowhere() -> None:
    assert "pw" not in resolve("http://user:pw@host/v1").shown
    with pytest.raises(InvalidAddress) as caught:
        resolve("http://user:pw@host:99999")
    assert "pw" not in f"{caught.value} {caught.value.server}"


@pytest.mark.parametrize(
    ("host", "is_loopback"),
    [
        ("127.0.0.1", True),
        ("127.8.9.1", True),
        ("localhost", True),
        ("LOCALHOST", True),
        ("a.localhost", True),
        ("[::1]", True),
        ("[::ffff:127.0.0.1]", True),
        ("0.0.0.0", True),
        ("192.168.0.1", False),
        ("localhost.example", False),
        ("example", False),
    ],
)
def test_loopback(host: str, is_loopback: bool) -> None:
    assert resolve(f"http://{host}:80").is_loopback is is_loopback


@pytest.mark.parametrize(
    ("kind", "url", "completions", "models"),
    [
        (EndpointKind.RESPONSES, "https://host", "https://host/v1/responses", "https://host/v1/models"),
        (EndpointKind.RESPONSES, "https://host/v1/responses", "https://host/v1/responses", "https://host/v1/models"),
        (EndpointKind.ANTHROPIC, "https://host", "https://host/v1/messages", "https://host/v1/models?limit=1000"),
        (
            EndpointKind.ANTHROPIC,
            "https://host/a/v1/messages/?k=v",
            "https://host/a/v1/messages?k=v",
            "https://host/a/v1/models?k=v&limit=1000",
        ),
        (EndpointKind.OLLAMA, "http://host:11434", "http://host:11434/api/chat", "http://host:11434/api/tags"),
        (EndpointKind.OLLAMA, "http://host:11434/v1/", "http://host:11434/api/chat", "http://host:11434/api/tags"),
        (EndpointKind.OLLAMA, "https://host/o/api", "https://host/o/api/chat", "https://host/o/api/tags"),
        (EndpointKind.OLLAMA, "https://host/api/chat", "https://host/api/chat", "https://host/api/tags"),
    ],
)
def test_every_kind_has_paths_of_its_own(kind: EndpointKind, url: str, completions: str, models: str) -> None:
    address = resolve(url, kind)
    assert (address.completions, address.models) == (completions, models)
