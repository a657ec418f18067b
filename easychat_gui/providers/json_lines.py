"""Bytes of a body with a JSON object a line (``application/x-ndjson``) to events. Pure and incremental, as `sse`."""

from __future__ import annotations

from easychat_gui.providers.sse import MAX_EVENT_BYTES, EventTooLarge, ServerSentEvent


class JsonLines:
    """Feed it bytes, it gives one event for each line that is not blank. ``has_replaced`` as in `sse.SseParser`."""

    def __init__(self, max_line_bytes: int = MAX_EVENT_BYTES) -> None:
        self.has_replaced = False
        self._max_line_bytes = max_line_bytes
        self._open_line = bytearray()

    def feed(self, data: bytes) -> list[ServerSentEvent]:
        """Return the lines that these bytes complete. Raises `EventTooLarge`."""
        end = data.rfind(b"\n") + 1
        lines: list[bytes] = []
        if end:
            self._open_line += data[:end]
            lines = bytes(self._open_line).split(b"\n")
            self._open_line.clear()
        self._open_line += data[end:]
        if len(self._open_line) > self._max_line_bytes:
            raise EventTooLarge(f"a line of more than {self._max_line_bytes:,} bytes")
        return [self._event(line) for line in lines if line.strip()]

    def finish(self) -> list[ServerSentEvent]:
        """Return the line that the end of the body left open, marked as not whole, if there is one."""
        line = bytes(self._open_line)
        self._open_line.clear()
        return [self._event(line)._replace(is_whole=False)] if line.strip() else []

    def _event(self, line: bytes) -> ServerSentEvent:
        try:
            return ServerSentEvent(line.decode())
        except UnicodeDecodeError:
            self.has_replaced = True
            return ServerSentEvent(line.decode("utf-8", "replace"))
