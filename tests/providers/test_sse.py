"""The rules of WHATWG HTML 9.2.6, and what chat servers make of them. Every test is a byte string."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from easychat_gui.providers.sse import EventTooLarge, ServerSentEvent, SseParser


def parse(*pieces: bytes) -> list[ServerSentEvent]:
    parser = SseParser()
    return [event for piece in pieces for event in parser.feed(piece)] + parser.finish()


def data_of(*pieces: bytes) -> list[str]:
    return [event.data for event in parse(*pieces)]


@pytest.mark.parametrize("newline", [b"\n", b"\r", b"\r\n"])
def test_each_line_ending_and_every_cut(newline: bytes) -> None:
    body = newline.join(
        [b": hello", b"event: a", b"data: one", b"data: two", b"", b"id: 7", "data: ü€😀".encode(), b"", b""]
    )
    expected = [ServerSentEvent("one\ntwo", "a"), ServerSentEvent("ü€😀", "message", "7")]
    assert parse(body) == expected
    for cut in range(len(body) + 1):
        assert parse(body[:cut], body[cut:]) == expected, f"cut at {cut}"
    assert parse(*(body[i : i + 1] for i in range(len(body)))) == expected


def test_mixed_line_endings() -> None:
    assert data_of(b"data: a\rdata: b\r\ndata: c\n\r\ndata: d\n\n") == ["a\nb\nc", "d"]


def test_no_phantom_event_where_a_read_ends_between_cr_and_lf() -> None:
    assert data_of(b"data: a\r", b"\n", b"data: b\r", b"\n\r", b"\n") == ["a\nb"]


def test_two_carriage_returns_are_two_line_ends() -> None:
    assert data_of(b"data: a\r\rdata: b\r\r") == ["a", "b"]


@pytest.mark.parametrize("separator", ["\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x1c"])
def test_only_cr_and_lf_end_a_line(separator: str) -> None:
    assert data_of(f"data: a{separator}b\n\n".encode()) == [f"a{separator}b"]


@pytest.mark.parametrize("cut", [0, 1, 2, 3, 4])
def test_one_byte_order_mark_is_dropped(cut: int) -> None:
    body = b"\xef\xbb\xbfdata: a\n\n"
    assert data_of(body[:cut], body[cut:]) == ["a"]


def test_a_second_byte_order_mark_is_part_of_the_field_name() -> None:
    assert data_of(b"\xef\xbb\xbf\xef\xbb\xbfdata: a\n\ndata: b\n\n") == ["b"]


def test_exactly_one_blank_after_the_colon_is_dropped() -> None:
    assert data_of(b"data:a\n\ndata: b\n\ndata:  c\n\ndata:\td\n\n") == ["a", "b", " c", "\td"]


def test_a_comment_makes_no_event_even_after_an_id() -> None:
    assert parse(b"id: 1\n: keep-alive\n\n:\n\n") == []


def test_an_event_without_data_is_not_dispatched_and_loses_its_name() -> None:
    assert parse(b"event: ping\n\ndata: a\n\n") == [ServerSentEvent("a")]


def test_data_without_colon_and_empty_data_are_empty_strings() -> None:
    assert data_of(b"data\n\ndata\ndata\n\ndata:\n\n") == ["", "\n", ""]


def test_unknown_fields_are_ignored() -> None:
    assert data_of(b"foo: bar\nDATA: no\n data: no\ndata: yes\n\n") == ["yes"]


def test_an_id_holds_until_the_next_and_one_with_nul_is_ignored() -> None:
    events = parse(b"id: 1\ndata: a\n\ndata: b\n\nid: x\0y\ndata: c\n\nid\ndata: d\n\n")
    assert [event.id for event in events] == ["1", "1", "1", ""]


def test_retry_takes_digits_only() -> None:
    parser = SseParser()
    parser.feed(b"retry: 1500\nretry: 2s\nretry: -1\nretry: \xd9\xa1\nretry: " + b"9" * 5000 + b"\n")
    assert parser.retry_ms == 1500


def test_invalid_utf8_is_replaced_and_the_rest_kept() -> None:
    assert data_of(b"data: a\xff\xfeb\n\ndata: c\n\n") == ["a\ufffd\ufffdb", "c"]


def test_the_end_of_the_body_hands_over_what_was_open_and_says_so() -> None:
    assert parse(b"data: a\n\ndata: b") == [ServerSentEvent("a"), ServerSentEvent("b", is_whole=False)]
    assert parse(b"data: b\n") == [ServerSentEvent("b", is_whole=False)]
    assert parse(b"event: x\n") == []
    assert parse(b"\xef\xbb") == []


@pytest.mark.parametrize("body", [b"x" * 3000, b"data: " + b"x" * 3000, b"data: x\n" * 300, b"data:\n" * 300])
def test_an_event_without_end_is_refused(body: bytes) -> None:
    parser = SseParser(max_event_bytes=1000)
    with pytest.raises(EventTooLarge):
        [parser.feed(body[start : start + 10]) for start in range(0, len(body), 10)]


def test_many_small_events_are_not_too_large() -> None:
    parser = SseParser(max_event_bytes=100)
    assert len(parser.feed(b"data: hello\n\n" * 1000)) == 1000


def test_an_event_of_megabytes_in_small_reads_arrives() -> None:
    body = b"data: " + b"x" * 4_000_000 + b"\n\n"
    assert data_of(*(body[start : start + 1000] for start in range(0, len(body), 1000))) == ["x" * 4_000_000]


LINES = st.sampled_from(
    [b"data: a", b"data", b"data:b", b": c", b"id: 1", b"event: e", b"x", b"", b"", b"\xff", b"data: \xc3\xbc"]
)
ENDINGS = st.sampled_from([b"\n", b"\r", b"\r\n"])


@given(st.lists(st.tuples(LINES, ENDINGS)), st.data())
def test_wherever_it_is_cut_the_events_are_the_same(lines: list[tuple[bytes, bytes]], data: st.DataObject) -> None:
    body = b"".join(line + ending for line, ending in lines)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(body)), max_size=8)))
    pieces = [body[start:end] for start, end in zip([0, *cuts], [*cuts, len(body)], strict=True)]
    assert parse(*pieces) == parse(body)
