"""Colours for the code in sight, after the frame in which it first appears."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from PySide6.QtCore import QObject, QTimer, Signal

from easychat_gui.ui.conversation.flow import Flow
from easychat_gui.ui.conversation.selection import BoxKey

BUDGET_MS = 6
"""How long the event loop may be held up at a time; what is left follows in the next turn of it."""

Boxes = Callable[[], Iterator[tuple[BoxKey, Flow, int, int]]]


class Colouring(QObject):
    """Works through the code in sight and near it. ``near`` yields its blocks; ``changed`` tells of which, as keys."""

    changed = Signal(object)

    def __init__(self, near: Boxes, parent: QObject) -> None:
        super().__init__(parent)
        self._near = near
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._run)

    def look(self) -> None:
        """Begin, if something near lacks its colours."""
        if not self._timer.isActive() and any(flow.needs_colours(key.box) for key, flow, _x, _y in self._near()):
            self._timer.start(0)

    def _run(self) -> None:
        ends = time.perf_counter() + BUDGET_MS / 1000
        coloured: set[BoxKey] = set()
        boxes = [(key, flow) for key, flow, _x, _y in self._near() if flow.needs_colours(key.box)]
        for key, flow in boxes:
            while flow.needs_colours(key.box) and time.perf_counter() < ends:
                flow.colour(key.box)
                coloured.update(other for other, its_flow in boxes if its_flow is flow)
        if coloured:
            self.changed.emit(coloured)
        if any(flow.needs_colours(key.box) for key, flow in boxes):
            self._timer.start(0)
