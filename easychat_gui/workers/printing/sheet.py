"""A page on a sheet: its head and foot, the grounds and bars behind its pieces, and the pieces."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import QDate, QLocale, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen

from easychat_gui.support.clock import day_of
from easychat_gui.workers.printing.block_setting import BlockSetter
from easychat_gui.workers.printing.pages import Page, Place, Placed
from easychat_gui.workers.printing.paper import points
from easychat_gui.workers.printing.pieces import BAR_WIDTH, Band, BandKind
from easychat_gui.workers.printing.story import PrintedStory

_HEAD_GAP = points(16)
_FOOT_GAP = points(16)
_RADIUS = points(4)


@dataclass(frozen=True, slots=True)
class Run:
    """Where a band runs on a page, in dots from the top of the text."""

    band: Band
    top: float
    bottom: float


class SheetPainter:
    """Paints pages. The painter's unit must be the dot, and its origin the corner of the sheet."""

    def __init__(self, story: PrintedStory, setter: BlockSetter, now: float) -> None:
        self._story = story
        self._setter = setter
        locale = QLocale(setter.words.language)
        day = day_of(now)
        self._day = locale.toString(QDate(day.year, day.month, day.day), QLocale.FormatType.LongFormat)
        self._locale = locale

    def paint(self, painter: QPainter, page: Page, number: int, count: int) -> None:
        """Paint a page. ``number`` counts from 1, ``count`` is how many there are."""
        paper = self._setter.paper
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        self._paint_head(painter, page)
        for run in runs(page):
            self._paint_band(painter, run)
        for placed in page.placed:
            if placed.is_repeated:
                placed.piece.draw_repeated(painter, paper.left, paper.top + placed.top)
            placed.piece.draw(painter, paper.left, paper.top + placed.text_top, placed.first, placed.last)
        self._paint_foot(painter, number, count)

    def _paint_head(self, painter: QPainter, page: Page) -> None:
        paper, ink, lines = self._setter.paper, self._setter.ink, self._setter.lines
        if page.start == Place(page.start.part):
            return  # the title stands there large
        top = paper.top - _HEAD_GAP - ink.small.line
        room = paper.text_width * 0.72
        metrics = QFontMetricsF(ink.small.font)
        title = metrics.elidedText(self._story.title_of(page.start), Qt.TextElideMode.ElideRight, room)
        shown = lines.plain(title, ink.small, "text_muted", paper.text_width)
        shown.draw(painter, paper.left, top, 0, 1)
        side = "left" if shown.is_right_to_left else "right"
        day = lines.plain(self._day, ink.small, "text_muted", paper.text_width, side)
        day.draw(painter, paper.left, top)
        bottom = paper.top - _HEAD_GAP + points(3)
        painter.fillRect(QRectF(paper.left, bottom, paper.text_width, points(0.5)), ink.colour("border"))

    def _paint_foot(self, painter: QPainter, number: int, count: int) -> None:
        paper, setter = self._setter.paper, self._setter
        shown = setter.words.page.format(number=self._locale.toString(number), count=self._locale.toString(count))
        lines = setter.lines.plain(shown, setter.ink.small, "text_muted", paper.text_width, "center")
        lines.draw(painter, paper.left, paper.height - paper.bottom + _FOOT_GAP)

    def _paint_band(self, painter: QPainter, run: Run) -> None:
        band, paper, ink = run.band, self._setter.paper, self._setter.ink
        top, bottom = paper.top + run.top - band.overhang, paper.top + run.bottom + band.overhang
        if band.kind is BandKind.BAR:
            painter.fillRect(QRectF(paper.left + band.left, top, BAR_WIDTH, bottom - top), ink.colour(band.colour))
            return
        rect = QRectF(paper.left + band.left, top, band.right - band.left, bottom - top)
        painter.save()
        painter.setPen(QPen(ink.colour(band.border or band.colour), points(0.6)))
        painter.setBrush(ink.colour(band.colour))
        painter.drawRoundedRect(rect, _RADIUS, _RADIUS)
        painter.restore()


def runs(page: Page) -> Iterator[Run]:
    """Yield where each band runs, those of the outside first."""
    depth = 0
    while any(len(placed.piece.manners.bands) > depth for placed in page.placed):
        yield from _runs_at(page.placed, depth)
        depth += 1


def _runs_at(all_placed: tuple[Placed, ...], depth: int) -> Iterator[Run]:
    run: Run | None = None
    for placed in all_placed:
        bands = placed.piece.manners.bands
        band = bands[depth] if depth < len(bands) else None
        if run is not None and band is not None and band.serial == run.band.serial:
            run = Run(run.band, run.top, placed.bottom)
            continue
        if run is not None:
            yield run
        run = Run(band, placed.top, placed.bottom) if band is not None else None
    if run is not None:
        yield run
