"""What ``ask`` prints: the plain answer, or one JSON object a line. Everything else goes to standard error."""

from __future__ import annotations

import io
import json
import sys
import time
from typing import Any, Protocol, TextIO

from easychat_gui.cli.exit_codes import ExitCode
from easychat_gui.domain.errors import EasyChatError, ProviderError
from easychat_gui.domain.streaming import (
    Finished,
    LikelihoodReport,
    ReasoningDelta,
    Saying,
    Started,
    StreamEvent,
    StreamNotice,
    TextDelta,
    ToolCallReady,
    Transmission,
    UsageReport,
)

_VISIBLE_CONTROLS = {code: 0x2400 + code for code in range(32) if chr(code) not in "\n\t"} | {0x7F: 0x2421}
_VISIBLE_CONTROLS |= dict.fromkeys(range(0x80, 0xA0), 0xFFFD)
"""A model's escape sequences must not drive the person's terminal; they are shown as pictures instead."""


class Output(Protocol):
    """Where the events of one answer go."""

    def event(self, event: StreamEvent) -> None: ...

    def error(self, error: EasyChatError) -> None: ...

    def end(self, code: ExitCode) -> None: ...


def use_utf8() -> None:
    """Write UTF-8 whatever the locale; what cannot be written (a lone surrogate) becomes a question mark."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")


def say(sentence: str) -> None:
    """Tell the person something that is not the answer."""
    print(f"easychat-gui: {sentence}", file=sys.stderr, flush=True)


def on_one_line(text: str) -> str:
    """Return a text from outside as it may stand in a list of lines, whoever reads them."""
    return text.translate(_VISIBLE_CONTROLS | {10: 0x240A, 9: 0x2409})


class PlainOutput:
    """The answer as text, flushed as it arrives."""

    def __init__(self, *, show_reasoning: bool) -> None:
        self._show_reasoning = show_reasoning
        self._open_lines: list[TextIO] = []  # the streams whose last line has no newline yet
        self._has_answer = False

    def event(self, event: StreamEvent) -> None:
        match event:
            case TextDelta(text):
                self._has_answer = True
                self._write(sys.stdout, text)
            case ReasoningDelta(text) if self._show_reasoning:
                self._write(sys.stderr, text)
            case ToolCallReady(call):
                self._has_answer = True
                self._make_way()
                say(f"the model asks for the tool {call.name}({call.arguments})")
            case StreamNotice():
                self._make_way()
                say(event.message)
            case _:
                pass

    def error(self, error: EasyChatError) -> None:
        self._make_way()
        say(str(error))
        detail = error.detail if isinstance(error, ProviderError) else ""
        for line in detail.splitlines():
            if line not in str(error):
                say(line)

    def end(self, code: ExitCode) -> None:
        for stream in list(self._open_lines):
            self._end_line(stream)
        if code is ExitCode.CUT:
            say("the answer was cut by the length limit or the content filter")
        elif code is ExitCode.ANSWERED and not self._has_answer:
            say("the model thought, and gave no answer" + ("" if self._show_reasoning else "; see --reasoning"))

    def _write(self, stream: TextIO, text: str) -> None:
        if not text:
            return
        self._make_way(stream)
        stream.write(text.translate(_VISIBLE_CONTROLS) if stream.isatty() else text)
        stream.flush()
        if not text.endswith("\n"):
            self._open_lines.append(stream)

    def _make_way(self, stream: TextIO | None = None) -> None:
        """End the lines in whose midst something else would stand now. In a file the answer stays as it is."""
        for other in list(self._open_lines):
            if other is stream:
                self._open_lines.remove(stream)
            elif other is sys.stderr or other.isatty():
                self._end_line(other)

    def _end_line(self, stream: TextIO) -> None:
        self._open_lines.remove(stream)
        stream.write("\n")
        stream.flush()


class JsonOutput:
    """One JSON object a line, the last one always of type ``end``."""

    def __init__(self, *, show_reasoning: bool) -> None:
        self._show_reasoning = show_reasoning
        self._began = time.monotonic()
        self._first_token_s: float | None = None

    def event(self, event: StreamEvent) -> None:
        if isinstance(event, TextDelta | ReasoningDelta) and self._first_token_s is None:
            self._first_token_s = time.monotonic() - self._began
        if not isinstance(event, Transmission | LikelihoodReport):
            self._print(_as_dict(event))
        if isinstance(event, ReasoningDelta) and self._show_reasoning:
            sys.stderr.write(event.text)
            sys.stderr.flush()

    def error(self, error: EasyChatError) -> None:
        status = error.status if isinstance(error, ProviderError) else None
        self._print({"type": "error", "kind": type(error).__name__, "status": status, "message": str(error)})
        say(str(error))

    def end(self, code: ExitCode) -> None:
        seconds = round(time.monotonic() - self._began, 4)
        first = None if self._first_token_s is None else round(self._first_token_s, 4)
        ok = code is ExitCode.ANSWERED
        self._print({"type": "end", "ok": ok, "seconds": seconds, "first_token_seconds": first})

    def _print(self, values: dict[str, Any]) -> None:
        sys.stdout.write(json.dumps(values, ensure_ascii=False) + "\n")
        sys.stdout.flush()


def _as_dict(event: Saying) -> dict[str, Any]:
    match event:
        case Started(server, model):
            return {"type": "start", "server": server, "model": model}
        case TextDelta(text):
            return {"type": "text", "text": text}
        case ReasoningDelta(text):
            return {"type": "reasoning", "text": text}
        case ToolCallReady(call):
            return {"type": "tool_call", "id": call.id, "name": call.name, "arguments": call.arguments}
        case UsageReport(usage):
            counts = {"prompt_tokens": usage.prompt_tokens, "completion_tokens": usage.completion_tokens}
            return {"type": "usage", **counts}
        case StreamNotice():
            return {"type": "notice", "message": event.message}
        case Finished(reason):
            return {"type": "finish", "reason": str(reason)}
