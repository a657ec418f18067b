"""How far an answer has come: what the status line says of it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum, auto

from easychat_gui.domain.streaming import (
    NoticeKind,
    Phase,
    PhaseReached,
    ReasoningDelta,
    Started,
    StreamNotice,
    TextDelta,
)


class Stage(Enum):
    """CONNECTING: on the way to a server. WAITING: it has the question. PAUSING: before the same is asked again."""

    CONNECTING = auto()
    WAITING = auto()
    PAUSING = auto()
    THINKING = auto()
    ANSWERING = auto()


@dataclass(slots=True)
class Progress:
    """The stage of an answer, and since when it is in it or, in the last two, since when nothing came.

    All times are monotonic, in seconds. ``position`` of ``total`` servers of a pool is asked, 0 as long as it is the
    first. ``pause`` is what was told before the pause that is made now, ``is_other_key`` whether another key of
    the same server is tried.
    """

    since: float
    stage: Stage = Stage.CONNECTING
    position: int = 0
    total: int = 0
    pause: StreamNotice | None = None
    is_other_key: bool = False

    def note(self, event: object, now: float) -> None:
        """Take notice of something that a request has told."""
        match event:
            case TextDelta():
                self._enter(Stage.ANSWERING, now)
            case ReasoningDelta():
                self._enter(Stage.THINKING, now)
            case Started() | PhaseReached(Phase.CONNECTED):
                if self.stage is not Stage.WAITING:
                    self._enter(Stage.WAITING, now)
            case PhaseReached(Phase.CONNECTING):
                self._enter(Stage.CONNECTING, now)
            case StreamNotice(NoticeKind.RETRY):
                self._enter(Stage.PAUSING, now)
                self.pause = event
            case StreamNotice(NoticeKind.FAILOVER):
                self._enter(Stage.CONNECTING, now)
                self.position, self.total, self.is_other_key = event.position, event.total, False
            case StreamNotice(NoticeKind.NEXT_KEY):
                self._enter(Stage.CONNECTING, now)
                self.is_other_key = True

    @property
    def has_next(self) -> bool:
        """Is there another server, while nothing of an answer is there yet?"""
        return self.stage in (Stage.CONNECTING, Stage.WAITING) and max(self.position, 1) < self.total

    def hurry(self, now: float) -> None:
        """The pause was ended by the person."""
        if self.stage is Stage.PAUSING:
            self._enter(Stage.CONNECTING, now)

    def pause_left_s(self, now: float) -> int:
        """Return how many seconds are left of the pause, rounded up."""
        return 0 if self.pause is None else max(0, math.ceil(self.pause.wait_s - (now - self.since)))

    def _enter(self, stage: Stage, now: float) -> None:
        self.stage, self.since, self.pause = stage, now, None
