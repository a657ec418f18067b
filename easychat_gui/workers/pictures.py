"""Pictures on their way in: checked, turned upright, scaled down, and freed of what the camera wrote into them.

Nothing here touches the screen; it runs on worker threads.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QFile, QIODevice, QSize, Qt
from PySide6.QtGui import QColorSpace, QImage, QPainter

from easychat_gui.domain.attachments import AttachmentFault
from easychat_gui.domain.errors import AttachmentRefused
from easychat_gui.workers.picture_reader import ALLOCATION_MB, picture_reader

LONGEST_EDGE = 2048
"""In pixels. More is lost on the models: by OpenAI's vision guide every picture is fitted into 2048 × 2048 before it is
looked at, by Anthropic's into 1568 at the long edge."""

MOST_PIXELS = 40_000_000
_LARGE_PNG = 1_000_000
"""In bytes. A screenshot stays below; a photograph that comes as PNG is larger, and is written as JPEG instead."""

_JPEG_QUALITY = 88


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as it is kept and sent: PNG or JPEG, upright, with no word about who took it where."""

    content: bytes
    media_type: str
    width: int
    height: int


def prepared(path: Path) -> Picture:
    """Read a picture file. Raises `AttachmentRefused`.

    Its head is looked at before anything is decoded.
    """
    image, kind = _read(QFile(str(path)), LONGEST_EDGE)
    return _encoded(image, is_photo=kind == "jpeg")


def prepared_image(image: QImage) -> Picture:
    """Take a picture from the clipboard. Raises `AttachmentRefused`."""
    if image.isNull():
        raise AttachmentRefused(AttachmentFault.DAMAGED)
    if image.width() * image.height() > MOST_PIXELS:
        raise AttachmentRefused(AttachmentFault.TOO_MANY_PIXELS)
    if max(image.width(), image.height()) > LONGEST_EDGE:
        size = _fitted(image.size(), LONGEST_EDGE)
        image = image.scaled(size, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation)
    return _encoded(image, is_photo=False)


def read_scaled(content: bytes, longest_edge: int) -> QImage | None:
    """Return a kept picture for showing, None if it cannot be read (any more)."""
    buffer = QBuffer()
    buffer.setData(content)
    try:
        return _read(buffer, longest_edge)[0]
    except AttachmentRefused:
        return None


def _read(file: QIODevice, longest_edge: int) -> tuple[QImage, str]:
    """Return a picture, and the kind of file that it comes from."""
    file.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = picture_reader(file) if file.isOpen() else None
    size = reader.size() if reader is not None else QSize()
    if reader is None or not size.isValid() or size.isEmpty():
        raise AttachmentRefused(AttachmentFault.DAMAGED)
    if size.width() * size.height() > MOST_PIXELS:
        raise AttachmentRefused(AttachmentFault.TOO_MANY_PIXELS)
    if max(size.width(), size.height()) > longest_edge:
        reader.setScaledSize(_fitted(size, longest_edge))
    image = reader.read()
    if image.isNull():
        is_large = size.width() * size.height() * 4 > ALLOCATION_MB * 1024 * 1024
        raise AttachmentRefused(AttachmentFault.TOO_MANY_PIXELS if is_large else AttachmentFault.DAMAGED)
    return image, bytes(reader.format().data()).decode()


def _fitted(size: QSize, longest_edge: int) -> QSize:
    fitted = size.scaled(longest_edge, longest_edge, Qt.AspectRatioMode.KeepAspectRatio)
    return QSize(max(1, fitted.width()), max(1, fitted.height()))


def _encoded(image: QImage, *, is_photo: bool) -> Picture:
    plain = _without_remarks(image)
    if not is_photo:
        content = _written(plain, "PNG", -1)
        if len(content) <= _LARGE_PNG or plain.hasAlphaChannel():
            return Picture(content, "image/png", plain.width(), plain.height())
    return Picture(_written(plain, "JPEG", _JPEG_QUALITY), "image/jpeg", plain.width(), plain.height())


def _without_remarks(image: QImage) -> QImage:
    """Return nothing but the pixels: no place, no camera, no comment, no colour profile."""
    space = image.colorSpace()
    if space.isValid() and space != QColorSpace(QColorSpace.NamedColorSpace.SRgb):
        image = image.convertedToColorSpace(QColorSpace(QColorSpace.NamedColorSpace.SRgb))
    has_alpha = image.hasAlphaChannel()
    plain = QImage(image.size(), QImage.Format.Format_ARGB32 if has_alpha else QImage.Format.Format_RGB32)
    if plain.isNull():
        raise AttachmentRefused(AttachmentFault.TOO_MUCH_MEMORY)
    plain.fill(Qt.GlobalColor.transparent if has_alpha else Qt.GlobalColor.white)
    image.setDevicePixelRatio(1.0)
    painter = QPainter(plain)
    painter.drawImage(0, 0, image)
    painter.end()
    return plain


def _written(image: QImage, kind: str, quality: int) -> bytes:
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    if not image.save(buffer, kind, quality):  # type: ignore[call-overload]
        raise AttachmentRefused(AttachmentFault.DAMAGED)
    buffer.close()
    return bytes(content.data())
