"""Formulas on paper: drawn as outlines, inside a line or on lines of their own."""

from __future__ import annotations

from collections import OrderedDict

from PySide6.QtCore import QByteArray, QRect, QRectF, QSizeF
from PySide6.QtGui import QPainter, QPyTextObject, QTextDocument, QTextFormat
from PySide6.QtSvg import QSvgRenderer

from easychat_gui.rendering.markdown import Span
from easychat_gui.rendering.typesetting import INK, CannotTypesetError, Picture, typeset

OBJECT = "\ufffc"
FORMULA_TYPE: int = QTextFormat.ObjectTypes.UserObject.value + 1
INLINE_SCALE = 1.1
"""The font of the formulas looks smaller than most fonts of the same size."""
ALONE_SCALE = 1.15
SMALLEST_SCALE = 0.55
"""A formula that would have to be smaller to fit is shown as its source instead."""
_TEX: int = QTextFormat.Property.UserProperty.value + 1
_IS_DISPLAY = _TEX + 1
_EM = _TEX + 2
_COLOUR = _TEX + 3
_MOST_KNOWN = 500


class Formulas:
    """Sets formulas, in the thread that asks, and keeps the newest: a page is set more than once."""

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[str, bool], Picture | None] = OrderedDict()

    def picture(self, tex: str, *, is_display: bool) -> Picture | None:
        """Return a formula, None for one that cannot be drawn."""
        key = (tex, is_display)
        if key in self._known:
            self._known.move_to_end(key)
            return self._known[key]
        try:
            self._known[key] = typeset(tex, is_display=is_display)
        except CannotTypesetError:
            self._known[key] = None
        if len(self._known) > _MOST_KNOWN:
            self._known.popitem(last=False)
        return self._known[key]

    def of_span(self, span: Span) -> Picture | None:
        return self.picture(span.formula, is_display=span.is_display) if span.formula else None


def paint(painter: QPainter, picture: Picture, rect: QRectF, colour: str) -> None:
    """Draw a formula into a rectangle of its own proportions, as outlines."""
    # Without the width Qt's PDF has each glyph gone over with a pen that nobody asked for.
    svg = picture.svg.replace("<svg ", '<svg stroke-width="0" ', 1).replace(INK, colour)
    QSvgRenderer(QByteArray(svg.encode())).render(painter, rect)


def mark(form: QTextFormat, span: Span, em: float, colour: str) -> None:
    """Have the one character of this format stand for a formula whose text has this em in dots."""
    form.setObjectType(FORMULA_TYPE)
    form.setProperty(_TEX, span.formula)
    form.setProperty(_IS_DISPLAY, span.is_display)
    form.setProperty(_EM, em)
    form.setProperty(_COLOUR, colour)


class FormulaObjects(QPyTextObject):
    """Tells Qt how large a formula in a line is, and draws it. What is below the baseline, the line must leave free."""

    def __init__(self, formulas: Formulas) -> None:
        super().__init__()
        self._formulas = formulas

    def intrinsicSize(  # noqa: N802
        self,
        doc: QTextDocument,
        posInDocument: int,  # noqa: N803
        format: QTextFormat,  # noqa: A002
    ) -> QSizeF:
        del doc, posInDocument
        picture = self._picture(format)
        em = float(format.property(_EM))
        return QSizeF(picture.width * em, max(0.0, picture.ascent * em)) if picture is not None else QSizeF()

    def drawObject(  # noqa: N802
        self,
        painter: QPainter,
        rect: QRectF | QRect,
        doc: QTextDocument,
        posInDocument: int,  # noqa: N803
        format: QTextFormat,  # noqa: A002
    ) -> None:
        del doc, posInDocument
        picture = self._picture(format)
        if picture is None:
            return
        em = float(format.property(_EM))
        corner = QRectF(rect).bottomLeft()
        place = QRectF(corner.x(), corner.y() - picture.ascent * em, picture.width * em, 0)
        place.setHeight((picture.ascent + picture.descent) * em)
        paint(painter, picture, place, str(format.property(_COLOUR)))

    def _picture(self, form: QTextFormat) -> Picture | None:
        return self._formulas.picture(str(form.property(_TEX)), is_display=bool(form.property(_IS_DISPLAY)))
