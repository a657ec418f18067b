"""Files dropped anywhere on the window."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QObject, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QImage,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QWidget

from easychat_gui.ui import icons, theme
from easychat_gui.ui.theme import Radius, Space

ICON = 40


def local_files(data: QMimeData) -> list[Path]:
    """Return the files of a drag, nothing if anything else is in it: what lies on the net is never fetched."""
    urls = data.urls()
    paths = [Path(url.toLocalFile()) for url in urls if url.isLocalFile()]
    return paths if len(paths) == len(urls) else []


def image_of(data: QMimeData) -> QImage | None:
    image = data.imageData() if data.hasImage() else None
    return image if isinstance(image, QImage) and not image.isNull() else None


def is_wanted(data: QMimeData) -> bool:
    return bool(local_files(data)) or data.hasImage()


class DropZone(QWidget):
    """Covers the window while something is dragged over it that can be attached, and takes it.

    ``dropped(QMimeData)`` while the data lives.
    """

    dropped = Signal(object)

    def __init__(self, window: QWidget, entrances: list[QWidget], is_open: Callable[[], bool]) -> None:
        super().__init__(window)
        self._window = window
        self._is_open = is_open
        self.setObjectName("dropZone")
        self.setAccessibleName(self.tr("Drop to attach"))
        self.setAcceptDrops(True)
        self.hide()
        window.setAcceptDrops(True)
        for entrance in (window, *entrances):  # widgets that would take the drag themselves
            entrance.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QDragEnterEvent) and event.type() is QEvent.Type.DragEnter:
            if self._is_open() and is_wanted(event.mimeData()):
                self.setGeometry(self._window.rect())
                self.show()
                self.raise_()
                event.acceptProposedAction()
                return True
            return watched is self._window
        if isinstance(event, QDropEvent) and event.type() is QEvent.Type.Drop and self.isVisible():
            self.dropEvent(event)  # before the pointer has moved onto this
            return True
        return False

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if is_wanted(event.mimeData()):
            event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self.hide()
        event.accept()

    def dropEvent(self, event: QDropEvent) -> None:
        self.hide()
        event.setDropAction(Qt.DropAction.CopyAction)  # the file itself stays where it is
        event.accept()
        self.dropped.emit(event.mimeData())

    def paintEvent(self, _event: QPaintEvent) -> None:
        colours = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = QColor(colours.window)
        ground.setAlpha(225)
        painter.fillRect(self.rect(), ground)
        area = QRectF(self.rect()).adjusted(Space.L, Space.L, -Space.L, -Space.L)
        soft = QColor(colours.accent_soft)
        soft.setAlpha(150)
        painter.setPen(QPen(colours.accent, 2, Qt.PenStyle.DashLine))
        painter.setBrush(soft)
        painter.drawRoundedRect(area, Radius.COMPOSER, Radius.COMPOSER)
        picture = icons.pixmap("attach", colours.accent, ICON)
        centre = area.center()
        painter.drawPixmap(int(centre.x() - ICON / 2), int(centre.y() - ICON - Space.S), picture)
        font = self.font()
        font.setPointSizeF(font.pointSizeF() + 4)
        painter.setFont(font)
        painter.setPen(colours.text)
        words = QRectF(area.left(), centre.y() + Space.S, area.width(), 2 * ICON)
        painter.drawText(words, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop, self.tr("Drop to attach"))
