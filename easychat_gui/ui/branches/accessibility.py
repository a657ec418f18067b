"""The picture of the branches as a screen reader sees it: a tree whose items are the cards."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QPoint, QRect
from PySide6.QtGui import QAccessible, QAccessibleInterface, QWindow
from PySide6.QtWidgets import QAccessibleWidget

if TYPE_CHECKING:
    from easychat_gui.ui.branches.view import BranchView

_is_installed = False
_interfaces: dict[int, GraphInterface] = {}
"""Qt takes no ownership of interfaces made in Python, so they are kept here as long as their view lives."""


def install() -> None:
    """Tell Qt how such a picture speaks, once for the process."""
    global _is_installed
    if not _is_installed:
        _is_installed = True
        QAccessible.installFactory(_make)


def _make(_class_name: str, thing: QObject | None) -> QAccessibleInterface | None:
    from easychat_gui.ui.branches.view import BranchView

    if not isinstance(thing, BranchView):
        return None
    key = id(thing)
    if key not in _interfaces:
        _interfaces[key] = GraphInterface(thing)
        thing.destroyed.connect(lambda: _interfaces.pop(key, None))
    return _interfaces[key]


class GraphInterface(QAccessibleWidget):
    """All cards, each before those that follow it."""

    def __init__(self, view: BranchView) -> None:
        super().__init__(view, QAccessible.Role.Tree, view.accessibleName())
        self._view = weakref.ref(view)
        self._items: dict[int, CardInterface] = {}

    def view(self) -> BranchView | None:
        return self._view()

    def childCount(self) -> int:
        view = self._view()
        return 0 if view is None else len(view.graph.cards)

    def child(self, index: int) -> QAccessibleInterface | None:  # type: ignore[override]
        if not 0 <= index < self.childCount():
            return None
        if index not in self._items:
            self._items[index] = CardInterface(self, index)
        return self._items[index]

    def indexOfChild(self, child: QAccessibleInterface) -> int:
        return child.place if isinstance(child, CardInterface) else -1

    def childAt(self, x: int, y: int) -> QAccessibleInterface | None:  # type: ignore[override]
        view = self._view()
        if view is None:
            return None
        point = view.viewport().mapFromGlobal(QPoint(x, y))
        places = (place for place in range(self.childCount()) if view.card_rect(place).contains(point))
        return self.child(next(places, -1))

    def focusChild(self) -> QAccessibleInterface | None:  # type: ignore[override]
        view = self._view()
        return self.child(view.current) if view is not None and view.hasFocus() else None


class CardInterface(QAccessibleInterface):
    """One card: who says it, what, and whether it is on the branch that is shown."""

    def __init__(self, owner: GraphInterface, place: int) -> None:
        super().__init__()
        self._owner = owner
        self.place = place

    def isValid(self) -> bool:
        return self.place < self._owner.childCount()

    def object(self) -> QObject | None:  # type: ignore[override]
        return None

    def window(self) -> QWindow | None:  # type: ignore[override]
        view = self._owner.view()
        return view.window().windowHandle() if view is not None else None

    def role(self) -> QAccessible.Role:
        return QAccessible.Role.TreeItem

    def state(self) -> QAccessible.State:
        state = QAccessible.State()
        view = self._owner.view()
        if view is not None and self.isValid():
            state.focusable = True
            state.selectable = True
            state.selected = view.is_shown(self.place)
            state.focused = view.hasFocus() and view.current == self.place
            state.expandable = view.graph.cards[self.place].stretch is not None
            state.collapsed = view.graph.cards[self.place].is_folded
        return state

    def text(self, kind: QAccessible.Text) -> str:
        view = self._owner.view()
        if view is None or not self.isValid():
            return ""
        card = view.graph.cards[self.place]
        if kind is QAccessible.Text.Name:
            return view.words.spoken(card, is_shown=view.is_shown(self.place))
        if kind is QAccessible.Text.Description:
            return view.words.preview(card)
        return ""

    def setText(self, kind: QAccessible.Text, text: str) -> None:
        del kind, text

    def rect(self) -> QRect:
        view = self._owner.view()
        if view is None or not self.isValid():
            return QRect()
        rect = view.card_rect(self.place).toRect()
        return QRect(view.viewport().mapToGlobal(rect.topLeft()), rect.size())

    def parent(self) -> QAccessibleInterface:
        return self._owner

    def child(self, index: int) -> QAccessibleInterface | None:  # type: ignore[override]
        del index
        return None

    def childAt(self, x: int, y: int) -> QAccessibleInterface | None:  # type: ignore[override]
        del x, y
        return None

    def childCount(self) -> int:
        return 0

    def indexOfChild(self, child: Any) -> int:
        del child
        return -1
