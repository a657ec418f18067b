"""Bytes from outside to a picture, checked before anything is decoded. For threads other than the window's."""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt
from PySide6.QtGui import QImage

from easychat_gui.providers.pictures import PictureFault, PictureNotLoaded
from easychat_gui.workers.picture_reader import picture_reader

MOST_PIXELS = 40_000_000
LONGEST_EDGE = 2048
"""In pixels. Larger pictures are scaled down while they are decoded: no reading column is wider."""


def decoded(content: bytes) -> QImage:
    """Return the picture. Raises `PictureNotLoaded`."""
    data = QByteArray(content)
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = picture_reader(buffer)
    size = reader.size() if reader is not None else QSize()
    if reader is None or not size.isValid() or size.isEmpty():
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
