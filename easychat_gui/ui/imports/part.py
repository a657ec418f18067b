"""The commands that import, as a part of the library."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QDialog, QMenu, QWidget

from easychat_gui.controllers.imports import Imported
from easychat_gui.domain.conversations import ConversationSummary
from easychat_gui.domain.ids import ConversationId
from easychat_gui.ui.attachments.drop import Target
from easychat_gui.ui.commands import Command, Place
from easychat_gui.ui.flows import Flows

if TYPE_CHECKING:
    from easychat_gui.ui.imports.dialog import ImportDialog
    from easychat_gui.ui.main_window import Controllers, MainWindow

GROUP = 30


class ImportPart(QObject):
    """A `LibraryPart`."""

    def __init__(self, window: MainWindow, controllers: Controllers, flows: Flows) -> None:
        super().__init__(window)
        self._to = controllers
        self._flows = flows
        self._imports = controllers.imports()
        self._is_shown = False
        self._imports.finished.connect(self._on_finished)
        words = self.tr("Drop to import chats")
        window.attachment_desk.zone.add_target(Target(window.sidebar, words, "download", self.show))

    def commands(self) -> Iterable[Command]:
        return [Command("importChats", self.tr("Import chats…"), self.show, place=Place.LIBRARY, group=GROUP)]

    def fill_menu(self, menu: QMenu, chosen: list[ConversationSummary]) -> None:
        """Imports have to do with no chat that is there."""

    def show(self, paths: Sequence[Path] = ()) -> None:
        """Open the dialog, with these files if there are some; an import that runs is shown instead."""

        self._flows.open_dialog(lambda: self._make(paths))

    def show_over(self, dialog: QWidget) -> None:
        """Open it above another dialog, which closes when a chat that came is to be shown."""
        from easychat_gui.ui.widgets.overlay import Overlay

        above = self._make(())
        above.show_requested.connect(lambda _id: _close_around(dialog))
        Overlay(above, dialog.window())

    def _make(self, paths: Sequence[Path]) -> ImportDialog:
        from easychat_gui.ui.imports.dialog import ImportDialog

        dialog = ImportDialog(self._imports)
        dialog.show_requested.connect(self._show_chat)
        dialog.save_requested.connect(self._to.content().save_code)
        self._is_shown = True
        dialog.finished.connect(self._on_closed)
        if self._imports.is_importing:
            dialog.show_running()
        else:
            dialog.look_through(paths)
        return dialog

    def _show_chat(self, id_: str) -> None:
        """Open a chat that came, and the folders that it is in."""
        conversations = self._to.conversations
        summary = conversations.list.get(ConversationId(id_))
        if summary is not None:
            for folder in conversations.list.tree.path(summary.folder_id):
                conversations.list.set_open(folder.id, is_open=True)
        conversations.open(ConversationId(id_))

    def _on_closed(self) -> None:
        self._is_shown = False

    def _on_finished(self, imported: Imported) -> None:
        """Tell of an import that nobody looks at any more."""
        if not self._is_shown:
            from easychat_gui.ui.imports.words import summary_lines

            self._tell(" · ".join(summary_lines(imported)).rstrip(":"))

    def _tell(self, words: str) -> None:
        from easychat_gui.controllers.notifier import NoticeKind

        self._to.notifier.post(NoticeKind.CHATS_IMPORTED, words=words)


def _close_around(widget: QWidget) -> None:
    """Close the dialog that a widget stands in."""
    around: QWidget | None = widget
    while around is not None and not isinstance(around, QDialog):
        around = around.parentWidget()
    if around is not None:
        around.reject()
