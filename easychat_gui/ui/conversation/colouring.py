"""Colours for the code in sight, after the frame in which it first appears."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from PySide6.QtCore import QObject, QTimer, Signal

from easychat_gui.ui.conversation.flow import Flow
from easychat_gui.ui.conversation.selection import BoxKey

BUDGET_MS = 6
"""How long the event loop may be held up at a time; what is left follows after the next frame."""


class Colouring(QObject):
    """Works through the code in sight. ``in_sight`` yields the blocks that are painted."""

    changed = Signal()

    def __init__(self, in_sight: Callable[[], Iterator[tuple[BoxKey, Flow, int, int]]], parent: QObject) -> None:
        super().__init__(parent)
        self._in_sight = in_sight
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._run)

    def look(self) -> None:
        """Begin, if something in sight lacks its colours."""
        if not self._timer.isActive() and any(flow.needs_colours(key.box) for key, flow, _x, _y in self._in_sight()):
            self._timer.start(0)

    def _run(self) -> None:
        ends = time.perf_counter() + BUDGET_MS / 1000
        for key, flow, _x, _y in list(self._in_sight()):
            while flow.needs_colours(key.box) and time.perf_counter() < ends:
                flow.colour(key.box)
        self.changed.emit()
