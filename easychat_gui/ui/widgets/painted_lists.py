"""Items that a widget paints one after the other, as a screen reader sees them."""

from __future__ import annotations

from PySide6.QtCore import QPoint
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QAccessibleWidget, QWidget

from easychat_gui.ui.widgets.painted_items import PaintedItem, items_of


class NumberedItem(PaintedItem):
    """The item at a ``place`` among those of its widget."""

    def __init__(self, widget: QWidget, role: QAccessible.Role, place: int) -> None:
        super().__init__(widget, role)
        self.place = place


class PaintedList(QAccessibleWidget):
    """All of them. A subclass says how many there are (`childCount`), makes them, and tells where each stands."""

    def __init__(self, widget: QWidget, role: QAccessible.Role) -> None:
        super().__init__(widget, role, widget.accessibleName())
        self._items = items_of(widget)

    def made(self, place: int) -> NumberedItem | None:
        """Return a new item; None when the widget is going."""
        raise NotImplementedError

    def place_at(self, point: QPoint) -> int:
        """Return the place of the item at a point of the screen, -1 for none."""
        raise NotImplementedError

    def child(self, index: int) -> QAccessibleInterface | None:  # type: ignore[override]
        if not 0 <= index < self.childCount():
            return None
        if index not in self._items:
            item = self.made(index)
            if item is None:
                return None
            self._items[index] = item
        return self._items[index]

    def indexOfChild(self, child: QAccessibleInterface) -> int:
        return child.place if isinstance(child, NumberedItem) else -1

    def childAt(self, x: int, y: int) -> QAccessibleInterface | None:  # type: ignore[override]
        return self.child(self.place_at(QPoint(x, y)))
