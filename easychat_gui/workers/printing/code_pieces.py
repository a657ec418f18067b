"""Code on paper: its own ground, its colours, its lines never moved from where they begin."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPainterPath, QPen, QTextLayout, QTextOption

from easychat_gui.rendering.highlight import ColouredRange
from easychat_gui.workers.printing.ink import Face, Ink
from easychat_gui.workers.printing.lines import Lines
from easychat_gui.workers.printing.paper import points
from easychat_gui.workers.printing.pieces import Manners, Piece
from easychat_gui.workers.printing.readable import note_line, units

PADDING = points(8)
_MOST_TOGETHER = 8
"""A line that goes on in so many further ones is not cut at the end of a page."""
_TAB = 4
_FEWEST_LINES = 4
"""Lines of long code that stand at the end of a page, or at the beginning of one, at least."""


class CodePiece(Piece):
    """A part of a piece of code, with the name of its language above the first part.

    The rows are: the head (or nothing, for a further part), each line of the code with those in which it goes on, and
    the padding below the last part.
    """

    def __init__(
        self,
        lines: Sequence[QTextLayout],
        head: Lines | None,
        again: Lines,
        manners: Manners,
        left: float,
        ink: Ink,
        face: Face,
        *,
        is_last: bool,
    ) -> None:
        """``head`` is the line above, None for a further part; ``again`` is what stands there on a further page."""
        top = PADDING / 2 + head.height + points(3) if head is not None else 0.0
        self._lines = [part for layout in lines for part in _parts(layout)]
        rows = [top, *(face.line * len(part) for _, part in self._lines), *([PADDING] if is_last else [])]
        is_first = head is not None
        manners.first_rows = (1 if is_first else 0) + _FEWEST_LINES
        manners.last_rows = (1 if is_last else 0) + _FEWEST_LINES
        super().__init__(rows, manners, PADDING / 2 + again.height + points(3))
        self._head = head
        self._again = again
        self._left = left + PADDING
        self._ink = ink
        self._face = face

    def draw(self, painter: QPainter, left: float, top: float, first: int, last: int) -> None:
        if first == 0 and self._head is not None:
            self._head.draw(painter, left + self._left, top + PADDING / 2)
        face = self._face
        y = top + (self.rows[0] if first == 0 else 0.0)
        for layout, numbers in self._lines[max(0, first - 1) : max(0, last - 1)]:
            for number in numbers:
                line = layout.lineAt(number)
                place = QPointF(left + self._left, y + face.rise - line.ascent() - line.y())
                line.draw(painter, place)
                note_line(painter, line, layout.text(), place)
                if number:
                    self._draw_hook(painter, left + self._left, y + face.rise)
                y += face.line

    def draw_repeated(self, painter: QPainter, left: float, top: float) -> None:
        self._again.draw(painter, left + self._left, top + PADDING / 2)

    def _draw_hook(self, painter: QPainter, left: float, baseline: float) -> None:
        """Mark a line that goes on with the one above: a drawn sign, so that nobody copies it with the code."""
        x, y = left - points(5.2), baseline - points(2.4)
        hook = QPainterPath(QPointF(x, y - points(2.4)))
        hook.lineTo(x, y)
        hook.lineTo(x + points(3), y)
        painter.setPen(QPen(self._ink.colour("text_faint"), points(0.6)))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(hook)


def _parts(layout: QTextLayout) -> list[tuple[QTextLayout, range]]:
    """Return the lines on paper that one line of the code takes, in parts that stay together."""
    count = layout.lineCount()
    size = count if count <= _MOST_TOGETHER else 1
    return [(layout, range(start, start + size)) for start in range(0, count, max(1, size))]


def untabbed(source: str) -> str:
    """Put blanks in the place of tabs, which no PDF file has: what is copied from it would lose its indentation."""
    return source.expandtabs(_TAB)


def face_for(source: str, ink: Ink, width: float) -> Face:
    """Return the largest font in which no line of this code is broken, the usual one where there is none."""
    longest = max(source.split("\n"), key=len)
    room = math.floor(width - 2 * PADDING)
    fitting = (
        face for face in (ink.code, *ink.tight_code) if QFontMetricsF(face.font).horizontalAdvance(longest) <= room
    )
    return next(fitting, ink.code)


def code_lines(
    source: str, colours: Sequence[Sequence[ColouredRange]], ink: Ink, face: Face, width: float
) -> tuple[QTextLayout, ...]:
    """Lay out each line of code; what is too long goes on in a further line."""
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAnywhere)
    option.setTextDirection(Qt.LayoutDirection.LeftToRight)
    result: list[QTextLayout] = []
    for number, text in enumerate(source.split("\n")):
        layout = QTextLayout(text, face.font)
        layout.setTextOption(option)
        layout.setFormats([_plain_range(text, ink), *(_range(text, each, ink) for each in _of(colours, number))])
        _break(layout, width - 2 * PADDING)
        result.append(layout)
    return tuple(result)


def _break(layout: QTextLayout, width: float) -> None:
    layout.beginLayout()
    while (line := layout.createLine()).isValid():
        line.setLineWidth(math.floor(width))
    layout.endLayout()


def _of(colours: Sequence[Sequence[ColouredRange]], number: int) -> Sequence[ColouredRange]:
    return colours[number] if number < len(colours) else ()


def _plain_range(text: str, ink: Ink) -> QTextLayout.FormatRange:
    result = QTextLayout.FormatRange()
    result.start, result.length = 0, units(text)
    result.format.setForeground(ink.colour("text"))
    return result


def _range(text: str, coloured: ColouredRange, ink: Ink) -> QTextLayout.FormatRange:
    result = QTextLayout.FormatRange()
    result.start = units(text[: coloured.start])
    result.length = units(text[coloured.start : coloured.start + coloured.length])
    result.format = ink.syntax[coloured.kind]
    return result
