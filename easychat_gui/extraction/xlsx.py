"""The tables of an Excel workbook, sheet by sheet, one row a line with tabs between the cells."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path

from easychat_gui.domain.attachments import AttachmentFault, Unit
from easychat_gui.domain.errors import AttachmentRefused
from easychat_gui.extraction.limits import Limits
from easychat_gui.extraction.packed_xml import END, START, TEXT, PackedDocument
from easychat_gui.extraction.pieces import Outline, Piece
from easychat_gui.extraction.relations import targets

_WORKBOOK = "xl/workbook.xml"
_WIDEST = 16_384
"""Columns of the widest sheet that Excel makes."""

_BUILT_IN_DATES = frozenset({14, 15, 16, 17, 18, 19, 20, 21, 22, 45, 46, 47})
_DATE_LETTERS = re.compile(r"[ymdhs]", re.IGNORECASE)
_QUOTED = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.')
_GAP_AT_MOST = 256
"""A cell far to the right of the last one is set apart by no more tabs than this."""


def read(path: Path, limits: Limits) -> Iterator[Outline | Piece]:
    """Yield the sheets, in the order of the workbook."""
    with PackedDocument(path, limits) as document:
        sheets, starts_1904 = _sheets(document)
        if not sheets:
            raise AttachmentRefused(AttachmentFault.DAMAGED)
        yield Outline(Unit.SHEET, len(sheets))
        cells = _Cells(_shared_strings(document, limits), _date_styles(document), starts_1904=starts_1904)
        has_text = False
        for number, (label, part) in enumerate(sheets[: limits.pages], 1):
            size = 0
            rows: list[str] = []
            for row in _rows(document, part, cells):
                rows.append(row)
                size += len(row) + 1
                if size > limits.characters:
                    break
            has_text = has_text or bool(rows)
            yield Piece("\n".join(rows), number, label)
        if not has_text:
            raise AttachmentRefused(AttachmentFault.BLANK)


def _sheets(document: PackedDocument) -> tuple[list[tuple[str, str]], bool]:
    parts = targets(document, _WORKBOOK)
    sheets: list[tuple[str, str]] = []
    starts_1904 = False
    for what, name, attributes in document.events(_WORKBOOK):
        if what == START and name == "workbookPr":
            starts_1904 = attributes.get("date1904") in ("1", "true")
        elif what == START and name == "sheet":
            part = parts.get(attributes.get("relation", ""), "")
            if part.startswith("xl/worksheets/"):  # not a sheet that is one chart
                sheets.append((attributes.get("name", ""), part))
    return sheets, starts_1904


def _shared_strings(document: PackedDocument, limits: Limits) -> list[str]:
    strings: list[str] = []
    text: list[str] = []
    size = 0
    is_text = is_phonetic = False
    for what, name, _attributes in document.events("xl/sharedStrings.xml"):
        if what == TEXT:
            if is_text and not is_phonetic:
                text.append(name)
        elif name == "t":
            is_text = what == START
        elif name == "rPh":  # how Japanese is read aloud
            is_phonetic = what == START
        elif name == "si" and what == END:
            strings.append("".join(text))
            size += len(strings[-1])
            text.clear()
            if size > 4 * limits.characters:
                break
    return strings


def _date_styles(document: PackedDocument) -> set[int]:
    """Return the numbers of the cell styles that show a number as a date or a time."""
    dates = set(_BUILT_IN_DATES)
    styles: set[int] = set()
    number, is_inside = 0, False
    for what, name, attributes in document.events("xl/styles.xml"):
        if name == "cellXfs":
            is_inside = what == START
        elif what != START:
            continue
        elif name == "numFmt" and _DATE_LETTERS.search(_QUOTED.sub("", attributes.get("formatCode", ""))):
            dates.add(_integer(attributes.get("numFmtId", "")))
        elif name == "xf" and is_inside:
            if _integer(attributes.get("numFmtId", "")) in dates:
                styles.add(number)
            number += 1
    return styles


class _Cells:
    """Knows what the values of cells mean."""

    def __init__(self, strings: list[str], date_styles: set[int], *, starts_1904: bool) -> None:
        self._strings = strings
        self._date_styles = date_styles
        self._epoch = dt.datetime(1904, 1, 1) if starts_1904 else dt.datetime(1899, 12, 30)  # noqa: DTZ001

    def shown(self, kind: str, style: str, value: str) -> str:
        """Return a value as a person would write it. ``kind`` and ``style`` are the cell's ``t`` and ``s``."""
        if kind == "s":
            number = _integer(value)
            value = self._strings[number] if 0 <= number < len(self._strings) else ""
        elif kind == "b":
            return {"1": "TRUE", "0": "FALSE"}.get(value, value)
        elif kind in ("", "n") and _integer(style) in self._date_styles:
            value = self._date(value)
        elif kind in ("", "n"):
            value = _plain_number(value)
        return " ".join(value.split())

    def _date(self, value: str) -> str:
        try:
            days = float(value)
            moment = self._epoch + dt.timedelta(days=days) + dt.timedelta(microseconds=500)
        except (ValueError, OverflowError):
            return value
        if 0 <= days < 1:
            return moment.strftime("%H:%M:%S")
        return moment.strftime("%Y-%m-%d" if days.is_integer() else "%Y-%m-%d %H:%M:%S")


def _rows(document: PackedDocument, part: str, cells: _Cells) -> Iterator[str]:
    row: list[str] = []
    kind = style = ""
    text: list[str] = []
    is_value = False
    for what, name, attributes in document.events(part):
        if what == TEXT:
            if is_value:
                text.append(name)
        elif name == "c" and what == START:
            column = _column(attributes.get("r", ""))
            if column is not None and len(row) < column <= len(row) + _GAP_AT_MOST:
                row += [""] * (column - len(row))
            kind, style = attributes.get("t", ""), attributes.get("s", "0")
            text.clear()
        elif name in ("v", "t"):
            is_value = what == START
        elif name == "c":
            if len(row) < _WIDEST:
                row.append(cells.shown(kind, style, "".join(text)))
        elif name == "row" and what == END:
            while row and not row[-1]:
                row.pop()
            if row:
                yield "\t".join(row)
            row.clear()


def _column(reference: str) -> int | None:
    """Return the column of a reference like ``AB12``, counted from 0."""
    letters = reference.rstrip("0123456789")
    if not 0 < len(letters) <= 3 or not (letters.isascii() and letters.isalpha()):
        return None
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def _plain_number(value: str) -> str:
    """Undo what floating point did to a number: Excel stores 0.1 + 0.2 with seventeen digits, and shows fifteen."""
    if len(value) < 17 or "." not in value:
        return value
    try:
        return format(float(value), ".15g")
    except ValueError:
        return value


def _integer(value: str) -> int:
    return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else -1
