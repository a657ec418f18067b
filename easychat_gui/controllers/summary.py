"""Asking a model for a summary of a part of a conversation. For a worker's thread."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence

from easychat_gui.domain.context import estimated
from easychat_gui.domain.generation import CompletionRequest, GenerationParams
from easychat_gui.domain.ids import ConversationId
from easychat_gui.domain.messages import Message, Role, new_message
from easychat_gui.domain.streaming import StreamEvent, TextDelta
from easychat_gui.providers.base import EventSource
from easychat_gui.providers.cancellation import Cancellation

ORDER = (
    "Summarise the conversation below so that it can go on without its text. Keep names, numbers, decisions and open "
    "questions. Write in the language of the conversation, at most {words} words, and nothing but the summary."
)
FORMER = "What was said before it, in short:"
UNKNOWN_WINDOW = 4096
TELL_EVERY_S = 0.2
LARGEST_PIECE = 12_000
"""In tokens: a model that reads more at once leaves much out."""


class Summariser:
    """Reads in pieces what does not fit at once, and takes the summary so far along from piece to piece.

    ``on_growth`` is told, on the worker's thread, what the model has written of the present piece.
    """

    def __init__(
        self,
        connect: Callable[[], EventSource],
        model: str,
        window: int | None,
        cancellation: Cancellation,
        on_growth: Callable[[str], None],
    ) -> None:
        self._connect = connect
        self._on_growth = on_growth
        self._model = model
        window = window or UNKNOWN_WINDOW
        self._piece = min(LARGEST_PIECE, window // 2)
        self._answer = max(64, min(700, window // 8))
        self._cancellation = cancellation

    def summary_of(self, messages: Sequence[Message], before: str = "") -> str:
        """Return the summary of these messages and of what was summed up before; empty if cancelled.

        Raises `ProviderError`.
        """
        source, summary = self._connect(), before.strip()
        for piece in self._pieces(messages):
            request = self._request(piece, summary)
            events = source.stream_events(request, self._cancellation)
            text = self._read(events).strip()
            if self._cancellation.is_cancelled:
                return ""
            summary = text or summary
        return summary

    def _read(self, events: Iterator[StreamEvent]) -> str:
        text, told_at = "", time.monotonic()
        for event in events:
            if isinstance(event, TextDelta):
                text += event.text
                if time.monotonic() - told_at > TELL_EVERY_S:
                    told_at = time.monotonic()
                    self._on_growth(text)
        return text

    def _request(self, piece: str, summary: str) -> CompletionRequest:
        parts = [ORDER.format(words=self._answer // 2)]
        if summary:
            parts.append(f"{FORMER}\n{summary}")
        text = "\n\n".join([*parts, piece])
        question = new_message(ConversationId(""), Role.USER, text)
        params = GenerationParams(temperature=0.2, max_tokens=self._answer)
        return CompletionRequest(self._model, (question,), params)

    def _pieces(self, messages: Sequence[Message]) -> Iterator[str]:
        lines: list[str] = []
        tokens = 0
        for line in self._lines(messages):
            size = estimated(line)
            if lines and tokens + size > self._piece:
                yield "\n\n".join(lines)
                lines, tokens = [], 0
            lines.append(line)
            tokens += size
        if lines:
            yield "\n\n".join(lines)

    def _lines(self, messages: Sequence[Message]) -> Iterator[str]:
        """Yield each message with its author, in parts none of which is longer than a piece."""
        for message in messages:
            author = "User" if message.role is Role.USER else "Assistant"
            length = max(1, self._piece * len(message.text) // max(1, estimated(message.text)))
            for start in range(0, len(message.text), length):
                yield f"{author}: {message.text[start : start + length]}"
