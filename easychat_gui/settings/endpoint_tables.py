"""The list of servers in the settings file: one ``[[endpoints]]`` table each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, fields
from typing import Any
from urllib.parse import urlsplit

from easychat_gui.domain.endpoints import Endpoint, EndpointKind, Network, Price, ProxyChoice, Timeouts
from easychat_gui.domain.errors import SettingsError
from easychat_gui.domain.ids import EndpointId
from easychat_gui.settings.generation_rules import OwnParameters, OwnParametersByModel, written_parameters
from easychat_gui.settings.problems import SettingProblem
from easychat_gui.settings.rules import Choice, Flag, Number, Optional, Text, Texts
from easychat_gui.settings.tables import Rules, former_of, read_fields, read_inner, written_fields
from easychat_gui.support.log import has_secret_query, is_secret_header

ENDPOINTS = "endpoints"
MOST_MODELS = 2000


class _Address:
    """An address without a user name or password: those are keys, and keys are not kept here."""

    def __init__(self, *schemes: str, is_needed: bool = True) -> None:
        self._schemes = schemes
        self._is_needed = is_needed

    @property
    def allowed(self) -> str:
        return f"an address ({', '.join(f'{each}://' for each in self._schemes)}) without a user name and password"

    def read(self, value: Any) -> str:
        if value == "" and not self._is_needed:
            return ""
        parts = urlsplit(value if isinstance(value, str) else "")
        if parts.scheme not in self._schemes or not parts.hostname or "@" in parts.netloc:
            raise ValueError(value)
        return str(value)


class _Fingerprint:
    allowed = "a SHA-256 as 64 hexadecimal digits"

    def read(self, value: Any) -> str:
        if not isinstance(value, str) or not re.fullmatch(r"([0-9a-f]{64})?", value):
            raise ValueError(value)
        return value


class _Prices:
    """What models cost, by their ids."""

    allowed = "tables of input and output, numbers from 0, and a currency, by model"

    def read(self, value: Any) -> dict[str, Price]:
        if not isinstance(value, Mapping) or not all(isinstance(table, Mapping) for table in value.values()):
            raise ValueError(value)
        return {str(model): _price(table) for model, table in value.items()}


def _price(table: Mapping[str, Any]) -> Price:
    number = Number(0, 1_000_000)
    sums = {name: float(number.read(table.get(name, 0))) for name in ("input", "output")}
    return Price(**sums, currency=Text(10).read(table.get("currency", Price().currency)))


_SECONDS = Optional(Number(0.1, 86_400))
_RULES: Rules = {
    "id": Text(200, is_needed=True),
    "name": Text(200),
    "base_url": _Address("http", "https"),
    "kind": Choice(EndpointKind),
    "default_model": Text(500),
    "is_on": Flag(),
    "organization": Text(200),
    "api_version": Text(50),
    "own_models": Texts(MOST_MODELS),
    "favourites": Texts(MOST_MODELS),
    "secret_headers": Texts(100),
}
_PARAMETER_RULES: Rules = {"params": OwnParameters(), "model_params": OwnParametersByModel(), "prices": _Prices()}
_TIMEOUT_RULES: Rules = {each.name: _SECONDS for each in fields(Timeouts)}
_NETWORK_RULES: Rules = {
    "proxy": Choice(ProxyChoice),
    "proxy_url": _Address("http", "https", "socks5", "socks5h", is_needed=False),
    "proxy_user": Text(500),
    "proxy_exceptions": Texts(100),
    "ca_file": Text(4096),
    "client_certificate": Text(4096),
    "client_key": Text(4096),
    "fingerprint": _Fingerprint(),
    "may_send_key_unencrypted": Flag(),
}
_NEEDED = ("id", "base_url")
_USUAL_NETWORK = Network()


def read_endpoints(tables: Any) -> tuple[tuple[Endpoint, ...], list[SettingProblem]]:
    """Return the servers of the file. One without a usable id or address is a problem and left out."""
    if not isinstance(tables, list):
        return (), [SettingProblem(ENDPOINTS, tables, "a list of tables")]
    found: dict[EndpointId, Endpoint] = {}
    problems: list[SettingProblem] = []
    for number, table in enumerate(tables, 1):
        place = f"{ENDPOINTS}[{number}]"
        if not isinstance(table, Mapping):
            problems.append(SettingProblem(place, table, "a table"))
            continue
        endpoint = _endpoint(table, place, problems)
        if endpoint is not None and endpoint.id in found:
            problems.append(SettingProblem(f"{place}.id", endpoint.id, "an id that no other server has"))
        elif endpoint is not None:
            found[endpoint.id] = endpoint
    return tuple(found.values()), problems


def write_endpoints(endpoints: Iterable[Endpoint], former: Any) -> list[dict[str, Any]]:
    """Return the tables. Unknown keys of a server stay with it, and so do tables that could not be read.

    Raises `SettingsError` if a header carries a key: the file never does.
    """
    tables = [table for table in former if isinstance(table, Mapping)] if isinstance(former, list) else []
    known = {endpoint.id for endpoint in read_endpoints(tables)[0]}
    result = [_table(endpoint, former_of(endpoint.id, tables)) for endpoint in endpoints]
    return result + [dict(table) for table in tables if not _has_id(table, known)]


def refuse_keys(endpoints: Iterable[Endpoint]) -> None:
    """Raise `SettingsError` if a header or the address of one of these has a key in it, by its name."""
    for endpoint in endpoints:
        if has_secret_query(endpoint.base_url):
            name = endpoint.name or endpoint.base_url.partition("?")[0]
            raise SettingsError(f"The address of {name} has a key in it: enter it as the server's key.")
        for name in endpoint.headers:
            if is_secret_header(name):
                raise SettingsError(
                    f'The header "{name}" of {endpoint.name or endpoint.base_url} is a key: '
                    "enter it as the server's key, it is then kept in the keyring."
                )


def _has_id(table: Mapping[str, Any], known: set[EndpointId]) -> bool:
    return isinstance(table.get("id"), str) and table["id"] in known


def _endpoint(table: Mapping[str, Any], place: str, problems: list[SettingProblem]) -> Endpoint | None:
    values = read_fields(table, {**_RULES, **_PARAMETER_RULES}, place, problems, _NEEDED)
    if values is None:
        return None
    values.setdefault("name", urlsplit(values["base_url"]).hostname)
    timeouts = read_inner(table.get("timeouts", {}), Timeouts(), _TIMEOUT_RULES, f"{place}.timeouts", problems)
    network = read_inner(table.get("network", {}), _USUAL_NETWORK, _NETWORK_RULES, f"{place}.network", problems)
    return Endpoint(
        **values,
        headers=_headers(table.get("headers", {}), f"{place}.headers", problems),
        timeouts=Timeouts(**timeouts),
        network=Network(**network),
    )


def _headers(table: Any, place: str, problems: list[SettingProblem]) -> dict[str, str]:
    if not isinstance(table, Mapping):
        problems.append(SettingProblem(place, table, "a table"))
        return {}
    found = {}
    for name, value in table.items():
        if is_secret_header(name):
            problems.append(SettingProblem(f"{place}.{name}", "…", "no key: keys are kept in the keyring"))
        elif not isinstance(value, str) or not value.isprintable() or not name.isascii() or " " in name:
            problems.append(SettingProblem(f"{place}.{name}", value, "one line of text"))
        else:
            found[name] = value
    return found


def _table(endpoint: Endpoint, former: Mapping[str, Any]) -> dict[str, Any]:
    table = written_fields(endpoint, _RULES, former)
    table["timeouts"] = written_fields(endpoint.timeouts, _TIMEOUT_RULES, former.get("timeouts"))
    rarer = {
        "headers": dict(endpoint.headers),
        "params": written_parameters(endpoint.params),
        "model_params": {model: written_parameters(own) for model, own in endpoint.model_params.items()},
        "prices": {model: asdict(price) for model, price in endpoint.prices.items()},
        "network": {}
        if endpoint.network == _USUAL_NETWORK and "network" not in former
        else written_fields(endpoint.network, _NETWORK_RULES, former.get("network")),
    }
    for name, inner in rarer.items():
        table.pop(name, None)
        if inner:
            table[name] = inner
    return table
