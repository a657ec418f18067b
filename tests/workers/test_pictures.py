"""A picture arrives upright, small enough, and without a word about where it was taken."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import pytest
from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QColor, QGuiApplication, QImage

from easychat_gui.domain.attachments import AttachmentFault
from easychat_gui.domain.errors import AttachmentRefused
from easychat_gui.workers.pictures import LONGEST_EDGE, prepared, prepared_image, read_scaled

pytestmark = pytest.mark.usefixtures("qapp")


def image(width: int, height: int, *, has_alpha: bool = False) -> QImage:
    result = QImage(width, height, QImage.Format.Format_ARGB32 if has_alpha else QImage.Format.Format_RGB32)
    result.fill(QColor(200, 30, 30, 90 if has_alpha else 255))
    return result


def encoded(picture: QImage, kind: str) -> bytes:
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    assert picture.save(buffer, kind)  # type: ignore[call-overload]
    return bytes(content.data())


def decoded(content: bytes) -> QImage:
    result = QImage()
    assert result.loadFromData(content)
    return result


def with_exif(jpeg: bytes, orientation: int) -> bytes:
    """Put in what a camera writes: which side is up, and a place."""
    entries = struct.pack("<HHIHH", 0x0112, 3, 1, orientation, 0) + struct.pack("<HHII", 0x8825, 4, 1, 38)
    ifd = struct.pack("<H", 2) + entries + struct.pack("<I", 0)
    gps = struct.pack("<H", 1) + struct.pack("<HHI4s", 1, 2, 2, b"N\0\0\0") + struct.pack("<I", 0)
    body = b"Exif\0\0II*\0" + struct.pack("<I", 8) + ifd + gps + b"52.5200 N SECRETPLACE"
    return jpeg[:2] + b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body + jpeg[2:]


def test_a_photo_is_turned_upright_and_says_nothing_of_its_place(tmp_path: Path) -> None:
    photo = image(60, 40)
    photo.setPixelColor(0, 0, QColor("blue"))
    for x in range(20):
        for y in range(20):
            photo.setPixelColor(x, y, QColor("blue"))
    path = tmp_path / "a.jpg"
    path.write_bytes(with_exif(encoded(photo, "JPEG"), 6))
    made = prepared(path)
    assert (made.width, made.height, made.media_type) == (40, 60, "image/jpeg")
    assert b"SECRETPLACE" not in made.content
    assert b"Exif" not in made.content
    shown = decoded(made.content)
    assert shown.pixelColor(30, 10).blue() > 200, "what was left above is right above now"
    assert shown.pixelColor(10, 10).red() > 150


def test_remarks_in_a_png_go(tmp_path: Path) -> None:
    picture = image(10, 10)
    picture.setText("Comment", "SECRETPLACE")
    path = tmp_path / "a.png"
    path.write_bytes(encoded(picture, "PNG"))
    assert b"SECRETPLACE" in zlib_free(path.read_bytes())
    assert b"SECRETPLACE" not in zlib_free(prepared(path).content)


def zlib_free(content: bytes) -> bytes:
    """Return a PNG with its compressed texts unpacked."""
    result, at = content, 8
    while at < len(content):
        (length,) = struct.unpack(">I", content[at : at + 4])
        if content[at + 4 : at + 8] == b"zTXt":
            result += zlib.decompress(content[at + 8 : at + 8 + length].partition(b"\0\0")[2])
        at += length + 12
    return result


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "BMP"])
def test_large_pictures_are_made_smaller(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "a"
    path.write_bytes(encoded(image(3000, 1500), kind))
    made = prepared(path)
    assert (made.width, made.height) == (LONGEST_EDGE, LONGEST_EDGE // 2)
    assert decoded(made.content).width() == LONGEST_EDGE


def test_a_transparent_picture_stays_so(tmp_path: Path) -> None:
    path = tmp_path / "a.webp"
    path.write_bytes(encoded(image(20, 20, has_alpha=True), "WEBP"))
    made = prepared(path)
    assert made.media_type == "image/png"
    assert decoded(made.content).pixelColor(5, 5).alpha() < 255


def test_a_header_that_claims_a_billion_pixels_is_not_believed(tmp_path: Path) -> None:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0))
    path = tmp_path / "a.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(bytes(9000))) + chunk(b"IEND", b""))
    with pytest.raises(AttachmentRefused) as caught:
        prepared(path)
    assert caught.value.fault is AttachmentFault.TOO_MANY_PIXELS


@pytest.mark.parametrize("keep", [20, 60])
def test_half_a_picture_is_damaged(tmp_path: Path, keep: int) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(encoded(image(50, 50), "PNG")[:keep])
    with pytest.raises(AttachmentRefused) as caught:
        prepared(path)
    assert caught.value.fault is AttachmentFault.DAMAGED


def test_nothing_on_the_clipboard_is_no_picture() -> None:
    with pytest.raises(AttachmentRefused):
        prepared_image(QImage())


def test_a_picture_that_is_gone_is_none(tmp_path: Path) -> None:
    assert QGuiApplication.instance() is not None
    assert read_scaled(b"", 100) is None
