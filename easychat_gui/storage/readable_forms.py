"""Forms of a damaged file in which SQLite may read more of it than as it lies there.

A log that belongs to another file, or is damaged, may hide what is sound: the file is tried without it. Where the first
page is damaged SQLite reads nothing at all, though that page holds no chat but only says where each table begins; it is
taken from a backup, or from a new database, whose tables begin at the same places. All this is done to copies.
Offsets: sqlite.org/fileformat2.html.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from easychat_gui.storage import online_copy
from easychat_gui.storage.connecting import Access, connect, is_plain
from easychat_gui.storage.file_header import has_log
from easychat_gui.support.atomic_files import create_private

_HEADER = 100
_TABLE_INTERIOR = 5
_PAGE_SIZE_AT = 16
_LONGEST = 2**40
_PAGES_AT, _FREE_AT, _FREE_END = 28, 32, 40
"""Where the header counts the pages of the file, and names those that are free: neither is true of another file."""


def has_readable_tables(path: Path) -> bool:
    """Tell whether SQLite finds our tables in the file."""
    try:
        connection = connect(path, Access.READ)
        try:
            found = connection.execute("SELECT count(*) FROM sqlite_master WHERE name IN ('conversations', 'messages')")
            return bool(found.fetchone()[0] == 2)
        finally:
            connection.close()
    except (sqlite3.Error, UnicodeDecodeError):
        return False


def other_forms(damaged: Path, donors: Iterator[Path]) -> Iterator[Path]:
    """Yield copies of a damaged file, each in a form that may be read better; it is gone when the next is asked for.

    ``donors`` are sound files of the same program, the likeliest first.
    """
    copy = damaged.with_name(f"{damaged.stem}.attempt{damaged.suffix}")
    try:
        if has_log(damaged) and has_readable_tables(_copied(damaged, copy)):
            yield copy
        if _is_cut_off(damaged) and has_readable_tables(_lengthened(_copied(damaged, copy))):
            yield copy
        if not has_readable_tables(damaged):
            for donor in donors:
                if _give_first_page(donor, _copied(damaged, copy)) and has_readable_tables(copy):
                    yield copy
    finally:
        online_copy.remove(copy)


def _copied(damaged: Path, copy: Path) -> Path:
    """Copy the file, without what lies beside it."""
    online_copy.remove(copy)
    online_copy.require_room(damaged.parent, damaged.stat().st_size)
    create_private(copy)
    shutil.copyfile(damaged, copy)
    return copy


def _is_cut_off(path: Path) -> bool:
    """Tell whether the file ends before its own header says so."""
    return is_plain(path) and path.stat().st_size < _whole_size(path) < _LONGEST


def _whole_size(path: Path) -> int:
    with path.open("rb") as file:
        start = file.read(_HEADER)
    size = int.from_bytes(start[_PAGE_SIZE_AT : _PAGE_SIZE_AT + 2], "big")
    return (65_536 if size == 1 else size) * int.from_bytes(start[_PAGES_AT:_FREE_AT], "big")


def _lengthened(copy: Path) -> Path:
    """Fill up what was cut off with zeros: a table that began there would hide all the others."""
    with copy.open("rb+") as file:
        file.truncate(_whole_size(copy))
    return copy


def _give_first_page(donor: Path, copy: Path) -> bool:
    """Put the donor's list of tables in the place of that of the copy. Return whether that could be done."""
    if not is_plain(donor):  # each page of an encrypted file is bound to that file
        return False
    with donor.open("rb") as source:
        start = source.read(_HEADER)
        size = int.from_bytes(start[_PAGE_SIZE_AT : _PAGE_SIZE_AT + 2], "big")
        size = 65_536 if size == 1 else size
        if size < 512 or copy.stat().st_size < size:  # no database, or nothing behind the first page
            return False
        source.seek(0)
        first = bytearray(source.read(size))
        pages = {1: bytes(first)}
        for number in _children(first):
            source.seek((number - 1) * size)
            pages[number] = source.read(size)
    first[_PAGES_AT:_FREE_END] = bytes(_FREE_END - _PAGES_AT)
    first[18:20] = b"\x01\x01"  # no log: there is none beside the copy
    pages[1] = bytes(first)
    with copy.open("rb+") as file:
        for number, content in pages.items():
            file.seek((number - 1) * size)
            file.write(content)
    return True


def _children(page: bytes | bytearray) -> list[int]:
    """Return the pages to which the list of tables has grown, of its first one."""
    if page[_HEADER] != _TABLE_INTERIOR:
        return []
    count = int.from_bytes(page[_HEADER + 3 : _HEADER + 5], "big")
    children = [int.from_bytes(page[_HEADER + 8 : _HEADER + 12], "big")]
    for cell in range(count):
        at = _HEADER + 12 + 2 * cell
        place = int.from_bytes(page[at : at + 2], "big")
        children.append(int.from_bytes(page[place : place + 4], "big"))
    return children
