"""Settings to a TOML document and back. Pure: no file is touched here."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from easychat_gui.settings.endpoint_tables import ENDPOINTS, read_endpoints, write_endpoints
from easychat_gui.settings.pool_tables import POOLS, read_pools, write_pools
from easychat_gui.settings.problems import SettingProblem
from easychat_gui.settings.rules import written
from easychat_gui.settings.schema import SETTINGS, Setting, Settings

Document = dict[str, Any]
_ABSENT = object()


def read(document: Mapping[str, Any]) -> tuple[Settings, list[SettingProblem]]:
    """Return the settings of a document. What is absent or not allowed has its default; the latter is a problem."""
    problems: list[SettingProblem] = []
    settings = Settings()
    for setting in SETTINGS:
        value = _value_at(document, setting.path)
        if value is _ABSENT:
            continue
        try:
            settings = _with(settings, setting.path, setting.rule.read(value))
        except ValueError:
            problems.append(SettingProblem(setting.key, value, setting.rule.allowed, written(setting.default)))
    endpoints, endpoint_problems = read_endpoints(document.get(ENDPOINTS, []))
    pools, pool_problems = read_pools(document.get(POOLS, []))
    return settings.with_(endpoints=endpoints, pools=pools), problems + endpoint_problems + pool_problems


def write(settings: Settings, former: Mapping[str, Any]) -> Document:
    """Return the document of these settings; what ``former`` has besides them is kept."""
    document: Document = copy.deepcopy(dict(former))
    # Loose values first: in TOML they must stand before the first table.
    for setting in sorted(SETTINGS, key=lambda each: len(each.path)):
        _put(document, setting, written(setting.value_in(settings)))
    lists = {
        ENDPOINTS: write_endpoints(settings.endpoints, former.get(ENDPOINTS, [])),
        POOLS: write_pools(settings.pools, former.get(POOLS, [])),
    }
    for name, tables in lists.items():
        document.pop(name, None)
        if tables:
            document[name] = tables
    return document


def _value_at(document: Mapping[str, Any], path: tuple[str, ...]) -> Any:
    value: Any = document
    for name in path:
        if not isinstance(value, Mapping) or name not in value:
            return _ABSENT
        value = value[name]
    return value


def _put(document: Document, setting: Setting, value: Any) -> None:
    *sections, name = setting.path
    for section in sections:
        inner = document.get(section)
        if not isinstance(inner, dict):
            inner = document[section] = {}
        document = inner
    document[name] = value


def _with(settings: Any, path: tuple[str, ...], value: Any) -> Any:
    name, *rest = path
    return replace(settings, **{name: _with(getattr(settings, name), tuple(rest), value) if rest else value})
