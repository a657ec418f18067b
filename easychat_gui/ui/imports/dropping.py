"""Files that are dropped where chats are listed: they are imported."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QObject
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QWidget


def dropped_files(data: QMimeData) -> list[Path]:
    """Return the files and folders of this computer among what is dropped."""
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]


class ImportDrops(QObject):
    """Takes files that are dropped on a part of the window, and leaves all else that is dropped to it."""

    def __init__(self, target: QWidget, look_through: Callable[[list[Path]], object]) -> None:
        super().__init__(target)
        self._look_through = look_through
        target.setAcceptDrops(True)
        target.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QDropEvent):  # the base of the events of entering and moving, too
            files = dropped_files(event.mimeData())
            if files and event.type() in (QEvent.Type.DragEnter, QEvent.Type.DragMove, QEvent.Type.Drop):
                event.acceptProposedAction()
                if event.type() == QEvent.Type.Drop:
                    self._look_through(files)
                return True
        return False
