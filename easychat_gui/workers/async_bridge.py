"""asyncio on Qt's event loop, through qasync: for what waits without blocking.

The loop is made after the first paint, onto the Qt loop that runs already: qasync and asyncio take longer to import
than the whole window takes to appear.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Coroutine
from typing import Any

from PySide6.QtCore import QCoreApplication, QDeadlineTimer, QEventLoop, QObject


class AsyncBridge(QObject):
    """Runs coroutines on the GUI thread. What one raises surfaces through ``sys.excepthook``."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._tasks: set[asyncio.Task[Any]] = set()

    def spawn(self, coroutine: Coroutine[Any, Any, Any]) -> None:
        """Start a coroutine; keep it until it ends."""
        task = self._running_loop().create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._on_done)

    def close(self) -> None:
        """Cancel what still runs and give it a moment to clean up."""
        if self._loop is None:
            return
        for task in list(self._tasks):
            task.cancel()
        deadline = QDeadlineTimer(500)
        while self._tasks and not deadline.hasExpired():
            QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
        self._loop.close()
        self._loop = None

    def _running_loop(self) -> asyncio.AbstractEventLoop:
        if self._loop is None:
            import qasync

            self._loop = qasync.QEventLoop(QCoreApplication.instance(), set_running_loop=True, already_running=True)
        return self._loop

    def _on_done(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            sys.excepthook(type(error), error, error.__traceback__)
