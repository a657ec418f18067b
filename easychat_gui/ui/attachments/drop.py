"""Files dropped anywhere on the window: attached, or taken by a part of it that does something else with them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QEvent, QMimeData, QObject, QPoint, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
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


class Target(NamedTuple):
    """A part of the window on which files are dropped for something else than attaching."""

    widget: QWidget
    words: str
    icon: str
    take: Callable[[list[Path]], object]


class DropZone(QWidget):
    """Covers the window while something is dragged over it that can be attached, and takes it.

    ``dropped(QMimeData)`` while the data lives; not for what is dropped on a `Target`.
    """

    dropped = Signal(object)

    def __init__(self, window: QWidget, entrances: list[QWidget], is_open: Callable[[], bool]) -> None:
        super().__init__(window)
        self._window = window
        self._is_open = is_open
        self._targets: list[Target] = []
        self._above: Target | None = None
        self.setObjectName("dropZone")
        self.setAccessibleName(self.tr("Drop to attach"))
        self.setAcceptDrops(True)
        self.hide()
        window.setAcceptDrops(True)
        for entrance in (window, *entrances):  # widgets that would take the drag themselves
            entrance.installEventFilter(self)

    def add_target(self, target: Target) -> None:
        """Let a part of the window take files that are dropped on it, from wherever they are dragged there."""
        self._targets.append(target)
        target.widget.setAcceptDrops(True)
        target.widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QDragEnterEvent) and event.type() is QEvent.Type.DragEnter:
            if self._is_open() and is_wanted(event.mimeData()):
                self.setGeometry(self._window.rect())
                self._move(_place(event, watched, self._window), event.mimeData())
                self.show()
                self.raise_()
                event.acceptProposedAction()
                return True
            return watched is self._window
        if isinstance(event, QDropEvent) and event.type() is QEvent.Type.Drop and self.isVisible():
            self._move(_place(event, watched, self._window), event.mimeData())
            self._drop(event)  # before the pointer has moved onto this
            return True
        return False

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if is_wanted(event.mimeData()):
            event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        self._move(event.position().toPoint(), event.mimeData())
        event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self.hide()
        event.accept()

    def dropEvent(self, event: QDropEvent) -> None:
        self._move(event.position().toPoint(), event.mimeData())
        self._drop(event)

    def _drop(self, event: QDropEvent) -> None:
        self.hide()
        event.setDropAction(Qt.DropAction.CopyAction)  # the file itself stays where it is
        event.accept()
        if self._above is not None:
            self._above.take(local_files(event.mimeData()))
        else:
            self.dropped.emit(event.mimeData())

    def _move(self, place: QPoint, data: QMimeData) -> None:
        """The pointer is here now."""
        above = next((each for each in self._targets if local_files(data) and self._rect(each).contains(place)), None)
        if above is not self._above:
            self._above = above
            self.update()

    def _rect(self, target: Target) -> QRect:
        widget = target.widget
        return QRect(widget.mapTo(self._window, QPoint()), widget.size()) if widget.isVisible() else QRect()

    def _rest(self) -> QRect:
        """Return what the targets leave of the window: they stand at its sides."""
        rest = self.rect()
        for taken in map(self._rect, self._targets):
            if taken.isValid() and taken.width() < rest.width() / 2:
                at_left = taken.center().x() < rest.center().x()
                rest = rest.adjusted(taken.width() if at_left else 0, 0, 0 if at_left else -taken.width(), 0)
        return rest

    def paintEvent(self, _event: QPaintEvent) -> None:
        colours = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = QColor(colours.window)
        ground.setAlpha(225)
        painter.fillRect(self.rect(), ground)
        words, icon, around = self.tr("Drop to attach"), "attach", self._rest()
        if self._above is not None:
            words, icon, around = self._above.words, self._above.icon, self._rect(self._above)
        area = QRectF(around).adjusted(Space.L, Space.L, -Space.L, -Space.L)
        soft = QColor(colours.accent_soft)
        soft.setAlpha(150)
        painter.setPen(QPen(colours.accent, 2, Qt.PenStyle.DashLine))
        painter.setBrush(soft)
        painter.drawRoundedRect(area, Radius.COMPOSER, Radius.COMPOSER)
        picture = icons.pixmap(icon, colours.accent, ICON)
        centre = area.center()
        painter.drawPixmap(int(centre.x() - ICON / 2), int(centre.y() - ICON - Space.S), picture)
        font = self.font()
        font.setPointSizeF(font.pointSizeF() + 4)
        painter.setFont(font)
        painter.setPen(colours.text)
        below = QRectF(area.left(), centre.y() + Space.S, area.width(), 2 * ICON)
        how = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap
        painter.drawText(below, int(how), words)


def _place(event: QDropEvent, watched: QObject, window: QWidget) -> QPoint:
    """Return where in the window something happens that a part of it has been told."""
    at = event.position().toPoint()
    return watched.mapTo(window, at) if isinstance(watched, QWidget) and watched is not window else at
