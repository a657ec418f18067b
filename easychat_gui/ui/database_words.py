"""Why the chats cannot be opened, and what the person can do about that."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from easychat_gui.domain.errors import DatabaseLocked, DatabaseTooNew, DatabaseUnavailable, DiskFull, StorageError


def _tr(words: str) -> str:
    return QCoreApplication.translate("DatabaseWords", words)


def why_not_opened(error: StorageError) -> str:
    """Return the sentences for a database that is not damaged, but cannot be opened now."""
    path = str(error.path or "")
    if isinstance(error, DatabaseTooNew):
        words = _tr(
            "A later version of EasyChat GUI has written your chats: their format is {found}, and this version reads "
            "up to {known}. Nothing was changed. Open them with the later version: {path}"
        )
        return words.format(found=error.found, known=error.known, path=path)
    if isinstance(error, DatabaseLocked):
        return _tr("Another program is using your chats. Close it, and try again: {path}").format(path=path)
    if isinstance(error, DiskFull):
        return _tr("There is no space left on the disk of your chats. Make room, and try again: {path}").format(
            path=path
        )
    if isinstance(error, DatabaseUnavailable):
        words = _tr("Look whether the folder is there, and whether you may write to it; then try again.")
        return f"{error} {words}"
    return str(error)
