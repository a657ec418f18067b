"""A chart as a screen reader sees it: a list of its figures."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, QRect
from PySide6.QtGui import QAccessible, QAccessibleEvent, QAccessibleInterface
from PySide6.QtWidgets import QAccessibleWidget

from easychat_gui.ui.widgets.painted_items import PaintedItem, install_once, items_of, kept, living

if TYPE_CHECKING:
    from easychat_gui.ui.statistics.charts import Chart


def install() -> None:
    """Tell Qt how charts speak, once for the process."""
    install_once(_make)


def tell_focus(chart: Chart, place: int) -> None:
    """Have a screen reader say the figure that the keyboard has come to."""
    if QAccessible.isActive():
        event = QAccessibleEvent(chart, QAccessible.Event.Focus)
        event.setChild(place)
        QAccessible.updateAccessibility(event)


def _make(_class_name: str, thing: QObject | None) -> QAccessibleInterface | None:
    from easychat_gui.ui.statistics.charts import Chart

    return kept(thing, ChartInterface(thing)) if isinstance(thing, Chart) else None


class ChartInterface(QAccessibleWidget):
    """All marks, in the order of the keyboard."""

    def __init__(self, chart: Chart) -> None:
        super().__init__(chart, QAccessible.Role.List, chart.accessibleName())
        self._chart = weakref.ref(chart)
        self._items = items_of(chart)

    def childCount(self) -> int:
        chart = living(self._chart)
        return 0 if chart is None else len(chart.marks())

    def child(self, index: int) -> QAccessibleInterface | None:  # type: ignore[override]
        chart = living(self._chart)
        if chart is None or not 0 <= index < self.childCount():
            return None
        if index not in self._items:
            self._items[index] = MarkInterface(chart, index)
        return self._items[index]

    def indexOfChild(self, child: QAccessibleInterface) -> int:
        return child.place if isinstance(child, MarkInterface) else -1

    def childAt(self, x: int, y: int) -> QAccessibleInterface | None:  # type: ignore[override]
        chart = living(self._chart)
        if chart is None:
            return None
        place = chart.mapFromGlobal(QPoint(x, y)).toPointF()
        return next((self.child(at) for at, each in enumerate(chart.marks()) if each.reach.contains(place)), None)


class MarkInterface(PaintedItem):
    """One figure, with what it is about."""

    def __init__(self, chart: Chart, place: int) -> None:
        super().__init__(chart, QAccessible.Role.ListItem)
        self._chart = weakref.ref(chart)
        self.place = place

    def text(self, kind: QAccessible.Text) -> str:
        chart = living(self._chart)
        is_there = chart is not None and self.place < len(chart.marks())
        return (
            chart.marks()[self.place].words if chart is not None and is_there and kind == QAccessible.Text.Name else ""
        )

    def rect(self) -> QRect:
        chart = living(self._chart)
        if chart is None or self.place >= len(chart.marks()):
            return QRect()
        area = chart.marks()[self.place].reach.toRect()
        return QRect(chart.mapToGlobal(area.topLeft()), area.size())

    def state(self) -> QAccessible.State:
        state = QAccessible.State()
        state.readOnly = True
        return state
