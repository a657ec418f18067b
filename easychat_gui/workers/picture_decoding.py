"""Bytes from outside to a picture, checked before anything is decoded. For threads other than the window's."""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt
from PySide6.QtGui import QImage, QImageReader

from easychat_gui.providers.pictures import PictureFault, PictureNotLoaded

MOST_PIXELS = 40_000_000
ALLOCATION_MB = 64
LONGEST_EDGE = 2048
"""In pixels. Larger pictures are scaled down while they are decoded: no reading column is wider."""
_FORMATS = frozenset({b"png", b"jpeg", b"jpg", b"gif", b"webp", b"bmp"})


def decoded(content: bytes) -> QImage:
    """Return the picture. Raises `PictureNotLoaded`."""
    QImageReader.setAllocationLimit(ALLOCATION_MB)
    data = QByteArray(content)
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    reader.setDecideFormatFromContent(True)
    reader.setAutoTransform(True)
    size = reader.size()
    if bytes(reader.format().data()) not in _FORMATS or not size.isValid() or size.isEmpty():
        raise PictureNotLoaded(PictureFault.NO_PICTURE)
    if size.width() * size.height() > MOST_PIXELS:
        raise PictureNotLoaded(PictureFault.TOO_MANY_PIXELS)
    if max(size.width(), size.height()) > LONGEST_EDGE:
        fitted = size.scaled(LONGEST_EDGE, LONGEST_EDGE, Qt.AspectRatioMode.KeepAspectRatio)
        reader.setScaledSize(fitted.expandedTo(QSize(1, 1)))
    image = reader.read()
    buffer.close()
    if image.isNull():
        raise PictureNotLoaded(PictureFault.NO_PICTURE)
    return image
