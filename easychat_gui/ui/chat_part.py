"""What is done with chats one by one or several at once: new titles, marks of what was read, copies, one of several."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QMenu, QWidget

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
                "duplicateChat",
                self.tr("Duplicate this chat"),
                lambda: self._duplicate([current.summary]),
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
        menu.addAction(self.tr("Duplicate"), lambda: self._duplicate(chosen)).setObjectName("duplicateChat")
        if len(chosen) > 1:
            menu.addAction(self.tr("Merge…"), lambda: self._merge(chosen)).setObjectName("mergeChats")
        is_unread = not all(each.is_unread for each in chosen)
        words = self.tr("Mark as unread") if is_unread else self.tr("Mark as read")
        menu.addAction(words, lambda: self._unread.mark(ids, is_unread=is_unread)).setObjectName("markUnread")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._window and event.type() == QEvent.Type.WindowActivate:
            self._unread.look()
        return super().eventFilter(watched, event)

    def _duplicate(self, chosen: list[ConversationSummary]) -> None:
        words = self.tr("{title} (copy)")
        unnamed = self.tr("New chat")
        self._to.copies().duplicate([(each.id, words.format(title=each.title or unnamed)) for each in chosen])

    def _merge(self, chosen: list[ConversationSummary]) -> None:
        in_order = sorted(chosen, key=lambda each: (each.created_at, each.id))
        first, last = in_order[0].title, in_order[-1].title
        title = self.tr("{first} and {count} more").format(first=first, count=len(chosen) - 1)
        if len(chosen) == 2:
            title = self.tr("{first} + {second}").format(first=first, second=last)
        ids = [each.id for each in in_order]
        sentence = self.tr(
            "A new chat will hold all their messages, one chat after the other in order of time, branches included."
        )
        to_trash = self.tr("Merge, originals to the trash")
        ways = [self.tr("Merge and keep the originals"), to_trash, self.tr("Cancel")]

        async def ask(window: QWidget) -> None:
            from easychat_gui.ui.dialogs.asking import choose

            words = self.tr("Merge {count} chats?").format(count=len(chosen))
            way = await choose(window, words, sentence, ways)
            if way in ways[:2]:
                self._window.sidebar.table.mark_only_shown()  # what was marked has been used
                self._to.copies().merge(ids, title, trash_originals=way == to_trash)

        self._flows.ask(ask)

    def _has_messages(self) -> bool:
        return self._to.conversations.messages.rowCount() > 0
