"""The list of servers in the settings file: one ``[[endpoints]]`` table each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any
from urllib.parse import urlsplit

from easychat_gui.domain.endpoints import Endpoint, EndpointKind, Timeouts
from easychat_gui.domain.errors import SettingsError
from easychat_gui.domain.ids import EndpointId
from easychat_gui.settings.problems import SettingProblem
from easychat_gui.settings.rules import Choice, Number, Optional, Rule, Text, written
from easychat_gui.support.log import is_secret_header

ENDPOINTS = "endpoints"

_SECONDS = Optional(Number(0.1, 86_400))


class _Address:
    """An http(s) address without a user name or password: those are keys, and keys are not kept here."""

    allowed = "an http or https address without a user name and password"

    def read(self, value: Any) -> str:
        parts = urlsplit(value if isinstance(value, str) else "")
        if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc:
            raise ValueError(value)
        return str(value)


_RULES: Mapping[str, Rule] = {
    "id": Text(200, is_needed=True),
    "name": Text(200),
    "base_url": _Address(),
    "kind": Choice(EndpointKind),
    "default_model": Text(500),
}
_NEEDED = ("id", "base_url")


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
    result = [_table(endpoint, _former_of(endpoint.id, tables)) for endpoint in endpoints]
    return result + [dict(table) for table in tables if not _has_id(table, known)]


def refuse_keys(endpoints: Iterable[Endpoint]) -> None:
    """Raise `SettingsError` if a header of one of these is a key by its name."""
    for endpoint in endpoints:
        for name in endpoint.headers:
            if is_secret_header(name):
                raise SettingsError(
                    f'The header "{name}" of {endpoint.name or endpoint.base_url} is a key: '
                    "enter it as the server's key, it is then kept in the keyring."
                )


def _has_id(table: Mapping[str, Any], known: set[EndpointId]) -> bool:
    return isinstance(table.get("id"), str) and table["id"] in known


def _former_of(endpoint_id: EndpointId, tables: list[Mapping[str, Any]]) -> Mapping[str, Any]:
    return next((table for table in tables if table.get("id") == endpoint_id), {})


def _endpoint(table: Mapping[str, Any], place: str, problems: list[SettingProblem]) -> Endpoint | None:
    values: dict[str, Any] = {}
    for name, rule in _RULES.items():
        if name not in table and name not in _NEEDED:
            continue
        try:
            values[name] = rule.read(table.get(name))
        except ValueError:
            problems.append(SettingProblem(f"{place}.{name}", table.get(name), rule.allowed))
    if not all(name in values for name in _NEEDED):
        return None
    values.setdefault("name", urlsplit(values["base_url"]).hostname)
    return Endpoint(
        **values,
        headers=_headers(table.get("headers", {}), f"{place}.headers", problems),
        timeouts=_timeouts(table.get("timeouts", {}), f"{place}.timeouts", problems),
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


def _timeouts(table: Any, place: str, problems: list[SettingProblem]) -> Timeouts:
    if not isinstance(table, Mapping):
        problems.append(SettingProblem(place, table, "a table"))
        return Timeouts()
    values = {}
    for each in fields(Timeouts):
        if each.name in table:
            try:
                values[each.name] = _SECONDS.read(table[each.name])
            except ValueError:
                used = written(each.default)
                problems.append(SettingProblem(f"{place}.{each.name}", table[each.name], _SECONDS.allowed, used))
    return Timeouts(**values)


def _table(endpoint: Endpoint, former: Mapping[str, Any]) -> dict[str, Any]:
    table = dict(former)
    for name in _RULES:
        table[name] = written(getattr(endpoint, name))
    times = {each.name: written(getattr(endpoint.timeouts, each.name)) for each in fields(Timeouts)}
    kept = former.get("timeouts")
    table["timeouts"] = {**(kept if isinstance(kept, Mapping) else {}), **times}
    table.pop("headers", None)
    if endpoint.headers:
        table["headers"] = dict(endpoint.headers)
    return table
