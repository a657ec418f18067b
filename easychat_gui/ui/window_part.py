"""Chats in windows of their own, where the person asks for one: the menus of chats, and by name."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMenu

from easychat_gui.domain.conversations import ConversationSummary
from easychat_gui.ui.commands import Command

if TYPE_CHECKING:
    from easychat_gui.ui.main_window import Controllers, MainWindow


class WindowPart(QObject):
    """A `LibraryPart`."""

    def __init__(self, window: MainWindow, controllers: Controllers) -> None:
        super().__init__(window)
        self._window = window
        self._conversations = controllers.conversations

    def commands(self) -> Iterable[Command]:
        return [
            Command(
                "openInWindow",
                self.tr("Open this chat in a new window"),
                lambda: self._window.chat_windows.open(self._conversations.current.id),
                is_enabled=self._can_move,
            )
        ]

    def fill_menu(self, menu: QMenu, chosen: list[ConversationSummary]) -> None:
        if len(chosen) == 1 and chosen[0].id not in self._conversations.temporary:
            open_it = partial(self._window.chat_windows.open, chosen[0].id)
            menu.addAction(self.tr("Open in new window"), lambda: open_it()).setObjectName("openInWindow")

    def _can_move(self) -> bool:
        """A temporary chat stays where it is: closing its window would be the end of it."""
        return self._conversations.messages.rowCount() > 0 and not self._conversations.is_temporary
