"""What can be read of a zip without its end, which holds the list of its members: a download that broke off.

Each member is told again where it begins. The last one may be cut, too: what is there of it is read, and then it ends
like any file that was cut. Nothing but the beginnings is trusted: how long a member is, is found by unpacking it.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

_BEGIN = b"PK\x03\x04"
_HEADER = struct.Struct("<4sHHHHHIIIHH")
_ENCRYPTED = 1
_LENGTH_FOLLOWS = 8
_IN_UTF_8 = 0x800
_STORED, _DEFLATED = 0, 8
_CHUNK_BYTES = 256 * 1024
_DESCRIPTOR_BYTES = 24
"""At most so many stand between the end of a member and the beginning of the next one."""


@dataclass(frozen=True, slots=True)
class Member:
    """``start`` is where its bytes begin in the zip, ``packed`` how many there are, ``size`` how many they come to."""

    path: Path
    name: str
    start: int
    packed: int
    size: int
    is_packed: bool
    is_cut: bool

    def open(self) -> BinaryIO:
        return io.BufferedReader(_Member(self))


def members_of(path: Path, largest_ratio: int, ratio_counts_from: int) -> Iterator[Member]:
    """Yield the members of a zip in their order; those that were packed far smaller than any text end it."""
    with path.open("rb") as file:
        length = file.seek(0, io.SEEK_END)
        at = 0
        while (header := _header_at(file, at)) is not None:
            name, start, packed, method, flags = header
            known = None if flags & _LENGTH_FOLLOWS else packed
            is_readable = not flags & _ENCRYPTED and (method == _DEFLATED or (method == _STORED and known is not None))
            if is_readable:
                measured = (0, start, True)
                for measured in _measured(file, start, known, length, is_packed=method == _DEFLATED):
                    if measured[0] > max(ratio_counts_from, largest_ratio * (measured[1] - start)):
                        return
                size, end, is_cut = measured
                yield Member(path, name, start, end - start, size, method == _DEFLATED, is_cut)
            elif known is None:
                return
            else:
                end = start + known
            at = _beginning_after(file, end) if known is None else start + known


def _beginning_after(file: BinaryIO, end: int) -> int:
    file.seek(end)
    return end + max(0, file.read(_DESCRIPTOR_BYTES + len(_BEGIN)).find(_BEGIN))


def _header_at(file: BinaryIO, at: int) -> tuple[str, int, int, int, int] | None:
    file.seek(at)
    head = file.read(_HEADER.size)
    if len(head) < _HEADER.size or not head.startswith(_BEGIN):
        return None
    _sign, _version, flags, method, _time, _date, _crc, packed, _size, name_length, extra_length = _HEADER.unpack(head)
    name = file.read(name_length).decode("utf-8" if flags & _IN_UTF_8 else "cp437", "replace")
    extra = file.read(extra_length)
    if packed == 0xFFFFFFFF:
        packed = _long_length(extra)
    return name, file.tell(), packed, method, flags


def _long_length(extra: bytes) -> int:
    """Return the length of a large member, which stands behind that of what it comes to."""
    while len(extra) >= 4:
        kind, size = struct.unpack_from("<HH", extra)
        if kind == 1 and size >= 16:
            return int(struct.unpack_from("<Q", extra, 12)[0])
        extra = extra[4 + size :]
    return 0


def _measured(
    file: BinaryIO, start: int, known: int | None, length: int, *, is_packed: bool
) -> Iterator[tuple[int, int, bool]]:
    """Yield how much there is of a member so far, where that ends, and whether it is cut; the last is the whole."""
    if not is_packed:
        end = min(start + (known or 0), length)
        yield end - start, end, end < start + (known or 0)
        return
    file.seek(start)
    unpacking, size, at = zlib.decompressobj(-zlib.MAX_WBITS), 0, start
    while not unpacking.eof and (chunk := file.read(_CHUNK_BYTES)):
        try:
            size += len(unpacking.decompress(chunk))
        except zlib.error:
            yield size, at if known is None else start + known, True
            return
        at += len(chunk) - len(unpacking.unused_data)
        yield size, at, False
    yield size, at, not unpacking.eof


class _Member(io.RawIOBase):
    """Reads one member. Ends quietly where it is cut."""

    def __init__(self, member: Member) -> None:
        self._file = member.path.open("rb")
        self._file.seek(member.start)
        self._left = member.packed
        self._unpacking = zlib.decompressobj(-zlib.MAX_WBITS) if member.is_packed else None
        self._ready = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer)  # type: ignore[arg-type]
        while not self._ready and self._left > 0:
            chunk = self._file.read(min(_CHUNK_BYTES, self._left))
            self._left = self._left - len(chunk) if chunk else 0
            self._ready = self._unpacked(chunk)
        taken = self._ready[: len(view)]
        self._ready = self._ready[len(taken) :]
        view[: len(taken)] = taken
        return len(taken)

    def _unpacked(self, chunk: bytes) -> bytes:
        if self._unpacking is None:
            return chunk
        try:
            return self._unpacking.decompress(chunk)
        except zlib.error:
            self._left = 0
            return b""

    def close(self) -> None:
        self._file.close()
        super().close()
