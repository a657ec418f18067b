"""The formulas of a view: asked for when they are seen, set in a thread, drawn when they are there."""

from __future__ import annotations

import queue
import threading
from collections import OrderedDict
from collections.abc import Iterable
from typing import NamedTuple

from PySide6.QtCore import QByteArray, QObject, QRectF, QSizeF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QPainter, QPixmap

from easychat_gui.rendering.markdown import Span
from easychat_gui.rendering.typesetting import INK, CannotTypesetError, Picture, typeset
from easychat_gui.support import turns

POLLING_MS = 40
LONGEST_POLLING_MS = 640
"""While very many are awaited: their text is laid out again each time that some have come."""
_MOST_KNOWN = 2000
_IDLE_S = 10.0
_TURNS_S = 0.0005
_MOST_PIXMAP_BYTES = 24 * 1024 * 1024
_LONGEST_SIDE = 8000
"""Device pixels; what would be larger is drawn coarser."""


class FormulaKey(NamedTuple):
    tex: str
    is_display: bool


def key_of(span: Span) -> FormulaKey | None:
    return FormulaKey(span.formula, span.is_display) if span.formula else None


class Formulas(QObject):
    """Knows formulas that were set, and has others set. ``arrived``: some of those that were awaited are there."""

    arrived = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._known: OrderedDict[FormulaKey, Picture | None] = OrderedDict()
        self._awaited: set[FormulaKey] = set()
        self._pixmaps: OrderedDict[tuple[object, ...], QPixmap] = OrderedDict()
        self._pixmap_bytes = 0
        self._setter = _Setter()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._collect)
        self.destroyed.connect(self._setter.forget)

    def picture(self, key: FormulaKey) -> Picture | None:
        """Return a formula that is there; None for one that is awaited (from now on) or cannot be drawn."""
        if key in self._known:
            self._known.move_to_end(key)
            return self._known[key]
        if key not in self._awaited:
            self._awaited.add(key)
            self._setter.ask(key)
            if not self._timer.isActive():
                self._timer.start(POLLING_MS)
        return None

    def is_refused(self, key: FormulaKey) -> bool:
        """The formula cannot be drawn."""
        return key in self._known and self._known[key] is None

    def awaited(self, spans: Iterable[Span]) -> tuple[FormulaKey, ...]:
        """Return the formulas in this text that are not there yet."""
        keys = (key_of(span) for span in spans)
        return tuple(key for key in keys if key is not None and key in self._awaited)

    def have_come(self, keys: Iterable[FormulaKey]) -> bool:
        """Tell whether any of these is awaited no longer."""
        return any(key not in self._awaited for key in keys)

    def _collect(self) -> None:
        results = self._setter.results()
        for key, picture in results:
            self._awaited.discard(key)
            self._known[key] = picture
        while len(self._known) > _MOST_KNOWN:
            self._known.popitem(last=False)
        if not self._awaited:
            self._timer.stop()
        elif results:
            self._timer.setInterval(min(2 * self._timer.interval(), LONGEST_POLLING_MS))
        if results:
            self.arrived.emit()

    def pixmap(self, key: FormulaKey, em: float, colour: QColor, ratio: float) -> QPixmap | None:
        """Return a formula drawn in this colour where an em has so many device-independent pixels."""
        picture = self._known.get(key)
        if picture is None:
            return None
        name = (key, round(em, 2), colour.rgba(), ratio)
        pixmap = self._pixmaps.pop(name, None)
        if pixmap is None:
            pixmap = _drawn(picture, em, colour, ratio)
            self._pixmap_bytes += _bytes(pixmap)
        self._pixmaps[name] = pixmap
        while self._pixmap_bytes > _MOST_PIXMAP_BYTES and len(self._pixmaps) > 1:
            self._pixmap_bytes -= _bytes(self._pixmaps.popitem(last=False)[1])
        return pixmap


class _Setter:
    """Sets formulas in a thread, the last one asked for first, since that is the one in sight.

    The thread ends when nothing is asked for, and does not keep the program from ending.
    """

    def __init__(self) -> None:
        self._wishes: queue.LifoQueue[FormulaKey] = queue.LifoQueue()
        self._results: queue.SimpleQueue[tuple[FormulaKey, Picture | None]] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._is_running = False

    def ask(self, key: FormulaKey) -> None:
        with self._lock:
            self._wishes.put(key)
            if not self._is_running:
                self._is_running = True
                threading.Thread(target=self._run, name="formulas", daemon=True).start()

    def forget(self) -> None:
        """Drop what is still asked for."""
        while True:
            try:
                self._wishes.get_nowait()
            except queue.Empty:
                return

    def results(self) -> list[tuple[FormulaKey, Picture | None]]:
        """Return what was finished since this was last asked."""
        found = []
        while not self._results.empty():
            found.append(self._results.get())
        return found

    def _run(self) -> None:
        while True:
            try:
                key = self._wishes.get(timeout=_IDLE_S)
            except queue.Empty:
                with self._lock:
                    if self._wishes.empty():
                        self._is_running = False
                        return
                continue
            try:
                with turns.taken_every(_TURNS_S):
                    picture = typeset(key.tex, is_display=key.is_display)
            except CannotTypesetError:
                self._results.put((key, None))
            else:
                self._results.put((key, picture))


def _drawn(picture: Picture, em: float, colour: QColor, ratio: float) -> QPixmap:
    from PySide6.QtSvg import QSvgRenderer

    size = QSizeF(picture.width, picture.ascent + picture.descent) * em * ratio
    coarser = min(1.0, _LONGEST_SIDE / max(size.width(), size.height(), 1.0))
    size *= coarser
    result = QPixmap(size.toSize().expandedTo(QSizeF(1, 1).toSize()))
    result.fill(Qt.GlobalColor.transparent)
    painter = QPainter(result)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    svg = picture.svg.replace(INK, colour.name())
    QSvgRenderer(QByteArray(svg.encode())).render(painter, QRectF(0, 0, size.width(), size.height()))
    painter.end()
    result.setDevicePixelRatio(ratio * coarser)
    return result


def _bytes(pixmap: QPixmap) -> int:
    return pixmap.width() * pixmap.height() * 4
