"""Where a character of a laid out block stands, and which character stands at a place."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QTextDocument

from easychat_gui.ui.conversation.box import Box


def caret_rect(document: QTextDocument, offset: int) -> QRectF:
    """Return the place before a character, in the coordinates of the document, as high as its line."""
    block = document.findBlock(min(max(0, offset), document.characterCount() - 1))
    frame = document.documentLayout().blockBoundingRect(block)
    inside = offset - block.position()
    line = block.layout().lineForTextPosition(max(0, inside))
    if not line.isValid():
        return QRectF(frame.topLeft(), QSizeF(1, frame.height()))
    x = line.cursorToX(inside)
    left = float(x[0]) if isinstance(x, tuple) else float(x)  # type: ignore[arg-type]  # the stub says object
    return QRectF(frame.left() + left, frame.top() + line.y(), 1, line.height())


def offset_at(document: QTextDocument, x: float, y: float) -> int:
    """Return the character nearest to a place in the coordinates of the document."""
    return max(0, document.documentLayout().hitTest(QPointF(x, y), Qt.HitTestAccuracy.FuzzyHit))


def line_top(box: Box, offset: int) -> int:
    """Return how far below the top of the box the line of a character begins."""
    if box.document is None:
        return 0
    return box.document_top + round(caret_rect(box.document, offset).top())
