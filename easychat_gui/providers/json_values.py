"""Values out of JSON from outside: what has the wrong type is read as absent."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

MAX_TOKEN_COUNT = 2**53
"""What a JSON number holds exactly; a larger count is nonsense and would not fit into the database either."""


def string(value: Any) -> str:
    return value if isinstance(value, str) else ""


def integer(value: Any) -> int | None:
    return value if type(value) is int else None


def count(value: Any) -> int | None:
    """Return a number of tokens."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return value if type(value) is int and 0 <= value <= MAX_TOKEN_COUNT else None


def mapping(value: Any) -> dict[str, Any]:
    """Return a JSON object; an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def mappings(value: Any) -> Iterator[dict[str, Any]]:
    """Yield the JSON objects of a list."""
    if isinstance(value, list):
        yield from (each for each in value if isinstance(each, dict))
