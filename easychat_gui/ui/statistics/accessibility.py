"""A chart as a screen reader sees it: a list of its figures."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, QRect
from PySide6.QtGui import QAccessible, QAccessibleEvent, QAccessibleInterface

from easychat_gui.ui.widgets.painted_items import install_once, kept, living
from easychat_gui.ui.widgets.painted_lists import NumberedItem, PaintedList

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


class ChartInterface(PaintedList):
    """All marks, in the order of the keyboard."""

    def __init__(self, chart: Chart) -> None:
        super().__init__(chart, QAccessible.Role.List)
        self._chart = weakref.ref(chart)

    def childCount(self) -> int:
        chart = living(self._chart)
        return 0 if chart is None else len(chart.marks())

    def made(self, place: int) -> MarkInterface | None:
        chart = living(self._chart)
        return MarkInterface(chart, place) if chart is not None else None

    def place_at(self, point: QPoint) -> int:
        chart = living(self._chart)
        if chart is None:
            return -1
        within = chart.mapFromGlobal(point).toPointF()
        return next((place for place, each in enumerate(chart.marks()) if each.reach.contains(within)), -1)


class MarkInterface(NumberedItem):
    """One figure, with what it is about."""

    def __init__(self, chart: Chart, place: int) -> None:
        super().__init__(chart, QAccessible.Role.ListItem, place)
        self._chart = weakref.ref(chart)

    def text(self, kind: QAccessible.Text) -> str:
        chart = living(self._chart)
        if chart is None or self.place >= len(chart.marks()) or kind != QAccessible.Text.Name:
            return ""
        return chart.marks()[self.place].words

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
