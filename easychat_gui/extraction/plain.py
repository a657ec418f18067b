"""Text files of any sort, in whichever encoding they are."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from pathlib import Path

from easychat_gui.domain.attachments import AttachmentFault
from easychat_gui.domain.errors import AttachmentRefused
from easychat_gui.extraction.limits import Limits
from easychat_gui.extraction.pieces import Outline, Piece

_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROLS = frozenset(range(32)) - set(b"\t\n\r\f\x1b\b")
_SAMPLE_BYTES = 65_536
_CYRILLIC_CAPITALS, _CYRILLIC_SMALL = range(0xC0, 0xE0), range(0xE0, 0x100)


def read(path: Path, limits: Limits) -> Iterator[Outline | Piece]:
    """Yield the text of a file. Raises `AttachmentRefused` for one that is none, or has nothing in it."""
    data = path.read_bytes()[: limits.file_bytes]
    text, encoding = decoded(data)
    if not text.strip():
        raise AttachmentRefused(AttachmentFault.BLANK)
    yield Outline(encoding="" if encoding in ("utf-8", "utf-8-sig") else encoding)
    yield Piece(text)


def decoded(data: bytes) -> tuple[str, str]:
    """Return the text of these bytes and the encoding they are in. Raises `AttachmentRefused` for what is no text."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data.decode(encoding, "replace"), encoding
    sample = data[:_SAMPLE_BYTES]
    if encoding := _wide(sample):
        return data.decode(encoding, "replace"), encoding
    if _is_binary(sample):
        raise AttachmentRefused(AttachmentFault.BINARY)
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as error:
        if len(data) - error.start < 4 and error.reason == "unexpected end of data":
            return data.decode("utf-8", "replace"), "utf-8"  # cut within its last letter
    encoding = _eight_bit(sample)
    return data.decode(encoding, "replace"), encoding


def _wide(sample: bytes) -> str:
    """Tell UTF-16 without a mark: every other byte of text in Latin letters is zero."""
    if len(sample) < 8 or b"\0" not in sample:
        return ""
    pairs = len(sample) // 2
    if sample[1::2].count(0) > pairs * 0.6 and sample[0::2].count(0) < pairs * 0.05:
        return "utf-16-le"
    if sample[0::2].count(0) > pairs * 0.6 and sample[1::2].count(0) < pairs * 0.05:
        return "utf-16-be"
    return ""


def _is_binary(sample: bytes) -> bool:
    return b"\0" in sample or sum(byte in _CONTROLS for byte in sample) > len(sample) / 100


def _eight_bit(sample: bytes) -> str:
    """Choose between the old encodings of the West and of Cyrillic.

    In a Western text letters with accents stand alone among plain ones; Cyrillic words consist of nothing else. Within
    Cyrillic, small letters outnumber capitals, and KOI8-R has the two the other way round than Windows-1251.
    """
    high = [at for at, byte in enumerate(sample) if byte >= 0xC0]
    joined = sum(1 for at in high if at + 1 < len(sample) and sample[at + 1] >= 0xC0)
    if not high or joined < len(high) / 2:
        return "cp1252"
    capitals = sum(sample[at] in _CYRILLIC_CAPITALS for at in high)
    small = sum(sample[at] in _CYRILLIC_SMALL for at in high)
    return "koi8-r" if capitals > small else "cp1251"
