"""Text in lines of a given width, each of which can be drawn without the others."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import (
    QColor,
    QPainter,
    QTextBlockFormat,
    QTextCursor,
    QTextDocument,
    QTextLayout,
    QTextLine,
    QTextOption,
)

from easychat_gui.rendering.direction import is_right_to_left
from easychat_gui.rendering.markdown import Span, Spans
from easychat_gui.workers.printing.formulas import FORMULA_TYPE, INLINE_SCALE, OBJECT, FormulaObjects, Formulas, mark
from easychat_gui.workers.printing.ink import Face, Ink
from easychat_gui.workers.printing.readable import note_line, units

_ALIGNMENTS = {
    "left": Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignAbsolute,
    "right": Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignAbsolute,
    "center": Qt.AlignmentFlag.AlignHCenter,
}
_MOST_KNOWN = 200
_SPARE_EM = 0.2
"""Other scripts' fonts reach a little higher; so much they may without pushing their lines apart."""


class Lines:
    """Spans in lines. The heights are in dots; what is drawn begins at the left edge of the given width."""

    def __init__(
        self,
        layout: QTextLayout,
        text: str,
        face: Face,
        below: Sequence[tuple[int, float]] = (),
        document: QTextDocument | None = None,
    ) -> None:
        """``below`` holds, by its place in the text, how far each formula reaches below the baseline.

        ``document`` is what the layout is a part of, where it is.
        """
        self._document = document
        self._rises: list[float] = []
        self.heights: list[float] = []
        self._layout = layout
        self._text = text
        spare = _SPARE_EM * face.em
        for number in range(layout.lineCount()):
            line = layout.lineAt(number)
            end = line.textStart() + line.textLength()
            deep = max((depth for at, depth in below if line.textStart() <= at < end), default=0.0)
            rise = face.rise if line.ascent() <= face.rise + spare else line.ascent() + spare / 2
            fall = max(face.line - face.rise, deep)
            self._rises.append(rise)
            self.heights.append(rise + fall)

    @property
    def height(self) -> float:
        return sum(self.heights)

    @property
    def first_rise(self) -> float:
        """The distance from the top to the first baseline."""
        return self._rises[0] if self._rises else 0.0

    @property
    def natural_width(self) -> float:
        """The width of the widest line."""
        return max((line.naturalTextWidth() for line in self._lines()), default=0.0)

    @cached_property
    def is_right_to_left(self) -> bool:
        return is_right_to_left(self._text)

    def draw(self, painter: QPainter, left: float, top: float, first: int = 0, last: int | None = None) -> None:
        """Draw the lines from ``first`` up to ``last`` (not included), the first one at this height."""
        for number in range(first, len(self.heights) if last is None else last):
            line = self._layout.lineAt(number)
            y = top + self._rises[number] - line.ascent() - line.y()
            line.draw(painter, QPointF(left, y))
            note_line(painter, line, self._text, QPointF(left, y))
            top += self.heights[number]

    def _lines(self) -> list[QTextLine]:
        return [self._layout.lineAt(number) for number in range(self._layout.lineCount())]


class LineSetter:
    """Breaks spans into lines."""

    def __init__(self, ink: Ink, formulas: Formulas) -> None:
        self._ink = ink
        self.formulas = formulas
        self._objects = FormulaObjects(formulas)
        self._plain: OrderedDict[tuple[str, int, str, float, str], Lines] = OrderedDict()

    def plain(self, text: str, face: Face, colour: str, width: float, alignment: str = "") -> Lines:
        """Break text without any style. The newest are kept: who speaks and when is said again and again.

        ``face`` is one of the ink's, which has each once.
        """
        key = (text, id(face), colour, width, alignment)
        lines = self._plain.get(key)
        if lines is None:
            lines = self._plain[key] = self.set((Span(text),), face, colour, width, alignment)
            if len(self._plain) > _MOST_KNOWN:
                self._plain.popitem(last=False)
        return lines

    def set(self, spans: Spans, face: Face, colour: str, width: float, alignment: str = "") -> Lines:
        """Break spans; ``colour`` is the theme's name of it, ``alignment`` as in `markdown.Table`."""
        if any(self.formulas.of_span(span) is not None for span in spans):
            return self._with_formulas(spans, face, colour, width, alignment)
        texts = [span.text.replace("\n", "\u2028") for span in spans]
        text = "".join(texts)
        layout = QTextLayout(text, face.font)
        option = _wrapping()
        usual = "right" if is_right_to_left(text) else "left"
        option.setAlignment(_ALIGNMENTS.get(alignment, _ALIGNMENTS[usual]))
        layout.setTextOption(option)
        layout.setFormats(self._ranges(spans, texts, face, self._ink.colour(colour)))
        layout.beginLayout()
        while (line := layout.createLine()).isValid():
            line.setLineWidth(max(1.0, width))
        layout.endLayout()
        return Lines(layout, text, face)

    def _ranges(self, spans: Spans, texts: Sequence[str], face: Face, colour: QColor) -> list[QTextLayout.FormatRange]:
        result: list[QTextLayout.FormatRange] = []
        at = 0
        for span, text in zip(spans, texts, strict=True):
            shown = replace(span, code=True) if span.formula else span
            one = QTextLayout.FormatRange()
            one.start, one.length = at, units(text)
            one.format = self._ink.span_format(shown, face, colour)
            result.append(one)
            at += one.length
        return result

    def _with_formulas(self, spans: Spans, face: Face, colour: str, width: float, alignment: str) -> Lines:
        """Break spans some of which are objects in the text, which only a document can have. That takes longer."""
        document = QTextDocument()
        document.setUndoRedoEnabled(False)
        document.setDocumentMargin(0)
        document.setDefaultFont(face.font)
        document.setDefaultTextOption(_wrapping())
        cursor = QTextCursor(document)
        cursor.beginEditBlock()
        if alignment in _ALIGNMENTS:
            form = QTextBlockFormat()
            form.setAlignment(_ALIGNMENTS[alignment])
            cursor.setBlockFormat(form)
        below = self._write(cursor, spans, face, self._ink.colour(colour), width)
        cursor.endEditBlock()
        document.setTextWidth(max(1.0, width))
        document.documentLayout().documentSize()  # which has it laid out to the end
        block = document.firstBlock()
        return Lines(block.layout(), block.text(), face, below, document)

    def _write(
        self, cursor: QTextCursor, spans: Spans, face: Face, colour: QColor, width: float
    ) -> list[tuple[int, float]]:
        below: list[tuple[int, float]] = []
        for span in spans:
            picture = self.formulas.of_span(span)
            em = face.em * INLINE_SCALE
            if picture is None or picture.width * em > width:
                shown = replace(span, code=True) if span.formula else span
                cursor.insertText(shown.text.replace("\n", "\u2028"), self._ink.span_format(shown, face, colour))
                continue
            form = self._ink.span_format(span, face, colour)
            cursor.document().documentLayout().registerHandler(FORMULA_TYPE, self._objects)
            mark(form, span, em, form.foreground().color().name())
            below.append((cursor.position(), picture.descent * em))
            cursor.insertText(OBJECT, form)
        return below


def _wrapping() -> QTextOption:
    result = QTextOption()
    result.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    result.setTextDirection(Qt.LayoutDirection.LayoutDirectionAuto)
    return result
