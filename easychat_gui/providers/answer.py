"""The body of an answer to stream events. Pure: bytes in, events out, whatever form the server chose.

The form is read off the first byte, not off the content type, since servers answer a whole where a stream was asked,
a stream where a whole was asked, and label either wrongly. Which API it is decides only how one JSON object is read.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from easychat_gui.domain.errors import (
    AnswerTooLarge,
    EmptyAnswer,
    ErrorInStream,
    MalformedAnswer,
    ProviderError,
    StreamInterrupted,
)
from easychat_gui.domain.messages import FinishReason, Usage
from easychat_gui.domain.streaming import (
    Finished,
    LikelihoodReport,
    NoticeKind,
    ReasoningDelta,
    StreamEvent,
    StreamNotice,
    ToolCallReady,
    UsageReport,
)
from easychat_gui.providers.http_errors import ended, plain_text, server_name
from easychat_gui.providers.json_lines import JsonLines
from easychat_gui.providers.sse import EventTooLarge, ServerSentEvent, SseParser
from easychat_gui.providers.text_repair import TextRepair
from easychat_gui.providers.think_tags import ThinkTagSplitter
from easychat_gui.providers.tool_calls import ToolCallAssembler
from easychat_gui.providers.wire import BrokenJson, Chunk, ReportedError, parse_chunk, parse_json

MAX_WHOLE_BYTES = 32 * 1024 * 1024
MAX_ANSWER_CHARACTERS = 32 * 1024 * 1024
"""Text, reasoning and arguments together. A 100,000-token answer has half a million."""

MAX_NOTICES = 10
"""Of one answer. A server that sends nothing but broken chunks must not fill the screen with them."""

_SNIFFED_BYTES = 1024
_LINE = re.compile(r"[^\n]+")
_EXCERPT_BYTES = 4096


Parse = Callable[[str, str], Chunk]
"""Reads one JSON object of an answer, given its text and the name of its event. Raises `BrokenJson`.

One for each answer, where an API's objects refer to earlier ones.
"""


class AnswerReader:
    """Feed it the decoded body; it gives events and, at the end, either `Finished` or a ``failure``.

    It never raises: what came before a fault in the same read must reach the person, so the fault waits in ``failure``
    until the events have been handed on. ``is_over`` says that nothing more is to be read.

    :param parse: how this API's JSON is read.
    :param by_line: this API streams a JSON object a line.
    """

    def __init__(
        self,
        server: str,
        clean: Callable[[str], str] = plain_text,
        *,
        parse: Parse = parse_chunk,
        by_line: bool = False,
    ) -> None:
        self.failure: ProviderError | None = None
        self.is_over = False
        self.finish_reason: FinishReason | None = None
        self._server = server
        self._clean = clean
        self._parse = parse
        self._by_line = by_line
        self._sniffed: bytes | None = b""
        self._excerpt = b""
        self._whole: bytearray | None = None
        self._frames: SseParser | JsonLines = SseParser()
        self._think = ThinkTagSplitter()
        self._text_repair = TextRepair()
        self._reasoning_repair = TextRepair()
        self._tool_calls = ToolCallAssembler()
        self._usage: Usage | None = None
        self._choice: int | None = None
        self._size = 0
        self._notices = 0
        self._has_chunks = False
        self._has_content = False
        """Has anything come that a person could read, or a tool call?"""

    def feed(self, data: bytes) -> list[StreamEvent]:
        """Take a piece of the body."""
        if self._sniffed is not None:
            data = self._sniff(data)
        if self.is_over or not data:
            return []
        if self._whole is not None:
            self._whole += data
            if len(self._whole) > MAX_WHOLE_BYTES:
                self._fail_as_too_large()
            if not (self._by_line and b"\n" in data and self._begins_with_a_json_line()):
                return []
            data, self._whole, self._frames = bytes(self._whole), None, JsonLines()
        try:
            events = self._frames.feed(data)
        except EventTooLarge:
            self._fail_as_too_large()
            return []
        out: list[StreamEvent] = []
        for event in events:
            self._take_event(event, out)
            if self.is_over:
                break
        return out

    def finish(self, *, was_cut: bool = False) -> list[StreamEvent]:
        """Take the end of the body. ``was_cut``: the connection broke before the end that HTTP had promised."""
        if self.is_over:
            return []
        if self._sniffed:  # too short to tell what it is
            self._sniffed = None
        out: list[StreamEvent] = []
        if self._whole is not None:
            self._take_whole(bytes(self._whole), out)
        else:
            for event in self._frames.finish():
                self._take_open_event(event, out)
        if not self.is_over:
            self._conclude_at_end(out, was_cut=was_cut)
        return out

    def conclude(self) -> list[StreamEvent]:
        """End an answer that has said why it ended; what the server still has to say is not worth the wait."""
        out: list[StreamEvent] = []
        self._conclude(out)
        return out

    # -------------------- forms of a body

    def _sniff(self, data: bytes) -> bytes:
        """Find out what the body is. Returns what there is to be read of it by now."""
        head = (self._sniffed or b"") + data
        visible = head.removeprefix(b"\xef\xbb\xbf").lstrip()
        if not visible and len(head) < _SNIFFED_BYTES:
            self._sniffed = head
            return b""
        self._sniffed = None
        self._excerpt = visible[:_EXCERPT_BYTES]
        if visible.startswith((b"{", b"[")):
            self._whole = bytearray()
            return visible
        if visible.startswith(b"<"):
            self._fail(MalformedAnswer, "answered with a web page instead of the chat protocol; is the address right?")
        return head

    def _begins_with_a_json_line(self) -> bool:
        """Is it the stream of lines that this API sends, and no object that is written over several lines?"""
        line = (self._whole or b"").partition(b"\n")[0]
        try:
            parse_json(line.decode("utf-8", "replace"))
        except BrokenJson:
            self._by_line = False
        return self._by_line and not self.is_over

    def _take_whole(self, body: bytes, out: list[StreamEvent]) -> None:
        text = body.decode("utf-8", "replace")
        try:
            self._take_chunk(self._parse(text, ""), out)
        except BrokenJson:
            self._take_json_lines(text, out)
            return
        if not (self.is_over or self._by_line) and self._has_content and self.finish_reason is None:
            self.finish_reason = FinishReason.STOP  # it is whole by its syntax

    def _take_json_lines(self, text: str, out: list[StreamEvent]) -> None:
        """Some servers send a JSON object a line. It is no such stream when the first line is not whole."""
        try:
            parse_json(text.partition("\n")[0])
        except BrokenJson:
            return
        for line in _LINE.finditer(text):
            if not self.is_over:
                self._take_data(line[0], out)

    def _take_event(self, event: ServerSentEvent, out: list[StreamEvent]) -> None:
        if event.name == "error":
            self._take_error_event(event.data, out)
        else:
            self._take_data(event.data, out, event.name)

    def _take_open_event(self, event: ServerSentEvent, out: list[StreamEvent]) -> None:
        """An event without its blank line counts when it is whole by its own syntax."""
        data = event.data.strip()
        if data == "[DONE]" or event.name == "error":
            self._take_event(event, out)
            return
        try:
            parse_json(data)
        except BrokenJson:
            return
        self._take_event(event, out)

    def _take_data(self, data: str, out: list[StreamEvent], name: str = "") -> None:
        data = data.strip()
        if data.startswith("data:"):
            data = data[5:].lstrip()
        if not data or data.startswith(":"):  # keep-alives in the wrong place
            return
        if data in ("[DONE]", '"[DONE]"'):
            self._has_chunks = True
            self._conclude(out)
            return
        try:
            chunk = self._parse(data, name)
        except BrokenJson:
            self._take_broken(data, out)
            return
        self._take_chunk(chunk, out)

    def _take_broken(self, data: str, out: list[StreamEvent]) -> None:
        if "\n" in data:  # events that nobody put a blank line between
            for line in data.split("\n"):
                if not self.is_over:
                    self._take_data(line, out)
            return
        self._notice("skipped a part of the answer that could not be read", out)

    def _take_error_event(self, data: str, out: list[StreamEvent]) -> None:
        try:
            error = self._parse(data, "error").error
        except BrokenJson:
            error = None
        self._take_error(error or ReportedError(data.strip() or "it did not say which"), out)

    # -------------------- what chunks say

    def _take_chunk(self, chunk: Chunk, out: list[StreamEvent]) -> None:
        if chunk.is_recognised:
            self._has_chunks = True
        if chunk.choice is not None and not self._follows(chunk.choice):
            return
        if chunk.reasoning:
            self._add_reasoning(self._reasoning_repair.feed(chunk.reasoning), out)
        if chunk.text:
            self._add_text(self._text_repair.feed(chunk.text), out)
        if chunk.chances:
            self._size += sum(each.size for each in chunk.chances)
            out.append(LikelihoodReport(chunk.chances))
        for fragment in chunk.tool_calls:
            self._size += len(fragment.arguments)
            if not self._tool_calls.add(fragment):
                self._notice("dropped tool calls beyond the limit", out)
        if chunk.finish_reason is not None and self.finish_reason in (None, FinishReason.UNKNOWN):
            self.finish_reason = chunk.finish_reason
        self._usage = chunk.usage or self._usage
        if chunk.error is not None:
            self._take_error(chunk.error, out)
        elif self._size > MAX_ANSWER_CHARACTERS:
            self._fail_as_too_large()
        elif chunk.is_last:
            self._conclude(out)

    def _follows(self, choice: int) -> bool:
        """Is it, of several answers in one stream, the one that we follow?"""
        if self._choice is None:
            self._choice = choice
        return self._choice == choice

    def _add_reasoning(self, text: str, out: list[StreamEvent]) -> None:
        if text:
            self._size += len(text)
            self._has_content = self._has_content or not text.isspace()
            out.append(ReasoningDelta(text))

    def _add_text(self, text: str, out: list[StreamEvent]) -> None:
        if text:
            self._size += len(text)
            self._has_content = self._has_content or not text.isspace()
            out.extend(self._think.feed(text))

    def _flush(self, out: list[StreamEvent]) -> None:
        """Hand out what was held back in the hope of more."""
        self._add_reasoning(self._reasoning_repair.finish(), out)
        self._add_text(self._text_repair.finish(), out)
        out.extend(self._think.finish())
        if any(each.has_replaced for each in (self._frames, self._text_repair, self._reasoning_repair)):
            self._notice("replaced characters that are no text", out)

    def _notice(self, what: str, out: list[StreamEvent]) -> None:
        self._notices += 1
        if self._notices <= MAX_NOTICES:
            message = f"{server_name(self._server)}: {what}"
            out.append(StreamNotice(NoticeKind.REPAIRED, message, self._server))

    # -------------------- the end

    def _conclude(self, out: list[StreamEvent]) -> None:
        self._flush(out)
        calls = self._tool_calls.finish()
        out.extend(ToolCallReady(call) for call in calls)
        if self._usage is not None:
            out.append(UsageReport(self._usage))
        reason = self.finish_reason or (FinishReason.TOOL_CALLS if calls else FinishReason.STOP)
        was_silenced = reason in (FinishReason.LENGTH, FinishReason.CONTENT_FILTER)
        if self._has_content or calls or was_silenced:
            self.is_over = True
            out.append(Finished(reason))
        else:
            kind = EmptyAnswer if self._has_chunks else MalformedAnswer
            self._fail(kind, "gave an empty answer.")

    def _conclude_at_end(self, out: list[StreamEvent], *, was_cut: bool) -> None:
        if self.finish_reason is not None:
            self._conclude(out)
            return
        self._flush(out)
        has_begun = self._has_chunks and (self._whole is None or self._has_content)
        if has_begun or was_cut:
            self._fail(StreamInterrupted, "broke off before its answer was complete.")
        elif self._excerpt.strip():
            self._fail(MalformedAnswer, "gave an answer that is not the chat protocol's.")
        else:
            self._fail(MalformedAnswer, "gave an empty answer.")

    def _take_error(self, error: ReportedError, out: list[StreamEvent]) -> None:
        self._flush(out)
        detail = self._clean(error.message)
        self.is_over = True
        self.failure = ErrorInStream(
            f"{server_name(self._server)} reported an error: {ended(detail[:300])}",
            status=error.status,
            server=self._server,
            detail=detail,
        )

    def _fail(self, kind: type[ProviderError], what: str) -> None:
        self.is_over = True
        detail = "" if self._has_chunks else self._clean(self._excerpt.decode("utf-8", "replace"))
        self.failure = kind(f"{server_name(self._server)} {what}", server=self._server, detail=detail)

    def _fail_as_too_large(self) -> None:
        self._fail(AnswerTooLarge, "sent more than this program is willing to hold.")
