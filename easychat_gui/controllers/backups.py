"""Backups: what there is, looking into one, and bringing chats back."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from easychat_gui.controllers.attachments import AttachmentController
from easychat_gui.controllers.chat import ChatController
from easychat_gui.controllers.conversations import ConversationController
from easychat_gui.controllers.notifier import NoticeKind, Notifier
from easychat_gui.domain.backups import (
    Backup,
    BackupKind,
    BackupsReport,
    Checkup,
    Difference,
    ListedChat,
    RestoredChats,
    Retention,
)
from easychat_gui.domain.errors import EasyChatError, StorageError
from easychat_gui.domain.ids import ConversationId
from easychat_gui.domain.messages import Message
from easychat_gui.settings.schema import Settings
from easychat_gui.settings.store import SettingsStore
from easychat_gui.storage.reports import RecoveryReport, Restoration
from easychat_gui.support.atomic_files import write_atomically
from easychat_gui.support.clock import DAY_S
from easychat_gui.workers.background import Background
from easychat_gui.workers.store_executor import StoreExecutor

if TYPE_CHECKING:
    from easychat_gui.storage.opened_backup import OpenedBackup
    from easychat_gui.storage.store import Store

OnError = Callable[[EasyChatError], None]

TOO_LONG_S = 3 * DAY_S
"""So old may the last backup become before a failure to make one is told without being asked."""


class BackupController(QObject):
    """``changed`` when a backup was made or could not be, or the database was checked: `is_busy`, `problem` and
    `checkup` tell. Everything that reads or writes runs aside; what it gives is handed to ``then`` here."""

    changed = Signal()

    def __init__(
        self,
        *,
        store: StoreExecutor,
        conversations: ConversationController,
        attachments: AttachmentController,
        chat: ChatController,
        settings: SettingsStore,
        notifier: Notifier,
        background: Background,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._store = store
        self._conversations = conversations
        self._attachments = attachments
        self._chat = chat
        self._notifier = notifier
        self._background = background
        self.is_busy = False
        self.is_checking = False
        self.problem: StorageError | None = None
        self.checkup: Checkup | None = None
        store.backup_made.connect(self._on_made)
        store.backup_failed.connect(self._on_failed)
        store.checked.connect(self._on_checked)
        store.failed.connect(self._on_interrupted)
        store.releasing.connect(self._on_interrupted)
        settings.subscribe(self._follow)
        self._follow(settings.current)

    @property
    def folder(self) -> Path:
        return self._store.backups_folder

    # Making

    def back_up_now(self) -> None:
        """Make a backup at once. ``changed`` follows."""
        self.is_busy = True
        self._store.upkeep.back_up_now()
        self.changed.emit()

    def check_now(self) -> None:
        """Look at the whole database at once. ``changed`` follows."""
        self.is_checking = True
        self._store.upkeep.check_now()
        self.changed.emit()

    def save_as_file(self, target: Path, then: Callable[[], None], on_error: OnError) -> None:
        """Write the whole database to one file of the person's choice."""
        database, should_stop = self._store.database, self._store.upkeep.should_stop

        def save() -> bool:
            from easychat_gui.storage.backups import save_as_file

            return save_as_file(database, target, should_stop)

        self._background.run(save, lambda was_saved: then() if was_saved else None, on_error)

    # Looking

    def read_list(self, then: Callable[[BackupsReport], None], on_error: OnError | None = None) -> None:
        """Find all backups, and what they take; the time of the last check is known afterwards, too."""
        folder, database = self.folder, self._store.database

        def read() -> tuple[BackupsReport, Checkup | None]:
            from easychat_gui.storage import backups, checkups, kept_aside

            report = BackupsReport(backups.find(folder), backups.folder_size(folder), kept_aside.find(database))
            return report, checkups.last_checkup(database)

        def show(found: tuple[BackupsReport, Checkup | None]) -> None:
            report, self.checkup = found
            then(report)

        self._background.run(read, show, on_error)

    def read_differences(self, backups: Collection[Backup], then: Callable[[Mapping[Path, Difference]], None]) -> None:
        """Compare backups with what is here today; those that cannot be read, or not without a repair, are left out."""
        sound = [each for each in backups if each.fault is None and each.kind is not BackupKind.DAMAGED]
        database, should_stop = self._store.database, self._store.upkeep.should_stop

        def read() -> dict[Path, Difference]:
            from easychat_gui.storage.opened_backup import difference, listing_of, listing_of_file

            now = listing_of_file(database)
            found = {}
            for backup in sound:
                if not should_stop():
                    try:
                        found[backup.path] = difference(listing_of(backup), now)
                    except StorageError:
                        continue
            return found

        self._background.run(read, then, lambda _error: then({}))

    def read_chats(self, backup: Backup, then: Callable[[list[ListedChat]], None], on_error: OnError) -> None:
        """Read which chats a backup has, the last changed first."""

        def read() -> list[ListedChat]:
            from easychat_gui.storage.opened_backup import listing_of

            return listing_of(backup)

        self._background.run(read, then, on_error)

    def open(self, backup: Backup, then: Callable[[OpenedBackup], None], on_error: OnError) -> None:
        """Put a backup together, so that its messages can be read; whoever gets it lets go of it by `let_go`."""

        should_stop = self._store.upkeep.should_stop

        def put_together() -> OpenedBackup:
            from easychat_gui.storage.online_copy import Stopped, asking
            from easychat_gui.storage.opened_backup import OpenedBackup

            try:
                return OpenedBackup.open(backup, asking(should_stop))
            except Stopped:
                raise StorageError("The program ends.", backup.path) from None

        self._background.run(put_together, then, on_error)

    def read_messages(
        self, opened: OpenedBackup, chat: ConversationId, then: Callable[[list[Message]], None], on_error: OnError
    ) -> None:
        """Read the branch that a chat of a backup showed."""
        self._background.run(lambda: opened.messages_of(chat), then, on_error)

    def let_go(self, opened: OpenedBackup) -> None:
        """Nobody looks into it any more."""
        self._background.write(opened.close)

    # Bringing back

    def restore_chats(
        self,
        opened: OpenedBackup,
        chosen: Collection[ConversationId],
        then: Callable[[RestoredChats], None],
        on_error: OnError,
    ) -> None:
        """Bring these chats of a backup back. One that is there is left alone, and its copy comes beside it."""
        source, folder = opened.path, self.folder

        def bring(store: Store) -> RestoredChats:
            from easychat_gui.storage.backups import FILES
            from easychat_gui.storage.bringing_back import bring_back
            from easychat_gui.storage.kept_files import KeptFiles

            kept = KeptFiles(folder / FILES)
            return bring_back(source, store, chosen, lambda hashes: kept.give_back(hashes, store.path.parent))

        def show(restored: RestoredChats) -> None:
            self._conversations.load()
            then(restored)

        self._store.submit(bring, show, on_error)

    def restore_all(self, backup: Backup) -> None:
        """Have a backup in the place of today's chats, which are kept beside it. The store opens anew then.

        What is typed and not sent stays in sight, in a new chat: its own may not be in the backup. That of a temporary
        chat stays where it is never written.
        """
        self._chat.stop_all()
        shown = self._conversations
        shown.start_new(draft="" if shown.is_temporary else shown.current.draft)

        def fail(error: StorageError) -> None:
            self._notifier.post(NoticeKind.BACKUP_NOT_RESTORED, message=str(error))

        self._store.repair(Restoration(backup), fail)

    def delete_put_aside(self, kept: Backup, on_error: OnError) -> None:
        """Delete a database that was put aside, for good. ``changed`` follows."""
        database = self._store.database

        def delete() -> None:
            from easychat_gui.storage.kept_aside import remove

            remove(database, kept)

        def failed(error: EasyChatError) -> None:
            self.changed.emit()
            on_error(error)

        self._background.write(delete, lambda _: self.changed.emit(), failed)

    def write_report(self, report: RecoveryReport, text: str) -> None:
        """Put what a recovery gave beside the file that was kept, to be read later."""
        if report.kept is not None:
            place = report.kept.with_name(f"{report.kept.stem}.txt")
            self._background.write(lambda: write_atomically(place, text.encode()))

    # What is told

    def _follow(self, settings: Settings) -> None:
        values = settings.backups
        self._store.upkeep.retention = Retention(values.is_on, values.days, values.weeks, values.months)

    def _on_made(self, _path: Path) -> None:
        self.is_busy, self.problem = False, None
        self._notifier.withdraw(NoticeKind.NO_BACKUP)
        self.changed.emit()

    def _on_failed(self, error: StorageError) -> None:
        was_asked, self.is_busy, self.problem = self.is_busy, False, error
        self.changed.emit()
        if not was_asked:
            self.read_list(lambda report: self._tell_if_old(report, error))

    def _tell_if_old(self, report: BackupsReport, error: StorageError) -> None:
        good = [each for each in report.backups if each.fault is None and each.kind is not BackupKind.BEFORE_MIGRATION]
        now = time.time()
        if not any(0 <= now - each.made_at < TOO_LONG_S for each in good):
            self._notifier.post(NoticeKind.NO_BACKUP, message=str(error))

    def _on_checked(self, checkup: Checkup) -> None:
        self.checkup, self.is_checking = checkup, False
        self.changed.emit()

    def _on_interrupted(self, _error: StorageError | None = None) -> None:
        if self.is_busy or self.is_checking:
            self.is_busy = self.is_checking = False
            self.changed.emit()
