"""The list of servers and pools: a dot for the state, a name, a second line, and how quick each one was."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QListWidget, QListWidgetItem, QWidget

from easychat_gui.domain.ids import EndpointId
from easychat_gui.ui.settings.servers.entries import Entry
from easychat_gui.ui.settings.servers.entry_delegate import ENTRY_ROLE, ROW_HEIGHT, EntryDelegate


class ServerList(QListWidget):
    """``chosen(EndpointId)`` when another row became the current one, ``arranged([EndpointId…])`` when the person put
    them in another order: by dragging, or with Alt and an arrow key. ``removal_requested`` by the Delete key."""

    chosen = Signal(str)
    arranged = Signal(list)
    removal_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("look", "servers")
        self.setObjectName("serverList")
        self.setAccessibleName(self.tr("Servers"))
        self.setToolTip(self.tr("Choose one to change it; drag it, or press Alt and an arrow key, to move it"))
        self.setItemDelegate(EntryDelegate(self))
        self.setUniformItemSizes(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.currentItemChanged.connect(lambda _new, _old: self._tell_chosen())
        self.model().rowsMoved.connect(lambda *_: self.arranged.emit(self.ids()))

    def show_entries(self, entries: Sequence[Entry], chosen: EndpointId | None) -> None:
        """Show these rows, with one of them chosen, without telling it as a choice."""
        was_blocked = self.blockSignals(True)
        if [each.id for each in entries] == self.ids():
            for row, entry in enumerate(entries):
                self._fill(self.item(row), entry)
        else:
            self.clear()
            for entry in entries:
                item = QListWidgetItem()
                self._fill(item, entry)
                self.addItem(item)
        self.choose(chosen)
        self.blockSignals(was_blocked)
        self.viewport().update()

    def choose(self, entry_id: EndpointId | None) -> None:
        ids = self.ids()
        row = ids.index(entry_id) if entry_id in ids else -1
        if row != self.currentRow():
            self.setCurrentRow(row)
        if row < 0:
            self.clearSelection()

    def ids(self) -> list[EndpointId]:
        return [self._entry(row).id for row in range(self.count())]

    def current(self) -> EndpointId | None:
        return None if self.currentRow() < 0 else self._entry(self.currentRow()).id

    def move_current(self, step: int) -> None:
        """Move the chosen row up (-1) or down (1), past what can be moved only."""
        row = self.currentRow()
        target = row + step
        if row < 0 or not 0 <= target < self.count():
            return
        if self._entry(row).can_move and self._entry(target).can_move:
            ids = self.ids()
            ids.insert(target, ids.pop(row))
            self.arranged.emit(ids)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
        if event.modifiers() & Qt.KeyboardModifier.AltModifier and event.key() in steps:
            self.move_current(steps[Qt.Key(event.key())])
        elif event.key() == Qt.Key.Key_Delete:
            self.removal_requested.emit()
        else:
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        return QSize(200, 200)

    def _entry(self, row: int) -> Entry:
        entry: Entry = self.item(row).data(ENTRY_ROLE)
        return entry

    def _fill(self, item: QListWidgetItem, entry: Entry) -> None:
        item.setData(ENTRY_ROLE, entry)
        item.setText(entry.name)
        item.setToolTip(f"{entry.name}\n{entry.details}\n{entry.state}")
        item.setData(
            Qt.ItemDataRole.AccessibleTextRole, ", ".join((entry.name, entry.state, entry.details, entry.latency))
        )
        item.setSizeHint(QSize(0, ROW_HEIGHT))
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        item.setFlags(flags | Qt.ItemFlag.ItemIsDragEnabled if entry.can_move else flags)

    def _tell_chosen(self) -> None:
        current = self.current()
        if current is not None:
            self.chosen.emit(current)
