"""What is just out of sight, laid out while nothing else is to be done, so that scrolling need not wait for it."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

BUDGET_MS = 4
"""How long the event loop may be held up at a time."""


class LookingAhead(QObject):
    """``step`` lays out one thing and tells whether there was one; ``settled`` is called when some heights changed."""

    def __init__(self, step: Callable[[], bool], settled: Callable[[], None], parent: QObject) -> None:
        super().__init__(parent)
        self._step = step
        self._settled = settled
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._run)

    def look(self) -> None:
        """Begin when the event loop is idle."""
        if not self._timer.isActive():
            self._timer.start(0)

    def _run(self) -> None:
        ends = time.perf_counter() + BUDGET_MS / 1000
        count = 0
        while time.perf_counter() < ends and self._step():
            count += 1
        if count:
            self._settled()
            self._timer.start(0)
