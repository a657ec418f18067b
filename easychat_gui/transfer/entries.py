"""One file of what was chosen to import: listed, opened, read, and looked at to tell whose it is."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

from easychat_gui.domain.errors import TransferError
from easychat_gui.support.private_folder import folder_on_disk

LARGEST_WHOLE_BYTES = 512 * 1024 * 1024
"""What is read as a whole (a picture, a file of one JSON object) may have so many bytes."""

HEAD_BYTES = 64 * 1024
KEPT_SAMPLE_BYTES = 4 * 1024 * 1024
"""What a file begins with is kept in memory if it has been read to here for it, and read again otherwise."""

COPY_BYTES = 1024 * 1024
_PIECE_BYTES = 32 * 1024
_BROKEN = (OSError, zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError, ValueError)


class Entry:
    """A file of a bundle. ``name`` is its path in there, ``size`` its bytes, ``path`` where it lies if it lies open."""

    def __init__(
        self,
        name: str,
        size: int,
        opener: Callable[[], BinaryIO],
        *,
        path: Path | None = None,
        modified_at: float | None = None,
        is_cut: bool = False,
    ) -> None:
        self.name = name
        self.size = size
        self.path = path
        self.modified_at = modified_at
        self._is_cut = is_cut
        self._opener = opener
        self.on_read: Callable[[int], None] | None = None
        self._first_items: list[Any] | None = None

    def __repr__(self) -> str:
        return f"Entry({self.name!r}, {self.size})"

    @property
    def base_name(self) -> str:
        """The last part of its name."""
        return self.name.rpartition("/")[2]

    @property
    def stem(self) -> str:
        return PurePosixPath(self.base_name).stem

    @cached_property
    def suffix(self) -> str:
        """The ending of its name in small letters, with the dot."""
        return PurePosixPath(self.base_name).suffix.lower()

    @property
    def folders(self) -> tuple[str, ...]:
        """The folders it lies in, outermost first."""
        return tuple(self.name.split("/")[:-1])

    def open(self) -> BinaryIO:
        """Open it for reading from its beginning. This and every reading raises `TransferError`."""
        with translated(self.name):
            return _Reading(self._opener(), self)  # type: ignore[return-value]

    def read(self, largest: int = LARGEST_WHOLE_BYTES) -> bytes:
        """Return all of it. Raises `TransferError`, also where it is larger than that, or not all of it is there."""
        if self._is_cut:
            raise TransferError(f"{self.name} is not there as a whole.")
        if self.size <= largest:
            with self.open() as file:
                content = file.read(largest + 1)
                if len(content) <= largest and not file.read(1):  # which raises what was put off
                    return content
        raise TransferError(f"{self.name} is too large ({self.size} bytes).")

    def text(self, largest: int = LARGEST_WHOLE_BYTES) -> str:
        """Return all of it as text, with "\\n" as line end. Raises `TransferError`."""
        from easychat_gui.transfer.json_stream import decoded

        return decoded(self.read(largest)).replace("\r\n", "\n").replace("\r", "\n")

    @cached_property
    def head(self) -> bytes:
        """Its first `HEAD_BYTES`; nothing where it cannot be read."""
        with suppress(TransferError), self.open() as file:
            return file.read(HEAD_BYTES)
        return b""

    @property
    def first_item(self) -> Any:
        """Of a file of JSON: the first element of its list, else its first value (of JSONL that is the first line).

        What is no object is passed over where one follows soon: it is damage. None where there is none, or it is larger
        than `json_stream.LARGEST_SAMPLE`.
        """
        found = self.first_items
        return next((each for each in found if isinstance(each, dict)), next(iter(found), None))

    @property
    def first_items(self) -> list[Any]:
        """The same of the first few: one damaged conversation must not hide of what program all others are.

        They are kept unless they are large: a bundle may have many files of this kind.
        """
        from easychat_gui.transfer.json_stream import samples

        if self._first_items is not None:
            return self._first_items
        found: list[Any] = []
        size = 0
        with suppress(TransferError):
            found, size = samples(self)
        if size <= KEPT_SAMPLE_BYTES:
            self._first_items = found
        return found

    @property
    def is_sqlite(self) -> bool:
        return self.head.startswith(b"SQLite format 3\0")

    @contextmanager
    def on_disk(self, largest: int = 8 * LARGEST_WHOLE_BYTES) -> Iterator[Path]:
        """Give a path to it: its own, or that of a copy without a name of its own, which goes afterwards.

        Raises `TransferError`.
        """
        if self.path is not None:
            yield self.path
            return
        with folder_on_disk() as folder:
            copy = folder / "file"
            size = 0
            with self.open() as source, translated(self.name), copy.open("wb") as target:
                while chunk := source.read(COPY_BYTES):
                    size += len(chunk)
                    if size > largest:
                        raise TransferError(f"{self.name} is too large ({self.size} bytes).")
                    target.write(chunk)
            yield copy


class _Reading(io.BufferedIOBase):
    """Reads a file, counts its bytes and has one kind of error, which comes after what could be read before it."""

    def __init__(self, file: BinaryIO, entry: Entry) -> None:
        self._file = file
        self._entry = entry
        self._put_off: Exception | None = None

    def readable(self) -> bool:
        return True

    def read(self, size: int | None = -1, /) -> bytes:
        with translated(self._entry.name):
            content = self._file.read() if size is None or size < 0 else b"".join(self._pieces(size))
        if self._entry.on_read is not None:
            self._entry.on_read(len(content))
        return content

    def _pieces(self, size: int) -> Iterator[bytes]:
        """Yield up to so many bytes: in pieces, since where a zip is damaged the whole piece is lost."""
        if self._put_off is not None:
            raise self._put_off
        left = size
        while left > 0:
            try:
                piece = self._file.read(min(left, _PIECE_BYTES))
            except _BROKEN as error:
                if left == size:
                    raise
                self._put_off = error
                return
            if not piece:
                return
            left -= len(piece)
            yield piece

    def close(self) -> None:
        self._file.close()
        super().close()


@contextmanager
def translated(name: str) -> Iterator[None]:
    try:
        yield
    except _BROKEN as error:
        raise TransferError(f"{name} cannot be read: {str(error) or type(error).__name__}") from error
