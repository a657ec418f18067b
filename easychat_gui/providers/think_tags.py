"""``<think>…</think>`` at the head of an answer: reasoning that a server left in the text."""

from __future__ import annotations

from easychat_gui.domain.streaming import ReasoningDelta, TextDelta

_TAGS = {"<think>": "</think>", "<thinking>": "</thinking>"}


def _is_beginning_of(text: str, tags: tuple[str, ...]) -> bool:
    return any(tag.startswith(text) for tag in tags)


def _held_back(text: str, tag: str) -> int:
    """Return how many characters at the end of ``text`` may be the beginning of ``tag``."""
    for length in range(min(len(tag) - 1, len(text)), 0, -1):
        if tag.startswith(text[-length:]):
            return length
    return 0


class ThinkTagSplitter:
    """Divides an answer that arrives in pieces into reasoning and text, wherever the tags are cut.

    Only tags before the first visible character count: an answer that explains ``<think>`` must keep its words. A tag
    that is never closed leaves reasoning only.
    """

    def __init__(self) -> None:
        self._pending = ""
        self._closing = ""  # the tag that ends the reasoning that we are in
        self._is_at_head = True
        self._trims = False  # white space right behind a tag is layout

    def feed(self, text: str) -> list[TextDelta | ReasoningDelta]:
        if not self._is_at_head:
            return [TextDelta(text)] if text else []
        self._pending += text
        deltas: list[TextDelta | ReasoningDelta] = []
        while self._pending and self._step(deltas):
            pass
        return deltas

    def finish(self) -> list[TextDelta | ReasoningDelta]:
        """Return what was held back because it might have been a tag."""
        rest, self._pending = self._pending, ""
        if not rest or (self._trims and not rest.strip()):
            return []
        return [ReasoningDelta(rest) if self._closing else TextDelta(rest)]

    def _step(self, deltas: list[TextDelta | ReasoningDelta]) -> bool:
        """Take what is certain from the pending text. Returns whether there may be more."""
        if self._trims:
            self._pending = self._pending.lstrip()
            if not self._pending:
                return False
        return self._step_inside(deltas) if self._closing else self._step_at_head(deltas)

    def _step_inside(self, deltas: list[TextDelta | ReasoningDelta]) -> bool:
        reasoning, tag, rest = self._pending.partition(self._closing)
        if tag:
            self._pending, self._closing, self._trims = rest, "", True
        else:
            held = _held_back(reasoning, self._closing)
            self._pending = reasoning[len(reasoning) - held :]
            reasoning = reasoning[: len(reasoning) - held]
            self._trims = self._trims and not reasoning
        if reasoning:
            deltas.append(ReasoningDelta(reasoning))
        return bool(tag)

    def _step_at_head(self, deltas: list[TextDelta | ReasoningDelta]) -> bool:
        visible = self._pending.lstrip()
        for opening, closing in _TAGS.items():
            if visible.startswith(opening):
                self._pending = visible[len(opening) :]
                self._closing, self._trims = closing, True
                return True
        if _is_beginning_of(visible, tuple(_TAGS)):
            return False
        deltas.append(TextDelta(self._pending))
        self._pending, self._is_at_head = "", False
        return False
