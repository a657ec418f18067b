"""The message whose actions are shown, and what is wished of it there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, SignalInstance

from easychat_gui.domain.messages import Role

if TYPE_CHECKING:
    from easychat_gui.ui.conversation.view import ConversationView

_LAST_EXCHANGE = 2
"""In messages: so far up the last answer is looked for."""


class ActiveMessage(QObject):
    """Passes on what is clicked in the bar of actions, as a wish of the view for the message that the bar is for."""

    def __init__(self, view: ConversationView) -> None:
        super().__init__(view)
        self._view = view
        self._hovered = -1
        bar = view.overlays.action_bar
        bar.copy_clicked.connect(lambda: self._wish(view.copy_requested))
        bar.edit_clicked.connect(lambda: self._wish(view.edit_requested))
        bar.regenerate_clicked.connect(lambda: self._wish(view.regenerate_requested))
        bar.branch_clicked.connect(lambda: self._wish(view.branch_requested))
        bar.more_clicked.connect(self._on_more_clicked)
        bar.sibling_clicked.connect(self._on_sibling_clicked)

    @property
    def row(self) -> int:
        """The one under the pointer, else the last answer; -1 if there is none."""
        rows = self._view.rows
        if 0 <= self._hovered < len(rows):
            return self._hovered
        for number in range(len(rows) - 1, max(-1, len(rows) - 1 - _LAST_EXCHANGE), -1):
            if rows.row(number).message.role is not Role.USER:
                return number
        return -1

    def hover(self, number: int) -> None:
        """The pointer is over this message; -1 for none."""
        if number != self._hovered:
            self._hovered = number
            self._view.viewport().update()

    def forget(self) -> None:
        """There are other messages now."""
        self._hovered = -1

    def _wish(self, signal: SignalInstance, *values: object) -> None:
        number = self.row
        if number >= 0:
            signal.emit(self._view.rows.row(number).message.id, *values)

    def _on_sibling_clicked(self, step: int) -> None:
        self._wish(self._view.sibling_requested, step)

    def _on_more_clicked(self, place: QPoint) -> None:
        self._wish(self._view.more_requested, place)
