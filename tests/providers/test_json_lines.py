"""Lines of JSON out of bytes."""

from __future__ import annotations

import pytest

from easychat_gui.providers.json_lines import JsonLines
from easychat_gui.providers.sse import EventTooLarge, ServerSentEvent


def read(*pieces: bytes) -> list[ServerSentEvent]:
    lines = JsonLines()
    return [event for piece in pieces for event in lines.feed(piece)] + lines.finish()


def test_each_line_is_an_event_wherever_the_bytes_are_cut() -> None:
    data = '{"a": "ü"}\n\r\n{"b": 1}\r\n  \n{"c"'.encode()
    whole = read(data)
    assert [(event.data.strip(), event.is_whole) for event in whole] == [
        ('{"a": "ü"}', True),
        ('{"b": 1}', True),
        ('{"c"', False),
    ]
    assert all(read(data[:at], data[at:]) == whole for at in range(len(data)))
    assert read() == read(b"\n\n") == []


def test_bytes_that_are_no_utf_8_are_replaced_and_told() -> None:
    lines = JsonLines()
    assert lines.feed(b"a\xff\n")[0].data == "a\ufffd"
    assert lines.has_replaced


def test_a_line_without_end_is_refused() -> None:
    lines = JsonLines(max_line_bytes=100)
    assert len(lines.feed(b"x" * 99 + b"\n" + b"y" * 100)) == 1
    with pytest.raises(EventTooLarge):
        lines.feed(b"y")
