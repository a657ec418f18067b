"""What an answer holds, taken out of it: code that becomes a file."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject

from easychat_gui.controllers.notifier import NoticeKind, Notifier
from easychat_gui.domain.errors import EasyChatError
from easychat_gui.support.atomic_files import write_atomically
from easychat_gui.workers.background import Background


class FileNotWritten(EasyChatError):
    """The message is the system's reason."""


class ContentController(QObject):
    """Works in the background; what fails becomes a notice."""

    def __init__(self, *, background: Background, notifier: Notifier, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self._notifier = notifier

    def save_code(self, path: Path, code: str) -> None:
        """Write code to a file that the person chose, whole or not at all."""
        self._background.write(
            lambda: write_code(path, code),
            on_error=lambda error: self._notifier.post(NoticeKind.FILE_NOT_SAVED, name=str(path), reason=f"{error}."),
        )


def write_code(path: Path, code: str) -> None:
    """Write the file as any editor would, with a line end behind the last line. Raises `FileNotWritten`."""
    text = code if code.endswith("\n") else code + "\n"
    try:
        write_atomically(path, text.encode("utf-8", "replace"), is_private=False)
    except OSError as error:
        raise FileNotWritten(error.strerror or str(error)) from error
