"""What is done with chats one by one or several at once: new titles, and marks of what was read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QMenu

from easychat_gui.domain.conversations import ConversationSummary
from easychat_gui.ui.commands import Command
from easychat_gui.ui.flows import Flows

if TYPE_CHECKING:
    from easychat_gui.ui.main_window import Controllers, MainWindow


class ChatPart(QObject):
    """A `LibraryPart`. It also tells whether the window is looked at."""

    def __init__(self, window: MainWindow, controllers: Controllers, flows: Flows) -> None:
        super().__init__(window)
        self._window = window
        self._to = controllers
        self._flows = flows
        self._titles = controllers.titles()
        self._unread = controllers.unread()
        self._unread.is_looking = window.isActiveWindow
        window.installEventFilter(self)

    def commands(self) -> Iterable[Command]:
        current = self._to.conversations.current
        return [
            Command(
                "newTitle",
                self.tr("New title for this chat"),
                lambda: self._titles.renew(current.id),
                is_enabled=self._has_messages,
            ),
            Command(
                "markUnread",
                self.tr("Mark this chat as unread"),
                lambda: self._unread.mark([current.id], is_unread=True),
                is_enabled=self._has_messages,
            ),
        ]

    def fill_menu(self, menu: QMenu, chosen: list[ConversationSummary]) -> None:
        ids = [each.id for each in chosen]
        if len(chosen) == 1:
            menu.addAction(self.tr("New title"), lambda: self._titles.renew(ids[0])).setObjectName("newTitle")
        is_unread = not all(each.is_unread for each in chosen)
        words = self.tr("Mark as unread") if is_unread else self.tr("Mark as read")
        menu.addAction(words, lambda: self._unread.mark(ids, is_unread=is_unread)).setObjectName("markUnread")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._window and event.type() == QEvent.Type.WindowActivate:
            self._unread.look()
        return super().eventFilter(watched, event)

    def _has_messages(self) -> bool:
        return self._to.conversations.messages.rowCount() > 0
