"""The dialog that prints: what, on which paper and printer, beside a preview of the pages."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QLocale, QSize, Qt, QTimer
from PySide6.QtGui import QImage, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QDialog,
    QFrame,
    QHBoxLayout,
    QProgressBar,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from easychat_gui.controllers.export import ExportController
from easychat_gui.ui.export.choices import ExportChoice, Remembered
from easychat_gui.ui.printing.options import PrintOptions
from easychat_gui.ui.printing.pages_view import PagesView
from easychat_gui.ui.theme import Space
from easychat_gui.ui.widgets.buttons import text_button
from easychat_gui.ui.widgets.labels import heading, muted
from easychat_gui.ui.widgets.overlay import COLUMN
from easychat_gui.ui.widgets.region import Region
from easychat_gui.workers.printing.page_ranges import pages_of
from easychat_gui.workers.printing.press import PrinterChoice, PrintOrder

_WIDTH, _HEIGHT = 1060, 760
_SIDE = 328
_WIDE = 620
_FINEST = 1000
_TYPING_MS = 300


class PrintDialog(Region, QDialog):
    """Shows the pages and prints them. ``save_as_pdf`` is called, after it has closed, if the person wants that."""

    def __init__(
        self,
        choices: Sequence[ExportChoice],
        exports: ExportController,
        remembered: Remembered,
        save_as_pdf: Callable[[], None],
    ) -> None:
        super().__init__()
        self.setObjectName("printDialog")
        self.setWindowTitle(self.tr("Print"))
        self.setAccessibleName(self.windowTitle())
        self.setToolTip(self.windowTitle())
        self._choices = choices
        self._exports = exports
        self._remembered = remembered
        self._save_as_pdf = save_as_pdf
        self._press = exports.press(self)
        self._edition = 0
        self._count = 0
        self._printers: list[PrinterChoice] | None = None
        self._is_printing = False
        self._make_fields()
        self._lay_out()
        self._connect()
        self._press.find_printers()
        self._set_pages()

    def sizeHint(self) -> QSize:
        return QSize(_WIDTH, _HEIGHT)

    def done(self, result: int) -> None:
        self._press.close()
        super().done(result)

    def reject(self) -> None:
        """While it prints, Escape and Cancel end that; the dialog stays."""
        if self._is_printing:
            self._press.stop_printing()
            self._say(self.tr("Ending…"))
        else:
            super().reject()

    @property
    def pages(self) -> list[int] | None:
        """The numbers of the pages to print, from 0; None where what was typed is no range."""
        return pages_of(self._options.typed_range, self._count)

    # Building

    def _make_fields(self) -> None:
        self._preview = PagesView()
        self._options = PrintOptions(self._choices, self._remembered)
        self._status = muted("")
        self._status.setObjectName("printStatus")
        self._status.setWordWrap(True)
        self._progress = QProgressBar()
        self._progress.setObjectName("printProgress")
        self._progress.setRange(0, _FINEST)
        self._progress.setTextVisible(False)
        self._progress.setAccessibleName(self.tr("Progress"))
        self._progress.setToolTip(self._progress.accessibleName())
        self._pdf = text_button(
            self.tr("Save as PDF…"), self.tr("Write the pages to a file instead"), name="printPdfButton"
        )
        self._cancel = text_button(self.tr("Cancel"), name="printCancelButton")
        self._print = text_button(self.tr("Print"), name="printButton", look="primary")
        self._print.setDefault(True)
        self._print.setEnabled(False)
        self._typing = QTimer(self, singleShot=True, interval=_TYPING_MS)

    def _lay_out(self) -> None:
        self._side = QWidget()
        self._side.setProperty(COLUMN, 1)
        column = QVBoxLayout(self._side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.M)
        scrolled = QScrollArea()  # in a low window
        scrolled.setFrameShape(QFrame.Shape.NoFrame)
        scrolled.setWidgetResizable(True)
        scrolled.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scrolled.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scrolled.setWidget(self._options)
        column.addWidget(scrolled, 1)
        column.addWidget(self._status)
        column.addWidget(self._progress)
        self._progress.hide()
        column.addWidget(self._pdf)
        buttons = QHBoxLayout()
        buttons.setSpacing(Space.S)
        buttons.addWidget(self._cancel, 1)
        buttons.addWidget(self._print, 1)
        column.addLayout(buttons)
        self._content = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._content.setSpacing(Space.XL)
        self._content.addWidget(self._preview, 1)
        self._content.addWidget(self._side)
        around = QVBoxLayout(self)
        around.setContentsMargins(Space.XL, Space.L, Space.XL, Space.XL)
        around.setSpacing(Space.M)
        around.addWidget(heading(self.windowTitle(), 2.0))
        around.addLayout(self._content, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the pages above what is chosen where there is no room for both beside each other."""
        super().resizeEvent(event)
        is_wide = self.width() >= _WIDE
        direction = QBoxLayout.Direction.LeftToRight if is_wide else QBoxLayout.Direction.TopToBottom
        self._content.setDirection(direction)
        self._content.setStretchFactor(self._side, 0 if is_wide else 2)
        self._side.setMinimumWidth(_SIDE if is_wide else 0)
        self._side.setMaximumWidth(_SIDE if is_wide else self.width())

    def _connect(self) -> None:
        self._options.pages_changed.connect(self._set_pages)
        self._typing.timeout.connect(self._show_state)
        self._options.range_edited.connect(self._typing.start)
        self._pdf.clicked.connect(self._choose_pdf)
        self._cancel.clicked.connect(self.reject)
        self._print.clicked.connect(self._begin)
        self._preview.wanted.connect(self._press.show_pages)
        self._preview.moved.connect(lambda _page: self._show_state())
        self._press.counting.connect(self._on_counting)
        self._press.counted.connect(self._on_counted)
        self._press.pictured.connect(self._on_pictured)
        self._press.failed.connect(self._on_failed)
        self._press.printers_found.connect(self._on_printers_found)
        self._press.progressed.connect(lambda share: self._progress.setValue(round(share * _FINEST)))
        self._press.printed.connect(self.accept)
        self._press.stopped.connect(lambda: self._end_printing(self.tr("Nothing more is sent to the printer.")))
        self._press.refused.connect(self._on_refused)

    # Pages

    def _set_pages(self) -> None:
        self._count = 0
        self._edition = 0
        self._preview.show_words(self.tr("Setting the pages…"))
        job, paper = self._options.job(), self._options.paper
        self._remembered.keep_paper(paper.size.value)

        def start() -> None:
            if (job.wanted, paper) == (self._options.choice.wanted, self._options.paper):
                self._edition = self._press.set_pages(job, paper)

        self._exports.when_written(start)
        self._show_state()

    def _on_counting(self, edition: int, share: float) -> None:
        if edition == self._edition:
            words = self.tr("Setting the pages… {percent} %")
            self._preview.show_words(words.format(percent=QLocale().toString(round(100 * share))))

    def _on_counted(self, edition: int, count: int) -> None:
        if edition != self._edition:
            return
        self._count = count
        paper = self._options.paper
        if count:
            self._preview.show_pages(count, paper.height / paper.width)
        else:
            self._preview.show_words(self.tr("There is nothing to print."))
        self._show_state()

    def _on_pictured(self, edition: int, page: int, image: QImage) -> None:
        if edition == self._edition:
            self._preview.set_picture(page, image)

    def _on_failed(self, edition: int, error: object) -> None:
        if edition == self._edition:
            self._preview.show_words(self.tr("The pages could not be made: {reason}").format(reason=error))

    # State

    def _on_printers_found(self, found: list[PrinterChoice]) -> None:
        self._printers = found
        self._options.show_printers(found)
        self._show_state()

    def _show_state(self) -> None:
        if self._is_printing:
            return
        pages = self.pages
        has_printer = bool(self._printers)
        self._print.setEnabled(has_printer and bool(pages) and self._count > 0)
        self._say(self._state_words(pages))
        number, count = (QLocale().toString(each) for each in (self._preview.page + 1, self._count))
        words = self.tr("Preview, page {number} of {count}") if self._count else self.tr("Preview")
        self._preview.setAccessibleName(words.format(number=number, count=count))
        self._preview.setToolTip(self._preview.accessibleName())

    def _state_words(self, pages: list[int] | None) -> str:
        if pages is None:
            return self.tr("Pages are typed such as 1-3, 7.")
        if not self._count:
            return ""
        if not pages:
            return self.tr("There are no such pages.")
        position = self.tr("Page {number} of {count}").format(
            number=QLocale().toString(self._preview.page + 1), count=QLocale().toString(self._count)
        )
        if self._printers is not None and not self._printers:
            missing = self.tr("This computer knows no printer. Save the pages as PDF, and print them elsewhere.")
            return f"{missing}\n{position}"
        return position

    def _say(self, words: str) -> None:
        self._status.setText(words)
        self._status.setVisible(bool(words))

    # Doing

    def _choose_pdf(self) -> None:
        self.reject()
        QTimer.singleShot(0, self._save_as_pdf)

    def _begin(self) -> None:
        pages = self.pages
        if not pages:
            return
        self._is_printing = True
        for each in (self._options, self._print, self._pdf):
            each.setEnabled(False)
        self._progress.setValue(0)
        self._progress.show()
        self._say(self.tr("Sending to the printer…"))
        self._cancel.setFocus()
        options = self._options
        self._press.print_pages(PrintOrder(options.printer, tuple(pages), options.copies, options.choice.title))

    def _end_printing(self, words: str) -> None:
        self._is_printing = False
        for each in (self._options, self._print, self._pdf):
            each.setEnabled(True)
        self._progress.hide()
        self._show_state()
        self._say(words)

    def _on_refused(self, reason: str) -> None:
        self._end_printing(self.tr("The printer took nothing: {reason}").format(reason=reason))
