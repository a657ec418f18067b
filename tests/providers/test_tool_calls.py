"""Fragments of tool calls, in the ways in which servers number them, or do not."""

from __future__ import annotations

from easychat_gui.domain.messages import ToolCall
from easychat_gui.providers.tool_calls import MAX_TOOL_CALLS, ToolCallAssembler, ToolCallFragment


def join(*fragments: tuple[int | None, str, str, str]) -> list[ToolCall]:
    assembler = ToolCallAssembler()
    for fragment in fragments:
        assembler.add(ToolCallFragment(*fragment))
    return assembler.finish()


def test_by_index() -> None:
    calls = join((0, "a", "f", ""), (1, "b", "g", ""), (0, "", "", '{"x"'), (1, "", "", "{}"), (0, "", "", ":1}"))
    assert calls == [ToolCall("a", "f", '{"x":1}'), ToolCall("b", "g", "{}")]


def test_without_index_by_order() -> None:
    calls = join((None, "a", "f", '{"x'), (None, "", "", '":1}'), (None, "b", "g", "{}"))
    assert calls == [ToolCall("a", "f", '{"x":1}'), ToolCall("b", "g", "{}")]


def test_without_index_and_id_a_name_begins_the_next() -> None:
    assert [call.name for call in join((None, "", "f", "{}"), (None, "", "g", "{}"), (None, "", "g", "{}"))] == [
        "f",
        "g",
        "g",
    ]


def test_index_zero_for_all() -> None:
    calls = join((0, "a", "f", '{"x":1}'), (0, "b", "g", '{"y":2}'), (0, "c", "g", ""), (0, "", "", "{}"))
    assert calls == [ToolCall("a", "f", '{"x":1}'), ToolCall("b", "g", '{"y":2}'), ToolCall("c", "g", "{}")]


def test_a_name_that_is_repeated_with_every_fragment_is_one_name() -> None:
    assert join((0, "a", "f", "{"), (0, "a", "f", "}")) == [ToolCall("a", "f", "{}")]


def test_a_name_in_pieces() -> None:
    assert join((0, "a", "get_", ""), (0, "", "weather", ""), (0, "", "", "{}")) == [ToolCall("a", "get_weather", "{}")]


def test_missing_ids_are_made_up_and_arguments_are_an_object() -> None:
    assert join((0, "", "f", ""), (1, "", "g", "")) == [ToolCall("call_0", "f", "{}"), ToolCall("call_1", "g", "{}")]


def test_wild_indices_cost_nothing_and_too_many_calls_are_dropped() -> None:
    assert join((10**18, "a", "f", "{}"), (-5, "b", "g", "{}")) == [ToolCall("a", "f", "{}"), ToolCall("b", "g", "{}")]
    assert len(join(*((i, str(i), "f", "{}") for i in range(MAX_TOOL_CALLS + 50)))) == MAX_TOOL_CALLS


def test_a_call_without_a_name_is_none() -> None:
    assert join((0, "a", "", "{}")) == []
