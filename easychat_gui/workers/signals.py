"""Ctrl+C and ``kill`` as a Qt signal.

Python runs its handlers between bytecodes, and Qt's event loop runs none while nothing happens: without this a Ctrl+C
waits for the next move of the mouse.
"""

from __future__ import annotations

import signal
import socket

from PySide6.QtCore import QObject, QSocketNotifier, Signal


class TerminationSignals(QObject):
    """``received`` when the process is asked to end. For the main thread; there can be one of it."""

    received = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._reader, self._writer = socket.socketpair()
        self._reader.setblocking(False)
        self._writer.setblocking(False)
        self._notifier = QSocketNotifier(self._reader.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._on_activated)
        signal.set_wakeup_fd(self._writer.fileno(), warn_on_full_buffer=False)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda _number, _frame: None)  # the byte in the socket is what counts

    def _on_activated(self) -> None:
        self._reader.recv(64)
        self.received.emit()
