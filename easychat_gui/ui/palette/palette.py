"""The palette itself: a field, what is found below it, and at the foot what can be typed."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QModelIndex, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from easychat_gui.ui import icons, theme
from easychat_gui.ui.conversation.announcing import announce
from easychat_gui.ui.palette.delegate import ENTRY_ROLE, HEADING_HEIGHT, ROW_HEIGHT, PaletteDelegate
from easychat_gui.ui.palette.entries import Entry
from easychat_gui.ui.theme import Size, Space
from easychat_gui.ui.widgets.labels import faint, leading, rule
from easychat_gui.ui.widgets.list_search import ListSearch
from easychat_gui.ui.widgets.overlay import TOP
from easychat_gui.ui.widgets.region import Region

WIDTH = 640
FIELD_HEIGHT = 52
FOOT_HEIGHT = 40
LIST_HEIGHT = 3 * HEADING_HEIGHT + 6 * ROW_HEIGHT
TOP_OF_WINDOW = 91

_FOOT_GAP = "     "

_PAGE = 6
"""Rows that Page Up and Page Down go."""

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_MOVING = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)


class _Field(ListSearch):
    """Where one types. Keys that move in the list are the list's: ``moved``. ``window_wanted`` for Ctrl+Enter."""

    moved = Signal()
    window_wanted = Signal()

    def __init__(self, found: QListWidget) -> None:
        super().__init__(found)
        self.setObjectName("paletteField")
        self.setProperty("look", "palette")
        self.setPlaceholderText(self.tr("Search chats, actions and models"))
        self.setAccessibleName(self.tr("Search chats, actions and models"))
        self.setToolTip(self.tr("Words, “phrases”, -words to leave out, and filters such as from:me"))
        self.setMaxLength(4_000)
        font = self.font()
        font.setPointSizeF(font.pointSizeF() + 1.5)
        self.setFont(font)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_PageDown, Qt.Key.Key_PageUp):
            for _ in range(_PAGE):
                self.step(1 if event.key() == Qt.Key.Key_PageDown else -1)
        elif event.key() in _ENTER and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.window_wanted.emit()
        else:
            super().keyPressEvent(event)
        if event.key() in _MOVING:
            self.moved.emit()


class _Found(QListWidget):
    """What was found. ``clicked_at(QModelIndex, bool)``: was it the middle button, or Ctrl held?"""

    clicked_at = Signal(object, bool)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        is_middle = event.button() == Qt.MouseButton.MiddleButton
        if index.isValid() and (is_middle or event.button() == Qt.MouseButton.LeftButton):
            self.clicked_at.emit(index, is_middle or bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier))


class _Glass(QWidget):
    """The picture before the field."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedSize(Size.ICON, Size.ICON)

    def paintEvent(self, _event: QPaintEvent) -> None:
        QPainter(self).drawPixmap(0, 0, icons.pixmap("search", theme.current().text, Size.ICON))


class Palette(Region, QDialog):
    """``typed(str)`` at each key, ``taken(Entry, bool)`` when one was chosen, with whether a new window was wished; the
    palette is closed by then. ``end_neared`` when the last rows come into sight."""

    typed = Signal(str)
    taken = Signal(object, bool)
    end_neared = Signal()

    def __init__(self, words: str = "") -> None:
        super().__init__()
        self.setObjectName("palette")
        self.setWindowTitle(self.tr("Search and actions"))
        self.setAccessibleName(self.windowTitle())
        self.setToolTip(self.windowTitle())
        self.setProperty(TOP, TOP_OF_WINDOW)
        self._list = _Found()
        self.field = _Field(self._list)
        self._count = faint("")
        self._foot = QLabel()
        self._entries: list[Entry] = []
        self._has_moved = False
        self._is_old = False
        self._begins_anew = True
        self._takes_first = self._takes_beside = False
        self._set_up_list()
        self._lay_out()
        self._restyle()
        self._align()
        self.field.setText(words)
        self.field.textChanged.connect(self._on_typed)
        self.field.returnPressed.connect(self._take)
        self.field.window_wanted.connect(lambda: self._take(is_beside=True))
        self.field.moved.connect(self._on_moved)
        theme.watcher().changed.connect(self._restyle)

    def sizeHint(self) -> QSize:
        return QSize(WIDTH, FIELD_HEIGHT + 1 + LIST_HEIGHT + FOOT_HEIGHT)

    def entries(self) -> list[Entry]:
        """Return all rows, headings among them."""
        return list(self._entries)

    @property
    def current(self) -> Entry | None:
        """What Enter does."""
        row = self._list.currentRow()
        entry: Entry | None = self._list.item(row).data(ENTRY_ROLE) if row >= 0 else None
        return entry

    def expect(self) -> None:
        """The rows are those of something else until the next ones come: Enter waits for them."""
        self._is_old = True

    def show_entries(self, entries: Sequence[Entry]) -> None:
        """Show these rows in the place of those that are there. Who has gone to one stays at it."""
        before = self.current.key if self._has_moved and self.current is not None else None
        # What stays is not made, laid out and painted again: mostly more rows follow those that are there.
        first = 0
        for old, new in zip(self._entries, entries, strict=False):
            if not _are_same(old, new):
                break
            first += 1
        only_more = not self._begins_anew and self._list.currentRow() in range(first)
        self._entries = [*self._entries[:first], *entries[first:]]
        with QSignalBlocker(self._list):
            for row in range(self._list.count() - 1, first - 1, -1):
                self._list.takeItem(row)
        for entry in entries[first:]:
            item = QListWidgetItem()
            item.setData(ENTRY_ROLE, entry)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, entry.spoken)
            if entry.run is None:
                item.setFlags(Qt.ItemFlag.ItemIsEnabled)
            self._list.addItem(item)
        if not only_more:  # else who has scrolled stays there
            self._choose(entries, before)
        self._begins_anew = False
        self._is_old = False
        if self._takes_first:
            self._take(is_beside=self._takes_beside)

    def _choose(self, entries: Sequence[Entry], before: str | None) -> None:
        kept = [row for row, entry in enumerate(entries) if entry.key == before]
        if kept:
            self._list.setCurrentRow(kept[0])
        else:
            self._list.setCurrentRow(-1)
            self.field.step(1)
            self._list.scrollToTop()

    def show_count(self, words: str) -> None:
        """Say how many were found, at the end of the field."""
        self._count.setText(words)
        self._count.setToolTip(words)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _ENTER:
            event.accept()  # the field has heard it
        else:
            super().keyPressEvent(event)

    def _on_typed(self, text: str) -> None:
        self._has_moved = self._takes_first = False
        self._begins_anew = True
        self.typed.emit(text)

    def _on_moved(self) -> None:
        self._has_moved = True

    def _on_scrolled(self, value: int) -> None:
        if value >= self._list.verticalScrollBar().maximum() - LIST_HEIGHT:
            self.end_neared.emit()

    def _on_current(self, item: QListWidgetItem | None) -> None:
        if item is None:
            return
        row = self._list.row(item)
        if row == 1:
            self._list.scrollToTop()  # its heading, too
        announce(self.field, item.data(ENTRY_ROLE).spoken)

    def _take(self, *, is_beside: bool = False) -> None:
        entry = self.current
        self._takes_first, self._takes_beside = self._is_old, is_beside
        if entry is not None and entry.run is not None and not self._is_old:
            self.accept()
            self.taken.emit(entry, is_beside)

    def _on_clicked(self, index: QModelIndex, is_beside: bool) -> None:  # noqa: FBT001 - a slot
        self._list.setCurrentRow(index.row())
        self._take(is_beside=is_beside)

    def _set_up_list(self) -> None:
        found = self._list
        found.setObjectName("paletteList")
        found.setProperty("look", "palette")
        found.setAccessibleName(self.tr("What was found"))
        found.setToolTip(self.tr("Enter or a click takes a row, with Ctrl in a new window"))
        found.setItemDelegate(PaletteDelegate(found))
        found.setFrameShape(QFrame.Shape.NoFrame)
        found.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the keyboard stays in the field
        found.setMouseTracking(True)
        found.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        found.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self._list.clicked_at.connect(self._on_clicked)
        found.verticalScrollBar().valueChanged.connect(self._on_scrolled)
        found.currentItemChanged.connect(lambda item, _before: self._on_current(item))

    def _lay_out(self) -> None:
        above = QHBoxLayout()
        above.setContentsMargins(Space.L + 3, 0, Space.L + 2, 0)
        above.setSpacing(Space.M)
        above.addWidget(_Glass())
        above.addWidget(self.field, 1)
        above.addWidget(self._count)
        top = QWidget()
        top.setFixedHeight(FIELD_HEIGHT)
        top.setLayout(above)
        self._foot.setTextFormat(Qt.TextFormat.PlainText)
        font = self._foot.font()
        font.setPointSizeF(font.pointSizeF() - 1.0)
        self._foot.setFont(font)
        self._foot.setProperty("look", "faint")
        self._foot.setFixedHeight(FOOT_HEIGHT)
        self._foot.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._foot.setContentsMargins(Space.L + 3, 0, Space.L + 2, 0)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addWidget(top)
        rows.addWidget(rule())
        middle = QHBoxLayout()
        middle.setContentsMargins(1, 0, 1, 0)  # beside it is the line around the palette
        middle.addWidget(self._list)
        rows.addLayout(middle, 1)
        rows.addWidget(self._foot)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Say at the foot as much as there is room for."""
        super().resizeEvent(event)
        parts = [
            self.tr("↑↓ move"),
            self.tr("↵ open"),
            self.tr("Ctrl+↵ in a new window"),
            self.tr("from: model: before: has:code"),
        ]
        margins = self._foot.contentsMargins()
        room = event.size().width() - margins.left() - margins.right()
        while len(parts) > 1 and self._foot.fontMetrics().horizontalAdvance(_FOOT_GAP.join(parts)) > room:
            del parts[0]
        self._foot.setText(_FOOT_GAP.join(parts))

    def _restyle(self) -> None:
        """Have a ground of its own below the rows: else the whole window below is painted at each key."""
        palette = self._list.palette()
        palette.setColor(QPalette.ColorRole.Base, theme.current().window)
        self._list.setPalette(palette)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.LayoutDirectionChange:
            self._align()

    def _align(self) -> None:
        """Begin where the interface begins, whichever letters there are."""
        for part in (self.field, self._foot):
            part.setAlignment(leading(self))


def _are_same(one: Entry, other: Entry) -> bool:
    """Do they look the same, and lead to the same?"""
    return _look(one) == _look(other)


def _look(entry: Entry) -> tuple[object, ...]:
    return (entry.key, entry.title, entry.detail, entry.aside, entry.ending)
