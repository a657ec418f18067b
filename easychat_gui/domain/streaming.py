"""What a provider yields while a model answers.

A stream is: one `Started`, then deltas, tool calls, usage and notices in any order, then exactly one `Finished`.
A recorded request (`CompletionRequest.is_recorded`) also yields a `RequestSent` each time before it goes out, and an
`AnswerReceived` before its end, however it ends.
A failure is raised as a `domain.errors.ProviderError` instead of `Finished`; a cancelled stream ends with
``Finished(FinishReason.CANCELLED)``.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from easychat_gui.domain.messages import Adaptation, FinishReason, ToolCall, Usage
from easychat_gui.domain.sent_requests import SentRequest
from easychat_gui.domain.token_chances import TokenChance


@dataclass(frozen=True, slots=True)
class Started:
    """The server has accepted the request: its answer's status line is there and is a success.

    ``server`` is the base address, ``request_id`` the server's own ``x-request-id``, if it sent one. A pool says which
    of its servers it is (``endpoint_id``).
    """

    server: str
    model: str
    request_id: str = ""
    endpoint_id: str = ""


@dataclass(frozen=True, slots=True)
class TextDelta:
    """New text. ``count`` says how many of the server's deltas it joins: about one for each token."""

    text: str
    count: int = 1


@dataclass(frozen=True, slots=True)
class ReasoningDelta:
    """New reasoning. ``count`` as in `TextDelta`."""

    text: str
    count: int = 1


@dataclass(frozen=True, slots=True)
class ToolCallReady:
    """A whole tool call; fragments are joined before this is yielded."""

    call: ToolCall


@dataclass(frozen=True, slots=True)
class UsageReport:
    usage: Usage


@dataclass(frozen=True, slots=True)
class LikelihoodReport:
    """How likely the next tokens of the answer were, where that was asked for."""

    chances: tuple[TokenChance, ...]


class NoticeKind(StrEnum):
    """What happened on the way, besides the answer."""

    RETRY = "retry"  # the same server is asked again after `wait_s`
    FAILOVER = "failover"  # the next server of the pool is asked
    NEXT_KEY = "next_key"  # the same server is asked with another of its keys
    REPAIRED = "repaired"  # text or JSON was not as the protocol wants it and was mended
    ADAPTED = "adapted"  # a parameter that the server or the model does not take was left out or changed


@dataclass(frozen=True, slots=True)
class StreamNotice:
    """Something that the person should be able to see, e.g. a retry. ``message`` is plain English for logs and the
    command line; the window makes its own sentence of ``kind``, ``server``, ``wait_s`` (seconds) and ``parameters``
    (those that it is about, in the API's spelling). ``is_asked_for``: the server wished for the wait. ``position`` and
    ``total`` tell which server of a pool is asked now, as "2 of 3". ``adapted`` is what the answer tells for good."""

    kind: NoticeKind
    message: str
    server: str = ""
    wait_s: float = 0.0
    parameters: tuple[str, ...] = ()
    is_asked_for: bool = False
    position: int = 0
    total: int = 0
    adapted: tuple[Adaptation, ...] = ()


class Phase(StrEnum):
    """How far a request has come before there is an answer. CONNECTED: the way is open, TLS included."""

    CONNECTING = "connecting"
    CONNECTED = "connected"


@dataclass(frozen=True, slots=True)
class PhaseReached:
    """Told to whoever asks while the request still blocks (`Cancellation.on_phase`); no part of what is yielded."""

    phase: Phase


@dataclass(frozen=True, slots=True)
class RequestSent:
    """A request goes out, for the first time or once more."""

    request: SentRequest


@dataclass(frozen=True, slots=True)
class AnswerReceived:
    """What a server answered, byte for byte: the beginning of ``body`` where ``is_cut``. Keys in headers are hidden."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    is_cut: bool = False


@dataclass(frozen=True, slots=True)
class Finished:
    """The answer is whole, or was cancelled. A truncated one is raised as `StreamInterrupted` instead."""

    reason: FinishReason


Transmission = RequestSent | AnswerReceived
"""What went over the wire, as against what it said."""

Saying = Started | TextDelta | ReasoningDelta | ToolCallReady | UsageReport | StreamNotice | Finished

StreamEvent = Saying | LikelihoodReport | Transmission

Heard = StreamEvent | PhaseReached
"""What whoever waits for an answer is told of it."""
