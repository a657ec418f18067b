"""Whether chats are encrypted on the disk, and with what passphrase they are opened."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Signal

from easychat_gui.domain.errors import EasyChatError
from easychat_gui.settings.key_file import KeyFile
from easychat_gui.support.paths import DataPaths
from easychat_gui.workers.background import Background
from easychat_gui.workers.store_executor import StoreExecutor
from easychat_gui.workers.store_jobs import Rebuild

Then = Callable[[], None]
OnError = Callable[[EasyChatError], None]

ENTRY = "chats"
"""What the key of the chats is called in its file."""


class EncryptionController(QObject):
    """The key of the chats is random and lies in a file that a passphrase opens: a new passphrase changes only that.

    ``changed`` when `is_on` or `is_busy` may be another.
    """

    changed = Signal()

    def __init__(
        self, *, paths: DataPaths, store: StoreExecutor, background: Background, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._paths = paths
        self._store = store
        self._background = background
        self._file = KeyFile(paths.database_key)
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
        file, root = self._file, self._paths.root

        def open_it() -> None:
            from easychat_gui.storage.connecting import use_key

            use_key(root, bytes.fromhex(file.unlock(passphrase)[ENTRY]))

        self._background.run(open_it, lambda _: then(), on_error)

    def turn_on(self, passphrase: str, then: Then, on_error: OnError) -> None:
        """Encrypt all chats. What fails leaves them as they were."""
        file = self._file

        def make_key() -> bytes:
            import os

            from easychat_gui.storage.encrypted import KEY_BYTES

            if file.exists:  # of an attempt that was broken off, or of files that were decrypted long ago
                file.set_aside()
            key = os.urandom(KEY_BYTES)
            file.create(passphrase, {ENTRY: key.hex()})
            return key

        def recode(key: bytes) -> None:
            self._rebuild(partial(_encrypt, self._paths, key), then, on_error)

        self._begin()
        self._background.run(make_key, recode, partial(self._fail, on_error))

    def turn_off(self, then: Then, on_error: OnError) -> None:
        """Decrypt all chats."""
        self._begin()
        self._rebuild(partial(_decrypt, self._paths), then, on_error)

    def replace_passphrase(self, passphrase: str, then: Then, on_error: OnError) -> None:
        """Let another passphrase open the chats from now on. Backups are opened with the new one, too."""
        file = self._file
        self._background.run(lambda: file.replace_passphrase(passphrase), lambda _: then(), on_error)

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
        self.changed.emit()

    def _fail(self, on_error: OnError, error: EasyChatError) -> None:
        self.is_busy = False
        self.changed.emit()
        on_error(error)


def _encrypt(paths: DataPaths, key: bytes) -> None:
    """Runs on the store's thread, with nothing open."""
    from easychat_gui.storage import encryption
    from easychat_gui.storage.attachment_files import AttachmentFiles
    from easychat_gui.storage.connecting import use_key

    encryption.encrypt(paths.database, key)
    use_key(paths.root, key)
    encryption.recode_files(AttachmentFiles(paths.attachments), key, is_to_be_sealed=True)
    encryption.remove_copies(paths.database, paths.backups)


def _decrypt(paths: DataPaths) -> None:
    """Runs on the store's thread, with nothing open."""
    from easychat_gui.storage import encryption
    from easychat_gui.storage.attachment_files import AttachmentFiles
    from easychat_gui.storage.connecting import key_for, use_key

    key = key_for(paths.database)
    if key is not None:
        encryption.recode_files(AttachmentFiles(paths.attachments), key, is_to_be_sealed=False)
        encryption.decrypt(paths.database, key)
        use_key(paths.root, None)
        encryption.remove_copies(paths.database, paths.backups)
