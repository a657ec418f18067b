"""The parsers, imported beside the first paint instead of before it."""

from __future__ import annotations

import contextlib
import threading

from PySide6.QtCore import QObject, Qt, Signal

from easychat_gui.rendering import highlight, markdown


class ParserLoading(QObject):
    """Imports the Markdown parser and Pygments in a thread and says when the first of them is there."""

    finished = Signal()
    _loaded = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread: threading.Thread | None = None
        self._loaded.connect(self._on_loaded, Qt.ConnectionType.QueuedConnection)

    def start(self) -> None:
        """Begin, unless that has been done."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="load-parsers", daemon=True)
            self._thread.start()

    def wait(self) -> None:
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        markdown.load()
        highlight.load()
        with contextlib.suppress(RuntimeError):  # the view may have been closed meanwhile
            self._loaded.emit()

    def _on_loaded(self) -> None:
        self.wait()
        self.finished.emit()
