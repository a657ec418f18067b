"""Text files that the person puts into a message."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject

from easychat_gui.controllers.notifier import NoticeKind, Notifier
from easychat_gui.domain.errors import EasyChatError
from easychat_gui.workers.background import Background

LARGEST_BYTES = 256 * 1024
"""About 60,000 tokens: more than most models read at once."""


class FileRefused(EasyChatError):
    """The reason is one of "missing", "too large", "not text", "unreadable"."""


class TextFileController(QObject):
    """Reads files in the background and hands them over as fenced Markdown."""

    def __init__(self, *, background: Background, notifier: Notifier, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self._notifier = notifier

    def read(self, path: Path, then: Callable[[str], None]) -> None:
        """Call ``then`` with the text to insert; a file that is no text becomes a notice."""
        self._background.run(
            lambda: as_fenced(path.name, read_text(path)),
            then,
            lambda error: self._notifier.post(NoticeKind.FILE_NOT_READ, name=path.name, reason=str(error)),
        )


def read_text(path: Path) -> str:
    """Read a text file in UTF-8 or UTF-16. Raises `FileRefused`."""
    try:
        if not path.is_file():  # a folder, a device or a pipe would be read for ever
            raise FileRefused("missing")
        with path.open("rb") as file:
            data = file.read(LARGEST_BYTES + 1)
    except OSError as error:
        raise FileRefused("unreadable") from error
    if len(data) > LARGEST_BYTES:
        raise FileRefused("too large")
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise FileRefused("not text") from error
    if "\0" in text:
        raise FileRefused("not text")
    return text


def as_fenced(name: str, text: str) -> str:
    """Return the text as a Markdown code block under its name, with a fence that it does not contain."""
    fence = "```"
    while fence in text:
        fence += "`"
    language = Path(name).suffix.lstrip(".")
    return f"{name}\n\n{fence}{language}\n{text.rstrip()}\n{fence}\n\n"
