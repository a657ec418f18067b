"""Pictures in a text, each in the place of one character."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QPointF, QRect, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QFont,
    QFontMetricsF,
    QPainter,
    QPen,
    QPyTextObject,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
)

from easychat_gui.rendering.markdown import Span
from easychat_gui.ui import icons, theme
from easychat_gui.ui.conversation.pictures import Pictures, PictureState
from easychat_gui.ui.conversation.text_objects import OBJECT, PICTURE_TYPE, PROPERTIES, room, source_of
from easychat_gui.ui.conversation.words import Words
from easychat_gui.ui.theme import Radius, Size, Space

_URL = PROPERTIES + 10
_HOST = PROPERTIES + 11
_ALT = PROPERTIES + 12
WIDEST_CARD = 420
_HIGHEST = 480


def picture_format(span: Span, around: QTextCharFormat) -> QTextCharFormat:
    """Return the format of the one character that stands for a picture in text of this format."""
    result = QTextCharFormat(around)
    result.setObjectType(PICTURE_TYPE)
    result.setProperty(PROPERTIES, span.text)
    result.setProperty(_URL, span.image)
    result.setProperty(_HOST, span.host)
    result.setProperty(_ALT, span.text.removeprefix("🖼 ").removesuffix(span.host).removesuffix(" · "))
    result.setFontUnderline(False)
    result.setVerticalAlignment(QTextCharFormat.VerticalAlignment.AlignMiddle)
    return result


def url_of(form: QTextFormat) -> str:
    """Return the address of the picture that a character stands for, or nothing."""
    return str(form.property(_URL) or "") if form.objectType() == PICTURE_TYPE else ""


def picture_at(document: QTextDocument, place: int) -> str:
    """Return the address of the picture that is drawn at a place of the text, or nothing."""
    for each in (place, place - 1):  # Qt tells the nearer edge of the picture
        if each >= 0 and document.characterAt(each) == OBJECT:
            cursor = QTextCursor(document)
            cursor.setPosition(each + 1)
            return url_of(cursor.charFormat())
    return ""


class PictureObjects(QPyTextObject):
    """Gives pictures, or the cards in their places, their size in a text, and draws them there."""

    def __init__(self, pictures: Pictures, words: Words) -> None:
        super().__init__(pictures)
        self._pictures = pictures
        self._words = words

    def states(self, spans: Iterable[Span]) -> tuple[tuple[str, PictureState], ...]:
        """Return what the looks of this text depend on."""
        return self._pictures.states(spans)

    def have_changed(self, states: Iterable[tuple[str, PictureState]]) -> bool:
        return self._pictures.have_changed(states)

    def intrinsicSize(self, doc: QTextDocument, posInDocument: int, format: QTextFormat) -> QSizeF:  # noqa: N802, N803, A002
        del posInDocument
        form = format.toCharFormat()
        size = QSizeF(self._pictures.size(url_of(form)))
        if size.isEmpty():
            metrics = QFontMetricsF(form.font())
            needed = metrics.horizontalAdvance(self._said(form) + self._offered(form)) + Size.ICON + 5 * Space.M
            return QSizeF(min(needed, WIDEST_CARD, room(doc, form)), max(40.0, metrics.height() * 2))
        bounds = QSizeF(min(size.width(), room(doc, form)), min(size.height(), _HIGHEST))
        return size.scaled(bounds, Qt.AspectRatioMode.KeepAspectRatio).expandedTo(QSizeF(1, 1))

    def drawObject(  # noqa: N802
        self,
        painter: QPainter,
        rect: QRectF | QRect,
        doc: QTextDocument,
        posInDocument: int,  # noqa: N803
        format: QTextFormat,  # noqa: A002
    ) -> None:
        del doc, posInDocument
        form, place = format.toCharFormat(), QRectF(rect)
        pixmap = self._pictures.pixmap(url_of(form))
        if pixmap is None:
            self._draw_card(painter, place, form)
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawPixmap(place, pixmap, QRectF(pixmap.rect()))
        painter.restore()

    def _draw_card(self, painter: QPainter, rect: QRectF, form: QTextCharFormat) -> None:
        colours = theme.current()
        painter.save()
        painter.setPen(QPen(colours.border, 1))
        painter.setBrush(colours.surface)
        painter.drawRoundedRect(rect.adjusted(0.5, 2.5, -1.5, -0.5), Radius.CONTROL, Radius.CONTROL)
        is_failed = self._pictures.state(url_of(form)) is PictureState.FAILED
        icon = icons.pixmap("warning" if is_failed else "image", colours.text_muted, Size.ICON)
        painter.drawPixmap(QPointF(rect.left() + Space.M, rect.center().y() - Size.ICON / 2 + 1), icon)
        font = QFont(form.font())
        font.setUnderline(False)
        painter.setFont(font)
        metrics = QFontMetricsF(font)
        offered = self._offered(form)
        inner = rect.adjusted(2 * Space.M + Size.ICON, 2, -Space.M - 2, 0)
        painter.setPen(colours.link)
        painter.drawText(inner, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, offered)
        inner.setRight(inner.right() - metrics.horizontalAdvance(offered) - (Space.M if offered else 0))
        painter.setPen(colours.danger if is_failed else colours.text_muted)
        said = metrics.elidedText(self._said(form), Qt.TextElideMode.ElideMiddle, inner.width())
        painter.drawText(inner, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, said)
        painter.restore()

    def _said(self, form: QTextCharFormat) -> str:
        failure = self._pictures.failure(url_of(form))
        return failure or source_of(form).removeprefix("🖼 ")

    def _offered(self, form: QTextCharFormat) -> str:
        state = self._pictures.state(url_of(form))
        if state is PictureState.LOADING:
            return self._words.loading()
        return self._words.try_again() if state is PictureState.FAILED else self._words.load()
