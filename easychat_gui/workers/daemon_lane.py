"""One thread for work that may take seconds and that nobody waits for at the end of the program."""

from __future__ import annotations

import queue
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Qt, Signal

T = TypeVar("T")
_Job = tuple[Callable[[], Any], Callable[[Any], None] | None]


class DaemonLane(QObject):
    """Runs functions one after the other and brings their results to the thread that this object lives on.

    Closing `Background` waits a while for what has begun. Pure Python that cannot be interrupted runs here instead:
    closing leaves it behind.
    """

    _done = Signal(object, object)

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._is_closed = False
        self._done.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def run(self, work: Callable[[], T], then: Callable[[T], None] | None = None) -> None:
        """Run ``work``, then ``then`` with its result. What it raises is a bug and surfaces on the receiving thread."""
        if self._is_closed:
            return
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name=self._name, daemon=True)
            self._thread.start()
        self._jobs.put((work, then))

    def close(self) -> None:
        """Begin nothing more and deliver nothing more. Does not wait."""
        self._is_closed = True
        self._jobs.put(None)

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None and not self._is_closed:
            work, then = job
            try:
                done: tuple[Any, Any] = (then, work())
            except Exception as error:
                done = (None, error)
            if not self._is_closed:
                with suppress(RuntimeError):  # the object has gone in this moment
                    self._done.emit(*done)

    def _deliver(self, then: Callable[[Any], None] | None, value: object) -> None:
        if self._is_closed:
            return
        if then is not None:
            then(value)
        elif isinstance(value, BaseException):
            sys.excepthook(type(value), value, value.__traceback__)
