"""JSON that is nested more deeply than Python's own decoder goes (a thousand levels).

A tree of messages in which each answer lies inside its question goes down two levels with every message.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from json import decoder
from typing import Any

_SPACE = re.compile(r"[ \t\n\r]*")
_PLAIN = re.compile(r"(?:-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?|true|false|null)(?=[\s,\]}]|\Z)")
_MOST_DIGITS = 4000
_string: Callable[[str, int, bool], tuple[str, int]] = decoder.scanstring  # type: ignore[attr-defined]


def loads(text: str) -> Any:
    """Return the one value of a text. Raises ValueError."""
    value, at = _value(text, _skip(text, 0))
    if _skip(text, at) != len(text):
        raise ValueError(f"more text after the value: character {at}")
    return value


def _value(text: str, at: int) -> tuple[Any, int]:
    """Return the value that begins at a place, and the place behind it."""
    holders: list[Any] = []
    keys: list[str] = []
    while True:
        mark = text[at : at + 1]
        if mark in ("{", "["):
            holders.append({} if mark == "{" else [])
            at = _skip(text, at + 1)
            is_empty = text[at : at + 1] == ("}" if mark == "{" else "]")
            if not is_empty:
                at = _key(text, at, keys) if mark == "{" else at
                continue
            value, at = holders.pop(), at + 1
        else:
            value, at = _leaf(text, at)
        while holders:
            at = _skip(text, at)
            holder, mark = holders[-1], text[at : at + 1]
            is_object = isinstance(holder, dict)
            if is_object:
                holder[keys.pop()] = value
            else:
                holder.append(value)
            if mark == ",":
                at = _skip(text, at + 1)
                at = _key(text, at, keys) if is_object else at
                break
            if mark != ("}" if is_object else "]"):
                raise ValueError(f"a bracket is not closed: character {at}")
            value, at = holders.pop(), at + 1
        else:
            return value, at


def _leaf(text: str, at: int) -> tuple[Any, int]:
    if text[at : at + 1] == '"':
        return _string(text, at + 1, False)
    match = _PLAIN.match(text, at)
    if match is None or match.end() - at > _MOST_DIGITS:
        raise ValueError(f"no value: character {at}")
    return json.loads(match.group()), match.end()


def _key(text: str, at: int, keys: list[str]) -> int:
    if text[at : at + 1] != '"':
        raise ValueError(f"no name: character {at}")
    key, at = _string(text, at + 1, False)
    at = _skip(text, at)
    if text[at : at + 1] != ":":
        raise ValueError(f"no colon: character {at}")
    keys.append(key)
    return _skip(text, at + 1)


def _skip(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match else at
