"""XML inside the ZIP of an office document, read as a stream and within limits.

Nothing is unpacked to the disk, and nothing is built in memory: expat calls back for each element. A document type
declaration, where bombs of entities and references to other files live, is refused; no office program writes one.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Self
from xml.parsers import expat

from easychat_gui.domain.attachments import AttachmentFault
from easychat_gui.domain.errors import AttachmentRefused
from easychat_gui.extraction.limits import MB, Limits

_CHUNK = 65_536
_ENCRYPTED_FLAG = 0x1

START, END, TEXT = "start", "end", "text"
Event = tuple[str, str, Mapping[str, str]]
"""START or END with the element's name and attributes, or TEXT with the text. Names have no prefix: ``p``, ``t``.

But for one attribute: ``r:id``, which may stand beside an ``id``, is ``relation``.
"""


class PackedDocument:
    """An office document: a ZIP with XML parts. Raises `AttachmentRefused` for what is damaged, locked or a bomb."""

    def __init__(self, path: Path, limits: Limits) -> None:
        self._limits = limits
        self._unpacked = 0
        try:
            self._archive = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
            raise AttachmentRefused(AttachmentFault.DAMAGED) from error
        if len(self._archive.infolist()) > limits.entries:
            self._archive.close()
            raise AttachmentRefused(AttachmentFault.TOO_BIG_INSIDE)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._archive.close()

    @property
    def names(self) -> list[str]:
        return self._archive.namelist()

    def events(self, name: str) -> Iterator[Event]:
        """Yield what stands in a part, nothing if there is none of this name."""
        found: list[Event] = []
        parser = _parser(found)
        try:
            for chunk in self._chunks(name):
                parser.Parse(chunk, False)
                yield from found
                found.clear()
            if self._has(name):
                parser.Parse(b"", True)
        except expat.ExpatError as error:
            yield from found
            raise AttachmentRefused(AttachmentFault.DAMAGED) from error
        yield from found

    def _has(self, name: str) -> bool:
        try:
            self._archive.getinfo(name)
        except KeyError:
            return False
        return True

    def _chunks(self, name: str) -> Iterator[bytes]:
        if not self._has(name):
            return
        info = self._archive.getinfo(name)
        if info.flag_bits & _ENCRYPTED_FLAG:
            raise AttachmentRefused(AttachmentFault.ENCRYPTED)
        size = 0
        try:
            with self._archive.open(info) as file:
                while chunk := file.read(_CHUNK):
                    size += len(chunk)
                    self._unpacked += len(chunk)
                    self._refuse_bomb(size, info.compress_size)
                    yield chunk
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
            raise AttachmentRefused(AttachmentFault.DAMAGED) from error

    def _refuse_bomb(self, size: int, packed_size: int) -> None:
        """Judge by what really comes out; what the archive says of itself may be a lie."""
        limits = self._limits
        is_bomb = size > MB and size > limits.ratio * max(packed_size, 1)
        if is_bomb or size > limits.entry_bytes or self._unpacked > limits.unpacked_bytes:
            raise AttachmentRefused(AttachmentFault.TOO_BIG_INSIDE)


def _parser(found: list[Event]) -> expat.XMLParserType:
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def start(name: str, attributes: dict[str, str]) -> None:
        found.append((START, _local(name), {_attribute(key): value for key, value in attributes.items()}))

    def end(name: str) -> None:
        found.append((END, _local(name), {}))

    def text(data: str) -> None:
        found.append((TEXT, data, {}))

    def refuse(*_declaration: object) -> None:
        raise AttachmentRefused(AttachmentFault.DAMAGED)

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    return parser


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _attribute(name: str) -> str:
    prefix, _, local = name.rpartition(":")
    return "relation" if prefix and local == "id" else local
