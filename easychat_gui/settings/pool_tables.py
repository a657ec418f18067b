"""The list of pools in the settings file: one ``[[pools]]`` table each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from easychat_gui.domain.endpoints import Pool, PoolPolicy
from easychat_gui.domain.ids import EndpointId
from easychat_gui.settings.problems import SettingProblem
from easychat_gui.settings.rules import Choice, Flag, Text, Texts
from easychat_gui.settings.tables import Rules, former_of, read_fields, written_fields

POOLS = "pools"
_RULES: Rules = {
    "id": Text(200, is_needed=True),
    "name": Text(200, is_needed=True),
    "members": Texts(1000),
    "policy": Choice(PoolPolicy),
    "default_model": Text(500),
    "is_on": Flag(),
}
_NEEDED = ("id", "name", "members")


def read_pools(tables: Any) -> tuple[tuple[Pool, ...], list[SettingProblem]]:
    """Return the pools of the file. One without a usable id, name or list of members is a problem and left out."""
    if not isinstance(tables, list):
        return (), [SettingProblem(POOLS, tables, "a list of tables")]
    found: dict[EndpointId, Pool] = {}
    problems: list[SettingProblem] = []
    for number, table in enumerate(tables, 1):
        place = f"{POOLS}[{number}]"
        if not isinstance(table, Mapping):
            problems.append(SettingProblem(place, table, "a table"))
            continue
        values = read_fields(table, _RULES, place, problems, _NEEDED)
        if values is not None and values["id"] in found:
            problems.append(SettingProblem(f"{place}.id", values["id"], "an id that no other pool has"))
        elif values is not None:
            pool = Pool(**values)
            found[pool.id] = pool
    return tuple(found.values()), problems


def write_pools(pools: Iterable[Pool], former: Any) -> list[dict[str, Any]]:
    """Return the tables. Unknown keys of a pool stay with it, and so do tables that could not be read."""
    tables = [table for table in former if isinstance(table, Mapping)] if isinstance(former, list) else []
    known = {str(pool.id) for pool in read_pools(tables)[0]}
    result = [written_fields(pool, _RULES, former_of(pool.id, tables)) for pool in pools]
    return result + [dict(table) for table in tables if str(table.get("id")) not in known]
