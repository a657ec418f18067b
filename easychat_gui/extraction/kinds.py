"""Which format a file has: by its first bytes, and by its name where these do not tell."""

from __future__ import annotations

import zipfile
from enum import StrEnum
from pathlib import Path

from easychat_gui.domain.attachments import AttachmentFault
from easychat_gui.domain.errors import AttachmentRefused

HEAD_BYTES = 4096

PICTURE_TYPES = ("image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp")


class Kind(StrEnum):
    """A format that can be attached, by its media type."""

    PNG = "image/png"
    JPEG = "image/jpeg"
    GIF = "image/gif"
    WEBP = "image/webp"
    BMP = "image/bmp"
    PDF = "application/pdf"
    DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
    ODT = "application/vnd.oasis.opendocument.text"
    ODS = "application/vnd.oasis.opendocument.spreadsheet"
    ODP = "application/vnd.oasis.opendocument.presentation"
    HTML = "text/html"
    CSV = "text/csv"
    TSV = "text/tab-separated-values"
    JSON = "application/json"
    MARKDOWN = "text/markdown"
    TEXT = "text/plain"

    @property
    def is_picture(self) -> bool:
        return self.value in PICTURE_TYPES


_BY_SUFFIX = {
    ".html": Kind.HTML,
    ".htm": Kind.HTML,
    ".xhtml": Kind.HTML,
    ".csv": Kind.CSV,
    ".tsv": Kind.TSV,
    ".tab": Kind.TSV,
    ".json": Kind.JSON,
    ".md": Kind.MARKDOWN,
    ".markdown": Kind.MARKDOWN,
}

_OFFICE_PARTS = {"word/document.xml": Kind.DOCX, "xl/workbook.xml": Kind.XLSX, "ppt/presentation.xml": Kind.PPTX}
_OPEN_DOCUMENT = (Kind.ODT, Kind.ODS, Kind.ODP)
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MIMETYPE_AT_MOST = 200


def kind_of(path: Path, name: str) -> Kind:
    """Return the format. Raises `AttachmentRefused` for one that is no text and cannot be read, and OSError."""
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if picture := _picture(head):
        return picture
    if b"%PDF-" in head[:1024]:
        return Kind.PDF
    if head.startswith(_OLD_OFFICE):  # what Office before 2007 wrote, and what it wraps around an encrypted document
        raise AttachmentRefused(_encrypted_or_binary(path))
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _packed(path)
    suffix = Path(name).suffix.lower()
    return _BY_SUFFIX.get(suffix, Kind.TEXT)


def _picture(head: bytes) -> Kind | None:
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return Kind.PNG
    if head.startswith(b"\xff\xd8\xff"):
        return Kind.JPEG
    if head.startswith((b"GIF87a", b"GIF89a")):
        return Kind.GIF
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return Kind.WEBP
    if head.startswith(b"BM") and len(head) > 26 and head[6:10] == b"\0\0\0\0":
        return Kind.BMP
    return None


def _packed(path: Path) -> Kind:
    """Tell the office formats by what is in them; any other archive is left packed."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            for part, kind in _OFFICE_PARTS.items():
                if part in names:
                    return kind
            if "mimetype" in names:
                with archive.open("mimetype") as file:
                    declared = file.read(_MIMETYPE_AT_MOST).decode("ascii", "replace").strip()
                for kind in _OPEN_DOCUMENT:
                    if declared.startswith(kind.value):  # templates say so behind the type
                        return kind
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError, EOFError) as error:
        raise AttachmentRefused(AttachmentFault.DAMAGED) from error
    raise AttachmentRefused(AttachmentFault.BINARY)


def _encrypted_or_binary(path: Path) -> AttachmentFault:
    """A modern Office document with a password is an old container with a stream of this name."""
    name = "EncryptedPackage".encode("utf-16-le")
    with path.open("rb") as file:
        return AttachmentFault.ENCRYPTED if name in file.read(20 * 1024 * 1024) else AttachmentFault.BINARY
