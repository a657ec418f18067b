"""What a widget paints one after the other is found by number and by place."""

from __future__ import annotations

import weakref

import pytest
from PySide6.QtCore import QObject, QPoint
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from easychat_gui.ui.widgets.painted_items import install_once, kept, living
from easychat_gui.ui.widgets.painted_lists import NumberedItem, PaintedList

ROW = 10


class Rows(QWidget):
    """Three rows."""

    count = 3


class RowsInterface(PaintedList):
    def __init__(self, rows: Rows) -> None:
        super().__init__(rows, QAccessible.Role.List)
        self._rows = weakref.ref(rows)

    def childCount(self) -> int:
        rows = living(self._rows)
        return rows.count if rows is not None else 0

    def made(self, place: int) -> NumberedItem | None:
        rows = living(self._rows)
        return NumberedItem(rows, QAccessible.Role.ListItem, place) if rows is not None else None

    def place_at(self, point: QPoint) -> int:
        rows = living(self._rows)
        return rows.mapFromGlobal(point).y() // ROW if rows is not None else -1


def _make(_name: str, thing: QObject | None) -> QAccessibleInterface | None:
    return kept(thing, RowsInterface(thing)) if isinstance(thing, Rows) else None


@pytest.fixture
def rows(qtbot: QtBot) -> Rows:
    install_once(_make)
    widget = Rows()
    qtbot.addWidget(widget)
    return widget


def number(rows: Rows, item: QAccessibleInterface | None) -> int:
    """Return which item it is, -1 for none. Interfaces themselves are not compared: to show one, pytest would crash."""
    return QAccessible.queryAccessibleInterface(rows).indexOfChild(item) if item is not None else -1


def test_each_item_is_one_and_knows_its_number(rows: Rows) -> None:
    spoken = QAccessible.queryAccessibleInterface(rows)
    items = [spoken.child(place) for place in range(-1, 4)]
    numbers = [number(rows, each) for each in items]
    assert numbers == [-1, 0, 1, 2, -1]
    is_same = spoken.child(1) is items[2]
    assert is_same


def test_an_item_is_found_by_its_place_on_the_screen(rows: Rows) -> None:
    spoken = QAccessible.queryAccessibleInterface(rows)
    corner = rows.mapToGlobal(QPoint(0, 0))
    found = [spoken.childAt(corner.x() + 1, corner.y() + y) for y in (5, 25, 35)]
    numbers = [number(rows, each) for each in found]
    assert numbers == [0, 2, -1]


def test_items_that_are_gone_are_not_asked_for(rows: Rows) -> None:
    spoken = QAccessible.queryAccessibleInterface(rows)
    before = number(rows, spoken.child(2))
    rows.count = 1
    after = number(rows, spoken.child(2))
    assert (before, after) == (2, -1)
