"""JSON that a person types, in the ways in which people get it wrong."""

from __future__ import annotations

from typing import Any

import pytest

from easychat_gui.domain.typed_json import (
    JsonFault,
    UnusableJson,
    read_free_parameters,
    read_object,
    read_schema,
    shown_schema,
)

PERSON = {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]}


@pytest.mark.parametrize(
    ("text", "fault", "name"),
    [
        ("{'top_k': 40}", JsonFault.QUOTES, ""),
        ("{“top_k”: 40}", JsonFault.QUOTES, ""),
        ('{"top_k": 40,}', JsonFault.COMMA, ""),
        ('{"a": [1, 2,]}', JsonFault.COMMA, ""),
        ('{"top_k": 40', JsonFault.UNFINISHED, ""),
        ('{"top_k" 40}', JsonFault.NOT_JSON, ""),
        ('{"a": 1, "a": 2}', JsonFault.TWICE, "a"),
        ('{"a": NaN}', JsonFault.NO_NUMBER, "NaN"),
        ('{"a": 1' + "0" * 5000 + "}", JsonFault.NO_NUMBER, ""),
        ("[1]", JsonFault.NO_OBJECT, ""),
        ("40", JsonFault.NO_OBJECT, ""),
        ('{"a":' * 15_000, JsonFault.TOO_DEEP, ""),
        ('{"a": "' + "x" * 100_000 + '"}', JsonFault.TOO_LONG, ""),
        ('{"messages": []}', JsonFault.NOT_FREE, "messages"),
        ('{"stream": false}', JsonFault.NOT_FREE, "stream"),
    ],
)
def test_what_is_wrong_is_found(text: str, fault: JsonFault, name: str) -> None:
    with pytest.raises(UnusableJson) as caught:
        read_free_parameters(text)
    assert (caught.value.fault, caught.value.name) == (fault, name)


def test_the_place_is_told() -> None:
    with pytest.raises(UnusableJson) as caught:
        read_object('{\n  "a": 1,\n  b: 2\n}')
    assert (caught.value.line, caught.value.column) == (3, 3)


@pytest.mark.parametrize(("text", "value"), [("", {}), (" \n", {}), ('{"a": {"b": null}}', {"a": {"b": None}})])
def test_what_is_right_is_read(text: str, value: dict[str, Any]) -> None:
    assert read_object(text) == value


@pytest.mark.parametrize(
    "text",
    [
        '{"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]}',
        '{"name": "answer", "schema": {"type": "object", "properties": {"name": {"type": "string"}}, '
        '"required": ["name"]}}',
        '{"type": "json_schema", "json_schema": {"name": "answer", "schema": {"type": "object", "properties": '
        '{"name": {"type": "string"}}, "required": ["name"]}}}',
    ],
)
def test_a_schema_may_be_typed_with_or_without_what_goes_around_it(text: str) -> None:
    framed = read_schema(text)
    assert framed == {"name": "answer", "schema": PERSON}
    assert shown_schema(framed) == PERSON


def test_a_frame_that_says_more_is_kept_and_shown() -> None:
    framed = read_schema('{"name": "person", "strict": true, "schema": {"type": "string"}}')
    assert framed == {"name": "person", "strict": True, "schema": {"type": "string"}}
    assert shown_schema(framed) == framed


@pytest.mark.parametrize(
    ("text", "fault", "name"),
    [
        ("", JsonFault.NO_SCHEMA, ""),
        ('{"type": "objct"}', JsonFault.NO_TYPE, "objct"),
        ('{"type": ["string", "nul"]}', JsonFault.NO_TYPE, "nul"),
        ('{"properties": {"a": {"type": "text"}}}', JsonFault.NO_TYPE, "text"),
        ('{"properties": {"a": "string"}}', JsonFault.NO_SCHEMA, "a"),
        ('{"properties": {"a": {"items": []}}}', JsonFault.NO_SCHEMA, "a › items"),
        ('{"anyOf": {}}', JsonFault.NO_SCHEMA, "anyOf"),
        ('{"properties": {"a": {}}, "required": ["b"]}', JsonFault.NOT_REQUIRABLE, "b"),
        ('{"$ref": "#/$defs/person"}', JsonFault.NO_REFERENCE, "#/$defs/person"),
    ],
)
def test_what_is_wrong_with_a_schema_is_found(text: str, fault: JsonFault, name: str) -> None:
    with pytest.raises(UnusableJson) as caught:
        read_schema(text)
    assert (caught.value.fault, caught.value.name) == (fault, name)


def test_a_schema_may_refer_to_itself() -> None:
    text = '{"$defs": {"tree": {"type": "array", "items": {"$ref": "#/$defs/tree"}}}, "$ref": "#/$defs/tree"}'
    assert read_schema(text)["schema"]["$ref"] == "#/$defs/tree"
