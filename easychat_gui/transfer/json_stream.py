"""JSON that is larger than memory ought to be: the elements of a list, one after the other, and lines.

What is damaged costs the element it stands in, and no other: the end of it is looked for by counting brackets, and
where that leads nowhere, by the next text that begins as the first element did. Where reading fails half way (a bad
part of a zip, of a disk), what came before is kept, and a `Damaged` stands for all that would have followed.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, BinaryIO

from easychat_gui.domain.errors import TransferError
from easychat_gui.transfer.entries import LARGEST_WHOLE_BYTES, Entry

LARGEST_ITEM = 128 * 1024 * 1024
"""One element, in characters: it is in memory as a whole, in its text and in its values."""

LARGEST_SAMPLE = 64 * 1024 * 1024
"""What is looked at to recognise a file, in characters."""

_SAMPLES = 5
_CHUNK_BYTES = 256 * 1024
_BLANK = re.compile(r"[\s,]*")
_SPACE = re.compile(r"\s*")
_COLON = re.compile(r"[\s:]*")
_MARKS = re.compile(r'[\\"{}\[\]]')
_FIRST_KEY = re.compile(r'\{\s*"(?:[^"\\]|\\.)*"\s*:')
_NEXT_LINE = re.compile(r"\n(?=[{\[])")
_MARK_BYTES = 4
_CUT = "the file ends in the middle of it"
_AT_THE_END = 16
"""An error so near to the end of what has been read may be due to that."""


@dataclass(frozen=True, slots=True)
class Damaged:
    """Stands for an element that cannot be read. ``number`` counts from 1; ``beginning`` is how it begins."""

    number: int
    reason: str
    beginning: str = ""
    is_too_large: bool = False


def items(entry: Entry) -> Iterator[Any]:
    """Yield the elements of a file's list, a `Damaged` for each that cannot be read.

    A file that is no list has one element: itself; one of several values has each of them (JSONL is that too). Raises
    `TransferError` where the file cannot be read.
    """
    with entry.open() as file:
        yield from _Splitter(file, LARGEST_ITEM).items()


def members(entry: Entry) -> Iterator[tuple[str, Any]]:
    """Yield the names and values of a file's one object, a `Damaged` for each value that cannot be read.

    A file that is no object has none. Raises `TransferError` where the file cannot be read.
    """
    with entry.open() as file:
        yield from _Splitter(file, LARGEST_ITEM).members()


def samples(entry: Entry) -> tuple[list[Any], int]:
    """Return the first elements, those that are sound, and how many bytes that took. Raises `TransferError`."""
    if entry.head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] not in (b"{", b"[") and entry.head[:2] not in _UTF_16:
        return [], 0
    with entry.open() as file:
        splitter = _Splitter(file, LARGEST_SAMPLE)
        first = list(islice(splitter.items(), _SAMPLES))
        return [each for each in first if not isinstance(each, Damaged)], splitter.bytes_read


def load(entry: Entry, largest: int = LARGEST_WHOLE_BYTES) -> Any:
    """Return a file's one value. Raises `TransferError`."""
    try:
        return json.loads(decoded(entry.read(largest)))
    except (ValueError, RecursionError) as error:
        raise TransferError(f"{entry.name} is damaged: {error}") from error


def lines(entry: Entry) -> Iterator[Any]:
    """Yield the value of each line that is not blank, a `Damaged` for each that cannot be read.

    ``number`` is that of the line. Raises `TransferError`.
    """
    number = 0
    with entry.open() as file:
        try:
            for number, line in enumerate(_text_lines(file), 1):
                if line.strip():
                    try:
                        yield json.loads(line)
                    except (ValueError, RecursionError) as error:
                        yield Damaged(number, str(error), line[:80])
        except TransferError as error:
            if not number:
                raise
            yield Damaged(number + 1, str(error))


_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


def decoded(content: bytes) -> str:
    """Return text in UTF-8 or, with a byte-order mark, UTF-16. What is neither becomes "\ufffd"."""
    if content[:2] in _UTF_16:
        return content.decode("utf-16", "replace")
    return content.decode("utf-8-sig", "replace")


def _decoder(first: bytes) -> codecs.IncrementalDecoder:
    return codecs.getincrementaldecoder("utf-16" if first[:2] in _UTF_16 else "utf-8-sig")("replace")


def _text_lines(file: BinaryIO) -> Iterator[str]:
    decoder = None
    rest = ""
    while chunk := file.read(_CHUNK_BYTES):
        decoder = decoder or _decoder(chunk)
        parts = (rest + decoder.decode(chunk)).split("\n")
        rest = parts.pop()
        if len(rest) > LARGEST_ITEM:
            raise TransferError("A line is too long.")
        yield from parts
    if rest:
        yield rest


class _Splitter:
    """Holds the part of the text in which the present element stands."""

    def __init__(self, file: BinaryIO, largest: int) -> None:
        self._file = file
        self._largest = largest
        self._decoder: codecs.IncrementalDecoder | None = None
        self._json = json.JSONDecoder()
        self._text = ""
        self._at = 0
        self._has_ended = False
        self._is_list = False
        self._broken = ""
        self._signature: re.Pattern[str] | None = None
        self.bytes_read = 0

    def items(self) -> Iterator[Any]:
        self._skip(_SPACE)
        is_list = self._is_list = self._text[self._at : self._at + 1] == "["
        self._at += is_list
        number = 0
        while True:
            self._skip(_BLANK)
            if is_list and self._text[self._at : self._at + 1] == "]":
                return
            if self._at >= len(self._text):
                if self._broken or (is_list and number):
                    yield Damaged(number + 1, self._broken or _CUT)
                return
            number += 1
            try:
                yield self._next()
            except (ValueError, RecursionError) as error:
                beginning = self._text[self._at : self._at + 80]
                is_too_large = isinstance(error, _TooLarge)
                yield Damaged(number, str(error) or type(error).__name__, beginning, is_too_large)
                if not self._skip_damaged():
                    return

    def members(self) -> Iterator[tuple[str, Any]]:
        self._skip(_SPACE)
        if self._text[self._at : self._at + 1] != "{":
            return
        self._at += 1
        number = 0
        while True:
            self._skip(_BLANK)
            if self._text[self._at : self._at + 1] == "}":
                return
            if self._at >= len(self._text):
                if self._broken:
                    yield "", Damaged(number + 1, self._broken)
                return
            number += 1
            name = ""
            try:
                name = str(self._next())
                self._skip(_COLON)
                yield name, self._next()
            except (ValueError, RecursionError) as error:
                yield name, Damaged(number, str(error) or type(error).__name__, "", isinstance(error, _TooLarge))
                if not self._skip_brackets():
                    return

    def _next(self) -> Any:
        """Return the element that begins here, and stand behind it."""
        while True:
            try:
                value, end = self._json.raw_decode(self._text, self._at)
                size = end - self._at
            except json.JSONDecodeError as error:
                is_cut = error.msg.startswith("Unterminated") or error.pos >= len(self._text) - _AT_THE_END
                if not is_cut:
                    raise
                if not self._grow():
                    if error.msg.startswith("Unterminated") or error.pos >= len(self._text):
                        raise ValueError(self._broken or _CUT) from error
                    raise
                continue
            if isinstance(value, int | float) and end >= len(self._text) - _AT_THE_END and self._grow():
                continue  # it may go on
            if self._signature is None and (key := _FIRST_KEY.match(self._text, self._at)):
                self._signature = re.compile(r"\s*,\s*" + re.escape(key.group()))
            self._at += size
            return value

    def _grow(self) -> bool:
        """Read as much again as there is; return False at the end of the file. Raises ValueError."""
        size = len(self._text) - self._at
        if size > self._largest:
            raise _TooLarge(f"longer than {self._largest} characters")
        return self._read(max(size, _CHUNK_BYTES))

    def _read(self, size: int) -> bool:
        parts = [self._text[self._at :]]
        before = len(parts[0])
        while (size > 0 or not any(parts[1:])) and not self._has_ended:
            chunk = self._chunk()
            self._decoder = self._decoder or _decoder(chunk)
            self._has_ended = not chunk
            self.bytes_read += len(chunk)
            parts.append(self._decoder.decode(chunk, final=not chunk))
            size -= len(chunk)
        self._text = "".join(parts)
        self._at = 0
        return len(self._text) > before

    def _chunk(self) -> bytes:
        try:
            return self._file.read(_CHUNK_BYTES if self._decoder else max(_CHUNK_BYTES, _MARK_BYTES))
        except TransferError as error:
            if self._decoder is None:
                raise
            self._broken = str(error)
            return b""

    def _skip(self, pattern: re.Pattern[str]) -> None:
        while True:
            match = pattern.match(self._text, self._at)
            self._at = match.end() if match else self._at
            if self._at < len(self._text) or not self._read(_CHUNK_BYTES):
                return

    def _skip_damaged(self) -> bool:
        """Stand behind an element that cannot be read. Return False if nothing more can be found."""
        if not self._is_list:
            return self._skip_to(_NEXT_LINE)
        return self._skip_brackets() or (self._signature is not None and self._skip_to(self._signature))

    def _skip_brackets(self) -> bool:
        depth, at, is_text = 0, self._at, False
        while True:
            match = _MARKS.search(self._text, at)
            if match is None:
                if len(self._text) - self._at > self._largest:
                    return False
                offset = len(self._text) - self._at
                if not self._read(max(offset, _CHUNK_BYTES)):
                    return False
                at = self._at + offset
                continue
            mark, at = match.group(), match.end()
            if mark == "\\":
                at += 1  # what it stands before may come with the next piece, and is no mark then either
                if at > len(self._text):
                    self._read(_CHUNK_BYTES)
                    at = min(self._at + (at - self._at), len(self._text))
            elif mark == '"':
                is_text = not is_text
            elif not is_text:
                depth += 1 if mark in "{[" else -1
                if depth <= 0:
                    following = _SPACE.match(self._text, at)
                    end = following.end() if following else at
                    if depth < 0 or (end < len(self._text) and self._text[end] not in ",]"):
                        return False
                    self._at = at
                    return True

    def _skip_to(self, beginning: re.Pattern[str]) -> bool:
        self._at += 1
        while True:
            match = beginning.search(self._text, self._at)
            if match is not None:
                self._at = match.start()
                return True
            self._at = max(self._at, len(self._text) - 256)
            if not self._read(_CHUNK_BYTES):
                return False


class _TooLarge(ValueError):
    pass
