"""A completion hands over everything once, in order, in few signals, and ends exactly once."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QThread
from pytestqt.qtbot import QtBot

from easychat_gui.domain.errors import InternalFault, ServerFailed
from easychat_gui.domain.generation import CompletionRequest
from easychat_gui.domain.ids import RequestId
from easychat_gui.domain.messages import FinishReason
from easychat_gui.domain.streaming import Finished, ReasoningDelta, Started, StreamEvent, TextDelta
from easychat_gui.providers.cancellation import Cancellation
from easychat_gui.workers.completion import QUEUE_LIMIT, Completion
from tests.fakes.scripted_source import ScriptedSource

REQUEST = CompletionRequest(model="m", messages=())
STOP = Finished(FinishReason.STOP)


class Recorder:
    """What a controller would see."""

    def __init__(self, completion: Completion) -> None:
        self.batches: list[list[StreamEvent]] = []
        self.outcomes: list[object] = []
        self.threads: set[object] = set()
        completion.events_ready.connect(self._on_events)
        completion.finished.connect(lambda _id, outcome: self.outcomes.append(outcome))
        completion.failed.connect(lambda _id, error: self.outcomes.append(error))

    def _on_events(self, _request_id: str, events: list[StreamEvent]) -> None:
        self.threads.add(QThread.currentThread())
        self.batches.append(events)

    @property
    def text(self) -> str:
        return "".join(event.text for batch in self.batches for event in batch if isinstance(event, TextDelta))


def run(qtbot: QtBot, source: ScriptedSource) -> tuple[Completion, Recorder]:
    completion = Completion(RequestId("r"), lambda: source, REQUEST)
    recorder = Recorder(completion)
    with qtbot.waitSignal(completion.ended, timeout=10_000):
        completion.start()
    return completion, recorder


def test_everything_arrives_in_order_on_the_gui_thread(qtbot: QtBot) -> None:
    pieces = [f"{number} " for number in range(20_000)]
    _, recorder = run(qtbot, ScriptedSource([Started("s", "m"), *map(TextDelta, pieces), STOP]))
    assert recorder.text == "".join(pieces)
    assert recorder.outcomes == [STOP]
    assert recorder.threads == {QThread.currentThread()}


def test_chunks_come_in_batches_and_not_one_by_one(qtbot: QtBot) -> None:
    _, recorder = run(qtbot, ScriptedSource([*[TextDelta("x")] * 20_000, STOP]))
    assert len(recorder.batches) < 2_000
    counted = sum(event.count for batch in recorder.batches for event in batch if isinstance(event, TextDelta))
    assert counted == 20_000


def test_text_and_reasoning_keep_their_order_when_joined(qtbot: QtBot) -> None:
    events = [ReasoningDelta("a"), ReasoningDelta("b"), TextDelta("c"), TextDelta("d"), ReasoningDelta("e"), STOP]
    _, recorder = run(qtbot, ScriptedSource(events))
    seen = "".join(
        ("R" if isinstance(event, ReasoningDelta) else "T") + event.text
        for batch in recorder.batches
        for event in batch
        if isinstance(event, TextDelta | ReasoningDelta)
    )
    assert seen.replace("R", "").replace("T", "") == "abcde"
    assert seen.index("T") == seen.index("c") - 1


@pytest.mark.parametrize("script", [[TextDelta("kept"), ServerFailed("down")], [TextDelta("kept"), ValueError("bug")]])
def test_a_failure_comes_after_the_text_that_arrived(qtbot: QtBot, script: list[object]) -> None:
    _, recorder = run(qtbot, ScriptedSource(script))
    assert recorder.text == "kept"
    (outcome,) = recorder.outcomes
    assert isinstance(outcome, ServerFailed | InternalFault)


def test_cancelling_ends_the_thread_and_tells_what_had_arrived(qtbot: QtBot) -> None:
    source = ScriptedSource([TextDelta("half"), ScriptedSource.HOLD, TextDelta("never"), STOP])
    completion = Completion(RequestId("r"), lambda: source, REQUEST)
    recorder = Recorder(completion)
    completion.start()
    qtbot.waitUntil(lambda: recorder.text == "half")
    with qtbot.waitSignal(completion.ended):
        completion.cancel()
    assert recorder.text == "half"
    assert recorder.outcomes == [Finished(FinishReason.CANCELLED)]


def test_a_flood_waits_for_the_window_and_a_cancel_frees_it(qtbot: QtBot) -> None:
    """Nobody takes: the reader must stop at the limit, and a cancel must reach it even there."""
    produced = 0

    class Flood(ScriptedSource):
        def stream_events(self, request: CompletionRequest, cancellation: Cancellation) -> Iterator[StreamEvent]:
            nonlocal produced
            while not cancellation.is_cancelled:
                produced += 1
                yield TextDelta("x")
            yield Finished(FinishReason.CANCELLED)

    completion = Completion(RequestId("r"), lambda: Flood([]), REQUEST)
    completion.start()
    is_full = threading.Event()
    for _ in range(200):
        if produced > QUEUE_LIMIT:
            is_full.set()
            break
        QThread.msleep(5)  # the event loop must not run here: it would take
    assert is_full.is_set()
    QThread.msleep(20)
    assert produced <= QUEUE_LIMIT + 1
    with qtbot.waitSignal(completion.ended):
        completion.cancel()
