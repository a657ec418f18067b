"""Text that arrives, held until the next frame."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QTimer

FRAME_MS = 16
SPARED_MS = 8
"""What an ordinary frame may cost before the pauses grow."""


class Intake(QObject):
    """Collects pieces of text and hands them on together, at most once a frame.

    The first piece after a pause goes through at once. When the drawing of what was handed on takes long, the pauses
    become nearly four times as long as it took, so that the rest of the window stays alive.
    """

    def __init__(self, hand_on: Callable[[int, str, str], None], parent: QObject) -> None:
        """``hand_on`` is called with a row, its new reasoning and its new text."""
        super().__init__(parent)
        self._hand_on = hand_on
        self._pending: dict[int, tuple[list[str], list[str]]] = {}
        self._cost_ms = 0.0
        self._last_flush = 0.0
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self.flush)

    def add_text(self, row: int, text: str) -> None:
        self._pending.setdefault(row, ([], []))[1].append(text)
        self._schedule()

    def add_reasoning(self, row: int, text: str) -> None:
        self._pending.setdefault(row, ([], []))[0].append(text)
        self._schedule()

    def _schedule(self) -> None:
        if self._timer.isActive():
            return
        interval_ms = max(FRAME_MS, 4 * self._cost_ms - SPARED_MS)
        since_ms = (time.perf_counter() - self._last_flush) * 1000
        self._timer.start(max(0, round(interval_ms - since_ms)))

    def flush(self) -> None:
        """Hand on what has been collected."""
        self._timer.stop()
        if not self._pending:
            return
        started = time.perf_counter()
        pending, self._pending = self._pending, {}
        for row, (reasoning, text) in pending.items():
            self._hand_on(row, "".join(reasoning), "".join(text))
        self._last_flush = time.perf_counter()
        self._cost_ms = (self._last_flush - started) * 1000

    def add_cost(self, milliseconds: float) -> None:
        """Count the time that the drawing took into the cost of the last flush, half of it forgotten each time."""
        self._cost_ms = 0.5 * self._cost_ms + milliseconds

    def forget_from(self, row: int) -> None:
        """Drop what came for a row that is gone, and for those after it."""
        self._pending = {number: pieces for number, pieces in self._pending.items() if number < row}

    def forget(self) -> None:
        self._timer.stop()
        self._pending.clear()
