"""The text of a PowerPoint presentation, slide by slide."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from easychat_gui.domain.attachments import AttachmentFault, Unit
from easychat_gui.domain.errors import AttachmentRefused
from easychat_gui.extraction.limits import Limits
from easychat_gui.extraction.packed_xml import END, START, TEXT, Event, PackedDocument
from easychat_gui.extraction.pieces import Outline, Piece
from easychat_gui.extraction.relations import targets

_SLIDE = re.compile(r"ppt/slides/slide(\d+)\.xml")


def read(path: Path, limits: Limits) -> Iterator[Outline | Piece]:
    """Yield the slides in the order in which they are shown."""
    with PackedDocument(path, limits) as document:
        slides = _in_order(document)
        if not slides:
            raise AttachmentRefused(AttachmentFault.DAMAGED)
        yield Outline(Unit.SLIDE, len(slides))
        has_text = False
        for number, name in enumerate(slides[: limits.pages], 1):
            text = "\n".join(_lines(document.events(name)))
            has_text = has_text or bool(text.strip())
            yield Piece(text, number)
        if not has_text:
            raise AttachmentRefused(AttachmentFault.BLANK)


def _in_order(document: PackedDocument) -> list[str]:
    parts = targets(document, "ppt/presentation.xml")
    named = [
        parts[attributes["relation"]]
        for what, name, attributes in document.events("ppt/presentation.xml")
        if what == START and name == "sldId" and attributes.get("relation") in parts
    ]
    present = set(document.names)
    if named := [name for name in named if name in present]:
        return named
    found = [(int(match[1]), name) for name in present if (match := _SLIDE.fullmatch(name))]
    return [name for _, name in sorted(found)]


def _lines(events: Iterator[Event]) -> Iterator[str]:
    text: list[str] = []
    is_text = False
    for what, name, _attributes in events:
        if what == TEXT:
            if is_text:
                text.append(name)
        elif name == "t":
            is_text = what == START
        elif name == "br" and what == START:
            text.append("\n")
        elif name == "p" and what == END:
            if line := "".join(text).strip():
                yield line
            text.clear()
