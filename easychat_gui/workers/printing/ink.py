"""The fonts and colours of printed pages: the light theme's, in sizes for paper."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from PySide6.QtGui import QColor, QFont, QFontMetricsF, QTextCharFormat

from easychat_gui.rendering.highlight import TokenKind
from easychat_gui.rendering.markdown import Span
from easychat_gui.workers.printing.paper import points

TEXT_PT = 10.0
SMALL_PT = 8.5
CODE_PT = 8.5
TITLE_PT = 20.0
_TIGHT_PT = (7.75, 7.0, 6.25)
"""Of tables, where their words would else be broken."""
_TIGHT_CODE_PT = (7.75, 7.0)
"""Of code, where its lines would else be broken."""
_HEADINGS_PT = (15.0, 13.0, 11.5, 10.5, 10.0, 10.0)
_TEXT_LINE = 1.5
_SMALL_LINE = 1.45
_CODE_LINE = 1.4
_HEADING_LINE = 1.35
_TITLE_LINE = 1.25
_INLINE_CODE = 0.9
_BLACK = QColor("#000000")
_JOINING = tuple(QFont.Tag(each) for each in ("calt", "clig", "liga"))
"""What puts another glyph in the place of "->" or of the hyphen in 2023-11-14. A PDF file cannot tell what that was, so
nobody could find or copy it."""


@dataclass(frozen=True, slots=True)
class Face:
    """A font, and where its lines have their baseline. All in dots.

    :param line: the height of a line.
    :param rise: the distance from the top of a line to its baseline.
    """

    font: QFont
    line: float
    rise: float
    em: float


@dataclass(frozen=True, slots=True)
class Families:
    """The fonts' families: those of the window."""

    text: str
    code: str


class Ink:
    """What is printed with. Belongs to one thread."""

    def __init__(self, palette: Mapping[str, Any], families: Families) -> None:
        """Take the colours of a theme by name, with those of code under "syntax"."""
        self._families = families
        self._colours = {name: QColor(value) for name, value in palette.items() if name != "syntax"}
        syntax: Mapping[str, str] = palette.get("syntax", {})
        self.syntax = {kind: _foreground(QColor(syntax.get(kind.value, "#000000"))) for kind in TokenKind}
        self.text = self.face(TEXT_PT, _TEXT_LINE)
        self.small = self.face(SMALL_PT, _SMALL_LINE)
        self.title = self.face(TITLE_PT, _TITLE_LINE, QFont.Weight.DemiBold)
        self.code = self.face(CODE_PT, _CODE_LINE, is_code=True)
        self.tight_code = tuple(self.face(size, _CODE_LINE, is_code=True) for size in _TIGHT_CODE_PT)
        self.tight = tuple(self.face(size, _SMALL_LINE) for size in _TIGHT_PT)
        self._headings = tuple(self.face(size, _HEADING_LINE, QFont.Weight.DemiBold) for size in _HEADINGS_PT)
        self.name = self.face(TEXT_PT, _TEXT_LINE, QFont.Weight.DemiBold)

    def colour(self, name: str) -> QColor:
        """Return a colour of the theme, black where it has none of that name."""
        return self._colours.get(name, _BLACK)

    def heading(self, level: int) -> Face:
        return self._headings[min(max(level, 1), 6) - 1]

    def face(
        self, size_pt: float, line: float, weight: QFont.Weight = QFont.Weight.Normal, *, is_code: bool = False
    ) -> Face:
        """Return a font of this size; ``line`` is the height of its lines in em."""
        em = points(size_pt)
        font = QFont(self._families.code if is_code else self._families.text)
        font.setPixelSize(round(em))
        font.setWeight(weight)
        font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)  # else widths would be those of a screen
        for feature in _JOINING:
            font.setFeature(feature, 0)
        if is_code:
            font.setStyleHint(QFont.StyleHint.Monospace)
            font.setStyleStrategy(QFont.StyleStrategy.PreferDefault)
        metrics = QFontMetricsF(font)
        spare = line * em - metrics.ascent() - metrics.descent()
        return Face(font, line * em, spare / 2 + metrics.ascent(), em)

    def span_format(self, span: Span, face: Face, colour: QColor) -> QTextCharFormat:
        """Return how a span is written where the text around it has this font and colour."""
        font = QFont(face.font)
        result = _foreground(self.colour("text_muted") if span.raised else colour)
        if span.code:
            font = QFont(self.code.font)
            font.setPixelSize(round(face.em * _INLINE_CODE))
            result.setBackground(self.colour("code_bg"))
        if span.bold:
            font.setWeight(QFont.Weight.DemiBold)
        font.setItalic(span.italic)
        font.setStrikeOut(span.strike)
        if span.raised:
            result.setVerticalAlignment(QTextCharFormat.VerticalAlignment.AlignSuperScript)
        result.setFont(font)
        link = span.link or (span.image if span.host else "")
        if link:
            result.setForeground(self.colour("link"))
            result.setAnchor(True)
            result.setAnchorHref(link)
        return result


def _foreground(colour: QColor) -> QTextCharFormat:
    result = QTextCharFormat()
    result.setForeground(colour)
    return result
