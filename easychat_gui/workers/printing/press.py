"""A thread that sets pages, draws pictures of them and sends them to a printer.

A book belongs to one thread, so all that is done with it is done here. Qt's printing is imported when printers are
first asked for.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QMarginsF, QObject, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import QImage, QPageLayout, QPageSize, QPainter

from easychat_gui.storage.records import RecordReader
from easychat_gui.support.private_folder import folder_on_disk
from easychat_gui.support.turns import taken_every
from easychat_gui.transfer.formats import Job
from easychat_gui.workers.printing.book import Book
from easychat_gui.workers.printing.paper import DOTS_PER_INCH, Paper
from easychat_gui.workers.printing.records import RecordSpool

if TYPE_CHECKING:
    from PySide6.QtPrintSupport import QPrinter

_TURNS_S = 0.001
_CLOSE_TIMEOUT_S = 2.0

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PrinterChoice:
    """A printer of this system. ``name`` is what the system calls it, ``words`` what people do."""

    name: str
    words: str
    is_default: bool = False


@dataclass(frozen=True, slots=True)
class PrintOrder:
    """What is sent to a printer: pages from 0, in this order."""

    printer: str
    pages: tuple[int, ...]
    copies: int = 1
    title: str = ""


@dataclass(frozen=True, slots=True)
class Edition:
    """What is set on which paper. Of a newer ``number`` the older ones are forgotten."""

    number: int
    job: Job
    paper: Paper


class Press(QObject):
    """``counted(edition, pages)`` when it is known how many there are, before that ``counting(edition, share)``;
    ``pictured(edition, page, QImage)``; ``printers_found(list of PrinterChoice)``; of an order ``progressed(share)``
    and then exactly one of ``printed``, ``stopped`` and ``refused(reason)``. ``failed(edition, error)``: no pages."""

    counting = Signal(int, float)
    counted = Signal(int, int)
    pictured = Signal(int, int, object)
    printers_found = Signal(object)
    progressed = Signal(float)
    printed = Signal()
    stopped = Signal()
    refused = Signal(str)
    failed = Signal(int, object)

    def __init__(self, database: Path, attachments: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        # The signals and not this object: no other thread may drop the last hold on it.
        self._bench = _Bench(database, attachments, partial(_emit, {name: getattr(self, name) for name in _SIGNALS}))
        self._edition = 0
        self._thread: threading.Thread | None = None
        self.destroyed.connect(self._bench.close)

    def set_pages(self, job: Job, paper: Paper) -> int:
        """Set pages, in the place of those before. Return the number of the edition."""
        self._edition += 1
        self._bench.set_edition(Edition(self._edition, job, paper))
        self._begin()
        return self._edition

    def show_pages(self, numbers: Sequence[int], width: int) -> None:
        """Draw these pages, so many pixels wide. What was wished before and is not drawn yet is dropped."""
        self._bench.wish(numbers, width)

    def find_printers(self) -> None:
        self._bench.ask_for_printers()
        self._begin()

    def print_pages(self, order: PrintOrder) -> None:
        self._bench.order(order)

    def stop_printing(self) -> None:
        self._bench.stop_printing()

    def close(self) -> None:
        """End the thread. What it does is broken off."""
        self._bench.close()
        if self._thread is not None:
            self._thread.join(_CLOSE_TIMEOUT_S)

    def _begin(self) -> None:
        if self._thread is None:
            # No other thread may be the first to ask PySide for a class: see easychat_gui/ahead.py.
            from PySide6.QtPrintSupport import QPrinter, QPrinterInfo  # noqa: F401

            self._thread = threading.Thread(target=self._bench.work, name="press", daemon=True)
            self._thread.start()


_SIGNALS = (
    "counting",
    "counted",
    "pictured",
    "printers_found",
    "progressed",
    "printed",
    "stopped",
    "refused",
    "failed",
)


def _emit(signals: Mapping[str, Any], name: str, *values: Any) -> None:
    try:
        signals[name].emit(*values)
    except RuntimeError:  # it went while this ran
        _log.debug("pages that nobody waits for")


class _OutdatedError(Exception):
    """Something newer is wanted, or nothing any more."""


class _Bench:
    """What both threads know, and the work of the one."""

    def __init__(self, database: Path, attachments: Path, tell: Callable[..., None]) -> None:
        self._database = database
        self._attachments = attachments
        self._tell = tell
        self._changed = threading.Condition()
        self._wanted: Edition | None = None
        self._wishes: list[int] = []
        self._width = 1
        self._order: PrintOrder | None = None
        self._is_stopped = False
        self._wants_printers = False
        self._is_closed = False

    # -- from the window's thread

    def set_edition(self, edition: Edition) -> None:
        with self._changed:
            self._wanted = edition
            self._wishes.clear()
            self._changed.notify()

    def wish(self, numbers: Sequence[int], width: int) -> None:
        with self._changed:
            self._wishes, self._width = list(numbers), width
            self._changed.notify()

    def ask_for_printers(self) -> None:
        with self._changed:
            self._wants_printers = True
            self._changed.notify()

    def order(self, order: PrintOrder) -> None:
        with self._changed:
            self._order, self._is_stopped = order, False
            self._changed.notify()

    def stop_printing(self) -> None:
        self._is_stopped = True

    def close(self) -> None:
        with self._changed:
            self._is_closed = self._is_stopped = True
            self._changed.notify()

    # -- the thread

    def work(self) -> None:
        try:
            while True:
                self._serve_an_edition()
        except _OutdatedError:
            return

    def _serve_an_edition(self) -> None:
        """Set the pages that are wanted, and draw and print them until others are."""
        edition = self._next_edition()
        try:
            with folder_on_disk() as folder, RecordSpool(folder) as spool:
                try:
                    book = self._book(edition, spool)
                    while edition is self._wanted and not self._is_closed:
                        self._serve(edition, book)
                except _OutdatedError:
                    return
        except Exception as error:  # nobody may wait for pages that do not come
            _log.exception("pages could not be set")
            self._tell("failed", edition.number, error)
            with self._changed:
                self._changed.wait_for(lambda: self._wanted is not edition or self._is_closed)

    def _next_edition(self) -> Edition:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._wanted or self._wants_printers or self._is_closed)
                if self._is_closed:
                    raise _OutdatedError
                edition = self._wanted
            self._find_printers()
            if edition is not None:
                return edition

    def _book(self, edition: Edition, spool: RecordSpool) -> Book:
        job = edition.job
        with taken_every(_TURNS_S):
            with RecordReader(self._database, self._attachments) as reader:
                spool.take(reader.records(reader.ids(job.wanted), job.wanted))
            book = Book(spool, job, edition.paper)

            def tell(share: float) -> None:
                if edition is not self._wanted or self._is_closed:
                    raise _OutdatedError
                self._tell("counting", edition.number, share)

            count = book.count_pages(tell) if len(spool) else 0
        self._tell("counted", edition.number, count)
        return book

    def _serve(self, edition: Edition, book: Book) -> None:
        with self._changed:
            self._changed.wait_for(
                lambda: (
                    self._is_closed
                    or edition is not self._wanted
                    or self._wishes
                    or self._order
                    or self._wants_printers
                )
            )
            number = self._wishes.pop(0) if self._wishes else None
            width = self._width
            order, self._order = self._order, None
        if self._is_closed or edition is not self._wanted:
            return
        self._find_printers()
        if number is not None and number < book.page_count:
            with taken_every(_TURNS_S):
                self._tell("pictured", edition.number, number, picture_of(book, number, width))
        if order is not None:
            self._print(book, order)

    # -- printers

    def _find_printers(self) -> None:
        if not self._wants_printers:
            return
        self._wants_printers = False
        self._tell("printers_found", printers())

    def _print(self, book: Book, order: PrintOrder) -> None:
        try:
            printer = make_printer(order, book.paper)
            painter = QPainter()
            if not painter.begin(printer):
                self._tell("refused", order.printer)
                return
            with taken_every(_TURNS_S):
                is_whole = self._paint(painter, printer, book, order)
            painter.end()
            self._tell("printed" if is_whole else "stopped")
        except Exception as error:
            _log.exception("pages could not be printed")
            self._tell("refused", str(error))

    def _paint(self, painter: QPainter, printer: QPrinter, book: Book, order: PrintOrder) -> bool:
        """Paint all pages. Return False when that was stopped on the way."""
        rounds = 1 if printer.supportsMultipleCopies() else order.copies
        pages = order.pages * rounds
        scale = printer.resolution() / DOTS_PER_INCH
        for done, number in enumerate(pages):
            if self._is_stopped:
                printer.abort()
                return False
            if done:
                printer.newPage()
            painter.resetTransform()
            painter.scale(scale, scale)
            book.painter.paint(painter, book.page(number), number + 1, book.page_count)
            self._tell("progressed", (done + 1) / len(pages))
        return True


def picture_of(book: Book, number: int, width: int) -> QImage:
    """Draw a page, so many pixels wide."""
    paper = book.paper
    image = QImage(QSize(width, round(width * paper.height / paper.width)), QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    painter.scale(width / paper.width, width / paper.width)
    book.painter.paint(painter, book.page(number), number + 1, book.page_count)
    painter.end()
    return image


def printers() -> list[PrinterChoice]:
    """Return the printers of this system, the usual one first. May take a while."""
    from PySide6.QtPrintSupport import QPrinterInfo

    usual = QPrinterInfo.defaultPrinterName()
    names = QPrinterInfo.availablePrinterNames()
    found = [PrinterChoice(name, _words_of(name), is_default=name == usual) for name in names]
    return sorted(found, key=lambda each: (not each.is_default, each.words.casefold()))


def _words_of(name: str) -> str:
    from PySide6.QtPrintSupport import QPrinterInfo

    description = QPrinterInfo.printerInfo(name).description().strip()
    return f"{description} ({name})" if description and description != name else name


def make_printer(order: PrintOrder, paper: Paper) -> QPrinter:
    """Return the printer of an order, ready for pages of this paper without margins: the pages have their own."""
    from PySide6.QtPrintSupport import QPrinter, QPrinterInfo

    printer = QPrinter(QPrinterInfo.printerInfo(order.printer), QPrinter.PrinterMode.HighResolution)
    printer.setDocName(order.title)
    printer.setCreator("EasyChat GUI")
    size = QSizeF(min(paper.width_mm, paper.height_mm), max(paper.width_mm, paper.height_mm))
    page_size = QPageSize(size, QPageSize.Unit.Millimeter, "", QPageSize.SizeMatchPolicy.FuzzyMatch)
    kinds = QPageLayout.Orientation
    layout = QPageLayout(page_size, kinds.Landscape if paper.is_landscape else kinds.Portrait, QMarginsF(0, 0, 0, 0))
    layout.setMode(QPageLayout.Mode.FullPageMode)
    printer.setPageLayout(layout)
    printer.setFullPage(True)
    if printer.supportsMultipleCopies():
        printer.setCopyCount(order.copies)
    return printer
