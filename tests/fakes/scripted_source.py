"""A source of events that says just what a test wants, when it wants."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator

from easychat_gui.domain.generation import CompletionRequest
from easychat_gui.domain.messages import FinishReason
from easychat_gui.domain.streaming import Finished, StreamEvent
from easychat_gui.providers.cancellation import Cancellation


class ScriptedSource:
    """Yields the events of a script; an exception in it is raised, `HOLD` waits for `release` or a cancel."""

    HOLD = object()

    def __init__(self, script: Iterable[object]) -> None:
        self._script = list(script)
        self._released = threading.Event()
        self.requests: list[CompletionRequest] = []

    def release(self) -> None:
        self._released.set()

    def stream_events(self, request: CompletionRequest, cancellation: Cancellation) -> Iterator[StreamEvent]:
        self.requests.append(request)
        for step in self._script:
            if step is self.HOLD:
                while not self._released.is_set() and not cancellation.wait(0.005):
                    pass
            elif isinstance(step, Exception):
                raise step
            if cancellation.is_cancelled:
                yield Finished(FinishReason.CANCELLED)
                return
            if step is not self.HOLD:
                yield step  # type: ignore[misc]
