"""Small pictures for the conversation, read aside and kept for a while."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

import shiboken6
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage, QPixmap

from easychat_gui.domain.attachments import Attachment

KEPT = 120
EDGE = 440
"""In pixels: what the largest of them takes on a screen of double density."""

ReadPicture = Callable[[Attachment, int, Callable[[QImage | None], None]], None]


class Thumbnails(QObject):
    """``changed`` when a picture has come that was asked for. ``read`` fetches one in the background."""

    changed = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.read: ReadPicture | None = None
        self._pictures: OrderedDict[str, QPixmap | None] = OrderedDict()
        self._asked: set[str] = set()

    def picture(self, attachment: Attachment) -> QPixmap | None:
        """Return it if it is there; else it is fetched, and None returned meanwhile."""
        key = attachment.sha256
        if key in self._pictures:
            self._pictures.move_to_end(key)
            return self._pictures[key]
        if self.read is not None and key not in self._asked:
            self._asked.add(key)
            self.read(attachment, EDGE, lambda image: self._on_read(key, image))
        return None

    def is_missing(self, attachment: Attachment) -> bool:
        """Is it known that the file is gone or damaged?"""
        return self._pictures.get(attachment.sha256, self) is None

    def _on_read(self, key: str, image: QImage | None) -> None:
        if not shiboken6.isValid(self):
            return
        self._asked.discard(key)
        self._pictures[key] = None if image is None else QPixmap.fromImage(image)
        while len(self._pictures) > KEPT:
            self._pictures.popitem(last=False)
        self.changed.emit()
