"""The text of a Word document."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from easychat_gui.domain.attachments import AttachmentFault, Unit
from easychat_gui.domain.errors import AttachmentRefused
from easychat_gui.extraction.limits import Limits
from easychat_gui.extraction.packed_xml import START, TEXT, Event, PackedDocument
from easychat_gui.extraction.pieces import Outline, Piece

_NOTES = "word/footnotes.xml"


def read(path: Path, limits: Limits) -> Iterator[Outline | Piece]:
    """Yield the pages as Word last laid them out; a document that it never laid out is one piece."""
    with PackedDocument(path, limits) as document:
        pages = 1
        has_text = False
        text: list[str] = []
        for line in _lines(document.events("word/document.xml")):
            if line is None:
                if pages == 1:
                    yield Outline(Unit.PAGE)
                yield Piece("\n".join(text), pages)
                text.clear()
                pages += 1
            else:
                has_text = has_text or bool(line.strip())
                text.append(line)
        notes = [line for line in _lines(document.events(_NOTES)) if line]
        if not (has_text or notes):
            raise AttachmentRefused(AttachmentFault.BLANK)
        text += ["", *notes] if notes else []
        if pages > 1:
            yield Outline(Unit.PAGE, pages)
        yield Piece("\n".join(text), pages if pages > 1 else None)


def _lines(events: Iterator[Event]) -> Iterator[str | None]:
    """Yield paragraphs and the rows of tables, and None between two pages."""
    body = _Body()
    skipped = 0
    for what, name, attributes in events:
        if name == "Fallback" and what != TEXT:  # the same once more, for programs of before 2010
            skipped += 1 if what == START else -1
        elif skipped:
            continue
        elif what == TEXT:
            body.take_text(name)
        elif what == START:
            yield from body.start(name, attributes)
        else:
            yield from body.end(name)


class _Body:
    """Turns elements into lines. Rows of a table within a cell go into the cell."""

    def __init__(self) -> None:
        self._text: list[str] = []
        self._rows: list[list[str]] = []
        self._is_text = False

    def take_text(self, text: str) -> None:
        if self._is_text:
            self._text.append(text)

    def start(self, name: str, attributes: Mapping[str, str]) -> Iterator[str | None]:
        if name == "t":
            self._is_text = True
        elif name == "tr":
            self._rows.append([])
        elif name == "lastRenderedPageBreak":
            if not self._rows:
                if "".join(self._text).strip():
                    yield self._taken()
                yield None
        else:
            _add_mark(self._text, name, attributes)

    def end(self, name: str) -> Iterator[str | None]:
        if name == "t":
            self._is_text = False
        elif name == "p":
            if self._rows:
                self._text.append(" ")
            else:
                yield self._taken()
        elif name == "tc" and self._rows:
            self._rows[-1].append(" ".join(self._taken().split()))
        elif name == "tr" and self._rows:
            row = " | ".join(self._rows.pop())
            if self._rows:
                self._text.append(row + "; ")
            else:
                yield row

    def _taken(self) -> str:
        text = "".join(self._text)
        self._text.clear()
        return text


def _add_mark(text: list[str], name: str, attributes: Mapping[str, str]) -> None:
    if name == "tab":
        text.append("\t")
    elif name in ("br", "cr"):
        text.append("\n")
    elif name == "noBreakHyphen":
        text.append("-")
    elif name == "pStyle":
        style = attributes.get("val", "")
        level = style.removeprefix("Heading")
        if style != level and level.isdigit() and 1 <= int(level) <= 6:
            text.append("#" * int(level) + " ")
        elif style == "Title":
            text.append("# ")
    elif name == "numPr":
        text.append("- ")
