"""Taking a file into the data folder. Runs on worker threads."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import TYPE_CHECKING

from easychat_gui.domain.attachments import Attachment, AttachmentFault, Details
from easychat_gui.domain.errors import AttachmentRefused
from easychat_gui.domain.ids import AttachmentId
from easychat_gui.extraction.kinds import Kind, kind_of

if TYPE_CHECKING:
    from PySide6.QtGui import QImage

    from easychat_gui.storage.attachment_files import AttachmentFiles

LARGEST_BYTES = 20 * 1024 * 1024
SMALL_BYTES = 1024 * 1024
"""Plain text up to here is read at once, without a process of its own."""

_PLAIN = (Kind.TEXT, Kind.MARKDOWN, Kind.JSON, Kind.CSV, Kind.TSV)


def received_file(files: AttachmentFiles, path: Path, attachment_id: AttachmentId, name: str) -> Attachment:
    """Copy a file into the data folder; a picture as it will be sent. Raises `AttachmentRefused`."""
    size = _size_of_file(path)
    try:
        kind = kind_of(path, name)
    except OSError as error:
        raise AttachmentRefused(AttachmentFault.UNREADABLE) from error
    if kind.is_picture:
        return received_picture(files, path, attachment_id, name)
    if kind in _PLAIN and size <= SMALL_BYTES:
        return _received_plain(files, kind, path, attachment_id, name)
    incoming = files.receive(path, LARGEST_BYTES)
    return Attachment(attachment_id, name, kind.value, incoming.size, incoming.sha256, is_read=False)


def _size_of_file(path: Path) -> int:
    """Look before opening: a pipe or a device would be read for ever, and a link may lead anywhere."""
    try:
        found = path.lstat()
    except OSError as error:
        raise AttachmentRefused(AttachmentFault.MISSING) from error
    if stat.S_ISLNK(found.st_mode):
        raise AttachmentRefused(AttachmentFault.LINK)
    if stat.S_ISDIR(found.st_mode):
        raise AttachmentRefused(AttachmentFault.FOLDER)
    if not stat.S_ISREG(found.st_mode):
        raise AttachmentRefused(AttachmentFault.NOT_A_FILE)
    if found.st_size > LARGEST_BYTES:
        raise AttachmentRefused(AttachmentFault.TOO_LARGE)
    return found.st_size


def _received_plain(
    files: AttachmentFiles, kind: Kind, path: Path, attachment_id: AttachmentId, name: str
) -> Attachment:
    """Keep a text file of usual size, with its text: there is nothing in it that could hang a reader."""
    from easychat_gui.extraction.plain import decoded

    try:
        with path.open("rb") as file:
            content = file.read(SMALL_BYTES)
    except OSError as error:
        raise AttachmentRefused(AttachmentFault.UNREADABLE) from error
    text, encoding = decoded(content)
    if not text.strip():
        raise AttachmentRefused(AttachmentFault.BLANK)
    incoming = files.receive_bytes(content)
    details = Details(encoding="" if encoding in ("utf-8", "utf-8-sig") else encoding)
    return Attachment(attachment_id, name, kind.value, incoming.size, incoming.sha256, text, details)


def received_picture(
    files: AttachmentFiles, source: Path | QImage, attachment_id: AttachmentId, name: str
) -> Attachment:
    """Keep a picture as it will be sent. Raises `AttachmentRefused`."""
    from easychat_gui.workers import pictures

    made = pictures.prepared(source) if isinstance(source, Path) else pictures.prepared_image(source)
    incoming = files.receive_bytes(made.content)
    details = Details(width=made.width, height=made.height)
    return Attachment(attachment_id, name, made.media_type, incoming.size, incoming.sha256, details=details)


def received_text(files: AttachmentFiles, text: str, attachment_id: AttachmentId, name: str) -> Attachment:
    """Keep a text that needs no reading. Raises `AttachmentRefused`."""
    incoming = files.receive_bytes(text.encode("utf-8", "replace"))
    return Attachment(attachment_id, name, "text/plain", incoming.size, incoming.sha256, text)
