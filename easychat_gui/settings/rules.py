"""What values a setting may take. A rule reads the value of the file and says, in words, what it allows."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, Protocol

from easychat_gui.support.quick_dataclass import dataclass

UNSET_WORD = "unset"
"""How the file spells a value that is not sent or has no limit: TOML has no null."""


class Rule(Protocol):
    @property
    def allowed(self) -> str:
        """Say in English what is allowed: "a number from 0 to 2"."""

    def read(self, value: Any) -> Any:
        """Return the value as the program uses it. Raises ValueError if it is not allowed."""


@dataclass(frozen=True, slots=True)
class Choice:
    values: type[StrEnum]

    @property
    def allowed(self) -> str:
        return "one of " + ", ".join(f'"{value}"' for value in self.values)

    def read(self, value: Any) -> Any:
        return self.values(value)


@dataclass(frozen=True, slots=True)
class Flag:
    allowed: str = "true or false"

    def read(self, value: Any) -> bool:
        if isinstance(value, bool):
            return value
        raise ValueError(value)


@dataclass(frozen=True, slots=True)
class Number:
    """A number between bounds. ``is_whole``: no fraction."""

    minimum: float
    maximum: float
    is_whole: bool = False

    @property
    def allowed(self) -> str:
        kind = "a whole number" if self.is_whole else "a number"
        return f"{kind} from {self.minimum:g} to {self.maximum:g}"

    def read(self, value: Any) -> float | int:
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise ValueError(value)
        if not self.minimum <= value <= self.maximum or (self.is_whole and value != int(value)):
            raise ValueError(value)
        return int(value) if self.is_whole else float(value)


@dataclass(frozen=True, slots=True)
class Text:
    max_length: int = 100_000
    is_needed: bool = False

    @property
    def allowed(self) -> str:
        return f"a text of at most {self.max_length:,} characters" + (", not empty" if self.is_needed else "")

    def read(self, value: Any) -> str:
        if not isinstance(value, str) or len(value) > self.max_length or (self.is_needed and not value.strip()):
            raise ValueError(value)
        return value


@dataclass(frozen=True, slots=True)
class Texts:
    """A list of texts, none of them empty."""

    max_count: int

    @property
    def allowed(self) -> str:
        return f"a list of at most {self.max_count} texts, none empty"

    def read(self, value: Any) -> tuple[str, ...]:
        if not isinstance(value, list | tuple) or len(value) > self.max_count:
            raise ValueError(value)
        if not all(isinstance(each, str) and each for each in value):
            raise ValueError(value)
        return tuple(value)


@dataclass(frozen=True, slots=True)
class Counts:
    """Whole numbers by name."""

    maximum: int

    @property
    def allowed(self) -> str:
        return f"a table of whole numbers from 1 to {self.maximum}"

    def read(self, value: Any) -> Mapping[str, int]:
        number = Number(1, self.maximum, is_whole=True)
        if not isinstance(value, Mapping) or not all(isinstance(name, str) for name in value):
            raise ValueError(value)
        return {name: int(number.read(each)) for name, each in value.items()}


@dataclass(frozen=True, slots=True)
class JsonObject:
    """A JSON object, in the file as a table, or as its text where TOML has no form for it (it knows no null)."""

    max_length: int = 100_000
    allowed: str = "a table, or the text of a JSON object"

    def read(self, value: Any) -> dict[str, Any]:
        if isinstance(value, str) and len(value) <= self.max_length:
            import json  # here, since few files have such a text and the first paint waits for what is imported

            try:
                value = json.loads(value)
            except RecursionError as error:
                raise ValueError(value) from error
        if isinstance(value, dict):
            return value
        raise ValueError(value)


@dataclass(frozen=True, slots=True)
class Optional:
    """What another rule allows, or nothing at all."""

    rule: Rule

    @property
    def allowed(self) -> str:
        return f'{self.rule.allowed}, or "{UNSET_WORD}"'

    def read(self, value: Any) -> Any:
        return None if value is None or value == UNSET_WORD else self.rule.read(value)


def written(value: Any) -> Any:
    """Return a value in the form that the file has for it."""
    if value is None:
        return UNSET_WORD
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, Mapping):
        return _written_object(value)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [written(each) for each in value]
    return value


def _written_object(value: Mapping[str, Any]) -> dict[str, Any] | str:
    if _has_a_form(value):
        return dict(value)
    import json

    return json.dumps(value, ensure_ascii=False)


def _has_a_form(value: Any) -> bool:
    """Can TOML hold this?"""
    if isinstance(value, Mapping):
        return all(_has_a_form(each) for each in value.values())
    if isinstance(value, list):
        return all(_has_a_form(each) for each in value)
    return value is not None
