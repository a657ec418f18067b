"""Backups among what is done with chats as a whole: restoring one, making one, saving everything as one file."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QMenu

from easychat_gui.domain.conversations import ConversationSummary
from easychat_gui.domain.errors import EasyChatError
from easychat_gui.ui.commands import Command, Place
from easychat_gui.ui.flows import Flows

if TYPE_CHECKING:
    from PySide6.QtWidgets import QDialog

    from easychat_gui.ui.main_window import Controllers, MainWindow

BACKUP_GROUP = 50
"""Where backups stand in the menu of the library."""


class BackupPart(QObject):
    """A `LibraryPart`."""

    def __init__(self, window: MainWindow, controllers: Controllers, flows: Flows) -> None:
        super().__init__(window)
        self._window = window
        self._backups = controllers.backups()
        self._flows = flows

    def commands(self) -> Iterable[Command]:
        group = BACKUP_GROUP
        return [
            Command("restoreBackup", self.tr("Restore a backup…"), self.restore, place=Place.LIBRARY, group=group),
            Command("backUpNow", self.tr("Back up now"), self._backups.back_up_now, group=group),
            Command("saveCopy", self.tr("Save a copy of everything as one file…"), self.save_copy, group=group),
            Command("checkDatabase", self.tr("Check the database now"), self._backups.check_now, group=group),
        ]

    def fill_menu(self, menu: QMenu, chosen: list[ConversationSummary]) -> None:
        """Backups are of all chats."""

    def restore(self) -> None:
        """Show all backups."""

        def make() -> QDialog:
            from easychat_gui.ui.dialogs.backups import BackupsDialog

            return BackupsDialog(self._backups)

        self._flows.open_dialog(make)

    def save_copy(self) -> None:
        """Ask where to, and write the database there."""
        kinds = self.tr("Databases") + " (*.db)"
        name, _ = QFileDialog.getSaveFileName(
            self._window, self.tr("Save a copy of everything"), "easychat-copy.db", kinds
        )
        if name:
            self._backups.save_as_file(Path(name), lambda: None, self._tell)

    def _tell(self, error: EasyChatError) -> None:
        from easychat_gui.ui.backup_words import problem_of

        self._flows.show_report(self.tr("The copy could not be saved"), problem_of(error))
