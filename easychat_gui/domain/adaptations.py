"""What a server was asked otherwise than it was set, because it or its model does not take that."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Adaptation:
    """One parameter, in the API's spelling. It was left out, or sent as ``renamed_to``, or with ``value`` (JSON text)
    in the place of the value that was set."""

    parameter: str
    renamed_to: str = ""
    value: str = ""

    def as_dict(self) -> dict[str, str]:
        """Return the form in which it is stored."""
        values = {"parameter": self.parameter, "renamed_to": self.renamed_to, "value": self.value}
        return {name: value for name, value in values.items() if value}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Adaptation:
        """Read the form that `as_dict` writes. Raises KeyError for another."""
        return cls(str(values["parameter"]), str(values.get("renamed_to", "")), str(values.get("value", "")))


def joined(*told: Iterable[Adaptation]) -> tuple[Adaptation, ...]:
    """Return all of them in the order of telling, of each parameter what was told last."""
    found: dict[str, Adaptation] = {}
    for each in (adaptation for group in told for adaptation in group):
        found[each.parameter] = each
    return tuple(found.values())
