"""What the person sees while the database is written anew, and is asked where it cannot be opened or is damaged."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from easychat_gui.controllers.encryption import EncryptionController
from easychat_gui.controllers.forgetting import ForgettingController
from easychat_gui.domain.errors import DatabaseDamaged, DatabaseEncrypted, StorageError
from easychat_gui.storage.reports import Repair
from easychat_gui.ui.database_words import why_not_opened
from easychat_gui.ui.dialogs.busy import BusyDialog, cover
from easychat_gui.ui.flows import Flows
from easychat_gui.workers.background import Background
from easychat_gui.workers.store_executor import StoreExecutor

if TYPE_CHECKING:
    from easychat_gui.ui.main_window import MainWindow


class DatabaseFlows(QObject):
    """Made when the first of these happens."""

    def __init__(
        self,
        window: MainWindow,
        flows: Flows,
        *,
        store: StoreExecutor,
        encryption: Callable[[], EncryptionController],
        forgetting: Callable[[], ForgettingController],
        background: Background,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._window = window
        self._flows = flows
        self._store = store
        self._encryption = encryption
        self._forgetting = forgetting
        self._background = background
        self._has_tried_repair = False
        self._cover: BusyDialog | None = None

    def cover(self) -> None:
        """Let nothing be typed that could not be kept, or would go into what is just being replaced."""
        self.uncover()
        self._window.put_chat_windows_aside()
        self._cover = cover(self._window)

    def uncover(self) -> None:
        """The database is open again, or the person is asked."""
        if self._cover is not None:
            self._cover.accept()
            self._cover = None

    def on_open_failed(self, error: StorageError) -> None:
        """Ask what is to be done about a database that cannot be opened."""
        self.uncover()
        if isinstance(error, DatabaseEncrypted):
            self._ask_for_passphrase()
            return
        # A repair that failed leaves the damaged file where it was, so that another way can be tried.
        self._ask(error, is_damaged=isinstance(error, DatabaseDamaged) or self._has_tried_repair)

    def on_damage(self, error: DatabaseDamaged) -> None:
        """Ask what is to be done about damage that was found after the start."""
        self._ask(error, is_damaged=True, is_in_use=self._store.is_open)

    def _ask_for_passphrase(self) -> None:
        from easychat_gui.ui.dialogs.chats_passphrase import ask_for_passphrase

        ask_for_passphrase(
            self._window,
            self._encryption(),
            opened=lambda: self._store.start(self._forgetting().rest()),
            begin_anew=self._begin_anew,
            give_up=self._quit,
        )

    def _begin_anew(self) -> None:
        self._has_tried_repair = True
        self._store.rebuild(self._forgetting().rest(after=self._encryption().begin_anew))

    def _ask(self, error: StorageError, *, is_damaged: bool, is_in_use: bool = False) -> None:
        folder = self._store.backups_folder

        def ask(has_backup: bool) -> None:  # noqa: FBT001  # what the work returned
            ways: dict[str, Callable[[], None]] = {}
            if is_damaged:
                ways |= self._repairs(has_backup=has_backup, is_in_use=is_in_use)
            else:
                ways[self.tr("Try again")] = self._store.start
            # Damage that was found while the file is open leaves time to think about it.
            otherwise = (lambda: None) if is_in_use else self._quit
            ways[self.tr("Later") if is_in_use else self.tr("Quit")] = otherwise
            title = self.tr("Your chats are damaged") if is_in_use else self.tr("The chats cannot be opened")
            sentence = why_not_opened(error)
            if is_damaged:
                sentence = f"{error} " + self.tr("Whatever you choose, the damaged file is kept beside it.")

            async def choose(window: QWidget) -> None:
                from easychat_gui.ui.dialogs import asking

                chosen = await asking.choose(window, title, sentence, list(ways))
                ways.get(chosen, otherwise)()

            self._flows.ask_in_turn(choose)

        self._background.run(lambda: _has_backup(folder), ask)

    def _repairs(self, *, has_backup: bool, is_in_use: bool) -> dict[str, Callable[[], None]]:
        ways = {self.tr("Save what can be read"): Repair.SALVAGE}
        if has_backup:
            ways[self.tr("Save it and fill gaps from the backup")] = Repair.SALVAGE_AND_FILL
            ways[self.tr("Use the last backup")] = Repair.RESTORE
        if not is_in_use:
            ways[self.tr("Begin anew")] = Repair.START_NEW
        return {words: partial(self._repair, how) for words, how in ways.items()}

    def _repair(self, how: Repair) -> None:
        self._has_tried_repair = True
        self._store.repair(how)

    def _quit(self) -> None:
        self._window.close()


def _has_backup(folder: Path) -> bool:
    """Is there a backup that can be restored?"""
    from easychat_gui.storage import backups

    return any(each.fault is None for each in backups.find(folder))
