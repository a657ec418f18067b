"""Whether chats are encrypted on the disk, and with what passphrase they are opened."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Signal

from easychat_gui.controllers.chats_key import ChatsKey
from easychat_gui.domain.errors import EasyChatError, SettingsError
from easychat_gui.storage.reports import RecoveryReport, Repair
from easychat_gui.support.paths import DataPaths
from easychat_gui.workers.background import Background
from easychat_gui.workers.store_executor import StoreExecutor
from easychat_gui.workers.store_jobs import Rebuild

Then = Callable[[], None]
OnError = Callable[[EasyChatError], None]


class EncryptionController(QObject):
    """The key of the chats is random and lies in a file that a passphrase opens: a new passphrase changes only that.

    ``changed`` when `is_on` or `is_busy` may be another. While it is busy nothing is written: answers are stopped, and
    nothing new may come to the screen that a power cut would take away.
    """

    changed = Signal()

    def __init__(
        self,
        *,
        paths: DataPaths,
        store: StoreExecutor,
        background: Background,
        stop_answers: Callable[[], None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._stop_answers = stop_answers
        self._paths = paths
        self._store = store
        self._background = background
        self._key = ChatsKey(paths)
        self.is_on = False
        self.is_busy = False
        store.opened.connect(self.look)
        self.look()

    def look(self) -> None:
        """See anew whether the database is encrypted."""
        database = self._paths.database

        def is_encrypted() -> bool:
            from easychat_gui.storage.connecting import is_plain

            return database.exists() and database.stat().st_size > 0 and not is_plain(database)

        def note(is_on: bool) -> None:  # noqa: FBT001  # what the work returned
            self.is_on = is_on
            self.changed.emit()

        self._background.run(is_encrypted, note)

    def unlock(self, passphrase: str, then: Then, on_error: OnError) -> None:
        """Open the key's file; what is encrypted can be read from then on."""
        chats_key, root = self._key, self._paths.root

        def open_it() -> None:
            from easychat_gui.storage.connecting import use_key

            use_key(root, chats_key.unlock(passphrase))

        self._background.run(open_it, lambda _: then(), on_error)

    def turn_on(self, passphrase: str, then: Then, on_error: OnError) -> None:
        """Encrypt all chats. What fails leaves them as they were."""
        chats_key, database = self._key, self._paths.database

        def done() -> None:
            self._background.run(chats_key.keep_copy)  # with the backups, which were removed just now
            then()

        def make_key() -> bytes:
            from easychat_gui.storage.connecting import is_plain

            if not is_plain(database):  # a new key would lock them for good
                raise SettingsError("The chats are encrypted already.")
            return chats_key.make(passphrase)

        def recode(key: bytes) -> None:
            self._stop_answers()  # what began while the key was made
            self._rebuild(partial(_encrypt, self._paths, key), done, on_error)

        if self.is_busy:
            return
        self._begin()
        self._background.run(make_key, recode, partial(self._fail, on_error))

    def turn_off(self, then: Then, on_error: OnError) -> None:
        """Decrypt all chats."""
        if self.is_busy:
            return
        self._begin()
        self._rebuild(partial(_decrypt, self._paths), then, on_error)

    def begin_anew(self) -> RecoveryReport:
        """Have a new, plain database in the place of one that nobody can open. For a `Rebuild`."""
        from easychat_gui.storage.encryption import retire_keys

        report = self._store.mend(Repair.START_NEW)
        retire_keys(self._paths.database, self._paths.backups)
        return report

    def replace_passphrase(self, passphrase: str, then: Then, on_error: OnError) -> None:
        """Let another passphrase open the chats from now on. Backups are opened with the new one, too."""
        chats_key = self._key
        self._background.run(lambda: chats_key.replace_passphrase(passphrase), lambda _: then(), on_error)

    def _rebuild(self, work: Callable[[], None], then: Then, on_error: OnError) -> None:
        failures: list[EasyChatError] = []

        def note(error: EasyChatError) -> None:
            failures.append(error)

        def finish(_report: object) -> None:
            self._store.opened.disconnect(finish)
            self.is_busy = False
            self.look()
            on_error(failures[0]) if failures else then()

        self._store.opened.connect(finish)
        self._store.rebuild(Rebuild(work, note))

    def _begin(self) -> None:
        self.is_busy = True
        self._stop_answers()
        self.changed.emit()

    def _fail(self, on_error: OnError, error: EasyChatError) -> None:
        self.is_busy = False
        self.changed.emit()
        on_error(error)


def _encrypt(paths: DataPaths, key: bytes) -> None:
    """Runs on the store's thread, with nothing open."""
    from easychat_gui.storage import encryption

    encryption.turn_on(paths.database, paths.backups, key)


def _decrypt(paths: DataPaths) -> None:
    """Runs on the store's thread, with nothing open."""
    from easychat_gui.storage import encryption

    encryption.turn_off(paths.database, paths.backups)
