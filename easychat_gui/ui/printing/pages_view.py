"""Pages as they will be printed, one below the other."""

from __future__ import annotations

from collections import OrderedDict

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame

from easychat_gui.ui import theme
from easychat_gui.ui.theme import Radius, Space

_WIDEST = 640
_MOST_BYTES = 64 * 1024 * 1024
_STEP = 60
_SHADOW = 5


class PagesView(QAbstractScrollArea):
    """Shows pictures of pages. ``wanted(list of pages, width)`` asks for those in sight, the width in true pixels;
    ``moved(page)`` tells which one is looked at. Pages count from 0."""

    wanted = Signal(object, int)
    moved = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("printPreview")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._count = 0
        self._proportion = 1.414
        self._words = ""
        self._looked_at = -1
        self._top = 0.0
        """How far it is scrolled, in pages: that stays when they become larger or smaller."""
        self._images: OrderedDict[int, QImage] = OrderedDict()
        self._asking = QTimer(self, singleShot=True, interval=0)
        self._asking.timeout.connect(self._ask)
        self.verticalScrollBar().setSingleStep(_STEP)
        self.verticalScrollBar().valueChanged.connect(self._on_moved)
        theme.watcher().changed.connect(self.viewport().update)

    def sizeHint(self) -> QSize:
        return QSize(560, 600)

    @property
    def page(self) -> int:
        """The page that is looked at: the one in the middle of what is in sight."""
        middle = self.verticalScrollBar().value() + self.viewport().height() / 2
        return max(0, min(self._count - 1, int(middle // self._pitch)))

    def show_pages(self, count: int, proportion: float) -> None:
        """Show so many pages of this proportion (height to width), in the place of those before."""
        self._words = ""
        self._images.clear()
        self._count, self._proportion = count, proportion
        self.verticalScrollBar().setValue(0)
        self._looked_at = -1
        self._fit()
        self._on_moved()

    def show_words(self, words: str) -> None:
        """Say something in the place of pages that are not there."""
        self._count = 0
        self._images.clear()
        self._words = words
        self._fit()
        self.viewport().update()

    def set_picture(self, page: int, image: QImage) -> None:
        self._images[page] = image
        self._images.move_to_end(page)
        while len(self._images) > 3 and sum(each.sizeInBytes() for each in self._images.values()) > _MOST_BYTES:
            self._images.popitem(last=False)
        self.viewport().update()

    def go_to(self, page: int) -> None:
        """Scroll to a page."""
        self.verticalScrollBar().setValue(round(max(0, min(page, self._count - 1)) * self._pitch))

    # -- places

    @property
    def _page_width(self) -> float:
        """In device-independent pixels. A whole page fits if that does not make it too small."""
        room = self.viewport().width() - 2 * Space.XL
        whole = (self.viewport().height() - 2 * Space.L) / self._proportion
        return max(120.0, min(_WIDEST, room, max(whole, room * 0.72)))

    @property
    def _pitch(self) -> float:
        """From the top of one page to that of the next."""
        return self._page_width * self._proportion + Space.L

    def _rect(self, page: int) -> QRectF:
        width = self._page_width
        left = (self.viewport().width() - width) / 2
        top = Space.L + page * self._pitch - self.verticalScrollBar().value()
        return QRectF(round(left), round(top), round(width), round(width * self._proportion))

    def _in_sight(self) -> range:
        top = self.verticalScrollBar().value()
        first = max(0, int((top - Space.L) // self._pitch))
        last = int((top + self.viewport().height()) // self._pitch) + 1
        return range(min(first, self._count), min(last, self._count))

    def _fit(self) -> None:
        bar = self.verticalScrollBar()
        bar.setPageStep(self.viewport().height())
        height = Space.L + self._count * self._pitch if self._count else 0
        bar.setRange(0, max(0, round(height - self.viewport().height())))

    # -- what happens

    def _on_moved(self) -> None:
        self.viewport().update()
        self._asking.start()
        self._top = self.verticalScrollBar().value() / self._pitch
        if self._count and self.page != self._looked_at:
            self._looked_at = self.page
            self.moved.emit(self._looked_at)

    def _ask(self) -> None:
        """Ask for the pages in sight that have no picture of this size, and for the next one."""
        width = self._pixels
        sight = list(self._in_sight())
        if sight and sight[-1] + 1 < self._count:
            sight.append(sight[-1] + 1)
        missing = [page for page in sight if page not in self._images or self._images[page].width() != width]
        if missing:
            self.wanted.emit(missing, width)

    @property
    def _pixels(self) -> int:
        return round(round(self._page_width) * self.devicePixelRatioF())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        top = self._top
        self._fit()
        self.verticalScrollBar().setValue(round(top * self._pitch))
        self._asking.start()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_PageDown: 1, Qt.Key.Key_Space: 1, Qt.Key.Key_PageUp: -1}
        if event.key() in steps:
            self.go_to(self.page + steps[Qt.Key(event.key())])
        elif event.key() == Qt.Key.Key_Home:
            self.go_to(0)
        elif event.key() == Qt.Key.Key_End:
            self.verticalScrollBar().setValue(self.verticalScrollBar().maximum())
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        colours = theme.current()
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        ground = QRectF(self.viewport().rect())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colours.sidebar)
        painter.drawRoundedRect(ground, Radius.CARD, Radius.CARD)
        if self._words:
            painter.setPen(colours.text_muted)
            area = ground.adjusted(Space.XL, 0, -Space.XL, 0)
            painter.drawText(area, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self._words)
        for page in self._in_sight():
            self._paint_page(painter, page)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(colours.accent)
            painter.drawRoundedRect(ground.adjusted(0.5, 0.5, -0.5, -0.5), Radius.CARD, Radius.CARD)

    def _paint_page(self, painter: QPainter, page: int) -> None:
        rect = self._rect(page)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(0, 0, 0, 6))
        for step in range(1, _SHADOW + 1):
            painter.drawRoundedRect(rect.adjusted(-step, -step + 1, step, step + 2), step, step)
        painter.fillRect(rect, Qt.GlobalColor.white)
        image = self._images.get(page)
        if image is not None:
            painter.drawImage(rect, image)
