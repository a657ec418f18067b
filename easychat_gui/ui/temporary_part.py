"""Chats of which nothing is written: begun, marked as such, and kept or let go when they are left."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMenu, QWidget

from easychat_gui.domain.conversations import Conversation, ConversationSummary
from easychat_gui.ui import icons, theme
from easychat_gui.ui.commands import Command, Place
from easychat_gui.ui.flows import Flows
from easychat_gui.ui.shortcuts import Keys
from easychat_gui.ui.theme import Size, Space
from easychat_gui.ui.widgets.buttons import text_button
from easychat_gui.ui.widgets.labels import muted

if TYPE_CHECKING:
    from easychat_gui.ui.main_window import Controllers, MainWindow


class TemporaryPart(QObject):
    """A `LibraryPart`."""

    def __init__(self, window: MainWindow, controllers: Controllers, flows: Flows) -> None:
        super().__init__(window)
        self._window = window
        self._flows = flows
        self._conversations = controllers.conversations
        self._bar: TemporaryBar | None = None
        self._conversations.temporary.ask_to_leave = self._ask_to_leave
        self._conversations.opened.connect(self._show_marks)
        self._conversations.updated.connect(self._show_marks)
        window.may_close = self._may_close

    def commands(self) -> Iterable[Command]:
        return [
            Command(
                "newTemporaryChat",
                self.tr("New temporary chat"),
                self._begin,
                keys=Keys.NEW_TEMPORARY_CHAT,
                place=Place.LIBRARY,
            ),
            Command(
                "keepTemporaryChat",
                self.tr("Keep this temporary chat"),
                self._conversations.keep_temporary,
                is_enabled=lambda: self._conversations.is_temporary,
            ),
        ]

    def fill_menu(self, menu: QMenu, chosen: list[ConversationSummary]) -> None:
        is_shown = len(chosen) == 1 and chosen[0].id == self._conversations.current.id
        if is_shown and self._conversations.is_temporary:
            menu.addAction(self.tr("Keep this chat"), self._conversations.keep_temporary)

    def _begin(self) -> None:
        self._conversations.start_temporary()
        self._window.composer.edit.setFocus()

    def _show_marks(self, _conversation: Conversation) -> None:
        is_temporary = self._conversations.is_temporary
        if is_temporary and self._bar is None:
            self._bar = TemporaryBar(self._window.composer)
            self._bar.keep.clicked.connect(lambda: self._conversations.keep_temporary())
            self._window.composer.above.insertWidget(0, self._bar)
            self._window.header.mark.show_words(self.tr("Temporary"), self._bar.sentence)
        if self._bar is not None:
            had_focus = self._bar.keep.hasFocus()
            self._bar.setVisible(is_temporary)
            self._window.header.mark.setVisible(is_temporary)
            if had_focus and not is_temporary:
                self._window.composer.edit.setFocus()

    def _may_close(self) -> bool:
        if not self._conversations.is_temporary or not self._conversations.messages.rowCount():
            return True
        self._ask_to_leave(self._window.close)
        return False

    def _ask_to_leave(self, go_on: Callable[[], object]) -> None:
        keep, discard = self.tr("Keep it"), self.tr("Discard it")
        sentence = self.tr("It was not written anywhere. Once you leave it, it is gone.")

        def go() -> None:
            go_on()

        async def ask(window: QWidget) -> None:
            from easychat_gui.ui.dialogs.asking import choose

            answers = [keep, discard, self.tr("Cancel")]
            chosen = await choose(window, self.tr("Keep this temporary chat?"), sentence, answers)
            if chosen == keep:
                self._conversations.keep_temporary(go)
            elif chosen == discard:
                self._conversations.temporary.leave(go)
            else:  # the list has marked another already
                self._window.sidebar.show_current(self._conversations.current.id)

        self._flows.ask(ask)


class TemporaryBar(QFrame):
    """Stands above the box while a temporary chat is shown."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("temporaryBar")
        self.setProperty("look", "note")
        self.sentence = self.tr("Nothing of this chat is written; when you leave it, it is gone.")
        self.setAccessibleName(self.tr("Temporary chat"))
        self.setAccessibleDescription(self.sentence)
        self._icon = QLabel()
        words = muted(self.sentence, -0.5)
        words.setWordWrap(True)
        self.keep = text_button(
            self.tr("Keep this chat"),
            self.tr("Write it from now on, like any other"),
            name="keepChatButton",
            look="link",
        )
        row = QHBoxLayout(self)
        row.setContentsMargins(Space.M, Space.XS, Space.S, Space.XS)
        row.setSpacing(Space.S)
        row.addWidget(self._icon)
        row.addWidget(words, 1)
        row.addWidget(self.keep)
        theme.watcher().changed.connect(self._recolour)
        self._recolour()

    def _recolour(self) -> None:
        self._icon.setPixmap(icons.pixmap("eye-off", theme.current().text_muted, Size.ICON))
