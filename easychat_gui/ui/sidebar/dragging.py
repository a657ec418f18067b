"""Dragging chats and folders in the sidebar: where they may be put, and what moves while they are held."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QObject, QPoint, QRect, Qt, QTimer
from PySide6.QtGui import QDrag, QDropEvent, QFontMetrics, QGuiApplication, QPainter, QPixmap

from easychat_gui.domain.conversations import ConversationSummary
from easychat_gui.domain.ids import ConversationId, FolderId
from easychat_gui.qtmodels.sections import FolderRow, ShelfKind, ShelfRow, TagRow, ViewKind
from easychat_gui.ui import theme
from easychat_gui.ui.count_words import chats_of
from easychat_gui.ui.sidebar.row_words import title_text
from easychat_gui.ui.theme import Radius, Space

if TYPE_CHECKING:
    from easychat_gui.ui.sidebar.table import ConversationTable

MIME = "application/x-easychat-order"
OPEN_AFTER_MS = 700
SCROLL_EVERY_MS = 30
SCROLL_ZONE = 28
WIDEST_PICTURE = 220


@dataclass(frozen=True, slots=True)
class Dragged:
    """What is held: chats, or one folder."""

    chats: tuple[ConversationId, ...] = ()
    folder: FolderId | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """Where it would be put: into a folder (None: out of all), before one; on the archive, the trash or a tag.

    ``row`` is the one that is marked, ``line`` the height at which a line is drawn between two folders.
    """

    folder: FolderId | None = None
    before: FolderId | None = None
    shelf: ShelfRow | TagRow | None = None
    row: int | None = None
    line: int | None = None


class Dragging(QObject):
    """Belongs to the table; tells it what was dropped where."""

    def __init__(self, table: ConversationTable) -> None:
        super().__init__(table)
        self._table = table
        self.dragged: Dragged | None = None
        self.target: Target | None = None
        self._point = QPoint()
        self._opening = QTimer(self, singleShot=True, interval=OPEN_AFTER_MS)
        self._opening.timeout.connect(self._open)
        self._scrolling = QTimer(self, interval=SCROLL_EVERY_MS)
        self._scrolling.timeout.connect(self._scroll)

    def begin(self) -> Dragged | None:
        """Take up what is chosen; None when that cannot be moved."""
        table = self._table
        chats = tuple(each.id for each in table.chosen_chats())
        folder = table.entry(table.currentIndex())
        if isinstance(folder, FolderRow) and not chats:
            self.dragged = Dragged(folder=folder.folder.id)
        else:
            self.dragged = Dragged(chats) if chats else None
        return self.dragged

    def run(self) -> None:
        """Drag until it is let go."""
        if self.begin() is None:
            return
        drag = QDrag(self._table)
        mime = QMimeData()
        mime.setData(MIME, b"1")
        drag.setMimeData(mime)
        drag.setPixmap(self._picture())
        drag.setHotSpot(QPoint(-Space.M, -Space.XS))
        drag.exec(Qt.DropAction.MoveAction)
        self.end()

    def move(self, event: QDropEvent) -> None:
        """Follow the pointer."""
        self._point = event.position().toPoint()
        self._look()
        if self.target is None:
            event.ignore()
        else:
            event.setDropAction(Qt.DropAction.MoveAction)
            event.accept()
        viewport = self._table.viewport().rect()
        is_at_edge = not viewport.adjusted(0, SCROLL_ZONE, 0, -SCROLL_ZONE).contains(self._point)
        if is_at_edge and not self._scrolling.isActive():
            self._scrolling.start()

    def drop(self, event: QDropEvent) -> None:
        """Put it there."""
        self.move(event)
        dragged, target = self.dragged, self.target
        self.end()
        if dragged is None or target is None:
            return
        table = self._table
        if isinstance(target.shelf, TagRow):
            table.tag_dropped.emit(list(dragged.chats), target.shelf.tag.id)
        elif target.shelf is not None:
            table.put_away.emit(list(dragged.chats), target.shelf.kind)
        elif dragged.folder is not None:
            table.folder_dropped.emit(dragged.folder, target.folder, target.before)
        else:
            table.chats_dropped.emit(list(dragged.chats), target.folder)

    def leave(self) -> None:
        """The pointer is elsewhere; it may come back."""
        self._mark(None)
        self._opening.stop()
        self._scrolling.stop()

    def end(self) -> None:
        """Let go of everything."""
        self.dragged = None
        self._mark(None)
        self._opening.stop()
        self._scrolling.stop()

    def target_at(self, point: QPoint) -> Target | None:
        """Return where it would be put, None where it cannot be."""
        dragged, table = self.dragged, self._table
        if dragged is None or table.list.view.kind in (ViewKind.ARCHIVE, ViewKind.TRASH, ViewKind.TAG):
            return None
        index = table.indexAt(point)
        entry = table.entry(index)
        if isinstance(entry, FolderRow):
            return self._at_folder(dragged, entry, index.row(), table.visualRect(index), point)
        if isinstance(entry, ShelfRow | TagRow):
            can = bool(dragged.chats) and not (isinstance(entry, ShelfRow) and entry.kind is ShelfKind.TAGS)
            return Target(shelf=entry, row=index.row()) if can else None
        folder_id = entry.folder_id if isinstance(entry, ConversationSummary) and not entry.is_pinned else None
        folder_id = folder_id if folder_id in table.list.tree else table.list.view.folder_id
        if dragged.folder is not None and not table.list.tree.may_stand_in(dragged.folder, folder_id):
            return None
        return Target(folder_id, row=None if folder_id is None else table.list.row_of_folder(folder_id))

    def _at_folder(self, dragged: Dragged, entry: FolderRow, row: int, area: QRect, point: QPoint) -> Target | None:
        tree, folder = self._table.list.tree, entry.folder
        if dragged.folder is None:
            return Target(folder.id, row=row)
        edge = area.height() // 4
        is_above, is_below = point.y() < area.top() + edge, point.y() > area.bottom() - edge and not entry.is_open
        parent_id = tree.parent_of(folder.id) if is_above or is_below else folder.id
        if not tree.may_stand_in(dragged.folder, parent_id):
            return None
        if is_above:
            return Target(parent_id, folder.id, line=area.top())
        if is_below:
            siblings = [each.id for each in tree.children(parent_id)]
            following = siblings[siblings.index(folder.id) + 1 :]
            return Target(parent_id, following[0] if following else None, line=area.bottom())
        return Target(folder.id, row=row)

    def _look(self) -> None:
        target = self.target_at(self._point)
        if target != self.target:
            self._mark(target)
            self._opening.stop()
            if target is not None and target.row is not None and target.shelf is None:
                self._opening.start()

    def _mark(self, target: Target | None) -> None:
        self.target = target
        self._table.delegate.drop_row = target.row if target is not None else None
        self._table.viewport().update()

    def _open(self) -> None:
        """Open the folder above which it is held, to be put deeper."""
        if self.target is not None and self.target.folder is not None and self.target.row is not None:
            self._table.list.set_open(self.target.folder, is_open=True)

    def _scroll(self) -> None:
        viewport, bar = self._table.viewport().rect(), self._table.verticalScrollBar()
        if self._point.y() < SCROLL_ZONE:
            step = self._point.y() - SCROLL_ZONE
        elif self._point.y() > viewport.height() - SCROLL_ZONE:
            step = self._point.y() - viewport.height() + SCROLL_ZONE
        else:
            self._scrolling.stop()
            return
        bar.setValue(bar.value() + step)
        self._look()

    def _picture(self) -> QPixmap:
        """Return what is seen under the pointer: a title, or how many there are."""
        words = ""
        dragged, table = self.dragged, self._table
        if dragged is not None and dragged.folder is not None:
            folder = table.list.tree.get(dragged.folder)
            words = folder.name if folder else ""
        elif dragged is not None and len(dragged.chats) == 1:
            summary = table.list.get(dragged.chats[0])
            words = title_text(summary) if summary else ""
        elif dragged is not None:
            words = chats_of(len(dragged.chats))
        font = table.font()
        metrics = QFontMetrics(font)
        words = metrics.elidedText(words, Qt.TextElideMode.ElideRight, WIDEST_PICTURE)
        area = QRect(0, 0, metrics.horizontalAdvance(words) + 2 * Space.M, metrics.height() + Space.M)
        ratio = max((screen.devicePixelRatio() for screen in QGuiApplication.screens()), default=1.0)
        picture = QPixmap(area.size() * ratio)
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(font)
        painter.setPen(theme.current().accent)
        painter.setBrush(theme.current().accent_soft)
        painter.drawRoundedRect(area.adjusted(0, 0, -1, -1), Radius.CONTROL, Radius.CONTROL)
        painter.setPen(theme.current().text)
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter, words)
        painter.end()
        return picture
