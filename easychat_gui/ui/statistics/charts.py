"""Charts drawn with QPainter: bars of days, ranked bars, lines. On the screen or in a picture, the same strokes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QFont, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QToolTip, QWidget

from easychat_gui.rendering.columns import fitted_widths
from easychat_gui.ui import theme
from easychat_gui.ui.statistics import accessibility, words
from easychat_gui.ui.statistics.spans import Span
from easychat_gui.ui.theme import Space, Theme
from easychat_gui.ui.widgets.region import Region

AXIS_INSET = 10
BAR_SIDE = 8
WIDEST_BAR = 16
LABEL_ROOM = 22
RANK_PITCH = 25
RANK_BAR = 10
RANK_LABEL = 120
_OWN_DIRECTION, _END = "\u2068", "\u2069"
"""Around a text that is read in its own direction."""
LEGEND_ROOM = 26
MOST_LINES = 4


@dataclass(frozen=True, slots=True)
class Mark:
    """One thing that a chart shows: where it is drawn, where the pointer finds it, and what is said of it."""

    shape: QRectF
    reach: QRectF
    words: str


def line_colours(colours: Theme) -> tuple[QColor, ...]:
    return colours.accent, colours.warning, colours.syntax.keyword, colours.syntax.number


class Chart(Region, QWidget):
    """``picked(int)`` when another of its marks is looked at, by pointer or keyboard; -1: none is."""

    picked = Signal(int)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setToolTip(self.tr("The arrow keys go through the figures"))
        self._at = -1
        self._marks: list[Mark] | None = None
        accessibility.install()
        theme.watcher().changed.connect(self.update)

    # For those who say what it shows

    def marks(self) -> list[Mark]:
        """Return what there is, in the order in which the keyboard goes through it."""
        if self._marks is None:
            self._marks = self.placed(QSizeF(self.size()))
        return self._marks

    def placed(self, size: QSizeF) -> list[Mark]:
        """Lay it out in this size, in device-independent pixels."""
        raise NotImplementedError

    def draw(self, painter: QPainter, size: QSizeF, colours: Theme, at: int = -1) -> None:
        """Draw it in this size and these colours; ``at`` is the mark that is looked at."""
        raise NotImplementedError

    def relay(self) -> None:
        """What it shows is another."""
        self._marks = None
        self.setAccessibleDescription("; ".join(each.words for each in self.placed(QSizeF(600, 200))[:400]))
        self._pick(-1)
        self.update()

    # Looking at one

    def _pick(self, at: int) -> None:
        if at != self._at:
            self._at = at
            self.picked.emit(at)
            self.update()

    def _tell(self) -> None:
        """Say what is looked at, beside it."""
        if 0 <= self._at < len(self.marks()):
            mark = self.marks()[self._at]
            QToolTip.showText(self.mapToGlobal(mark.shape.topRight().toPoint()), mark.words, self)
            accessibility.tell_focus(self, self._at)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        place = event.position()
        found = next((at for at, mark in enumerate(self.marks()) if mark.reach.contains(place)), -1)
        if found != self._at:
            self._pick(found)
            if found < 0:
                QToolTip.hideText()
        if found >= 0:
            QToolTip.showText(event.globalPosition().toPoint(), self.marks()[found].words, self)

    def leaveEvent(self, event: object) -> None:
        del event
        if not self.hasFocus():
            self._pick(-1)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() not in (Qt.FocusReason.MouseFocusReason, Qt.FocusReason.ActiveWindowFocusReason):
            self._pick(max(self._at, 0) if self.marks() else -1)
            self._tell()
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._pick(-1)
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        last = len(self.marks()) - 1
        is_mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        on, back = (Qt.Key.Key_Left, Qt.Key.Key_Right) if is_mirrored else (Qt.Key.Key_Right, Qt.Key.Key_Left)
        step = {on: 1, Qt.Key.Key_Down: 1, back: -1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
        if last < 0 or (step is None and event.key() not in (Qt.Key.Key_Home, Qt.Key.Key_End)):
            super().keyPressEvent(event)
            return
        ends = {Qt.Key.Key_Home: 0, Qt.Key.Key_End: last}
        self._pick(ends[Qt.Key(event.key())] if step is None else min(last, max(0, self._at + step)))
        self._tell()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(self.font())
        self.draw(painter, QSizeF(self.size()), theme.current(), self._at)
        if self.hasFocus() and self._at < 0:
            painter.setPen(theme.current().accent)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)

    def resizeEvent(self, event: object) -> None:
        del event
        self._marks = None

    def minimumSizeHint(self) -> QSize:
        return QSize(120, 80)

    # For the drawing

    def mirrored(self, area: QRectF, size: QSizeF) -> QRectF:
        """Return where an area is when the interface reads from right to left."""
        if self.layoutDirection() != Qt.LayoutDirection.RightToLeft:
            return area
        return QRectF(size.width() - area.right(), area.y(), area.width(), area.height())

    def small(self) -> QFont:
        font = QFont(self.font())
        font.setPointSizeF(font.pointSizeF() - 1.0)
        return font

    def text(self, painter: QPainter, area: QRectF, text: str, alignment: Qt.AlignmentFlag) -> None:
        """Draw a text that gives way where there is no room: the maker of a model first, then the end."""
        metrics, room = painter.fontMetrics(), int(area.width()) + 1
        if metrics.horizontalAdvance(text) > room:
            text = text.rpartition("/")[2] or text
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room)
        shown = f"{_OWN_DIRECTION}{shown}{_END}"  # else "38 k" would be "k 38" in a window from right to left
        painter.drawText(area, alignment | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, shown)


class DayBars(Chart):
    """One bar a day (or week, or month), on a line."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self._spans: Sequence[Span] = ()
        self._unit = "{value}"
        self._words_of = words.whole

    def show_spans(self, spans: Sequence[Span], unit: str, words_of: object = None) -> None:
        """``unit`` has a place for the ``{value}``."""
        self._spans, self._unit = spans, unit
        self._words_of = words_of if callable(words_of) else words.whole
        self.relay()

    def sizeHint(self) -> QSize:
        return QSize(600, 165)

    def placed(self, size: QSizeF) -> list[Mark]:
        if not self._spans:
            return []
        bottom = size.height() - LABEL_ROOM
        start, width = AXIS_INSET + BAR_SIDE, size.width() - 2 * (AXIS_INSET + BAR_SIDE)
        pitch = width / len(self._spans)
        bar = min(WIDEST_BAR, max(1.0, pitch * 0.64))
        top = max((each.value for each in self._spans), default=0) or 1
        marks = []
        for place, span in enumerate(self._spans):
            left = start + place * pitch + (pitch - bar) / 2
            height = 0 if not span.value else max(2.0, (bottom - 8) * span.value / top)
            said = self._unit.format(value=self._words_of(span.value))
            marks.append(
                Mark(
                    self.mirrored(QRectF(left, bottom - height, bar, height), size),
                    self.mirrored(QRectF(start + place * pitch, 0, pitch, size.height()), size),
                    f"{words.days(span.first, span.last)}: {said}",
                )
            )
        return marks

    def draw(self, painter: QPainter, size: QSizeF, colours: Theme, at: int = -1) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        bottom = size.height() - LABEL_ROOM
        painter.setPen(Qt.PenStyle.NoPen)
        marks = self.placed(size)
        if 0 <= at < len(marks):
            painter.setBrush(colours.accent_soft)
            painter.drawRoundedRect(marks[at].reach.adjusted(0, 0, 0, -LABEL_ROOM), 3, 3)
        for place, mark in enumerate(marks):
            fill = QColor(colours.accent)
            fill.setAlphaF(1.0 if place == at else 0.88)
            painter.setBrush(fill)
            radius = min(3.0, mark.shape.width() / 2)
            painter.drawRoundedRect(mark.shape, radius, radius)
        painter.setPen(QPen(colours.border, 1.5))
        painter.drawLine(QPointF(AXIS_INSET, bottom + 0.75), QPointF(size.width() - AXIS_INSET, bottom + 0.75))
        if self._spans:
            painter.setFont(self.small())
            painter.setPen(colours.text_faint)
            area = QRectF(AXIS_INSET, bottom + 4, size.width() - 2 * AXIS_INSET, LABEL_ROOM - 4)
            self.text(painter, area, words.day(self._spans[0].first), Qt.AlignmentFlag.AlignLeading)
            if len(self._spans) > 1:
                self.text(painter, area, words.day(self._spans[-1].last), Qt.AlignmentFlag.AlignTrailing)


class RankBars(Chart):
    """Names with bars that lie, the longest first. What has no place is put together in the last one."""

    def __init__(self, name: str, others: str, parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self._others = others
        self._rows: Sequence[tuple[str, float]] = ()
        self._words_of = words.compact

    def show_rows(self, rows: Sequence[tuple[str, float]], words_of: object = None) -> None:
        self._rows = rows
        self._words_of = words_of if callable(words_of) else words.compact
        self.relay()

    def sizeHint(self) -> QSize:
        return QSize(300, 180)

    def _label_room(self, size: QSizeF) -> float:
        """Return how much the names take, in px: the usual, or more where they need it and it is there."""
        widest = max((self.fontMetrics().horizontalAdvance(name) for name, _ in self._rows), default=0) + 2 * Space.S
        return min(max(RANK_LABEL, widest), size.width() * 0.4)

    def _fitting(self, size: QSizeF) -> list[tuple[str, float]]:
        most = max(2, int(size.height() // RANK_PITCH))
        rows = list(self._rows)
        if len(rows) > most:
            rows[most - 1 :] = [(self._others, sum(value for _, value in rows[most - 1 :]))]
        return rows

    def placed(self, size: QSizeF) -> list[Mark]:
        rows = self._fitting(size)
        longest = max((value for _, value in rows), default=0) or 1
        label = self._label_room(size)
        room = max(20.0, size.width() - label - 78)
        marks = []
        for place, (name, value) in enumerate(rows):
            top = place * RANK_PITCH
            width = max(RANK_BAR, room * value / longest)
            shape = QRectF(label, top + (RANK_PITCH - RANK_BAR) / 2, width, RANK_BAR)
            reach = QRectF(0, top, size.width(), RANK_PITCH)
            marks.append(Mark(self.mirrored(shape, size), reach, f"{name}: {self._words_of(value)}"))
        return marks

    def draw(self, painter: QPainter, size: QSizeF, colours: Theme, at: int = -1) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        label = self._label_room(size)
        for place, (mark, (name, value)) in enumerate(zip(self.placed(size), self._fitting(size), strict=True)):
            painter.setPen(Qt.PenStyle.NoPen)
            if place == at:
                painter.setBrush(colours.accent_soft)
                painter.drawRoundedRect(mark.reach.adjusted(0, 1, 0, -1), 6, 6)
            painter.setBrush(colours.accent)
            painter.drawRoundedRect(mark.shape, RANK_BAR / 2, RANK_BAR / 2)
            painter.setPen(colours.text)
            painter.setFont(self.font())
            named = self.mirrored(QRectF(0, mark.reach.y(), label - Space.S, RANK_PITCH), size)
            self.text(painter, named, name, Qt.AlignmentFlag.AlignLeading)
            painter.setPen(colours.text_muted)
            painter.setFont(self.small())
            width = max(label, 1) + mark.shape.width() + 10
            after = self.mirrored(QRectF(width, mark.reach.y(), max(1.0, size.width() - width), RANK_PITCH), size)
            self.text(painter, after, self._words_of(value), Qt.AlignmentFlag.AlignLeading)


class Lines(Chart):
    """Some lines over the same days, with a legend below them."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self._lines: Sequence[tuple[str, Sequence[tuple[date, float]]]] = ()
        self._first = self._last = date(1970, 1, 1)
        self._words_of = words.speed

    def show_lines(
        self,
        lines: Sequence[tuple[str, Sequence[tuple[date, float]]]],
        first: date,
        last: date,
        words_of: object = None,
    ) -> None:
        self._lines, self._first, self._last = lines, first, last
        self._words_of = words_of if callable(words_of) else words.speed
        self.relay()

    def sizeHint(self) -> QSize:
        return QSize(300, 180)

    def _points(self, size: QSizeF) -> list[list[tuple[QPointF, date, float]]]:
        top = max((value for _, points in self._lines for _, value in points), default=0) or 1
        days = max(1, (self._last - self._first).days)
        start, width = AXIS_INSET + BAR_SIDE, size.width() - 2 * (AXIS_INSET + BAR_SIDE)
        height = size.height() - LEGEND_ROOM - 14
        placed = []
        for _, points in self._lines:
            found = []
            for day, value in points:
                x = start + width * ((day - self._first).days / days if self._last > self._first else 0.5)
                spot = self.mirrored(QRectF(x, 7 + height * (1 - value / top), 0, 0), size)
                found.append((spot.topLeft(), day, value))
            placed.append(found)
        return placed

    def placed(self, size: QSizeF) -> list[Mark]:
        marks = []
        for (name, _), points in zip(self._lines, self._points(size), strict=True):
            for spot, day, value in points:
                shape = QRectF(spot.x() - 4, spot.y() - 4, 8, 8)
                reach = shape.adjusted(-3, -3, 3, 3)
                marks.append(Mark(shape, reach, f"{words.day(day)}, {name}: {self._words_of(value)}"))
        return marks

    def draw(self, painter: QPainter, size: QSizeF, colours: Theme, at: int = -1) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        inks = line_colours(colours)
        for place, points in enumerate(self._points(size)):
            ink = inks[place % len(inks)]
            painter.setPen(QPen(ink, 2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
            if len(points) > 1:
                painter.drawPolyline([spot for spot, _, _ in points])
            else:
                painter.setBrush(ink)
                painter.drawEllipse(points[0][0], 2.5, 2.5)
                painter.setBrush(Qt.BrushStyle.NoBrush)
        marks = self.placed(size)
        if 0 <= at < len(marks):
            painter.setPen(QPen(colours.text, 1.5))
            painter.setBrush(colours.surface)
            painter.drawEllipse(marks[at].shape)
        self._draw_legend(painter, size, colours, inks)

    def _draw_legend(self, painter: QPainter, size: QSizeF, colours: Theme, inks: Sequence[QColor]) -> None:
        painter.setFont(self.small())
        metrics = painter.fontMetrics()
        left, middle = 0.0, size.height() - LEGEND_ROOM / 2
        needed = [metrics.horizontalAdvance(name) + 2 for name, _ in self._lines]
        room = int(size.width()) - len(needed) * 14 - max(0, len(needed) - 1) * Space.M
        widths = fitted_widths(needed, max(0, room), 0)
        for place, ((name, _), width) in enumerate(zip(self._lines, widths, strict=True)):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(inks[place % len(inks)])
            painter.drawEllipse(self.mirrored(QRectF(left + 1, middle - 4.5, 9, 9), size))
            painter.setPen(colours.text_muted)
            area = self.mirrored(QRectF(left + 14, middle - LEGEND_ROOM / 2, width, LEGEND_ROOM), size)
            self.text(painter, area, name, Qt.AlignmentFlag.AlignLeading)
            left += 14 + width + Space.M
