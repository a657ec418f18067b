"""The keys of the conversation: reading on, going from message to message, marking text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QRect, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence

from easychat_gui.ui.conversation.caret import Caret, Step
from easychat_gui.ui.conversation.row_list import Anchor
from easychat_gui.ui.conversation.selection import Position
from easychat_gui.ui.theme import Space

if TYPE_CHECKING:
    from easychat_gui.ui.conversation.view import ConversationView

_Standard = QKeySequence.StandardKey
_MARKING = {
    _Standard.SelectPreviousChar: Step.LEFT,
    _Standard.SelectNextChar: Step.RIGHT,
    _Standard.SelectPreviousWord: Step.WORD_LEFT,
    _Standard.SelectNextWord: Step.WORD_RIGHT,
    _Standard.SelectStartOfLine: Step.LINE_START,
    _Standard.SelectEndOfLine: Step.LINE_END,
    _Standard.SelectPreviousLine: Step.UP,
    _Standard.SelectNextLine: Step.DOWN,
    _Standard.SelectPreviousPage: Step.PAGE_UP,
    _Standard.SelectNextPage: Step.PAGE_DOWN,
    _Standard.SelectStartOfDocument: Step.BEGINNING,
    _Standard.SelectEndOfDocument: Step.END,
}
_MOVING = {
    _Standard.MoveToPreviousChar: Step.LEFT,
    _Standard.MoveToNextChar: Step.RIGHT,
    _Standard.MoveToPreviousWord: Step.WORD_LEFT,
    _Standard.MoveToNextWord: Step.WORD_RIGHT,
    _Standard.MoveToStartOfLine: Step.LINE_START,
    _Standard.MoveToEndOfLine: Step.LINE_END,
    _Standard.MoveToPreviousLine: Step.UP,
    _Standard.MoveToNextLine: Step.DOWN,
    _Standard.MoveToPreviousPage: Step.PAGE_UP,
    _Standard.MoveToNextPage: Step.PAGE_DOWN,
    _Standard.MoveToStartOfDocument: Step.BEGINNING,
    _Standard.MoveToEndOfDocument: Step.END,
}
_ALWAYS_MOVING = (Step.LEFT, Step.RIGHT, Step.WORD_LEFT, Step.WORD_RIGHT)
_NEXT_MESSAGE = (QKeySequence("Alt+Down"), QKeySequence("J"))
_PREVIOUS_MESSAGE = (QKeySequence("Alt+Up"), QKeySequence("K"))
_MENU = (QKeySequence("Menu"), QKeySequence("Shift+F10"))
_ACT = (QKeySequence("Return"), QKeySequence("Enter"))
_BROWSE = QKeySequence("F7")


class Keyboard(QObject):
    """Takes the keys of a view that has the focus.

    Arrows and page keys scroll, as in a browser; with F7 they move a caret instead. Together with Shift they mark text
    either way. ``focused_row`` is the message that Alt+Up and Alt+Down have gone to, -1 for none.
    """

    def __init__(self, view: ConversationView) -> None:
        super().__init__(view)
        self._view = view
        self.caret = Caret(view.rows)
        self.focused_row = -1
        self.is_browsing = False
        self._is_caret_shown = False

    def forget(self, count: int = 0) -> None:
        """Only so many messages are left."""
        if self.focused_row >= count:
            self.focused_row = -1
        self._is_caret_shown = False

    def take(self, event: QKeyEvent) -> bool:
        """Use a key. Return False for one that is not ours."""
        view = self._view
        if not len(view.rows):
            return False
        for keys, step in _MARKING.items():
            if event.matches(keys):
                self.move(step, is_marking=True)
                return True
        for keys, step in _MOVING.items():
            if event.matches(keys) and (self.is_browsing or step in _ALWAYS_MOVING):
                self.move(step, is_marking=False)
                return True
        return self._take_command(event) or self._take_scrolling(event)

    def overrides(self, event: QKeyEvent) -> bool:
        """Tell whether a key that is a shortcut of the window is ours now: Esc, while it has something to take back."""
        return event.matches(_Standard.Cancel) and self._has_something_to_let_go

    def _take_command(self, event: QKeyEvent) -> bool:
        view, keys = self._view, QKeySequence(event.keyCombination())
        if event.matches(_Standard.Copy):
            view.copy()
        elif event.matches(_Standard.SelectAll):
            view.select_all()
        elif event.matches(_Standard.Cancel):
            return self._let_go()
        elif keys in _NEXT_MESSAGE:
            self.go_to_message(1)
        elif keys in _PREVIOUS_MESSAGE:
            self.go_to_message(-1)
        elif keys in _MENU:
            view.menu.show_for_keyboard()
        elif keys in _ACT:
            return self._act_on_message()
        elif keys == _BROWSE:
            self.is_browsing = not self.is_browsing
            self._show_caret(is_shown=self.is_browsing)
        else:
            return False
        return True

    def _take_scrolling(self, event: QKeyEvent) -> bool:
        bar = self._view.verticalScrollBar()
        if event.key() == Qt.Key.Key_Home:
            bar.setValue(bar.minimum())
        elif event.key() == Qt.Key.Key_End:
            self._view.scroll_to_end()
        elif event.key() == Qt.Key.Key_Space:
            is_back = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            bar.setValue(bar.value() + (-bar.pageStep() if is_back else bar.pageStep()))
        else:
            return False
        return True

    def _let_go(self) -> bool:
        """Take back what is marked. Return whether anything was: else the key may stop the answer."""
        if not self._has_something_to_let_go:
            return False
        view = self._view
        view.selection.clear()
        self.focused_row = -1
        self.is_browsing = False
        self._show_caret(is_shown=False)
        view.selection_changed.emit()
        return True

    @property
    def _has_something_to_let_go(self) -> bool:
        return not self._view.selection.is_empty or self._is_caret_shown or self.focused_row >= 0

    # -- the caret

    def move(self, step: Step, *, is_marking: bool) -> None:
        """Go a step through the text; marking, or collapsing what was marked."""
        view = self._view
        selection = view.selection
        if not self._has_place():
            selection.anchor = selection.head = self._first_in_sight()
        page = view.viewport().height() - 2 * view.rows.frame.style.message_line
        if not is_marking and not selection.is_empty and step in (Step.LEFT, Step.RIGHT):
            selection.head = selection.start if step is Step.LEFT else selection.end
            self.caret.forget_column()
        else:
            selection.head = self.caret.moved(selection.head, step, page)
        selection.is_placed = True
        if not is_marking:
            selection.anchor = selection.head
        self._show_caret(is_shown=True)
        view.selection_changed.emit()
        self._bring_into_sight(self.caret.rect(view.selection.head), view.selection.head)

    def _has_place(self) -> bool:
        return self._view.selection.is_placed or not self._view.selection.is_empty

    def _first_in_sight(self) -> Position:
        view = self._view
        if 0 <= self.focused_row < len(view.rows):
            return self.caret.settled(Position(self.focused_row, 0, 0, 0))
        for key, flow, _x, y in view.boxes_in_sight():
            if y >= view.scroll_top and flow.boxes[key.box].height:
                return Position(*key, 0)
        return self.caret.settled(Position(view.rows.heights.find(max(0, view.scroll_top)), 0, 0, 0))

    def _show_caret(self, *, is_shown: bool) -> None:
        self._is_caret_shown = is_shown
        if is_shown and not self._has_place():
            selection = self._view.selection
            selection.anchor = selection.head = self._first_in_sight()
            selection.is_placed = True
        self._view.viewport().update()

    def hide_caret(self) -> None:
        """The mouse has taken over. With F7 the caret stays, where the mouse puts it."""
        self._is_caret_shown = self.is_browsing
        self.focused_row = -1
        self.caret.forget_column()

    def caret_rect(self) -> QRect:
        """Return where the caret is to be drawn, from the top left corner of the first row; empty if it is not."""
        view = self._view
        if not self._is_caret_shown or not view.hasFocus() or view.selection.head.row >= len(view.rows):
            return QRect()
        rect = self.caret.rect(view.selection.head)
        return QRect(rect.left(), rect.top(), 2, rect.height())

    def _bring_into_sight(self, rect: QRect, position: Position) -> None:
        view = self._view
        top = rect.top() - view.scroll_top
        height, margin = view.viewport().height(), Space.XL
        below = min(max(top, margin), height - rect.height() - margin)
        if below != top:
            view.place.go_to(Anchor(*position.key, below, position.offset))
        view.viewport().update()

    # -- messages

    def go_to_message(self, step: int) -> None:
        """Put the frame around the next or the previous message, and its beginning into sight."""
        view = self._view
        if self.focused_row < 0:
            first = view.rows.heights.find(max(0, view.scroll_top + 1))
            last = view.rows.heights.find(max(0, view.scroll_top + view.viewport().height() - 1))
            number = first if step > 0 else last
        else:
            number = min(max(self.focused_row + step, 0), len(view.rows) - 1)
        self.focus_message(number)

    def focus_message(self, number: int) -> None:
        """Put the frame around a message and have screen readers speak of it."""
        view = self._view
        self.focused_row = number
        view.spots.forget()
        view.rows.open(number)
        view.rows.measure(number)
        top = view.rows.heights.before(number) - view.scroll_top
        height = view.rows.heights[number]
        if top < 0 or top + min(height, view.viewport().height()) > view.viewport().height():
            view.place.go_to(Anchor(number, 0, -1, Space.S))
        view.viewport().update()
        view.message_focused.emit(number)

    def _act_on_message(self) -> bool:
        view = self._view
        number = self.focused_row if self.focused_row >= 0 else view.active.row
        if 0 <= number < len(view.rows) and view.rows.row(number).has_reasoning:
            view.pointer.toggle_reasoning(number)
            return True
        if self.focused_row >= 0:
            view.menu.show_for_keyboard()
            return True
        return False
