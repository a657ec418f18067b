"""The picture of the branches as a screen reader sees it: a tree whose items are the cards."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, QRect
from PySide6.QtGui import QAccessible, QAccessibleInterface

from easychat_gui.ui.widgets.painted_items import PRESS, install_once, kept, living
from easychat_gui.ui.widgets.painted_lists import NumberedItem, PaintedList

if TYPE_CHECKING:
    from easychat_gui.ui.branches.view import BranchView


def install() -> None:
    """Tell Qt how such a picture speaks, once for the process."""
    install_once(_make)


def _make(_class_name: str, thing: QObject | None) -> QAccessibleInterface | None:
    from easychat_gui.ui.branches.view import BranchView

    return kept(thing, GraphInterface(thing)) if isinstance(thing, BranchView) else None


class GraphInterface(PaintedList):
    """All cards, each before those that follow it."""

    def __init__(self, view: BranchView) -> None:
        super().__init__(view, QAccessible.Role.Tree)
        self._view = weakref.ref(view)

    def childCount(self) -> int:
        view = living(self._view)
        return 0 if view is None else len(view.graph.cards)

    def made(self, place: int) -> CardInterface | None:
        view = living(self._view)
        return CardInterface(view, place) if view is not None else None

    def place_at(self, point: QPoint) -> int:
        view = living(self._view)
        if view is None:
            return -1
        within = view.viewport().mapFromGlobal(point)
        return next((place for place in range(self.childCount()) if view.card_rect(place).contains(within)), -1)

    def focusChild(self) -> QAccessibleInterface | None:  # type: ignore[override]
        view = living(self._view)
        return self.child(view.current) if view is not None and view.hasFocus() else None


class CardInterface(NumberedItem):
    """One card: who says it, what, and whether it is on the branch that is shown."""

    def __init__(self, view: BranchView, place: int) -> None:
        super().__init__(view, QAccessible.Role.TreeItem, place)
        self._view = weakref.ref(view)

    def isValid(self) -> bool:
        view = living(self._view)
        return view is not None and self.place < len(view.graph.cards)

    def state(self) -> QAccessible.State:
        state = QAccessible.State()
        view = living(self._view)
        if view is not None and self.isValid():
            state.focusable = True
            state.selectable = True
            state.selected = view.is_shown(self.place)
            state.focused = view.hasFocus() and view.current == self.place
            state.expandable = view.graph.cards[self.place].stretch is not None
            state.collapsed = view.graph.cards[self.place].is_folded
        return state

    def text(self, kind: QAccessible.Text) -> str:
        view = living(self._view)
        if view is None or not self.isValid():
            return ""
        card = view.graph.cards[self.place]
        if kind is QAccessible.Text.Name:
            return view.words.spoken(card, is_shown=view.is_shown(self.place))
        if kind is QAccessible.Text.Description:
            return view.words.preview(card)
        return ""

    def rect(self) -> QRect:
        view = living(self._view)
        if view is None or not self.isValid():
            return QRect()
        rect = view.card_rect(self.place).toRect()
        return QRect(view.viewport().mapToGlobal(rect.topLeft()), rect.size())

    def actionNames(self) -> list[str]:
        return [PRESS]

    def doAction(self, name: str) -> None:
        view = living(self._view)
        if view is not None and self.isValid() and name == PRESS:
            view.choose(self.place)
