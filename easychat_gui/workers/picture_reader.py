"""A reader of pixels and of nothing else: the kind of a picture is told here, from its first bytes.

Left to itself, Qt asks every plugin it has, and the one for SVG opens the files that a drawing names as soon as it is
asked how large the drawing is.
"""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QIODevice
from PySide6.QtGui import QImageReader

ALLOCATION_MB = 64
"""What one picture may take while it is decoded. JPEG is scaled while it is decoded and stays far below."""
_HEAD = 12
_KINDS = {b"\x89PNG\r\n\x1a\n": "png", b"\xff\xd8\xff": "jpeg", b"GIF87a": "gif", b"GIF89a": "gif", b"BM": "bmp"}


def picture_reader(device: QIODevice) -> QImageReader | None:
    """Return a reader of what an open device holds; None if it begins like no picture. Nothing is decoded yet."""
    kind = _kind(bytes(device.peek(_HEAD).data()))
    if not kind:
        return None
    QImageReader.setAllocationLimit(ALLOCATION_MB)
    reader = QImageReader(device, QByteArray(kind.encode()))
    reader.setAutoDetectImageFormat(False)
    reader.setAutoTransform(True)
    return reader


def _kind(head: bytes) -> str:
    if head.startswith(b"RIFF") and head[8:] == b"WEBP":
        return "webp"
    return next((kind for beginning, kind in _KINDS.items() if head.startswith(beginning)), "")
