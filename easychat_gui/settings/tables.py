"""Tables of the settings file that are one value of the domain each, read and written by the rules of their fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from easychat_gui.settings.problems import SettingProblem
from easychat_gui.settings.rules import Rule, written

Rules = Mapping[str, Rule]
"""By the name of the field, which is its name in the file too."""


def read_fields(
    table: Mapping[str, Any], rules: Rules, place: str, problems: list[SettingProblem], needed: tuple[str, ...] = ()
) -> dict[str, Any] | None:
    """Return the fields that stand there and are allowed; None if one of the needed is not among them."""
    values: dict[str, Any] = {}
    for name, rule in rules.items():
        if name not in table and name not in needed:
            continue
        try:
            values[name] = rule.read(table.get(name))
        except ValueError:
            problems.append(SettingProblem(f"{place}.{name}", table.get(name), rule.allowed))
    return values if all(name in values for name in needed) else None


def read_inner(table: Any, defaults: Any, rules: Rules, place: str, problems: list[SettingProblem]) -> dict[str, Any]:
    """Return the fields of a table inside another; what cannot be used has its default, which the problem tells."""
    if not isinstance(table, Mapping):
        problems.append(SettingProblem(place, table, "a table"))
        return {}
    values: dict[str, Any] = {}
    for name, rule in rules.items():
        if name in table:
            try:
                values[name] = rule.read(table[name])
            except ValueError:
                used = written(getattr(defaults, name))
                problems.append(SettingProblem(f"{place}.{name}", table[name], rule.allowed, used))
    return values


def written_fields(value: Any, rules: Rules, former: Any) -> dict[str, Any]:
    """Return the table of a value; what ``former`` has besides its fields is kept."""
    kept = former if isinstance(former, Mapping) else {}
    return {**kept, **{name: written(getattr(value, name)) for name in rules}}


def former_of(table_id: str, tables: list[Mapping[str, Any]]) -> Mapping[str, Any]:
    """Return the table with this id as it was, an empty one if there was none."""
    return next((table for table in tables if table.get("id") == table_id), {})
