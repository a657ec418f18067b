"""The conversation as a screen reader sees it: a list whose items are the messages."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QPoint, QRect
from PySide6.QtGui import QAccessible, QAccessibleEvent, QAccessibleInterface, QWindow
from PySide6.QtWidgets import QAccessibleWidget

if TYPE_CHECKING:
    from easychat_gui.ui.conversation.view import ConversationView

SPOKEN_CHARACTERS = 4000
"""How much of a message is its name; the whole is its value."""

_is_installed = False
_interfaces: dict[int, ConversationInterface] = {}
"""Qt takes no ownership of interfaces made in Python, so they are kept here as long as their view lives."""


def install() -> None:
    """Tell Qt how conversation views speak, once for the process."""
    global _is_installed
    if not _is_installed:
        _is_installed = True
        QAccessible.installFactory(_make)


def _make(_class_name: str, thing: QObject | None) -> QAccessibleInterface | None:
    from easychat_gui.ui.conversation.view import ConversationView

    if not isinstance(thing, ConversationView):
        return None
    key = id(thing)
    if key not in _interfaces:
        _interfaces[key] = ConversationInterface(thing)
        thing.destroyed.connect(lambda: _interfaces.pop(key, None))
    return _interfaces[key]


def tell_focus(view: ConversationView, number: int) -> None:
    """Say that the keyboard has gone to a message."""
    if QAccessible.isActive():
        item = QAccessible.queryAccessibleInterface(view).child(number)
        QAccessible.updateAccessibility(QAccessibleEvent(item, QAccessible.Event.Focus))


class ConversationInterface(QAccessibleWidget):
    """The list. After the messages come the real widgets: the bar of actions, the jump button, a card of an error."""

    def __init__(self, view: ConversationView) -> None:
        super().__init__(view, QAccessible.Role.List, view.accessibleName())
        self._view = weakref.ref(view)
        self._items: dict[int, MessageInterface] = {}

    def view(self) -> ConversationView | None:
        return self._view()

    def _widgets(self) -> list[QObject]:
        view = self._view()
        return [] if view is None else list(view.overlays.in_reading_order())

    def childCount(self) -> int:
        view = self._view()
        return 0 if view is None else view.message_count() + len(self._widgets())

    def child(self, index: int) -> QAccessibleInterface | None:  # type: ignore[override]
        view = self._view()
        if view is None or index < 0:
            return None
        if index >= view.message_count():
            widgets = self._widgets()
            at = index - view.message_count()
            return QAccessible.queryAccessibleInterface(widgets[at]) if at < len(widgets) else None
        if index not in self._items:
            self._items[index] = MessageInterface(self, index)
        return self._items[index]

    def indexOfChild(self, child: QAccessibleInterface) -> int:
        if isinstance(child, MessageInterface):
            return child.number
        view = self._view()
        for at, widget in enumerate(self._widgets()):
            if view is not None and child.object() is widget:
                return view.message_count() + at
        return -1

    def focusChild(self) -> QAccessibleInterface | None:  # type: ignore[override]
        view = self._view()
        number = -1 if view is None else view.keyboard.focused_row
        return self.child(number) if number >= 0 else None

    def childAt(self, x: int, y: int) -> QAccessibleInterface | None:  # type: ignore[override]
        view = self._view()
        if view is None:
            return None
        row = view.pointer.hit(view.viewport().mapFromGlobal(QPoint(x, y))).row
        return self.child(row) if row >= 0 else None


class MessageInterface(QAccessibleInterface):
    """One message: who says it, what, and where it stands."""

    def __init__(self, owner: ConversationInterface, number: int) -> None:
        super().__init__()
        self._owner = owner
        self.number = number

    def isValid(self) -> bool:
        view = self._owner.view()
        return view is not None and self.number < view.message_count()

    def object(self) -> QObject | None:  # type: ignore[override]
        return None

    def window(self) -> QWindow | None:  # type: ignore[override]
        view = self._owner.view()
        return view.window().windowHandle() if view is not None else None

    def role(self) -> QAccessible.Role:
        return QAccessible.Role.ListItem

    def state(self) -> QAccessible.State:
        state = QAccessible.State()
        state.readOnly = True
        state.focusable = True
        view = self._owner.view()
        state.focused = view is not None and view.hasFocus() and view.keyboard.focused_row == self.number
        return state

    def text(self, kind: QAccessible.Text) -> str:
        view = self._owner.view()
        if view is None or not self.isValid():
            return ""
        if kind is QAccessible.Text.Name:
            author = view.words.author(view.message(self.number))
            position = view.words.position(self.number + 1, view.message_count())
            if view.is_unread(self.number):
                position = f"{position}, {view.words.unread()}"
            parts = (view.words.attached(view.message(self.number)), view.plain_text(self.number)[:SPOKEN_CHARACTERS])
            return f"{author}: {'. '.join(part for part in parts if part)} ({position})"
        if kind is QAccessible.Text.Value:
            return view.plain_text(self.number)
        if kind is QAccessible.Text.Description:
            return view.words.position(self.number + 1, view.message_count())
        return ""

    def setText(self, kind: QAccessible.Text, text: str) -> None:
        del kind, text

    def rect(self) -> QRect:
        view = self._owner.view()
        return QRect() if view is None else view.row_rect(self.number)

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
