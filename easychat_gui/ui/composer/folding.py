"""Long text as one small piece in the box.

Qt lays out a paragraph as a whole: one of 100,000 characters costs a quarter of a second with every key, one of a
million half a minute. What is that long therefore stands in the document as a single character, drawn as a pill, which
carries the text. It moves, is deleted and comes back by Undo like any character.
"""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLocale, QObject, QRect, QRectF, QSizeF, Qt
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

from easychat_gui.ui import theme
from easychat_gui.ui.composer.prompt_edit import LONGEST_PARAGRAPH, PILL

LONGEST_SHOWN = 100_000
"""In characters: a longer paste is folded whole."""

_KIND = QTextFormat.ObjectTypes.UserObject.value + 1
_TEXT = QTextFormat.Property.UserProperty.value + 1
_PADDING = 8.0


class Pills(QPyTextObject):
    """Measures and draws the pills of a document."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)

    def intrinsicSize(self, document: QTextDocument, _position: int, pill: QTextFormat) -> QSizeF:  # noqa: N802
        metrics = QFontMetricsF(_font(document))
        width = metrics.horizontalAdvance(label_of(_text_of(pill)))
        # No higher than a line of text, which the box counts its height in.
        return QSizeF(width + 2 * _PADDING, QFontMetricsF(document.defaultFont()).ascent())

    def drawObject(  # noqa: N802
        self, painter: QPainter, area: QRectF | QRect, document: QTextDocument, _position: int, pill: QTextFormat
    ) -> None:
        area = QRectF(area)
        colours = theme.current()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(colours.border_strong)
        painter.setBrush(colours.surface)
        painter.drawRoundedRect(area.adjusted(1.5, 0.5, -1.5, 1.5), 5, 5)
        painter.setPen(colours.text_muted)
        painter.setFont(_font(document))
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter, label_of(_text_of(pill)))
        painter.restore()


def install(document: QTextDocument, parent: QObject) -> None:
    """Let a document have pills. May be called again."""
    layout = document.documentLayout()
    if layout.handlerForObject(_KIND) is None:
        layout.registerHandler(_KIND, Pills(parent))


def insert(cursor: QTextCursor, text: str, *, is_paste: bool = False) -> None:
    """Put text at the cursor as one step of undo, with what is too long for a paragraph folded."""
    cursor.beginEditBlock()
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\u2400").replace(PILL, "\ufffd")
    if is_paste and len(text) > LONGEST_SHOWN:
        _insert_pill(cursor, text)
    elif len(text) <= LONGEST_PARAGRAPH:
        cursor.insertText(text, QTextCharFormat())
    else:
        _insert_paragraphs(cursor, text)
    cursor.endEditBlock()


def unfolded(document: QTextDocument, text: str, start: int = 0) -> str:
    """Return plain text that stands at this place of a document, with the texts of the pills in their places."""
    pieces = text.split(PILL)
    cursor = QTextCursor(document)
    result = [pieces[0]]
    place = start + _length(pieces[0])
    for piece in pieces[1:]:
        cursor.setPosition(place + 1)  # the format of a character is asked for from behind it
        result += [_text_of(cursor.charFormat()), piece]
        place += 1 + _length(piece)
    return "".join(result)


def label_of(text: str) -> str:
    """Say what a pill stands for."""
    size = QLocale().formattedDataSize(len(text.encode(errors="replace")), 1, QLocale.DataSizeFormat.DataSizeSIFormat)
    return QCoreApplication.translate("Composer", "Long text · {size}").format(size=size)


def _insert_paragraphs(cursor: QTextCursor, text: str) -> None:
    shown: list[str] = []
    for number, paragraph in enumerate(text.split("\n")):
        if number:
            shown.append("\n")
        if len(paragraph) <= LONGEST_PARAGRAPH:
            shown.append(paragraph)
            continue
        cursor.insertText("".join(shown), QTextCharFormat())
        shown.clear()
        _insert_pill(cursor, paragraph)
    cursor.insertText("".join(shown), QTextCharFormat())


def _insert_pill(cursor: QTextCursor, text: str) -> None:
    pill = QTextCharFormat()
    pill.setObjectType(_KIND)
    pill.setProperty(_TEXT, text)
    pill.setToolTip(text[:300])
    cursor.insertText(PILL, pill)


def _text_of(pill: QTextFormat) -> str:
    text = pill.property(_TEXT)
    return text if isinstance(text, str) else ""


def _length(text: str) -> int:
    """Count as Qt counts: in UTF-16."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def _font(document: QTextDocument) -> QFont:
    font = QFont(document.defaultFont())
    font.setPointSizeF(max(6.0, font.pointSizeF() - 2.0))
    return font
