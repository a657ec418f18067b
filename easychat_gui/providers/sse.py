"""Bytes of a ``text/event-stream`` body to events. Pure and incremental: the result is the same wherever it is cut.

Follows the WHATWG HTML standard (9.2.5, 9.2.6) to the letter but for one thing, an event that the end of the body cut
off: see `SseParser.finish`.
"""

from __future__ import annotations

from typing import NamedTuple

_BOM = b"\xef\xbb\xbf"

MAX_EVENT_BYTES = 16 * 1024 * 1024
"""A line without end must not fill the memory. The largest honest event is a whole answer in one piece."""

_LINE_OVERHEAD = 32
"""Bytes that an object for one line takes, so that millions of empty lines count as what they cost."""


class EventTooLarge(ValueError):
    """One event is larger than the parser is willing to hold."""


class ServerSentEvent(NamedTuple):
    """One event. ``is_whole`` is False when the body ended before the blank line that should have closed it."""

    data: str
    name: str = "message"
    id: str = ""
    is_whole: bool = True


class SseParser:
    """Feed it bytes, it gives events.

    Linear in the number of bytes: each is looked at once when it comes and once when its line ends.
    ``retry_ms`` is the last reconnection time that the server named, in milliseconds. ``has_replaced`` says that bytes
    came which are no UTF-8; each became a replacement character.
    """

    def __init__(self, max_event_bytes: int = MAX_EVENT_BYTES) -> None:
        self.retry_ms: int | None = None
        self.has_replaced = False
        self._max_event_bytes = max_event_bytes
        self._head: bytes | None = b""  # the first bytes, until it is known whether they are a byte order mark
        self._open_line = bytearray()
        self._skips_line_feed = False  # a carriage return was the last byte; a line feed now belongs to it
        self._data: list[bytes] = []
        self._data_size = 0
        self._name = ""
        self._id = ""

    def feed(self, data: bytes) -> list[ServerSentEvent]:
        """Return the events that these bytes complete. Raises `EventTooLarge`."""
        if self._head is not None:
            data = self._without_bom(data)
        if self._skips_line_feed and data:
            self._skips_line_feed = False
            if data[0] == 0x0A:
                data = data[1:]
        end = max(data.rfind(b"\n"), data.rfind(b"\r")) + 1
        if end == 0:
            self._keep_open(data)
            return []
        block = data if end == len(data) else data[:end]
        if self._open_line:
            self._open_line += block
            block = bytes(self._open_line)
            self._open_line.clear()
        self._skips_line_feed = end == len(data) and data.endswith(b"\r")
        events = self._take_lines(block.splitlines())  # of bytes: splits at CR, LF and CRLF and at nothing else
        if end < len(data):
            self._keep_open(data[end:])
        return events

    def finish(self) -> list[ServerSentEvent]:
        """Return the event that the end of the body left open, marked as not whole, if there is one.

        The standard throws it away. Chat servers exist that forget the last blank line, and the end of an answer must
        not be lost to that; whoever reads the event decides by its content.
        """
        if self._head:
            head, self._head = self._head, None
            self._keep_open(head)
        events = self._take_lines([bytes(self._open_line)]) if self._open_line else []
        self._open_line.clear()
        if self._data:
            events.append(self._event()._replace(is_whole=False))
            self._data = []
        return events

    def _without_bom(self, data: bytes) -> bytes:
        """Hold back what may be the beginning of a byte order mark, and drop a whole one."""
        head = (self._head or b"") + data
        if len(head) < len(_BOM) and _BOM.startswith(head):
            self._head = head
            return b""
        self._head = None
        return head.removeprefix(_BOM)

    def _keep_open(self, data: bytes) -> None:
        self._open_line += data
        if len(self._open_line) + self._data_size > self._max_event_bytes:
            raise EventTooLarge(f"an event of more than {self._max_event_bytes:,} bytes")

    def _take_lines(self, lines: list[bytes]) -> list[ServerSentEvent]:
        events = []
        for line in lines:
            if not line:
                if self._data:
                    events.append(self._event())
                    self._data = []
                    self._data_size = 0
                self._name = ""
            elif line.startswith(b"data:"):
                self._take_data(line[6:] if line[5:6] == b" " else line[5:])
            elif line[0] != 0x3A:  # a colon begins a comment
                self._take_field(line)
        return events

    def _take_data(self, value: bytes) -> None:
        self._data.append(value)
        self._data_size += len(value) + _LINE_OVERHEAD
        if self._data_size > self._max_event_bytes:
            raise EventTooLarge(f"an event of more than {self._max_event_bytes:,} bytes")

    def _take_field(self, line: bytes) -> None:
        name, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        if name == b"data":
            self._take_data(value)
        elif name == b"event":
            self._name = value.decode("utf-8", "replace")
        elif name == b"id":
            if b"\0" not in value:
                self._id = value.decode("utf-8", "replace")
        elif name == b"retry" and value.isdigit() and len(value) < 19:
            self.retry_ms = int(value)

    def _event(self) -> ServerSentEvent:
        data = self._data[0] if len(self._data) == 1 else b"\n".join(self._data)
        return ServerSentEvent(self._decoded(data), self._name or "message", self._id)

    def _decoded(self, data: bytes) -> str:
        try:
            return data.decode()
        except UnicodeDecodeError:
            self.has_replaced = True
            return data.decode("utf-8", "replace")
