"""What stands on pages, one below the other: pieces, each cut into rows between which a page may end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum, auto

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen

from easychat_gui.rendering.typesetting import Picture
from easychat_gui.workers.printing import formulas
from easychat_gui.workers.printing.ink import Ink
from easychat_gui.workers.printing.lines import Lines
from easychat_gui.workers.printing.paper import points

BAR_WIDTH = points(1.6)


class BandKind(Enum):
    """BAR is the line beside a quote, GROUND the coloured ground of code and of questions."""

    BAR = auto()
    GROUND = auto()


@dataclass(frozen=True, slots=True)
class Band:
    """Something that runs along neighbouring pieces without a break.

    ``serial`` is the same for all pieces that it runs along. ``left`` and ``right`` are its edges, in dots from the
    left edge of the text; a BAR is at ``left``. ``border`` is empty or the name of a colour.
    """

    serial: object
    kind: BandKind
    left: float
    right: float
    colour: str
    border: str = ""
    overhang: float = 0.0
    """How far a GROUND reaches above the first piece and below the last."""


@dataclass(slots=True)
class Manners:
    """How a piece stands among the others. Lengths are in dots.

    :param gap: the distance from the piece above, if that is on the same page.
    :param first_rows: so many of its rows at least stand at the end of a page, or none.
    :param last_rows: so many of its rows at least stand at the beginning of a page.
    :param keeps_next: it never stands at the end of a page, as a heading does not.
    :param keeps_previous: it never stands at the top of a page, as the figures of an answer do not.
    :param joins_previous: it goes on with the code, table or paragraph before it.
    :param is_whole: with all that joins it, it is not cut where a page has room for it.
    :param starts_page: it stands at the top of a page.
    :param outline: how deep it stands in the document's outline, and the words there; None: not at all.
    :param leads_to: the part of the story (a chat) whose beginning is opened from here.
    """

    gap: float = 0.0
    first_rows: int = 1
    last_rows: int = 1
    keeps_next: bool = False
    keeps_previous: bool = False
    joins_previous: bool = False
    is_whole: bool = False
    starts_page: bool = False
    bands: tuple[Band, ...] = ()
    outline: tuple[int, str] | None = None
    leads_to: int | None = None


@dataclass(slots=True)
class Piece:
    """A piece of a page. ``rows`` are heights in dots."""

    rows: Sequence[float]
    manners: Manners = field(default_factory=Manners)
    repeated: float = 0.0
    """The height of what is drawn again where it goes on at the top of a page."""

    def draw(self, painter: QPainter, left: float, top: float, first: int, last: int) -> None:
        """Draw the rows from ``first`` up to ``last`` (not included), the first one at this height."""

    def draw_repeated(self, painter: QPainter, left: float, top: float) -> None:
        """Draw what stands again at the top of a page that it goes on at."""


@dataclass(slots=True)
class Marker:
    """What stands before the first line of a list item: a bullet, a number, or the box of a task.

    ``width`` is that of the place before the text.
    """

    width: float
    lines: Lines | None = None
    is_done: bool | None = None


class TextPiece(Piece):
    """Lines of text. ``left`` is where they begin, in dots from the left edge of the text."""

    __slots__ = ("_ink", "_left", "_lines", "_markers", "_width")

    def __init__(
        self, lines: Lines, manners: Manners, left: float, width: float, ink: Ink, markers: Sequence[Marker] = ()
    ) -> None:
        super().__init__(lines.heights, manners)
        self._lines = lines
        self._left = left
        self._width = width
        self._ink = ink
        self._markers = markers

    def draw(self, painter: QPainter, left: float, top: float, first: int, last: int) -> None:
        if first == 0:
            self._draw_markers(painter, left, top)
        self._lines.draw(painter, left + self._left, top, first, last)

    def _draw_markers(self, painter: QPainter, left: float, top: float) -> None:
        """Draw what stands before the first line. It comes first in a file too, so that it is read first."""
        is_mirrored = self._lines.is_right_to_left
        edge = left + self._left + (self._width if is_mirrored else 0.0)
        for marker in reversed(self._markers):  # the innermost stands next to the text
            slot = edge if is_mirrored else edge - marker.width
            self._draw_marker(painter, marker, slot, top, is_mirrored=is_mirrored)
            edge += marker.width if is_mirrored else -marker.width

    def _draw_marker(self, painter: QPainter, marker: Marker, left: float, top: float, *, is_mirrored: bool) -> None:
        if marker.lines is not None:
            y = top + self._lines.first_rise - marker.lines.first_rise
            x = left + marker.width - points(5) - marker.lines.natural_width
            marker.lines.draw(painter, left + points(5) if is_mirrored else x, y)
        elif marker.is_done is not None:
            side = points(7.5)
            bottom = top + self._lines.first_rise + points(0.6)
            square = QRectF(left + marker.width - side - points(6), bottom - side, side, side)
            draw_task(painter, square, self._ink, is_done=marker.is_done)


def draw_task(painter: QPainter, square: QRectF, ink: Ink, *, is_done: bool) -> None:
    """Draw the box of a task, with its tick where it is done."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(ink.colour("accent" if is_done else "text_faint"), points(0.8)))
    painter.setBrush(ink.colour("accent") if is_done else Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(square, points(1.4), points(1.4))
    if is_done:
        tick = QPainterPath(square.topLeft() + QPointF(square.width() * 0.22, square.height() * 0.52))
        tick.lineTo(square.topLeft() + QPointF(square.width() * 0.42, square.height() * 0.73))
        tick.lineTo(square.topLeft() + QPointF(square.width() * 0.78, square.height() * 0.28))
        painter.setPen(QPen(ink.colour("accent_text"), points(1.0)))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(tick)
    painter.restore()


class PairPiece(Piece):
    """A line with something at its beginning and something muted at its end: who speaks, and when."""

    __slots__ = ("_end", "_left", "_start")

    def __init__(self, start: Lines, end: Lines, manners: Manners, left: float) -> None:
        super().__init__((max(start.height, end.height),), manners)
        self._start = start
        self._end = end
        self._left = left

    def draw(self, painter: QPainter, left: float, top: float, first: int, last: int) -> None:
        del first, last
        rise = max(self._start.first_rise, self._end.first_rise)
        self._start.draw(painter, left + self._left, top + rise - self._start.first_rise)
        self._end.draw(painter, left + self._left, top + rise - self._end.first_rise)


class FormulaPiece(Piece):
    """A formula on a line of its own, in the middle of the width that it has."""

    __slots__ = ("_colour", "_em", "_left", "_picture", "_width")

    def __init__(self, picture: Picture, em: float, manners: Manners, left: float, width: float, colour: QColor):
        super().__init__(((picture.ascent + picture.descent) * em,), manners)
        self._picture = picture
        self._em = em
        self._left = left
        self._width = width
        self._colour = colour.name()

    def draw(self, painter: QPainter, left: float, top: float, first: int, last: int) -> None:
        del first, last
        width = self._picture.width * self._em
        x = left + self._left + (self._width - width) / 2
        formulas.paint(painter, self._picture, QRectF(x, top, width, self.rows[0]), self._colour)


class RulePiece(Piece):
    """A line across the text."""

    __slots__ = ("_colour", "_left", "_width")

    def __init__(self, manners: Manners, left: float, width: float, colour: QColor) -> None:
        super().__init__((points(0.7),), manners)
        self._left = left
        self._width = width
        self._colour = colour

    def draw(self, painter: QPainter, left: float, top: float, first: int, last: int) -> None:
        del first, last
        painter.fillRect(QRectF(left + self._left, top, self._width, self.rows[0]), self._colour)


class PicturePiece(Piece):
    """A picture, no larger than it is at 96 dots an inch and than a page has room for."""

    __slots__ = ("_image", "_left", "_width")

    def __init__(self, image: QImage, manners: Manners, left: float, room: float, highest: float) -> None:
        natural = image.width() * points(0.75), image.height() * points(0.75)
        scale = min(1.0, room / max(1.0, natural[0]), highest / max(1.0, natural[1]))
        super().__init__((max(1.0, natural[1] * scale),), manners)
        self._image = image
        self._left = left
        self._width = max(1.0, natural[0] * scale)

    def draw(self, painter: QPainter, left: float, top: float, first: int, last: int) -> None:
        del first, last
        painter.drawImage(QRectF(left + self._left, top, self._width, self.rows[0]), self._image)
