"""The servers that a pool may have: a tick for each that it has, in the order in which they stand."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QAbstractItemView, QListWidget, QListWidgetItem, QStyle, QStyleOptionViewItem, QWidget

from easychat_gui.domain.ids import EndpointId
from easychat_gui.ui.settings.servers.entries import Entry
from easychat_gui.ui.settings.servers.entry_delegate import ENTRY_ROLE, ROW_HEIGHT, EntryDelegate
from easychat_gui.ui.theme import Space
from easychat_gui.ui.widgets.check_box import SIDE, paint_check

ROWS_SHOWN = 5


class MemberList(QListWidget):
    """``edited`` when the person has ticked one, or put them in another order by dragging or with Alt and an arrow."""

    edited = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("look", "choices")
        self.setAccessibleName(self.tr("Servers of the pool"))
        self.setToolTip(self.tr("Tick with a click or Space; drag, or press Alt and an arrow key, to change the order"))
        self.setItemDelegate(_MemberDelegate(self))
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.model().rowsMoved.connect(lambda *_: self.edited.emit())

    @property
    def members(self) -> tuple[EndpointId, ...]:
        """The ids of those that are ticked, in their order."""
        ticked = Qt.CheckState.Checked
        return tuple(self._entry(row).id for row in range(self.count()) if self.item(row).checkState() == ticked)

    def show_entries(self, entries: Sequence[Entry], members: Sequence[EndpointId]) -> None:
        """Show these, members first, without telling it as a change."""
        places = {each: place for place, each in enumerate(members)}
        ordered = sorted(entries, key=lambda entry: places.get(entry.id, len(places)))
        was_blocked = self.blockSignals(True)
        self.clear()
        for entry in ordered:
            item = QListWidgetItem()
            item.setCheckState(Qt.CheckState.Checked if entry.id in places else Qt.CheckState.Unchecked)
            self._fill(item, entry)
            self.addItem(item)
        if self.count():
            self.selectionModel().setCurrentIndex(self.model().index(0, 0), QItemSelectionModel.SelectionFlag.NoUpdate)
        self.blockSignals(was_blocked)
        self.updateGeometry()

    def refresh(self, entries: Sequence[Entry]) -> None:
        """Tell anew how each does; those that are new come last, unticked, and those that are gone go."""
        known = {entry.id: entry for entry in entries}
        shown = {self._entry(row).id for row in range(self.count())}
        was_blocked = self.blockSignals(True)
        for row in reversed(range(self.count())):
            if (entry := known.get(self._entry(row).id)) is None:
                self.takeItem(row)
            else:
                self._fill(self.item(row), entry)
        for entry in entries:
            if entry.id not in shown:
                item = QListWidgetItem()
                item.setCheckState(Qt.CheckState.Unchecked)
                self._fill(item, entry)
                self.addItem(item)
        self.blockSignals(was_blocked)
        self.updateGeometry()
        self.viewport().update()

    def toggle(self, row: int) -> None:
        """Tick a server, or take the tick away."""
        item = self.item(row)
        is_ticked = item.checkState() == Qt.CheckState.Checked
        was_blocked = self.blockSignals(True)
        item.setCheckState(Qt.CheckState.Unchecked if is_ticked else Qt.CheckState.Checked)
        self._fill(item, self._entry(row))
        self.blockSignals(was_blocked)
        self.viewport().update()
        self.edited.emit()

    def move_current(self, step: int) -> None:
        """Move the current row up (-1) or down (1)."""
        row = self.currentRow()
        target = row + step
        if row >= 0 and 0 <= target < self.count():
            item = self.takeItem(row)
            self.insertItem(target, item)
            self.setCurrentRow(target)
            self.edited.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
        if event.modifiers() & Qt.KeyboardModifier.AltModifier and event.key() in steps:
            self.move_current(steps[Qt.Key(event.key())])
        elif event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Select) and self.currentRow() >= 0:
            self.toggle(self.currentRow())
        else:
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        rows = min(max(1, self.count()), ROWS_SHOWN)
        return QSize(200, rows * ROW_HEIGHT + 2 * Space.XS + 2)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, 2 * ROW_HEIGHT)

    def _entry(self, row: int) -> Entry:
        entry: Entry = self.item(row).data(ENTRY_ROLE)
        return entry

    def _fill(self, item: QListWidgetItem, entry: Entry) -> None:
        is_ticked = item.checkState() == Qt.CheckState.Checked
        membership = self.tr("in the pool") if is_ticked else self.tr("not in the pool")
        item.setData(ENTRY_ROLE, entry)
        item.setText(entry.name)
        item.setToolTip(f"{entry.name}\n{entry.details}\n{entry.state}")
        spoken = ", ".join((entry.name, membership, entry.state, entry.latency))
        item.setData(Qt.ItemDataRole.AccessibleTextRole, spoken)
        item.setSizeHint(QSize(0, ROW_HEIGHT))
        item.setFlags(
            Qt.ItemFlag.ItemIsEnabled
            | Qt.ItemFlag.ItemIsSelectable
            | Qt.ItemFlag.ItemIsDragEnabled
            | Qt.ItemFlag.ItemIsUserCheckable
        )


class _MemberDelegate(EntryDelegate):
    """A row of the list of servers with a box before it. A click anywhere in the row ticks it."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.paint_ground(painter, option)
        is_mirrored = option.direction == Qt.LayoutDirection.RightToLeft
        area = option.rect.adjusted(Space.M, 0, -Space.M, 0)
        left = area.right() - SIDE if is_mirrored else area.left()
        box = QRectF(left, area.center().y() - SIDE / 2, SIDE, SIDE)
        is_ticked = Qt.CheckState(index.data(Qt.ItemDataRole.CheckStateRole)) == Qt.CheckState.Checked
        paint_check(painter, box, is_checked=is_ticked)
        painter.restore()
        inner = QStyleOptionViewItem(option)
        inset = SIDE + Space.M
        inner.rect = option.rect.adjusted(0, 0, -inset, 0) if is_mirrored else option.rect.adjusted(inset, 0, 0, 0)
        inner.state &= ~(QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver)
        inner.state &= ~QStyle.StateFlag.State_HasFocus
        super().paint(painter, inner, index)

    def editorEvent(
        self,
        event: QEvent,
        model: QAbstractItemModel,  # noqa: ARG002 - the list changes itself
        option: QStyleOptionViewItem,  # noqa: ARG002 - all of the row is meant
        index: QModelIndex | QPersistentModelIndex,
    ) -> bool:
        parent = self.parent()
        if event.type() != QEvent.Type.MouseButtonRelease or not isinstance(event, QMouseEvent):
            return False
        if event.button() == Qt.MouseButton.LeftButton and isinstance(parent, MemberList):
            parent.toggle(index.row())
        return True
