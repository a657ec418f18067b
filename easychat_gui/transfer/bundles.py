"""What a person chose to import, as files that can be listed and read: one file, a folder, or the members of a zip.

Nothing is ever unpacked under a name that stands in a zip, and no symbolic link inside a folder is followed. A reader
sees names with forward slashes, in which ``..`` is nothing but two dots: they are keys, and never lead to a place.
"""

from __future__ import annotations

import os
import stat
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, suppress
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import BinaryIO, Self

from easychat_gui.domain.errors import TransferError
from easychat_gui.support.private_folder import folder_on_disk
from easychat_gui.transfer.entries import COPY_BYTES, Entry, translated

MOST_ENTRIES = 200_000
"""A folder or zip is listed so far."""

LARGEST_RATIO = 300
RATIO_COUNTS_FROM_BYTES = 64 * 1024 * 1024
"""A member this large is refused if it was packed to less than this part of itself: text comes to a tenth, zeros to a
thousandth."""

_MOST_ZIPS = 200
_ENCRYPTED = 1
_NOT_CONTENT = ("__MACOSX", ".git", "node_modules")


class PasswordProtected(TransferError):
    """A zip that nobody can read without the password with which it was made."""


class Bundle:
    """The files that were chosen. Close it after use; what was opened from it must be read before.

    ``is_single``: it is one file, and not what lay in a folder or a zip.
    """

    def __init__(self, path: Path, entries: Iterable[Entry], *, is_single: bool = False) -> None:
        self.path = path
        self.is_single = is_single
        self.entries: dict[str, Entry] = {entry.name: entry for entry in entries}
        self.bytes_read = 0
        self.stack = ExitStack()
        for entry in self.entries.values():
            entry.on_read = self._count

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stack.close()

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries.values())

    def __len__(self) -> int:
        return len(self.entries)

    def get(self, name: str) -> Entry | None:
        """Return the file with exactly this path."""
        return self.entries.get(name)

    def called(self, base_name: str) -> list[Entry]:
        """Return the files whose last part is this, in small letters or not; those least deep first."""
        return self._by_base_name.get(base_name.lower(), [])

    def ending(self, *suffixes: str) -> list[Entry]:
        """Return the files with one of these endings (".json"), in the order of their names."""
        return sorted((each for each in self if each.suffix in suffixes), key=lambda each: each.name)

    def of_json(self, most: int = 10_000) -> Iterator[Entry]:
        """Yield the files that hold JSON by their first character, least deep first; ``most``: look at so many."""
        named = [each for each in self if self.is_single or each.suffix in (".json", ".jsonl", ".ndjson", ".txt", "")]
        for entry in sorted(named, key=lambda each: (each.name.count("/"), each.name))[:most]:
            if entry.head.lstrip(_BEFORE_JSON)[:1] in (b"{", b"["):
                yield entry

    @cached_property
    def nearby(self) -> Bundle:
        """Of a single file: what lies in its folder, too. Else the bundle itself."""
        if not self.is_single:
            return self
        return Bundle(self.path.parent, _in_folder(self.path.parent, depth=4))

    def open_zips(self) -> bool:
        """Take the members of the zips in it for files of its own. Return whether there are any; if there are none
        because a zip cannot be read, raise `TransferError`.

        Some exports are several zips: in one (ChatGPT's from the privacy page, beside what is no chat), or in a folder
        (Claude's, downloaded one by one). A zip that somebody has sent in a chat is left as it is, since nobody asks
        for this where chats are found without.
        """
        found: list[Entry] = []
        faults: list[TransferError] = []
        for entry in self.ending(".zip")[:_MOST_ZIPS]:
            if len(found) >= MOST_ENTRIES:
                break
            try:
                with translated(entry.name):
                    found += _inner_members(entry, self.stack)
            except TransferError as error:
                faults.append(error)
        if faults and not found:
            raise faults[0]
        for entry in found:
            entry.on_read = self._count
        self.entries.update((entry.name, entry) for entry in found)
        for name in ("nearby", "bytes_in_all", "_by_base_name"):
            self.__dict__.pop(name, None)
        return bool(found)

    @cached_property
    def bytes_in_all(self) -> int:
        """How many bytes there are, of texts if there are any: what pictures weigh says nothing about the work."""
        texts = sum(each.size for each in self if each.suffix in _TEXTS)
        return texts or sum(each.size for each in self)

    @cached_property
    def _by_base_name(self) -> dict[str, list[Entry]]:
        found: dict[str, list[Entry]] = {}
        for entry in sorted(self, key=lambda each: (each.name.count("/"), each.name)):
            found.setdefault(entry.base_name.lower(), []).append(entry)
        return found

    def _count(self, size: int) -> None:
        self.bytes_read += size


_BEFORE_JSON = b"\xef\xbb\xbf\xff\xfe\0 \t\r\n"
_TEXTS = frozenset({".json", ".jsonl", ".ndjson", ".md", ".markdown", ".txt", ".db", ".sqlite", ".sqlite3", ".chat"})


def open_bundle(path: Path) -> Bundle:
    """Open what a person chose. Raises `TransferError`."""
    with translated(str(path)):
        if path.is_dir():
            return Bundle(path, _in_folder(path))
        if not stat.S_ISREG(path.stat().st_mode):
            raise TransferError(f"{path} is not a file.", path)
        with path.open("rb") as file:
            is_zip = file.read(4) in (b"PK\x03\x04", b"PK\x05\x06")
        return _zip_bundle(path) if is_zip else Bundle(path, [_entry_of(path, path.name)], is_single=True)


# Folders


def _in_folder(folder: Path, depth: int = 32) -> list[Entry]:
    found: list[Entry] = []
    for at, folders, files in os.walk(folder):
        relative = Path(at).relative_to(folder)
        folders[:] = [] if len(relative.parts) >= depth else sorted(each for each in folders if _is_content(each))
        for name in sorted(files):
            path = Path(at, name)
            with suppress(OSError):
                if _is_content(name) and stat.S_ISREG(path.lstat().st_mode):
                    found.append(_entry_of(path, (relative / name).as_posix()))
            if len(found) >= MOST_ENTRIES:
                return found
    return found


def _entry_of(path: Path, name: str) -> Entry:
    about = path.stat()
    return Entry(name, about.st_size, lambda: path.open("rb"), path=path, modified_at=about.st_mtime)


def _is_content(name: str) -> bool:
    return name not in _NOT_CONTENT and not name.startswith("._") and name != ".DS_Store"


# Zips


def _zip_bundle(path: Path) -> Bundle:
    with ExitStack() as stack:
        try:
            archive = stack.enter_context(zipfile.ZipFile(path))
            entries = _members(archive)
        except zipfile.BadZipFile:
            if entries := _members_of_cut(path):
                return Bundle(path, entries)
            raise
        bundle = Bundle(path, entries)
        bundle.stack.push(stack.pop_all())
        return bundle


def _members(archive: zipfile.ZipFile, prefix: str = "") -> list[Entry]:
    found: list[Entry] = []
    files = [info for info in archive.infolist() if not info.is_dir()]
    if files and all(info.flag_bits & _ENCRYPTED for info in files):
        raise PasswordProtected(f"{archive.filename} cannot be read: it is protected by a password.")
    for info in files[:MOST_ENTRIES]:
        name = info.filename.replace("\\", "/").lstrip("/")
        if all(map(_is_content, name.split("/"))):
            found.append(Entry(prefix + name, info.file_size, _opener(archive, info)))
    return found


def _members_of_cut(path: Path) -> list[Entry]:
    from easychat_gui.transfer.cut_zip import members_of

    found: list[Entry] = []
    for member in islice(members_of(path, LARGEST_RATIO, RATIO_COUNTS_FROM_BYTES), MOST_ENTRIES):
        name = member.name.replace("\\", "/").lstrip("/")
        if not name.endswith("/") and all(map(_is_content, name.split("/"))):
            found.append(Entry(name, member.size, member.open, is_cut=member.is_cut))
    return found


def _opener(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Callable[[], BinaryIO]:
    def opener() -> BinaryIO:
        is_large = info.file_size > RATIO_COUNTS_FROM_BYTES
        if is_large and info.file_size > LARGEST_RATIO * max(1, info.compress_size):
            raise TransferError(f"{info.filename} would unpack to {info.file_size} bytes, far more than any text does.")
        return archive.open(info)  # type: ignore[return-value]

    return opener


def _inner_members(entry: Entry, stack: ExitStack) -> list[Entry]:
    prefix = "/".join([*entry.folders, f"{entry.stem}/"])
    if entry.path is not None:
        return _members(stack.enter_context(zipfile.ZipFile(entry.path)), prefix)
    copy = stack.enter_context(folder_on_disk()) / "inner.zip"
    with entry.open() as source, copy.open("wb") as target:
        while chunk := source.read(COPY_BYTES):
            target.write(chunk)
    return _members(stack.enter_context(zipfile.ZipFile(copy)), prefix)
