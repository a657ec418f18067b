"""asyncio on Qt's event loop, through qasync: for what waits without blocking.

The loop is made when it is first needed, onto the Qt loop that runs already: qasync and asyncio take longer to import
than the whole window takes to appear. asyncio itself remembers it as the loop of the GUI thread.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Coroutine
from typing import Any

import qasync
from PySide6.QtCore import QCoreApplication, QDeadlineTimer, QEventLoop, QObject


class AsyncBridge(QObject):
    """Runs coroutines on the GUI thread. What one raises surfaces through ``sys.excepthook``."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._loop = _event_loop()
        self._tasks: set[asyncio.Task[Any]] = set()

    def spawn(self, coroutine: Coroutine[Any, Any, Any]) -> None:
        """Start a coroutine; keep it until it ends."""
        task = self._loop.create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._on_done)

    def close(self) -> None:
        """Cancel what still runs and give it a moment to clean up."""
        for task in list(self._tasks):
            task.cancel()
        deadline = QDeadlineTimer(500)
        while self._tasks and not deadline.hasExpired():
            QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents, 20)

    def _on_done(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            sys.excepthook(type(error), error, error.__traceback__)


def _event_loop() -> asyncio.AbstractEventLoop:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return qasync.QEventLoop(QCoreApplication.instance(), already_running=True)  # type: ignore[no-any-return]


def close_event_loop() -> None:
    """Close the loop of this thread, if there is one. For the end of the process: Qt's own loop ends with it."""
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        return
    loop.stop()
    loop.close()
    asyncio.events._set_running_loop(None)  # noqa: SLF001 - qasync sets it and never takes it back
