"""Exports, where the person asks for them: keys, menus of chats, of messages and of what is marked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMenu

from easychat_gui.domain.conversations import ConversationSummary
from easychat_gui.domain.exports import Scope, Wanted
from easychat_gui.domain.folders import Folder
from easychat_gui.domain.messages import Message
from easychat_gui.ui.commands import Command, Place
from easychat_gui.ui.flows import Flows
from easychat_gui.ui.shortcuts import Keys

if TYPE_CHECKING:
    from PySide6.QtWidgets import QDialog

    from easychat_gui.transfer.formats import Format
    from easychat_gui.ui.conversation_window import ConversationWindow
    from easychat_gui.ui.export.choices import ExportChoice
    from easychat_gui.ui.main_window import Controllers

EXPORT_GROUP = 40
"""Where exports stand in the menu of the library."""


class ExportPart(QObject):
    """A `LibraryPart`. It imports nothing of the exports before somebody asks for one."""

    def __init__(self, window: ConversationWindow, controllers: Controllers, flows: Flows) -> None:
        super().__init__(window)
        self._window = window
        self._to = controllers
        self._flows = flows
        flows.export_message = self.export_message
        flows.export_selection = self.export_selection
        flows.export_folder = self.export_folder

    def commands(self) -> Iterable[Command]:
        from easychat_gui.controllers.export_writers import available
        from easychat_gui.ui.export.words import format_words

        words = self.tr("Export this chat as {format}…")
        as_format = [
            Command(
                f"exportChatAs-{each}",
                words.format(format=format_words(each)[0]),
                partial(self.export_current, each),
                group=EXPORT_GROUP,
                is_enabled=self.has_messages,
            )
            for each in available()
        ]
        return [
            *as_format,
            Command(
                "exportChat",
                self.tr("Export this chat…"),
                self.export_current,
                Keys.EXPORT,
                group=EXPORT_GROUP,
                is_enabled=self.has_messages,
            ),
            Command(
                "exportAll", self.tr("Export all chats…"), self.export_all, place=Place.LIBRARY, group=EXPORT_GROUP
            ),
        ]

    def fill_menu(self, menu: QMenu, chosen: list[ConversationSummary]) -> None:
        menu.addAction(self.tr("Export…"), partial(self.export_chosen, chosen)).setObjectName("exportChosen")

    def export_current(self, format_: Format | None = None) -> None:
        """Ask how to export the chat that is shown, or what is marked in it."""
        if self.has_messages():
            self._open([*self.choices_of_current(), self._of_all()], format_)

    def choices_of_current(self) -> list[ExportChoice]:
        """Return what can be taken of the chat that is shown: what is marked in it, and the whole."""
        selection = self._selected()
        return [*([selection] if selection is not None else []), *self._of_current()]

    def export_chosen(self, chosen: Sequence[ConversationSummary], format_: Format | None = None) -> None:
        """Ask how to export chats of the list."""
        self._open(self.choices_of(chosen), format_)

    def choices_of(self, chosen: Sequence[ConversationSummary]) -> list[ExportChoice]:
        """Return what can be taken of chats of the list."""
        from easychat_gui.ui.export.choices import ExportChoice

        if len(chosen) == 1:
            return self._of_chat(chosen[0], has_branches=True)
        words = self.tr("{count} chosen chats").format(count=len(chosen))
        wanted = Wanted(Scope.CHOSEN, tuple(each.id for each in chosen))
        return [ExportChoice(words, wanted, self.tr("EasyChat chats"))]

    def export_folder(self, folder: Folder) -> None:
        """Ask how to export a folder with all that is in it."""
        from easychat_gui.ui.export.choices import ExportChoice

        words = self.tr("The folder “{name}”").format(name=folder.name)
        self._open([ExportChoice(words, Wanted(Scope.FOLDER, folder_id=folder.id), folder.name)])

    def export_all(self) -> None:
        """Ask how to export everything."""
        self._open([self._of_all()])

    def export_message(self, message: Message) -> None:
        """Ask how to export one message of the chat that is shown."""
        from easychat_gui.ui.export.choices import ExportChoice

        wanted = Wanted(Scope.MESSAGE, (message.conversation_id,), messages=(message,))
        title = self._to.conversations.current.title
        choice = ExportChoice(self.tr("This message"), wanted, title, message.created_at)
        self._open([choice, *self._of_current()])

    def export_selection(self) -> None:
        """Ask how to export what is marked in the chat."""
        selection = self._selected()
        if selection is not None:
            self._open([selection, *self._of_current()])

    def _selected(self) -> ExportChoice | None:
        from easychat_gui.ui.conversation.copying import selected_messages
        from easychat_gui.ui.export.choices import ExportChoice

        view = self._window.conversation_view
        messages = selected_messages(view.rows, view.selection)
        if not messages:
            return None
        current = self._to.conversations.current
        wanted = Wanted(Scope.SELECTION, (current.id,), messages=tuple(messages))
        return ExportChoice(self.tr("What is marked"), wanted, current.title, current.created_at)

    def _of_current(self) -> list[ExportChoice]:
        conversations = self._to.conversations
        has_branches = len(conversations.tree) > conversations.messages.rowCount()
        return self._of_chat(conversations.current.summary, has_branches=has_branches)

    def _of_chat(self, summary: ConversationSummary, *, has_branches: bool) -> list[ExportChoice]:
        from easychat_gui.ui.export.choices import ExportChoice

        words = self.tr("This chat, as it is shown") if has_branches else self.tr("This chat")
        first = ExportChoice(words, Wanted(Scope.BRANCH, (summary.id,)), summary.title, summary.created_at)
        if not has_branches:
            return [first]
        words = self.tr("This chat with all its branches")
        wanted = Wanted(Scope.CONVERSATION, (summary.id,))
        return [first, ExportChoice(words, wanted, summary.title, summary.created_at)]

    def _of_all(self) -> ExportChoice:
        from easychat_gui.ui.export.choices import ExportChoice

        return ExportChoice(self.tr("All chats"), Wanted(Scope.ALL), self.tr("EasyChat chats"))

    def _open(self, choices: Sequence[ExportChoice], format_: Format | None = None) -> None:
        def make() -> QDialog:
            from easychat_gui.ui.export.choices import Remembered
            from easychat_gui.ui.export.dialog import ExportDialog

            return ExportDialog(choices, self._to.exports(), Remembered(self._window.state), format_)

        self._flows.open_dialog(make)

    def has_messages(self) -> bool:
        """Is there something to export in the chat that is shown?"""
        return self._to.conversations.messages.rowCount() > 0
