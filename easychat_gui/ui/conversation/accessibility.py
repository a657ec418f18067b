"""The conversation as a screen reader sees it: a list whose items are the messages."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, QRect
from PySide6.QtGui import QAccessible, QAccessibleEvent, QAccessibleInterface
from PySide6.QtWidgets import QAccessibleWidget

from easychat_gui.ui.conversation.accessible_pieces import Piece, find, item_for, lay_out, looks, place_of
from easychat_gui.ui.widgets.painted_items import SET_FOCUS, PaintedItem, install_once, items_of, kept, living

if TYPE_CHECKING:
    from easychat_gui.ui.conversation.view import ConversationView

SPOKEN_CHARACTERS = 4000
"""How much of a message is its name; the whole is its value."""


def install() -> None:
    """Tell Qt how conversation views speak, once for the process."""
    install_once(_make)


def _make(_class_name: str, thing: QObject | None) -> QAccessibleInterface | None:
    from easychat_gui.ui.conversation.view import ConversationView

    return kept(thing, ConversationInterface(thing)) if isinstance(thing, ConversationView) else None


def tell_focus(view: ConversationView) -> None:
    """Say which message, or which link or button of one, the keyboard has gone to."""
    if not QAccessible.isActive():
        return
    item = QAccessible.queryAccessibleInterface(view).focusChild()
    if isinstance(item, MessageInterface):
        lay_out(item)
    if item is not None:
        QAccessible.updateAccessibility(QAccessibleEvent(item, QAccessible.Event.Focus))


class ConversationInterface(QAccessibleWidget):
    """The list. After the messages come the real widgets: the bar of actions, the jump button, a card of an error.

    Of a message, what can be pressed is a child, with actions; so is each paragraph, as there is no text interface.
    """

    def __init__(self, view: ConversationView) -> None:
        super().__init__(view, QAccessible.Role.List, view.accessibleName())
        self._view = weakref.ref(view)
        self._items = items_of(view)

    def view(self) -> ConversationView | None:
        return living(self._view)

    def _widgets(self) -> list[QObject]:
        """Return the widgets whose parent we are. What floats over the messages is in the first, in the viewport."""
        view = living(self._view)
        return [] if view is None else [view.viewport(), *([view.finding.bar] if view.finding.is_open else [])]

    def childCount(self) -> int:
        view = living(self._view)
        return 0 if view is None else view.message_count() + len(self._widgets())

    def child(self, index: int) -> QAccessibleInterface | None:  # type: ignore[override]
        view = living(self._view)
        if view is None or index < 0:
            return None
        if index >= view.message_count():
            widgets = self._widgets()
            at = index - view.message_count()
            return QAccessible.queryAccessibleInterface(widgets[at]) if at < len(widgets) else None
        if index not in self._items:
            self._items[index] = MessageInterface(view, index)
        return self._items[index]

    def indexOfChild(self, child: QAccessibleInterface) -> int:
        if isinstance(child, MessageInterface):
            return child.number
        view = living(self._view)
        for at, widget in enumerate(self._widgets()):
            if view is not None and child.object() is widget:
                return view.message_count() + at
        return -1

    def focusChild(self) -> QAccessibleInterface | None:  # type: ignore[override]
        view = living(self._view)
        if view is None:
            return None
        spot, number = view.spots.focused, view.keyboard.focused_row
        message = self.child(spot.key.row if spot is not None else number)
        return message.item(spot) if spot is not None and isinstance(message, MessageInterface) else message

    def childAt(self, x: int, y: int) -> QAccessibleInterface | None:  # type: ignore[override]
        view = living(self._view)
        if view is None:
            return None
        row = view.pointer.hit(view.viewport().mapFromGlobal(QPoint(x, y))).row
        return self.child(row)


class MessageInterface(PaintedItem):
    """One message: who says it, what, and where it stands. Its children are its paragraphs and what can be pressed."""

    def __init__(self, view: ConversationView, number: int) -> None:
        super().__init__(view, QAccessible.Role.ListItem)
        self._view = weakref.ref(view)
        self._items = items_of(view)
        self._looks: tuple[object, ...] = ()
        self._pieces: list[Piece] = []
        self.number = number

    def view(self) -> ConversationView | None:
        return living(self._view)

    def isValid(self) -> bool:
        view = self.view()
        return view is not None and self.number < view.message_count()

    def state(self) -> QAccessible.State:
        state = QAccessible.State()
        state.readOnly = True
        state.focusable = True
        view = self.view()
        if view is not None and view.hasFocus() and view.spots.focused is None:
            state.focused = view.keyboard.focused_row == self.number
        return state

    def text(self, kind: QAccessible.Text) -> str:
        view = self.view()
        if view is None or not self.isValid():
            return ""
        if kind is QAccessible.Text.Name:
            author = view.words.author(view.message(self.number))
            position = view.words.position(self.number + 1, view.message_count())
            if view.is_unread(self.number):
                position = f"{position}, {view.words.unread()}"
            message = view.message(self.number)
            text = view.plain_text(self.number)[:SPOKEN_CHARACTERS]
            parts = (view.words.attached(message), text, view.words.adapted(message))
            return f"{author}: {'. '.join(part for part in parts if part)} ({position})"
        if kind is QAccessible.Text.Value:
            return view.plain_text(self.number)
        if kind is QAccessible.Text.Description:
            return view.words.position(self.number + 1, view.message_count())
        return ""

    def rect(self) -> QRect:
        view = self.view()
        return QRect() if view is None else view.row_rect(self.number)

    def actionNames(self) -> list[str]:
        return [SET_FOCUS]

    def doAction(self, name: str) -> None:
        view = self.view()
        if view is not None and self.isValid() and name == SET_FOCUS:
            view.setFocus()
            view.keyboard.focus_message(self.number)

    # -- its pieces

    def pieces(self) -> list[Piece]:
        """Return what there is in the message, in reading order."""
        if (now := looks(self)) != self._looks:
            self._looks, self._pieces = now, find(self)
        return self._pieces

    def item(self, piece: Piece) -> PaintedItem | None:
        """Return the item of a piece, always the same one."""
        view = self.view()
        if piece not in self._items and view is not None:
            self._items[piece] = item_for(piece, self, view)
        return self._items.get(piece)

    def childCount(self) -> int:
        return len(self.pieces())

    def child(self, index: int) -> QAccessibleInterface | None:  # type: ignore[override]
        found = self.pieces()
        return self.item(found[index]) if 0 <= index < len(found) else None

    def indexOfChild(self, child: QAccessibleInterface) -> int:
        return place_of(child, self._items, self.pieces())

    def childAt(self, x: int, y: int) -> QAccessibleInterface | None:  # type: ignore[override]
        items = [self.item(piece) for piece in self.pieces()]
        return next((item for item in reversed(items) if item is not None and item.rect().contains(x, y)), None)
