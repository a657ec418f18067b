"""An answer while it runs: what has arrived, since when, and what of it is on disk."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from easychat_gui.controllers.progress import Progress
from easychat_gui.domain.conversations import Conversation
from easychat_gui.domain.endpoints import Endpoint
from easychat_gui.domain.errors import ProviderError
from easychat_gui.domain.generation import CompletionRequest
from easychat_gui.domain.ids import ConversationId, EndpointId, MessageId, RequestId
from easychat_gui.domain.messages import (
    Adaptation,
    FinishReason,
    Message,
    MessageStatus,
    ToolCall,
    Usage,
    joined_adaptations,
)
from easychat_gui.domain.streaming import (
    Finished,
    Heard,
    LikelihoodReport,
    ReasoningDelta,
    Started,
    StreamNotice,
    TextDelta,
    ToolCallReady,
    UsageReport,
)
from easychat_gui.domain.token_chances import TokenChance


@dataclass(frozen=True, slots=True)
class Growth:
    """What a batch of events added to the text that is shown."""

    text: str = ""
    reasoning: str = ""
    notice: StreamNotice | None = None
    server_id: EndpointId | None = None  # which server of a pool has begun to answer


@dataclass(slots=True)
class RunningAnswer:
    """Collects the events of one completion.

    It holds no Qt object: the store's jobs hold it, and their thread may be the last to let it go. A `Completion` that
    was taken down there crashed in the GUI thread.

    ``message`` is what was there before: empty for a new answer, the first part for a continued one. Durations run
    from `started_at`, a monotonic time in seconds. ``chances`` are of the tokens that came with this request.
    ``asked`` is the conversation as the request was made for it.
    """

    request_id: RequestId
    message: Message
    endpoint: Endpoint
    request: CompletionRequest
    asked: Conversation
    started_at: float = field(default_factory=time.monotonic)
    has_connected: bool = False
    first_token_at: float | None = None
    is_dirty: bool = False
    progress: Progress = field(init=False)
    _text: list[str] = field(default_factory=list)
    _reasoning: list[str] = field(default_factory=list)
    _reasoning_ended_at: float | None = None
    _tool_calls: list[ToolCall] = field(default_factory=list)
    _usage: Usage | None = None
    _adapted: tuple[Adaptation, ...] = ()
    chances: list[TokenChance] = field(default_factory=list)
    _deltas: int = 0

    def __post_init__(self) -> None:
        self.progress = Progress(self.started_at)

    @property
    def message_id(self) -> MessageId:
        return self.message.id

    @property
    def conversation_id(self) -> ConversationId:
        return self.message.conversation_id

    def take(self, events: Sequence[Heard]) -> Growth:
        """Add a batch of events; tell what is new on the screen."""
        text: list[str] = []
        reasoning: list[str] = []
        notice, server_id, now = None, None, time.monotonic()
        for event in events:
            self.progress.note(event, now)
            match event:
                case TextDelta(piece, count):
                    text.append(piece)
                    self._deltas += count
                case ReasoningDelta(piece, count):
                    reasoning.append(piece)
                    self._deltas += count
                case Started():
                    self.has_connected = True
                    if event.endpoint_id:
                        server_id = EndpointId(event.endpoint_id)
                        self.message = self.message.with_(model_id=event.model)
                case ToolCallReady(call):
                    self._tool_calls.append(call)
                case UsageReport(usage):
                    self._usage = usage
                case LikelihoodReport(chances):
                    self.chances += chances
                case StreamNotice():
                    notice = event
                    self._adapted = joined_adaptations(self._adapted, event.adapted)
        self._note_arrival(has_text=bool(text), has_reasoning=bool(reasoning))
        self._text += text
        self._reasoning += reasoning
        return Growth("".join(text), "".join(reasoning), notice, server_id)

    def _note_arrival(self, *, has_text: bool, has_reasoning: bool) -> None:
        if not (has_text or has_reasoning):
            return
        now = time.monotonic()
        self.is_dirty = True
        self.first_token_at = self.first_token_at or now
        if has_text and self._reasoning_ended_at is None and (self._reasoning or has_reasoning):
            self._reasoning_ended_at = now

    def snapshot(self) -> Message:
        """Return the message with all that has arrived, still running."""
        if len(self._text) > 1:
            self._text = ["".join(self._text)]
        if len(self._reasoning) > 1:
            self._reasoning = ["".join(self._reasoning)]
        return self.message.with_(
            text=self.message.text + "".join(self._text),
            reasoning=self.message.reasoning + "".join(self._reasoning),
            reasoning_s=self._reasoning_s(),
            tool_calls=self.message.tool_calls + tuple(self._tool_calls),
            usage=self._usage or self.message.usage,
            adapted=joined_adaptations(self.message.adapted, self._adapted),
            first_token_s=self._since_start(self.first_token_at),
            duration_s=time.monotonic() - self.started_at,
        )

    def ended(self, finished: Finished) -> Message:
        """Return the message as it stays."""
        is_cancelled = finished.reason is FinishReason.CANCELLED
        return self.snapshot().with_(
            status=MessageStatus.CANCELLED if is_cancelled else MessageStatus.COMPLETE,
            finish_reason=finished.reason,
            failure=None,
        )

    def cancelled(self) -> Message:
        """Return the message as it stays when the person stopped it."""
        return self.ended(Finished(FinishReason.CANCELLED))

    def failed(self, error: ProviderError) -> Message:
        """Return the message as it stays after a failure: with all that arrived."""
        return self.snapshot().with_(status=MessageStatus.FAILED, finish_reason=None, failure=error.as_failure())

    def deltas_per_second(self) -> int | None:
        """Return how fast the answer comes: about tokens a second. None until there is something to measure."""
        if self.first_token_at is None:
            return None
        seconds = time.monotonic() - self.first_token_at
        return round(self._deltas / seconds) if seconds > 0.5 else None

    def _reasoning_s(self) -> float | None:
        if not self._reasoning:
            return self.message.reasoning_s
        ended_at = self._reasoning_ended_at or time.monotonic()
        return ended_at - (self.first_token_at or self.started_at)

    def _since_start(self, moment: float | None) -> float | None:
        return None if moment is None else moment - self.started_at
