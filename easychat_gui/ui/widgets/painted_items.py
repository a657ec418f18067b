"""What a widget paints and is no widget itself, as a screen reader sees it."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import shiboken6
from PySide6.QtCore import QObject, QRect
from PySide6.QtGui import QAccessible, QAccessibleActionInterface, QAccessibleInterface, QColor, QWindow
from PySide6.QtWidgets import QAccessibleWidget, QWidget

PRESS = QAccessibleActionInterface.pressAction()
SET_FOCUS = QAccessibleActionInterface.setFocusAction()

WidgetType = TypeVar("WidgetType", bound=QWidget)


_items: dict[int, dict[Any, PaintedItem]] = {}
_roots: dict[int, list[QAccessibleInterface]] = {}


def items_of(widget: QWidget) -> dict[Any, PaintedItem]:
    """Return the items that were made for a widget so far, by what each stands for.

    They are to be kept here, not with the interface of the widget. Qt asks the factory for that one again whenever
    PySide has given the widget another meta object, as it does when a signal is connected, and deletes each that it
    got: a factory has to return a new one every time.
    """
    key = id(widget)
    if key not in _items:
        _items[key] = {}
        widget.destroyed.connect(lambda: _let_go(key))
    return _items[key]


Factory = Callable[[str, QObject | None], QAccessibleInterface | None]

_installed: set[Factory] = set()


def install_once(factory: Factory) -> None:
    """Have Qt ask this factory how a widget speaks, once for the process: it cannot be taken out again."""
    if factory not in _installed:
        _installed.add(factory)
        QAccessible.installFactory(factory)


def kept(widget: QWidget, interface: QAccessibleInterface) -> QAccessibleInterface:
    """Keep the interface of a widget with items until it goes: Qt has a pointer to it even after PySide drops it."""
    _roots.setdefault(id(widget), []).append(interface)
    return interface


def living(widget: weakref.ref[WidgetType]) -> WidgetType | None:
    """Return a widget with items unless it is going: what an interface raises then would end the process."""
    found = widget()
    return found if found is not None and id(found) in _items and shiboken6.isValid(found) else None


def _let_go(key: int) -> None:
    """Have Qt delete the items: it keeps a pointer to each that it has ever told a screen reader of."""
    _roots.pop(key, None)  # which Qt deletes by itself
    for item in _items.pop(key, {}).values():
        if shiboken6.isValid(item):
            QAccessible.deleteAccessibleInterface(QAccessible.uniqueId(item))


class PaintedItem(QAccessibleWidget):
    """One such thing, without children.

    Its base is that of widgets for the sake of the actions: PySide cannot hand an ``interface_cast`` written in Python
    to Qt (whatever it answers, the process ends), and `QAccessibleWidget` has one that offers actions. For the same
    reason there is no text interface: no class that has one is open to Python. As ``object`` is None, lest Qt take
    the item for the widget itself, everything that Qt would ask of the widget is answered here.
    """

    def __init__(self, widget: QWidget, role: QAccessible.Role) -> None:
        super().__init__(widget, role, "")
        self._painter = weakref.ref(widget)
        self._own_role = role

    def isValid(self) -> bool:
        return living(self._painter) is not None

    def object(self) -> QObject | None:  # type: ignore[override]
        return None

    def window(self) -> QWindow | None:  # type: ignore[override]
        widget = living(self._painter)
        return widget.window().windowHandle() if widget is not None else None

    def role(self) -> QAccessible.Role:
        return self._own_role

    def parent(self) -> QAccessibleInterface | None:  # type: ignore[override]
        widget = living(self._painter)
        return QAccessible.queryAccessibleInterface(widget) if widget is not None else None

    def text(self, kind: QAccessible.Text) -> str:
        del kind
        return ""

    def setText(self, kind: QAccessible.Text, text: str) -> None:
        del kind, text

    def rect(self) -> QRect:
        return QRect()

    def child(self, index: int) -> QAccessibleInterface | None:  # type: ignore[override]
        del index
        return None

    def childAt(self, x: int, y: int) -> QAccessibleInterface | None:  # type: ignore[override]
        del x, y
        return None

    def childCount(self) -> int:
        return 0

    def indexOfChild(self, child: QAccessibleInterface) -> int:
        del child
        return -1

    def focusChild(self) -> QAccessibleInterface | None:  # type: ignore[override]
        return None

    def relations(self, match: Any = None) -> list[Any]:
        del match
        return []

    def foregroundColor(self) -> QColor:
        return QColor()

    def backgroundColor(self) -> QColor:
        return QColor()

    def actionNames(self) -> list[str]:
        return []

    def doAction(self, name: str) -> None:
        del name

    def keyBindingsForAction(self, name: str) -> Sequence[str]:  # type: ignore[override]
        del name
        return []
