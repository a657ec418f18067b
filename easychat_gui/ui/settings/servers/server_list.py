"""The list of servers and pools: a dot for the state, a name, a second line, and how quick each one was."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from easychat_gui.domain.ids import EndpointId
from easychat_gui.ui import theme
from easychat_gui.ui.settings.servers.entries import Entry
from easychat_gui.ui.theme import Radius, Space
from easychat_gui.ui.widgets.buttons import Dot, paint_dot

ROW_HEIGHT = 52
ENTRY_ROLE = Qt.ItemDataRole.UserRole


class ServerList(QListWidget):
    """``chosen(EndpointId)`` when another row became the current one, ``arranged([EndpointId…])`` when the person put
    them in another order: by dragging, or with Alt and an arrow key."""

    chosen = Signal(str)
    arranged = Signal(list)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("look", "servers")
        self.setObjectName("serverList")
        self.setAccessibleName(self.tr("Servers"))
        self.setToolTip(self.tr("Choose one to change it; drag it, or press Alt and an arrow key, to move it"))
        self.setItemDelegate(_Delegate(self))
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


class _Delegate(QStyledItemDelegate):
    """Draws a row from its `Entry`."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        entry: Entry = index.data(ENTRY_ROLE)
        colours = theme.current()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter, option)
        is_mirrored = option.direction == Qt.LayoutDirection.RightToLeft
        area = option.rect.adjusted(Space.M, Space.XS + 2, -Space.M, -Space.XS - 2)
        dot = area.right() - Dot.DIAMETER if is_mirrored else area.left()
        top = area.center().y() - Dot.DIAMETER / 2
        paint_dot(painter, QRectF(dot, top, Dot.DIAMETER, Dot.DIAMETER), getattr(colours, entry.role))
        inset = Dot.DIAMETER + Space.M
        area = area.adjusted(0, 0, -inset, 0) if is_mirrored else area.adjusted(inset, 0, 0, 0)
        trailing = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignTrailing
        painter.setFont(_font(option.font, -1.0))
        painter.setPen(colours.text_faint)
        painter.drawText(area, trailing, entry.latency)
        taken = painter.fontMetrics().horizontalAdvance(entry.latency) + Space.S
        area = area.adjusted(taken, 0, 0, 0) if is_mirrored else area.adjusted(0, 0, -taken, 0)
        self._paint_words(painter, option.font, area, entry)
        painter.restore()

    def _paint_ground(self, painter: QPainter, option: QStyleOptionViewItem) -> None:
        colours = theme.current()
        is_chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        if is_chosen or option.state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colours.accent_soft if is_chosen else colours.surface)
            painter.drawRoundedRect(QRectF(option.rect), Radius.CONTROL, Radius.CONTROL)
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(colours.accent)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(option.rect).adjusted(0.5, 0.5, -0.5, -0.5), Radius.CONTROL, Radius.CONTROL)

    def _paint_words(self, painter: QPainter, font: QFont, area: QRect, entry: Entry) -> None:
        colours = theme.current()
        leading = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading
        half = area.height() // 2
        rows = (
            (entry.name, _font(font, 0.0, QFont.Weight.Medium), colours.text if entry.is_on else colours.text_muted),
            (entry.details, _font(font, -1.0), colours.text_muted),
        )
        for number, (words, row_font, colour) in enumerate(rows):
            painter.setFont(row_font)
            painter.setPen(colour)
            place = QRect(area.left(), area.top() + number * half, area.width(), half)
            shown = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, area.width())
            painter.drawText(place, leading, shown)


def _font(base: QFont, points: float, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    font = QFont(base)
    font.setPointSizeF(font.pointSizeF() + points)
    font.setWeight(weight)
    return font
