"""What stands in a text in the place of one character: a formula, or a picture (`picture_objects`).

The character's format carries the source, so that what is copied is the source and not a hole.
"""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QFont,
    QFontMetricsF,
    QPainter,
    QPyTextObject,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
)

from easychat_gui.rendering.markdown import Span
from easychat_gui.rendering.typesetting import Picture
from easychat_gui.ui.conversation.formulas import FormulaKey, Formulas, key_of

OBJECT = "\ufffc"
FORMULA_TYPE: int = QTextFormat.ObjectTypes.UserObject.value + 1
PICTURE_TYPE = FORMULA_TYPE + 1
PROPERTIES: int = QTextFormat.Property.UserProperty.value + 1
_SOURCE = PROPERTIES
_TEX = _SOURCE + 1
_IS_DISPLAY = _SOURCE + 2
_EM = _SOURCE + 3
_IS_ALONE = _SOURCE + 4
_ROOM = _SOURCE + 5
_INLINE_SCALE = 1.1
"""The font of the formulas looks smaller than most fonts of the same size."""
_ALONE_SCALE = 1.2


def inline_em(em: float) -> float:
    """Return the size of formulas in text of this size, both in pixels."""
    return em * _INLINE_SCALE


def needed_width(picture: Picture, em: float) -> float:
    """Return the width in pixels of a formula that stands alone, between text of this size."""
    return picture.width * em * _ALONE_SCALE


def formula_format(
    span: Span, around: QTextCharFormat, em: float, formulas: Formulas, *, is_alone: bool
) -> QTextCharFormat:
    """Return the format of the one character that stands for a formula in text of this format and size in pixels.

    ``is_alone``: it has its line for itself.
    """
    result = QTextCharFormat(around)
    result.setObjectType(FORMULA_TYPE)
    result.setProperty(_SOURCE, span.text)
    result.setProperty(_TEX, span.formula)
    result.setProperty(_IS_DISPLAY, span.is_display)
    result.setProperty(_IS_ALONE, is_alone)
    em = em * _ALONE_SCALE if is_alone else inline_em(em)
    result.setProperty(_EM, em)
    key = key_of(span)
    picture = formulas.picture(key) if key is not None else None
    if picture is not None and not is_alone:
        below = QFontMetricsF(around.font()).descent() + 1  # so much a line has room for anyway
        if picture.descent * em > below:
            result.setVerticalAlignment(QTextCharFormat.VerticalAlignment.AlignMiddle)
    return result


def source_of(form: QTextFormat) -> str:
    return str(form.property(_SOURCE) or "")


def plain_text(cursor: QTextCursor) -> str:
    """Return the selected text with the source of every formula in its place."""
    text = cursor.selection().toPlainText()
    if OBJECT not in text:
        return text
    document = cursor.document()
    places = (place for place in range(cursor.selectionStart(), cursor.selectionEnd()))
    sources = [_source_at(document, place) for place in places if document.characterAt(place) == OBJECT]
    pieces = text.split(OBJECT)
    sources += [""] * (len(pieces) - 1 - len(sources))
    return "".join(piece + source for piece, source in zip(pieces, [*sources, ""], strict=False))


def _source_at(document: QTextDocument, place: int) -> str:
    cursor = QTextCursor(document)
    cursor.setPosition(place + 1)
    return source_of(cursor.charFormat())


class FormulaObjects(QPyTextObject):
    """Gives formulas their size in a text, and draws them there; one that is still awaited is its source."""

    def __init__(self, formulas: Formulas) -> None:
        super().__init__(formulas)
        self._formulas = formulas

    def intrinsicSize(self, doc: QTextDocument, posInDocument: int, format: QTextFormat) -> QSizeF:  # noqa: N802, N803, A002
        del posInDocument
        form = format.toCharFormat()
        picture, em = self._picture(form, doc)
        if picture is None:
            metrics = QFontMetricsF(form.font())
            width = metrics.horizontalAdvance(_shown_source(form)) + 2
            return QSizeF(min(width, room(doc, form)), metrics.ascent())
        if form.property(_IS_ALONE):
            return QSizeF(picture.width, picture.ascent + picture.descent) * em
        if form.verticalAlignment() is not QTextCharFormat.VerticalAlignment.AlignMiddle:
            return QSizeF(picture.width, picture.ascent) * em
        # Qt puts the middle of such an object half an x above the baseline; what it needs on one side it gets on both.
        half_x = QFontMetricsF(form.font()).xHeight() / 2
        height = max(2 * picture.ascent * em - half_x, 2 * picture.descent * em + half_x)
        return QSizeF(picture.width * em, height)

    def drawObject(  # noqa: N802
        self,
        painter: QPainter,
        rect: QRectF | QRect,
        doc: QTextDocument,
        posInDocument: int,  # noqa: N803
        format: QTextFormat,  # noqa: A002
    ) -> None:
        form, rect = format.toCharFormat(), QRectF(rect)
        picture, em = self._picture(form, doc)
        if picture is None:
            _draw_source(painter, rect, form)
            return
        baseline = rect.bottom()
        if form.property(_IS_ALONE):
            baseline = rect.top() + picture.ascent * em
        elif form.verticalAlignment() is QTextCharFormat.VerticalAlignment.AlignMiddle:
            block = doc.findBlock(posInDocument)
            line = block.layout().lineForTextPosition(posInDocument - block.position())
            baseline = rect.top() - (line.height() - rect.height()) / 2 + line.ascent()
        ratio = painter.device().devicePixelRatioF() if painter.device() is not None else 1.0
        pixmap = self._formulas.pixmap(_key(form), em, form.foreground().color(), ratio)
        if pixmap is not None:
            corner = QPointF(rect.left(), baseline - picture.ascent * em)
            painter.drawPixmap(_on_pixel(painter, corner, ratio), pixmap)

    def _picture(self, form: QTextCharFormat, document: QTextDocument) -> tuple[Picture | None, float]:
        """Return the formula and the size of its em, smaller where it would be too wide for the text."""
        em = float(form.property(_EM))
        picture = self._formulas.picture(_key(form)) if form.property(_TEX) else None
        if picture is not None and picture.width * em > room(document, form):
            em = room(document, form) / picture.width
        return picture, em


def _key(form: QTextCharFormat) -> FormulaKey:
    return FormulaKey(str(form.property(_TEX)), bool(form.property(_IS_DISPLAY)))


def room(document: QTextDocument, form: QTextFormat) -> float:
    """Return the width that an object may have: that of the text, or of its cell of a table."""
    width = document.textWidth()
    cell = form.property(_ROOM)
    return min(width - 1 if width > 0 else 1e6, float(cell) if cell else 1e6)


def limit(form: QTextFormat, width: int) -> None:
    """Say that the object stands in a cell of a table that has so much room."""
    form.setProperty(_ROOM, width)


def _shown_source(form: QTextCharFormat) -> str:
    return " ".join(source_of(form).split())


def _draw_source(painter: QPainter, rect: QRectF, form: QTextCharFormat) -> None:
    font: QFont = form.font()
    metrics = QFontMetricsF(font)
    painter.setFont(font)
    painter.setPen(form.foreground().color())
    text = metrics.elidedText(_shown_source(form), Qt.TextElideMode.ElideLeft, rect.width())
    painter.drawText(QPointF(rect.left(), rect.bottom()), text)


def _on_pixel(painter: QPainter, place: QPointF, ratio: float) -> QPointF:
    """Return the place moved to where the screen has a pixel: a picture between two pixels would be blurred."""
    origin = QPointF(painter.worldTransform().dx(), painter.worldTransform().dy()) / ratio
    absolute = place + origin
    return QPointF(round(absolute.x() * ratio) / ratio, round(absolute.y() * ratio) / ratio) - origin
