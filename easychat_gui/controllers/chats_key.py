"""The key of encrypted chats, in two files that a passphrase opens: one beside the chats, one with their backups."""

from __future__ import annotations

import logging
import os
from contextlib import suppress

from easychat_gui.domain.errors import SettingsError
from easychat_gui.settings.key_file import KeyFile
from easychat_gui.support.atomic_files import make_private_folder, write_atomically
from easychat_gui.support.paths import DataPaths

_log = logging.getLogger(__name__)

ENTRY = "chats"
"""What the key is called in its file."""


class ChatsKey:
    """Each method reads or writes files, takes half a second, and raises `SettingsError` when that fails.

    The second copy is made, and made good, whenever the first has been opened or written; it takes the place of a
    first one that is missing or damaged. Which passphrase is the right one is said by the first as long as it is sound.
    """

    def __init__(self, paths: DataPaths) -> None:
        self._path = paths.database_key
        self._copy = paths.database_key_copy
        self._file = KeyFile(self._path)

    def make(self, passphrase: str) -> bytes:
        """Make a key and keep it in a new file. One of earlier chats is set aside."""
        from easychat_gui.storage.encrypted import KEY_BYTES

        if self._file.exists:  # of an attempt that was broken off, or of files that were decrypted long ago
            self._file.set_aside()
        key = os.urandom(KEY_BYTES)
        self._file.create(passphrase, {ENTRY: key.hex()})
        return key

    def unlock(self, passphrase: str) -> bytes:
        """Return the key."""
        try:
            names = self._file.names() if self._file.exists else ()
        except SettingsError as error:
            if not self._copy.exists():
                raise
            _log.warning("%s; its copy is tried", error)
            names = ()
        if ENTRY not in names and self._copy.exists():
            return self._unlock_copy(passphrase)
        key = bytes.fromhex(self._file.unlock(passphrase)[ENTRY])
        self.keep_copy()
        return key

    def replace_passphrase(self, passphrase: str) -> None:
        """Let another passphrase open both files from now on."""
        self._file.replace_passphrase(passphrase)
        self.keep_copy()

    def keep_copy(self) -> None:
        """Have the second copy be as the first. A fault is only logged: the next start tries again."""
        try:
            content = self._path.read_bytes()
            if not (self._copy.exists() and self._copy.read_bytes() == content):
                make_private_folder(self._copy.parent)
                write_atomically(self._copy, content)
        except OSError as error:
            _log.warning("there is no second copy of the key of the chats: %s", error)

    def _unlock_copy(self, passphrase: str) -> bytes:
        key = bytes.fromhex(KeyFile(self._copy).unlock(passphrase)[ENTRY])
        if self._file.exists:
            self._file.set_aside()
        with suppress(OSError):  # the copy serves as well
            write_atomically(self._path, self._copy.read_bytes())
        with suppress(SettingsError):
            self._file.unlock(passphrase)
        return key
