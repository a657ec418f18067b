"""JSON that a person types: read strictly, with one exact reason when it cannot be used.

`json` takes what no server does (NaN, names that stand there twice), and its reasons are for programmers.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NoReturn

from easychat_gui.domain.errors import EasyChatError

NOT_FREE = frozenset({"model", "messages", "stream", "input", "contents"})
"""What a request says by other means; in free JSON it would make another request of it."""

LONGEST_TEXT = 100_000
"""In characters: what the settings file takes, and what is read between two keys without being felt."""

SCHEMA_NAME = "answer"
"""What an answer that follows a schema is called, where the person gave no name."""

_TYPES = frozenset({"object", "array", "string", "number", "integer", "boolean", "null"})
_ONE_SCHEMA = ("items", "additionalProperties", "not", "contains", "propertyNames", "if", "then", "else")
_SEVERAL_SCHEMAS = ("anyOf", "oneOf", "allOf", "prefixItems")
_NAMED_SCHEMAS = ("properties", "$defs", "definitions", "patternProperties")


class JsonFault(StrEnum):
    """What is wrong. The window has a sentence for each."""

    NOT_JSON = "not_json"
    QUOTES = "quotes"
    COMMA = "comma"
    UNFINISHED = "unfinished"
    TWICE = "twice"
    NO_NUMBER = "no_number"
    NO_OBJECT = "no_object"
    NOT_FREE = "not_free"
    TOO_DEEP = "too_deep"
    TOO_LONG = "too_long"
    NO_SCHEMA = "no_schema"
    NO_TYPE = "no_type"
    NOT_REQUIRABLE = "not_requirable"
    NO_REFERENCE = "no_reference"


@dataclass
class UnusableJson(EasyChatError):
    """``line`` and ``column`` count from 1; 0 where the text is JSON. ``name`` is what it is about."""

    fault: JsonFault
    line: int = 0
    column: int = 0
    name: str = ""

    def __str__(self) -> str:
        return f"{self.fault.value} {self.name or f'in line {self.line}, column {self.column}'}"


def read_object(text: str) -> dict[str, Any]:
    """Read a JSON object; nothing at all is an empty one. Raises `UnusableJson`."""
    if not text.strip():
        return {}
    if len(text) > LONGEST_TEXT:
        raise UnusableJson(JsonFault.TOO_LONG)
    try:
        value = json.loads(text, object_pairs_hook=_without_doubles, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        raise _located(text, error) from None
    except RecursionError:
        raise UnusableJson(JsonFault.TOO_DEEP) from None
    except ValueError:  # a number of thousands of digits
        raise UnusableJson(JsonFault.NO_NUMBER) from None
    if not isinstance(value, dict):
        raise UnusableJson(JsonFault.NO_OBJECT)
    return value


def read_free_parameters(text: str) -> dict[str, Any]:
    """Read what is merged into a request. Raises `UnusableJson`."""
    values = read_object(text)
    for name in values:
        if name in NOT_FREE:
            raise UnusableJson(JsonFault.NOT_FREE, name=name)
    return values


def read_schema(text: str) -> dict[str, Any]:
    """Read a JSON schema as a response format holds it: ``{"name": …, "schema": {…}}``. Raises `UnusableJson`.

    Such an object may be typed itself, as the references of the APIs show it, or the schema alone.
    """
    value = read_object(text)
    if not value:
        raise UnusableJson(JsonFault.NO_SCHEMA)
    inner = value.get("json_schema", value)
    has_frame = isinstance(inner, dict) and isinstance(inner.get("schema"), dict) and "properties" not in inner
    framed: dict[str, Any] = {"name": SCHEMA_NAME, **inner} if has_frame else {"name": SCHEMA_NAME, "schema": value}
    schema = framed["schema"]
    try:
        _check_schema(schema, "", schema)
    except RecursionError:
        raise UnusableJson(JsonFault.TOO_DEEP) from None
    return framed


def shown_schema(framed: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what a person needs to see of what `read_schema` returned: the schema, unless its frame says more."""
    has_more = framed.keys() != {"name", "schema"} or framed["name"] != SCHEMA_NAME
    return framed if has_more else framed["schema"]


def _check_schema(schema: Any, place: str, root: Mapping[str, Any]) -> None:
    if isinstance(schema, bool) and place:
        return
    if not isinstance(schema, Mapping):
        raise UnusableJson(JsonFault.NO_SCHEMA, name=place)
    types = schema.get("type")
    for each in [types] if not isinstance(types, list) else types:
        if each is not None and each not in _TYPES:
            raise UnusableJson(JsonFault.NO_TYPE, name=str(each))
    _check_references(schema, place, root)
    for name, inner in _inner_schemas(schema, place):
        _check_schema(inner, name, root)


def _inner_schemas(schema: Mapping[str, Any], place: str) -> Iterator[tuple[str, Any]]:
    """Yield the schemas that one is made of, each with its place."""
    for name in _ONE_SCHEMA:
        if name in schema:
            yield _below(place, name), schema[name]
    for name in _SEVERAL_SCHEMAS:
        several = schema.get(name, [])
        if not isinstance(several, list):
            raise UnusableJson(JsonFault.NO_SCHEMA, name=_below(place, name))
        yield from ((_below(place, f"{name} {number}"), each) for number, each in enumerate(several, 1))
    for name in _NAMED_SCHEMAS:
        named = schema.get(name, {})
        if not isinstance(named, Mapping):
            raise UnusableJson(JsonFault.NO_SCHEMA, name=_below(place, name))
        yield from ((_below(place, inner), each) for inner, each in named.items())


def _check_references(schema: Mapping[str, Any], place: str, root: Mapping[str, Any]) -> None:
    required, properties = schema.get("required", []), schema.get("properties", {})
    if not isinstance(required, list):
        raise UnusableJson(JsonFault.NOT_REQUIRABLE, name=_below(place, "required"))
    for name in required:
        if not isinstance(name, str) or (isinstance(properties, Mapping) and properties and name not in properties):
            raise UnusableJson(JsonFault.NOT_REQUIRABLE, name=str(name))
    reference = schema.get("$ref")
    if reference is None:
        return
    found: Any = root
    steps = reference.split("/") if isinstance(reference, str) else []
    if not steps or steps[0] != "#":
        raise UnusableJson(JsonFault.NO_REFERENCE, name=str(reference))
    for step in steps[1:]:
        found = found.get(step.replace("~1", "/").replace("~0", "~")) if isinstance(found, Mapping) else None
    if not isinstance(found, Mapping | bool):
        raise UnusableJson(JsonFault.NO_REFERENCE, name=reference)


def _below(place: str, name: str) -> str:
    return f"{place} › {name}" if place else name


def _without_doubles(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise UnusableJson(JsonFault.TWICE, name=name)
        found[name] = value
    return found


def _refuse_constant(name: str) -> NoReturn:
    raise UnusableJson(JsonFault.NO_NUMBER, name=name)


def _located(text: str, error: json.JSONDecodeError) -> UnusableJson:
    rest, before = text[error.pos :].lstrip(), text[: error.pos].rstrip()
    fault = JsonFault.NOT_JSON
    if not rest:
        fault = JsonFault.UNFINISHED
    elif rest[0] in "'‘’“”„":
        fault = JsonFault.QUOTES
    elif before.endswith(",") or (rest[0] == "," and rest[1:].lstrip()[:1] in ("}", "]")):
        fault = JsonFault.COMMA
    return UnusableJson(fault, error.lineno, error.colno)
