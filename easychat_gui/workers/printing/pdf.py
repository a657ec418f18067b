"""Conversations to a PDF file."""

from __future__ import annotations

import errno
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import QFile, QIODevice, QMarginsF, QSizeF
from PySide6.QtGui import QPageLayout, QPageSize, QPdfWriter

from easychat_gui import __version__
from easychat_gui.domain.transfer import ConversationRecord
from easychat_gui.transfer.formats import Beside, Job, Told
from easychat_gui.workers.printing.book import Book
from easychat_gui.workers.printing.pages import Page, Placed
from easychat_gui.workers.printing.paper import DOTS_PER_INCH, Paper
from easychat_gui.workers.printing.pdf_finishing import Additions, InnerLink, OutlineEntry, Target, finish
from easychat_gui.workers.printing.readable import ReadablePainter
from easychat_gui.workers.printing.records import RecordSpool

_COUNTING_SHARE = 0.4
"""Of the work, pages are counted first; then they are painted."""


def write(records: Iterable[ConversationRecord], path: Path, job: Job, told: Told, beside: Beside) -> None:
    """Write these conversations to a file that is not there yet. For any thread. Raises OSError, ExportCancelled."""
    del beside  # pictures are in the file, others are named
    told.share(0.0)
    with RecordSpool(path.parent) as spool:
        spool.take(records)
        if not len(spool):
            return
        book = Book(spool, job, Paper.named(job.paper))
        count = book.count_pages(lambda share: told.share(share * _COUNTING_SHARE))
        raw = path.with_name(f"{path.name}.raw")
        try:
            _write(raw, path, job, book, count, told)
        finally:
            raw.unlink(missing_ok=True)


def _write(raw: Path, path: Path, job: Job, book: Book, count: int, told: Told) -> None:
    additions = Additions(book.paper.height, job.words.language)
    with _file(raw) as file:
        writer = _writer(file, book.paper)
        writer.setTitle(book.title)
        painter = ReadablePainter(writer)
        try:
            for number, page in enumerate(book.pages()):
                if number:
                    writer.newPage()
                book.painter.paint(painter, page, number + 1, count)
                _note(additions, page, number, book)
                additions.emoji.append(painter.take_emoji())
                told.share(_COUNTING_SHARE + (1 - _COUNTING_SHARE) * (number + 1) / count)
        finally:
            painter.end()
    additions.meant = painter.meant
    finish(raw, path, additions)


def _writer(file: QFile, paper: Paper) -> QPdfWriter:
    writer = QPdfWriter(file)
    writer.setResolution(DOTS_PER_INCH)
    size = QPageSize(QSizeF(paper.width_mm, paper.height_mm), QPageSize.Unit.Millimeter)
    no_margins = QMarginsF(0, 0, 0, 0)
    writer.setPageLayout(QPageLayout(size, QPageLayout.Orientation.Portrait, no_margins))
    writer.setCreator(f"EasyChat GUI {__version__}")
    return writer


@contextmanager
def _file(path: Path) -> Iterator[QFile]:
    """Open a file for Qt to write to. Raises OSError, also for what Qt noticed only on the way."""
    file = QFile(str(path))
    if not file.open(QIODevice.OpenModeFlag.WriteOnly):
        raise OSError(errno.EACCES, file.errorString(), str(path))
    try:
        yield file
        file.flush()
        if file.error() is not QFile.FileError.NoError:
            is_full = file.error() in (QFile.FileError.ResourceError, QFile.FileError.WriteError)
            raise OSError(errno.ENOSPC if is_full else errno.EIO, file.errorString(), str(path))
    finally:
        file.close()


def _note(additions: Additions, page: Page, number: int, book: Book) -> None:
    """Note what of this page stands in the outline, and what can be clicked."""
    paper = book.paper
    for placed in page.placed:
        manners = placed.piece.manners
        if manners.outline is not None and placed.first == 0:
            depth, title = manners.outline
            target = Target(number, paper.top + placed.top)
            additions.outline.append(OutlineEntry(depth, title, target))
        if manners.leads_to is not None and placed.first == 0:
            additions.links.append(_inner_link(placed, number, manners.leads_to, book))


def _inner_link(placed: Placed, number: int, part: int, book: Book) -> InnerLink:
    paper = book.paper
    rect = (paper.left, paper.top + placed.top, paper.left + paper.text_width, paper.top + placed.bottom)
    return InnerLink(number, rect, Target(book.story.page_numbers.get(part, 1) - 1, paper.top))
