"""Pictures that messages name: a card that says where one would come from, until the reader asks for it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from enum import Enum, auto

from PySide6.QtCore import QObject, QSize, Signal
from PySide6.QtGui import QImage, QPixmap

from easychat_gui.rendering.markdown import Span

_MOST_BYTES = 96 * 1024 * 1024
"""Of pictures that are kept; one that was dropped is a card again."""


class PictureState(Enum):
    UNASKED = auto()
    LOADING = auto()
    THERE = auto()
    FAILED = auto()


class Pictures(QObject):
    """What became of each address. ``wanted``: the reader has asked for it. ``changed``: something is different now."""

    wanted = Signal(str)
    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._loading: set[str] = set()
        self._failures: dict[str, str] = {}
        self._pixmaps: OrderedDict[str, QPixmap] = OrderedDict()

    def state(self, url: str) -> PictureState:
        if url in self._pixmaps:
            return PictureState.THERE
        if url in self._loading:
            return PictureState.LOADING
        return PictureState.FAILED if url in self._failures else PictureState.UNASKED

    def states(self, spans: Iterable[Span]) -> tuple[tuple[str, PictureState], ...]:
        """Return what the looks of this text depend on."""
        return tuple((span.image, self.state(span.image)) for span in spans if span.image)

    def have_changed(self, states: Iterable[tuple[str, PictureState]]) -> bool:
        return any(self.state(url) is not state for url, state in states)

    def pixmap(self, url: str) -> QPixmap | None:
        return self._pixmaps.get(url)

    def size(self, url: str) -> QSize:
        pixmap = self._pixmaps.get(url)
        return pixmap.size() if pixmap is not None else QSize()

    def failure(self, url: str) -> str:
        """Return the sentence that says why a picture is not there."""
        return self._failures.get(url, "")

    def ask(self, url: str) -> None:
        """The reader wants to see it."""
        if self.state(url) in (PictureState.UNASKED, PictureState.FAILED):
            self._failures.pop(url, None)
            self._loading.add(url)
            self.changed.emit()
            self.wanted.emit(url)

    def take(self, url: str, image: QImage) -> None:
        self._loading.discard(url)
        self._pixmaps[url] = QPixmap.fromImage(image)
        while sum(map(_bytes, self._pixmaps.values())) > _MOST_BYTES and len(self._pixmaps) > 1:
            self._pixmaps.popitem(last=False)
        self.changed.emit()

    def fail(self, url: str, sentence: str) -> None:
        self._loading.discard(url)
        self._failures[url] = sentence
        self.changed.emit()


def _bytes(pixmap: QPixmap) -> int:
    return pixmap.width() * pixmap.height() * 4
