from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any, BinaryIO, cast

import pytest

from easychat_gui.domain.errors import TransferError
from easychat_gui.transfer import json_stream
from easychat_gui.transfer.entries import Entry
from easychat_gui.transfer.json_stream import Damaged, items, lines, load, members, samples

CHATS = [{"title": f"Chat {number} ёж 🦔", "text": 'a "quoted" [bracket] {brace} \\ ' * number} for number in range(20)]


def entry_of(content: bytes | str) -> Entry:
    raw = content if isinstance(content, bytes) else content.encode()
    return Entry("chats.json", len(raw), lambda: cast("BinaryIO", io.BytesIO(raw)))


def read(content: bytes | str) -> list[Any]:
    return list(items(entry_of(content)))


@pytest.fixture(params=[1, 2, 3, 7, 64, 4096])
def chunk(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_stream, "_CHUNK_BYTES", request.param)


@pytest.mark.usefixtures("chunk")
@pytest.mark.parametrize("form", [{}, {"indent": 2}, {"ensure_ascii": False}, {"separators": (",", ":")}])
def test_elements_are_the_same_however_the_bytes_arrive(form: dict[str, Any]) -> None:
    text = json.dumps(CHATS, **form)
    assert read(text) == CHATS
    assert read("\ufeff" + text + "\n") == CHATS
    assert read(text.encode("utf-16")) == CHATS
    assert read("\n".join(map(json.dumps, CHATS))) == CHATS
    assert read(json.dumps(CHATS[0])) == CHATS[:1]


@pytest.mark.usefixtures("chunk")
def test_numbers_are_not_cut() -> None:
    assert read("[123456, -1.5e10, true, null]") == [123456, -1.5e10, True, None]


@pytest.mark.usefixtures("chunk")
def test_a_damaged_element_costs_itself_only() -> None:
    parts = [json.dumps(each) for each in CHATS]
    parts[3] = parts[3].replace('"text"', '"te\\xt"')
    parts[7] = parts[7].replace(":", "", 1)
    found = read("[" + ", ".join(parts) + "]")
    assert [each.number for each in found if isinstance(each, Damaged)] == [4, 8]
    assert [each for each in found if not isinstance(each, Damaged)] == [*CHATS[:3], *CHATS[4:7], *CHATS[8:]]


@pytest.mark.usefixtures("chunk")
def test_a_damaged_line_costs_itself_only() -> None:
    parts = [json.dumps(each) for each in CHATS]
    parts[3] = parts[3][:-2]
    found = read("\n".join(parts))
    assert [each for each in found if not isinstance(each, Damaged)] == [*CHATS[:3], *CHATS[4:]]


def test_a_lost_bracket_costs_no_more_than_its_neighbour() -> None:
    parts = [json.dumps(each) for each in CHATS]
    parts[3] = parts[3][:-2]
    sound = [each for each in read("[" + ", ".join(parts) + "]") if not isinstance(each, Damaged)]
    assert sound[:3] == CHATS[:3]
    assert sound[-15:] == CHATS[-15:]


@pytest.mark.usefixtures("chunk")
def test_a_file_that_breaks_off_gives_what_is_whole() -> None:
    text = json.dumps(CHATS)
    found = read(text[: text.index('"title": "Chat 15') + 10])
    assert found[:15] == CHATS[:15]
    assert [type(each) for each in found[15:]] == [Damaged]
    assert [type(each) for each in read('[{"a": 1},')] == [dict, Damaged]
    assert read("") == []
    assert read("[") == []


def test_what_is_too_large_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_stream, "LARGEST_ITEM", 10_000)
    monkeypatch.setattr(json_stream, "_CHUNK_BYTES", 1000)
    huge = {"title": "Huge", "text": "x" * 30_000}
    found = read(json.dumps([CHATS[0], CHATS[1], huge, CHATS[2]]))
    assert [each for each in found if not isinstance(each, Damaged)] == CHATS[:3]
    assert [each.is_too_large for each in found if isinstance(each, Damaged)] == [True]


def test_nesting_that_would_exhaust_the_stack_is_damage() -> None:
    found = read("[" + json.dumps(CHATS[0]) + "," + "[" * 200_000 + "]" * 200_000 + "," + json.dumps(CHATS[1]) + "]")
    assert found[0] == CHATS[0]
    assert isinstance(found[1], Damaged)
    assert found[-1] == CHATS[1]


def test_samples_are_the_first_sound_elements() -> None:
    assert samples(entry_of(json.dumps(CHATS)))[0][0] == CHATS[0]
    assert samples(entry_of('[{"a": \\x}, {"b": 1}]'))[0] == [{"b": 1}]
    assert samples(entry_of("# No JSON")) == ([], 0)


def test_lines_are_read_one_by_one(tmp_path: Path) -> None:
    found = list(lines(entry_of('{"a": 1}\r\n\n{"b": \n{"c": "\u2028"}')))
    assert found[0] == {"a": 1}
    assert isinstance(found[1], Damaged)
    assert found[1].number == 3
    assert found[2] == {"c": "\u2028"}


def test_a_whole_value_is_loaded_or_refused() -> None:
    assert load(entry_of('\ufeff{"a": 1}')) == {"a": 1}
    with pytest.raises(TransferError, match="damaged"):
        load(entry_of('{"a": '))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('{"a": 1, "b": [1, 2], "c": {"d": "x}"}} ', [("a", 1), ("b", [1, 2]), ("c", {"d": "x}"})]),
        ('{"a": {bad}, "b": 2}', [("a", None), ("b", 2)]),
        ('{"a": {"x": [1, "}]"}, "b": 3}', [("a", None)]),
        ('{"a": "' + "x" * 600_000 + '", "b": 2', [("a", "x" * 600_000), ("b", 2)]),
        ('{"a": tru, "b": 1}', [("a", None)]),
        ("[]", []),
        ("", []),
    ],
)
def test_members_of_an_object_come_one_by_one(text: str, found: list[tuple[str, Any]]) -> None:
    told = [(name, None if isinstance(value, Damaged) else value) for name, value in members(entry_of(text))]
    assert told == found
