"""What is no picture, or too much of one, is refused before it is decoded."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import pytest
from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QImage

from easychat_gui.providers.pictures import PictureFault, PictureNotLoaded
from easychat_gui.workers.picture_decoding import LONGEST_EDGE, decoded
from easychat_gui.workers.pictures import read_scaled


def written(width: int, height: int, kind: str = "PNG") -> bytes:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(0xFF336699)
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, kind)  # type: ignore[call-overload]
    return bytes(content.data())


def bomb(width: int, height: int) -> bytes:
    """Return a PNG of a few bytes that says it is of this size."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    )


def fault(content: bytes) -> PictureFault:
    with pytest.raises(PictureNotLoaded) as raised:
        decoded(content)
    return raised.value.fault


def test_a_picture_is_decoded_and_a_large_one_scaled() -> None:
    assert decoded(written(30, 20)).width() == 30
    large = decoded(written(4000, 1000))
    assert (large.width(), large.height()) == (LONGEST_EDGE, LONGEST_EDGE // 4)


@pytest.mark.parametrize(
    "content",
    [b"", b"<html>", b"\x89PNG\r\n\x1a\n", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"P6 10 10 255 " + b"x" * 300],
)
def test_what_is_no_picture_is_refused(content: bytes) -> None:
    assert fault(content) is PictureFault.NO_PICTURE


def test_a_bomb_is_refused_by_its_head() -> None:
    assert fault(bomb(50_000, 50_000)) is PictureFault.TOO_MANY_PIXELS


@pytest.mark.parametrize("kind", ["PNG", "JPG", "BMP", "WEBP"])
def test_every_kind_that_is_asked_for_is_read(kind: str) -> None:
    assert decoded(written(30, 20, kind)).height() == 20


def test_a_drawing_is_not_even_measured(capfd: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Qt's plugin for SVG would open what the drawing names, and say so when it cannot make anything of it."""
    named = tmp_path / "named.png"
    named.write_bytes(b"no picture")
    link = f'<image width="9" height="9" xlink:href="{named}"/><image xlink:href="{named}"/>'
    names = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
    drawing = f'<svg {names} width="100" height="100">{link}</svg>'.encode()
    assert fault(drawing) is PictureFault.NO_PICTURE
    path = tmp_path / "drawing.png"
    path.write_bytes(drawing)
    assert read_scaled(path.read_bytes(), 100) is None
    assert capfd.readouterr().err == ""
