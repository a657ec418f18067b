"""The text of OpenDocument files (LibreOffice): texts, presentations, spreadsheets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from easychat_gui.domain.attachments import AttachmentFault, Unit
from easychat_gui.domain.errors import AttachmentRefused
from easychat_gui.extraction.limits import Limits
from easychat_gui.extraction.packed_xml import START, TEXT, PackedDocument
from easychat_gui.extraction.pieces import Outline, Piece

_CONTENT = "content.xml"
_SILENT = frozenset({"tracked-changes", "annotation", "forms", "scripts", "notes"})
_REPEATS_AT_MOST = 1000
"""A spreadsheet says of its empty rest that one cell is repeated a million times."""


def read(path: Path, limits: Limits) -> Iterator[Outline | Piece]:
    """Yield the pages of a text as they were last laid out, the slides of a presentation, the tables of a sheet."""
    with PackedDocument(path, limits) as document:
        if _is_locked(document):
            raise AttachmentRefused(AttachmentFault.ENCRYPTED)
        content = _Content()
        has_text = False
        for event in document.events(_CONTENT):
            for piece in content.take(*event):
                has_text = has_text or bool(piece.text.strip())
                if content.unit is not None and piece.number == 1:
                    yield Outline(content.unit)
                yield piece
        for piece in content.rest():
            has_text = has_text or bool(piece.text.strip())
            yield piece
        if not has_text:
            raise AttachmentRefused(AttachmentFault.BLANK)
        if content.unit is not None:
            yield Outline(content.unit, content.number)


def _is_locked(document: PackedDocument) -> bool:
    events = document.events("META-INF/manifest.xml")
    return any(what == START and name == "encryption-data" for what, name, _ in events)


class _Content:
    """Turns the elements of ``content.xml`` into pieces."""

    def __init__(self) -> None:
        self.unit: Unit | None = None
        self.number = 0
        self._label = ""
        self._is_sheet = False
        self._silent = 0
        self._lines: list[str] = []
        self._text: list[str] = []
        self._paragraphs = 0
        self._cells: list[list[str]] = []
        self._repeat = 1

    def take(self, what: str, name: str, attributes: Mapping[str, str]) -> Iterator[Piece]:
        """Take one element or text; yield what it has completed."""
        if what != TEXT and name in _SILENT:
            self._silent += 1 if what == START else -1
        elif self._silent > 0:
            pass
        elif what == TEXT:
            if self._paragraphs:
                self._text.append(name)
        elif what == START:
            yield from self._start(name, attributes)
        else:
            yield from self._end(name)

    def rest(self) -> Iterator[Piece]:
        """Yield what has no end of its own: the last page, or a text without pages."""
        if any(line.strip() for line in self._lines):
            if self.unit is None:
                yield Piece("\n".join(self._lines))
            elif self.unit is Unit.PAGE:
                yield self._piece()

    def _start(self, name: str, attributes: Mapping[str, str]) -> Iterator[Piece]:
        if name == "spreadsheet":
            self._is_sheet = True
        elif name == "table" and self._is_sheet:
            self.unit, self._label = Unit.SHEET, attributes.get("name", "")
        elif name == "page":
            self.unit, self._label = Unit.SLIDE, ""
        elif name == "soft-page-break":
            if not self._cells:
                self.unit = Unit.PAGE
                yield self._piece()
        elif name in ("p", "h"):
            self._paragraphs += 1
            if name == "h" and not self._cells:
                level = attributes.get("outline-level", "1")
                self._text.append("#" * min(6, int(level) if level.isdigit() else 1) + " ")
        elif name == "table-row":
            self._cells.append([])
        elif name in ("table-cell", "covered-table-cell"):
            repeat = attributes.get("number-columns-repeated", "1")
            self._repeat = min(_REPEATS_AT_MOST, int(repeat)) if repeat.isdecimal() and len(repeat) < 9 else 1
        else:
            self._add_mark(name, attributes)

    def _end(self, name: str) -> Iterator[Piece]:
        if name in ("p", "h") and self._paragraphs:
            self._paragraphs -= 1
            if self._cells:
                self._text.append(" ")
            elif not self._paragraphs:
                self._lines.append("".join(self._text))
                self._text.clear()
        elif name in ("table-cell", "covered-table-cell") and self._cells:
            self._cells[-1] += [" ".join("".join(self._text).split())] * self._repeat
            self._text.clear()
            self._repeat = 1
        elif name == "table-row" and self._cells:
            self._end_row(self._cells.pop())
        elif (name == "table" and self._is_sheet) or name == "page":
            yield self._piece()

    def _end_row(self, cells: list[str]) -> None:
        while cells and not cells[-1]:
            cells.pop()
        if self._cells:
            self._text.append(" ".join(cells) + "; ")
        elif cells:
            self._lines.append(("\t" if self._is_sheet else " | ").join(cells))

    def _add_mark(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "s":
            count = attributes.get("c", "1")
            self._text.append(" " * (min(100, int(count)) if count.isdecimal() and len(count) < 9 else 1))
        elif name == "tab":
            self._text.append("\t")
        elif name == "line-break":
            self._text.append("\n")
        elif name == "list-item" and not self._cells:
            self._text.append("- ")

    def _piece(self) -> Piece:
        self.number += 1
        piece = Piece("\n".join(self._lines), self.number, self._label)
        self._lines.clear()
        return piece
