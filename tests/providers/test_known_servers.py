"""The servers that people know."""

from __future__ import annotations

import pytest

from easychat_gui.domain.endpoints import Endpoint, EndpointKind
from easychat_gui.domain.ids import EndpointId
from easychat_gui.providers.addresses import resolve_address
from easychat_gui.providers.discovery import KNOWN_PORTS
from easychat_gui.providers.known_servers import KNOWN_SERVERS, KnownServer, Place, known_by_address


@pytest.mark.parametrize("known", KNOWN_SERVERS, ids=lambda known: known.name)
def test_its_address_can_be_asked_and_its_key_is_to_be_had_over_https(known: KnownServer) -> None:
    address = (known.base_url or known.example).replace("host:port", "host:80")
    assert resolve_address(Endpoint(EndpointId("x"), known.name, address, known.kind)).completions
    assert known.base_url.startswith("https://") or known.place is Place.OWN or not known.base_url
    assert not known.keys_url or known.keys_url.startswith("https://")


def test_those_that_are_looked_for_on_this_computer_stand_there_with_the_same_port() -> None:
    here = {each.name: each.base_url for each in KNOWN_SERVERS if each.place is Place.OWN}
    assert {name: f"http://127.0.0.1:{port}/v1" for port, name in KNOWN_PORTS.items()}.items() <= here.items()


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("https://api.openai.com/v1", "OpenAI"),
        ("https://API.OpenAI.com", "OpenAI"),
        ("https://my-company.openai.azure.com/openai/v1", "Azure OpenAI"),
        ("https://openai.azure.com", None),
        ("https://api.openai.com.evil.example/v1", None),
        ("http://127.0.0.1:11434/v1", None),
        ("http://[broken", None),
        ("", None),
    ],
)
def test_a_service_is_known_by_its_host(address: str, name: str | None) -> None:
    known = known_by_address(address)
    assert (known.name if known else None) == name


def test_the_kinds_that_need_no_address_of_their_own_are_there() -> None:
    assert {EndpointKind.AZURE, EndpointKind.EASYCHAT} == {each.kind for each in KNOWN_SERVERS if not each.base_url}
