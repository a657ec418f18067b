"""Sheets of paper, and the unit in which everything on them is measured.

A dot is 1/1200 inch. Fonts are given their size in dots as well, so a page is the same whatever it is painted on: a PDF
file, a printer, a picture of the page. What paints scales the painter, never the page.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

DOTS_PER_INCH = 1200
_SIDE_MM = 23.0
_TOP_MM = 25.0
_BOTTOM_MM = 24.0
_NARROWEST_MM = 30.0
"""What is left for the text at least, however wide the margins are wished."""


class PaperSize(StrEnum):
    """The values stand in the settings."""

    A4 = "A4"
    LETTER = "Letter"
    LEGAL = "Legal"
    A5 = "A5"
    A3 = "A3"


SIZES_MM: dict[PaperSize, tuple[float, float]] = {
    PaperSize.A4: (210.0, 297.0),
    PaperSize.LETTER: (215.9, 279.4),
    PaperSize.LEGAL: (215.9, 355.6),
    PaperSize.A5: (148.0, 210.0),
    PaperSize.A3: (297.0, 420.0),
}


def points(length: float) -> float:
    """Return a length in points (1/72 inch) as dots."""
    return length * DOTS_PER_INCH / 72


def millimetres(length: float) -> float:
    """Return a length in millimetres as dots."""
    return length * DOTS_PER_INCH / 25.4


@dataclass(frozen=True, slots=True)
class Paper:
    """A sheet. ``margins`` scales the usual ones: 1.0 is as designed, smaller gets more on a page."""

    size: PaperSize = PaperSize.A4
    is_landscape: bool = False
    margins: float = 1.0

    @classmethod
    def named(cls, name: str) -> Paper:
        """Return upright paper of this size, A4 where the name is not known."""
        return cls(PaperSize(name) if name in set(PaperSize) else PaperSize.A4)

    @property
    def width_mm(self) -> float:
        return SIZES_MM[self.size][1 if self.is_landscape else 0]

    @property
    def height_mm(self) -> float:
        return SIZES_MM[self.size][0 if self.is_landscape else 1]

    @property
    def width(self) -> float:
        """In dots, as all that follows."""
        return millimetres(self.width_mm)

    @property
    def height(self) -> float:
        return millimetres(self.height_mm)

    @property
    def left(self) -> float:
        """The margin at each side. Small paper has smaller ones."""
        wished = _SIDE_MM * self.margins * min(1.0, self.width_mm / 200)
        return millimetres(min(wished, (self.width_mm - _NARROWEST_MM) / 2))

    @property
    def top(self) -> float:
        return millimetres(_TOP_MM * max(0.6, self.margins) * min(1.0, self.height_mm / 270))

    @property
    def bottom(self) -> float:
        return millimetres(_BOTTOM_MM * max(0.6, self.margins) * min(1.0, self.height_mm / 270))

    @property
    def text_width(self) -> float:
        return self.width - 2 * self.left

    @property
    def text_height(self) -> float:
        return self.height - self.top - self.bottom
