"""The one way to run a piece of blocking work aside: a list of models, a file to read, settings to write."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, TypeVar

from PySide6.QtCore import QObject, QRunnable, Qt, QThreadPool, Signal

from easychat_gui.domain.errors import EasyChatError

T = TypeVar("T")


class Background(QObject):
    """Runs functions on a small pool and brings their results to the thread that this object lives on.

    The function gets no widget and touches none; what it needs it closes over as values.
    """

    _done = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(4)
        self._pool.setObjectName("background")
        self._writers = QThreadPool(self)
        self._writers.setMaxThreadCount(1)
        self._writers.setObjectName("background-writer")
        self._done.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def run(
        self,
        work: Callable[[], T],
        then: Callable[[T], None] | None = None,
        on_error: Callable[[EasyChatError], None] | None = None,
    ) -> None:
        """Run ``work``; call ``then`` with its result, or ``on_error`` with the EasyChatError that it raised.

        Any other exception is a bug and surfaces through ``sys.excepthook``, on the receiving thread.
        """
        self._pool.start(_Job(work, then, on_error, self._done))

    def write(
        self,
        work: Callable[[], T],
        then: Callable[[T], None] | None = None,
        on_error: Callable[[EasyChatError], None] | None = None,
    ) -> None:
        """As `run`, for what must be on disk: in the order given, behind no server that does not answer, and also when
        the program is just closing."""
        self._writers.start(_Job(work, then, on_error, self._done))

    def close(self, timeout_s: float = 2.0) -> None:
        """Wait for what is to be written and for what has begun; drop the rest."""
        self._pool.clear()
        self._writers.waitForDone(int(timeout_s * 1000))
        self._pool.waitForDone(int(timeout_s * 1000))

    def _deliver(self, callback: Callable[[Any], None] | None, value: object) -> None:
        if callback is not None:
            callback(value)
        elif isinstance(value, BaseException):
            sys.excepthook(type(value), value, value.__traceback__)


class _Job(QRunnable):
    def __init__(
        self,
        work: Callable[[], Any],
        then: Callable[[Any], None] | None,
        on_error: Callable[[EasyChatError], None] | None,
        done: Any,
    ) -> None:
        super().__init__()
        self._work = work
        self._then = then
        self._on_error = on_error
        self._done = done

    def run(self) -> None:
        try:
            result = self._work()
        except EasyChatError as error:
            self._done.emit(self._on_error, error)
        except Exception as error:
            self._done.emit(None, error)
        else:
            self._done.emit(self._then, result)
