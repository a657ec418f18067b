"""The real widgets that float over the painted conversation, and where they belong."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QWidget

from easychat_gui.domain.branches import Place
from easychat_gui.ui.conversation.actions import ActionBar, JumpButton
from easychat_gui.ui.conversation.row_list import RowList
from easychat_gui.ui.theme import Space


class Overlays:
    """The bar of actions, the button to the newest message, and a widget after the last one (an error's card)."""

    def __init__(self, viewport: QWidget, place_of: Callable[[int], Place]) -> None:
        self._viewport = viewport
        self._place_of = place_of
        self.action_bar = ActionBar(viewport)
        self.jump_button = JumpButton(viewport)
        self.trailing: QWidget | None = None

    def set_trailing(self, widget: QWidget | None) -> None:
        if self.trailing is not None:
            self.trailing.hide()
            self.trailing.setParent(None)
        self.trailing = widget
        if widget is not None:
            widget.setParent(self._viewport)
            widget.show()

    def trailing_height(self, width: int) -> int:
        """Return the height to keep free below the last message, in pixels."""
        if self.trailing is None:
            return 0
        height = self.trailing.heightForWidth(width) if self.trailing.hasHeightForWidth() else -1
        return Space.M + (height if height >= 0 else self.trailing.sizeHint().height())

    def place(self, rows: RowList, active_row: int, column: tuple[int, int], scroll_top: int) -> None:
        """Put them where the rows are now. ``column`` is the left edge and the width of the text."""
        left, width = column
        if self.trailing is not None:
            top = rows.heights.total - scroll_top + Space.M
            place = QRect(left, top, width, self.trailing_height(width) - Space.M)
            if self.trailing.geometry() != place:
                self.trailing.setGeometry(place)
        self._place_actions(rows, active_row, column, scroll_top)
        x = (self._viewport.width() - JumpButton.EXTENT) // 2
        self.jump_button.move(x, self._viewport.height() - JumpButton.EXTENT - Space.M)

    def _place_actions(self, rows: RowList, number: int, column: tuple[int, int], scroll_top: int) -> None:
        row = rows.row(number) if 0 <= number < len(rows) else None
        if row is None or not row.is_open or row.places().actions < 0:
            self.action_bar.hide()
            return
        self.action_bar.show_for(row.message, self._place_of(number))
        x, y = column[0], rows.heights.before(number) + row.places().actions - scroll_top
        if row.is_user:
            bubble = row.bubble_rect()
            room = bubble.left() - self.action_bar.width() - Space.XS
            if room + x >= 0:
                x += room
                y += (min(42, bubble.height()) - self.action_bar.height()) // 2
            else:  # below the bubble, at the free end of the line where the answer's author stands
                x += bubble.right() - self.action_bar.width()
                y += bubble.height() + 2
        else:
            y += 9
            if self._viewport.layoutDirection() is Qt.LayoutDirection.RightToLeft:
                x += column[1] - self.action_bar.width()  # the figures stand at the other end
        self.action_bar.move(x, y)
        self.action_bar.show()

    def retheme(self) -> None:
        self.jump_button.update()
