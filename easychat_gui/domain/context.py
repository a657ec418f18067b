"""What of a conversation goes into the model's window. Pure: counts in, a plan out."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from easychat_gui.domain.conversations import ContextPolicy
from easychat_gui.domain.messages import Role

TOKENS_AROUND_MESSAGE = 5
"""What the usual chat templates put around a message: its role, its beginning and its end."""

TOKENS_BEFORE_ANSWER = 3

USUAL_ANSWER = 1024
"""Room that is kept for an answer whose length nobody has limited, in tokens; less in a small window."""


class Counted(NamedTuple):
    """A message of the branch, for the plan. ``tokens`` is with what the template puts around it."""

    role: Role
    tokens: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What is sent: every message of the branch but the ``dropped`` ones, which stand together.

    ``tokens`` is what the sent messages take. ``fits``: they do, with the room for the answer. ``has_summary``: the
    summary goes in the place of those that are dropped.
    """

    dropped: range
    tokens: int
    fits: bool
    has_summary: bool = False


@dataclass(frozen=True, slots=True)
class Gauge:
    """How the next request fills the window, in tokens. ``window`` None: nobody knows how large it is.

    ``reserve`` is the room for the answer, ``is_reserve_set`` whether the person has set it (max tokens). ``is_exact``:
    the server's own tokenizer has counted all of it. ``dropped`` are places in the branch, ``has_messages`` whether
    there is anything but a system prompt.
    """

    window: int | None = None
    system_prompt: int = 0
    summary: int = 0
    messages: int = 0
    attachments: int = 0
    draft: int = 0
    reserve: int = 0
    is_reserve_set: bool = False
    is_exact: bool = False
    fits: bool = True
    dropped: range = range(0)
    has_messages: bool = False

    @property
    def used(self) -> int:
        """What the request takes, with the answer's room if the person has set that."""
        prompt = self.system_prompt + self.summary + self.messages + self.attachments + self.draft
        return prompt + (self.reserve if self.is_reserve_set else 0)

    @property
    def share(self) -> float:
        """How much of the window is filled, from 0 to 1; 0 when it is not known."""
        return min(1.0, self.used / self.window) if self.window else 0.0


def estimated(text: str) -> int:
    """Guess how many tokens a text is: four Latin letters to one, three bytes of any other script.

    That is one token for a Chinese character and one and a half Cyrillic letters, on the safe side for present models.
    Counted in C: a megabyte takes a millisecond.
    """
    if text.isascii():
        return math.ceil(len(text) / 4)
    latin = len(text.encode("ascii", "ignore"))
    other = len(text.encode("utf-8", "surrogatepass")) - latin
    return math.ceil(latin / 4 + other / 3)


def reserve_for(window: int | None, max_tokens: int | None) -> int:
    """Return the room to keep for the answer. An answer as long as the window would leave no room for a question."""
    if window is None:
        return max_tokens or 0
    return min(max_tokens, window // 2) if max_tokens else min(USUAL_ANSWER, window // 4)


def plan(messages: Sequence[Counted], room: int | None, policy: ContextPolicy, summary_tokens: int = 0) -> Plan:
    """Say which messages are sent when there is room for so many tokens (None: nobody knows).

    The last question and what follows it is always sent. What is sent begins with a question (after the first
    exchange, where that is kept), so that roles come in the order that servers expect.
    """
    total = sum(each.tokens for each in messages)
    if room is None or total <= room:
        return Plan(range(0), total, fits=True)
    if policy is ContextPolicy.SEND_ALL or not messages:
        return Plan(range(0), total, fits=False)
    question = _last_question(messages)
    needed = sum(each.tokens for each in messages[question:])
    head = 0
    if policy is ContextPolicy.KEEP_FIRST:
        head = _first_exchange(messages, question)
        if sum(each.tokens for each in messages[:head]) + needed > room:
            head = 0
    has_summary = policy is ContextPolicy.SUMMARISE and 0 < summary_tokens <= room - needed
    left = room - needed - sum(each.tokens for each in messages[:head]) - (summary_tokens if has_summary else 0)
    start = _beginning(messages, head, question, left)
    sent = sum(each.tokens for each in messages[:head]) + sum(each.tokens for each in messages[start:])
    return Plan(range(head, start), sent, fits=needed <= room, has_summary=has_summary and start > head)


def _last_question(messages: Sequence[Counted]) -> int:
    for place in range(len(messages) - 1, -1, -1):
        if messages[place].role is Role.USER:
            return place
    return len(messages) - 1


def _first_exchange(messages: Sequence[Counted], question: int) -> int:
    """Return where the first exchange ends: at the second question."""
    for place in range(1, question + 1):
        if messages[place].role is Role.USER:
            return place
    return 0


def _beginning(messages: Sequence[Counted], head: int, question: int, left: int) -> int:
    """Return the first message that still fits, going back from the last question; a question itself."""
    start = question
    for place in range(question - 1, head - 1, -1):
        left -= messages[place].tokens
        if left < 0:
            break
        if messages[place].role is Role.USER or place == head:
            start = place
    return start
