"""What the readers of the formats yield: the text of a document, page by page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from easychat_gui.domain.attachments import Unit
from easychat_gui.extraction.limits import Limits


@dataclass(frozen=True, slots=True)
class Outline:
    """What is known of a document before its text. Comes first, and again when more is known."""

    unit: Unit | None = None
    count: int | None = None
    encoding: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """A page, a sheet, a slide, or a part of a document that has none of them. ``label`` is the name of a sheet."""

    text: str
    number: int | None = None
    label: str = ""


class Reader(Protocol):
    """Reads one format.

    Raises `domain.errors.AttachmentRefused` for what cannot be read at all. Whatever else it raises means damage.
    """

    def __call__(self, path: Path, limits: Limits) -> Iterator[Outline | Piece]: ...
