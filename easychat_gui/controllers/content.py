"""What an answer holds and names: code that becomes a file, pictures that are fetched when somebody asks for them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtGui import QImage

from easychat_gui.controllers.notifier import NoticeKind, Notifier
from easychat_gui.domain.errors import EasyChatError
from easychat_gui.providers.cancellation import Cancellation
from easychat_gui.providers.pictures import fetch_picture
from easychat_gui.support.atomic_files import write_atomically
from easychat_gui.workers.background import Background
from easychat_gui.workers.picture_decoding import decoded


class FileNotWritten(EasyChatError):
    """The message is the system's reason."""


class ContentController(QObject):
    """Works in the background. Code that cannot be saved becomes a notice."""

    def __init__(self, *, background: Background, notifier: Notifier, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self._notifier = notifier
        self._cancellation = Cancellation()

    def save_code(self, path: Path, code: str) -> None:
        """Write code to a file that the person chose, whole or not at all."""
        self._background.write(
            lambda: write_code(path, code),
            on_error=lambda error: self._notifier.post(NoticeKind.FILE_NOT_SAVED, name=str(path), reason=f"{error}."),
        )

    def load_picture(
        self, url: str, then: Callable[[str, QImage], None], on_error: Callable[[str, EasyChatError], None]
    ) -> None:
        """Fetch a picture that the person asked for, and decode it. Nothing else ever fetches one."""
        self._background.run(
            lambda: decoded(fetch_picture(url, self._cancellation)),
            lambda image: then(url, image),
            lambda error: on_error(url, error),
        )

    def close(self) -> None:
        """End what is being fetched."""
        self._cancellation.cancel()


def write_code(path: Path, code: str) -> None:
    """Write the file as any editor would, with a line end behind the last line. Raises `FileNotWritten`."""
    text = code if code.endswith("\n") else code + "\n"
    try:
        write_atomically(path, text.encode("utf-8", "replace"), is_private=False)
    except OSError as error:
        raise FileNotWritten(error.strerror or str(error)) from error
