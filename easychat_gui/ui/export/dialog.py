"""The dialog that exports: what, as what, where to; then how far it is, and where it lies."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSize, Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QFormLayout,
    QGridLayout,
    QHBoxLayout,
    QProgressBar,
    QVBoxLayout,
    QWidget,
)

from easychat_gui.controllers.export import ExportController
from easychat_gui.controllers.export_writers import available
from easychat_gui.domain.errors import EasyChatError
from easychat_gui.domain.exports import Scope
from easychat_gui.transfer.exporting import Exported
from easychat_gui.transfer.formats import FACTS, Format, FormatFacts, Job, Layout, Option, Options
from easychat_gui.ui.compiled_resources import PALETTES
from easychat_gui.ui.export.choices import PAPER_SIZES, ExportChoice, Remembered, file_name
from easychat_gui.ui.export.fields import label_of, named_combo, option_box
from easychat_gui.ui.export.words import failure_sentence, file_words, format_words, layout_words, option_words
from easychat_gui.ui.theme import Space, code_font
from easychat_gui.ui.widgets.buttons import text_button
from easychat_gui.ui.widgets.labels import heading, muted, plain, show_copyable
from easychat_gui.ui.widgets.region import Region

WIDTH = 560
HEIGHT = 470
"""With room for every choice, so that nothing moves when another one is taken."""
FINEST = 1000
"""Steps of the progress bar."""


class ExportDialog(Region, QDialog):
    """Stays open while it writes, and shows in the end where the file lies."""

    def __init__(
        self,
        choices: Sequence[ExportChoice],
        exports: ExportController,
        remembered: Remembered,
        wanted_format: Format | None = None,
    ) -> None:
        super().__init__()
        self.setObjectName("exportDialog")
        self.setWindowTitle(self.tr("Export"))
        self.setAccessibleName(self.windowTitle())
        self.setToolTip(self.windowTitle())
        self._choices = choices
        self._exports = exports
        self._remembered = remembered
        self._folder = remembered.folder
        self._own_target: Path | None = None
        """What the person named, and has allowed to be replaced."""
        self._exported: Path | None = None
        self._make_fields(wanted_format or remembered.format)
        self._lay_out()
        self._connect()
        self._show_format()

    def sizeHint(self) -> QSize:
        layout = self.layout()
        height = layout.heightForWidth(WIDTH) if layout is not None and layout.hasHeightForWidth() else 0
        return QSize(WIDTH, max(height, HEIGHT, super().sizeHint().height()))

    def reject(self) -> None:
        """While something is written, Escape and Cancel end that; the dialog stays."""
        if self.is_working:
            self._exports.cancel()
            self._status.setText(self.tr("Ending…"))
        else:
            super().reject()

    @property
    def is_working(self) -> bool:
        return self._exports.is_running

    # What is chosen

    @property
    def choice(self) -> ExportChoice:
        return self._choices[max(0, self._scope.currentIndex())]

    @property
    def format(self) -> Format:
        return Format(self._format.currentData())

    @property
    def layout_wanted(self) -> Layout:
        return Layout(self._layout.currentData()) if self.choice.wanted.scope.is_many else Layout.FILE

    @property
    def options(self) -> Options:
        values = {option.value: box.isChecked() for option, box in self._boxes.items()}
        if not self.choice.can_have_branches:
            values[Option.BRANCHES.value] = self.choice.wanted.scope is Scope.CONVERSATION
        return Options(**values)

    @property
    def target(self) -> Path:
        name = file_name(self.choice, self.format, self.layout_wanted, self.tr("Untitled chat"))
        return self._own_target or self._folder / name

    @property
    def _facts(self) -> FormatFacts:
        return FACTS[self.format]

    # Building

    def _make_fields(self, format_: Format | None) -> None:
        self._scope = named_combo("exportScopeCombo", self.tr("What is exported"))
        for choice in self._choices:
            self._scope.addItem(choice.words)
        self._format = named_combo("exportFormatCombo", self.tr("Format"))
        for each in available():
            self._format.addItem(format_words(each)[0], each.value)
        if format_ is not None:
            self._format.setCurrentIndex(max(0, self._format.findData(format_.value)))
        self._good_for = muted("", -0.5)
        self._good_for.setWordWrap(True)
        self._layout = named_combo("exportLayoutCombo", self.tr("How many files"))
        self._layout_label = plain(self.tr("As"))
        self._paper = named_combo("exportPaperCombo", self.tr("Size of the paper"))
        for size in PAPER_SIZES:
            self._paper.addItem(size, size)
        self._paper.setCurrentIndex(max(0, self._paper.findData(self._remembered.paper)))
        self._paper_label = plain(self.tr("Paper"))
        self._boxes = {option: option_box("export", option) for option in Option}
        self._rows_of_options: dict[Option, QWidget] = {}
        self._options = QWidget()
        self._where = plain("")
        self._where.setWordWrap(True)
        self._change = text_button(
            self.tr("Change…"), self.tr("Choose another folder or name"), name="exportTargetButton"
        )
        self._progress = QProgressBar()
        self._progress.setObjectName("exportProgress")
        self._progress.setRange(0, FINEST)
        self._progress.setTextVisible(False)
        self._progress.setAccessibleName(self.tr("Progress of the export"))
        self._progress.setToolTip(self._progress.accessibleName())
        self._status = plain("")
        self._status.setWordWrap(True)
        self._status.setObjectName("exportStatus")
        self._open = text_button(self.tr("Open"), self.tr("Open what was written"), name="exportOpenButton")
        self._show = text_button(self.tr("Show in folder"), name="exportShowButton")
        self._cancel = text_button(self.tr("Cancel"), name="exportCancelButton")
        self._export = text_button(self.tr("Export"), name="exportButton", look="primary")
        self._export.setDefault(True)

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setHorizontalSpacing(Space.L)
        form.setVerticalSpacing(Space.M)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        form.addRow(label_of(self.tr("What"), self._scope), self._scope)
        format_rows = QVBoxLayout()
        format_rows.setSpacing(Space.XS)
        format_rows.addWidget(self._format)
        format_rows.addWidget(self._good_for)
        form.addRow(label_of(self.tr("Format"), self._format), format_rows)
        self._layout_label.setBuddy(self._layout)
        form.addRow(self._layout_label, self._layout)
        self._paper_label.setBuddy(self._paper)
        form.addRow(self._paper_label, self._paper)
        form.addRow(plain(self.tr("With")), self._options)
        self._fill_options(QGridLayout(self._options))
        where = QHBoxLayout()
        where.setSpacing(Space.S)
        where.addWidget(self._where, 1)
        where.addWidget(self._change, 0, Qt.AlignmentFlag.AlignTop)
        form.addRow(plain(self.tr("Save as")), where)
        self._form = QWidget()
        form.setContentsMargins(0, 0, 0, 0)
        self._form.setLayout(form)
        buttons = QHBoxLayout()
        buttons.setSpacing(Space.S + 2)
        buttons.addWidget(self._open)
        buttons.addWidget(self._show)
        buttons.addStretch()
        buttons.addWidget(self._cancel)
        buttons.addWidget(self._export)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(Space.XL, Space.L, Space.XL, Space.L)
        rows.setSpacing(Space.M)
        rows.addWidget(heading(self.windowTitle(), 2.0))
        rows.addWidget(self._form)
        rows.addWidget(self._progress)
        rows.addWidget(self._status)
        rows.addStretch()
        rows.addLayout(buttons)
        for each in (self._progress, self._status, self._open, self._show):
            each.hide()

    def _fill_options(self, grid: QGridLayout) -> None:
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(Space.L)
        grid.setVerticalSpacing(0)
        for number, (option, box) in enumerate(self._boxes.items()):
            pair = QWidget()
            row = QHBoxLayout(pair)
            row.setContentsMargins(0, 0, 0, 0)
            row.setSpacing(Space.XS)
            row.addWidget(box)
            row.addWidget(label_of(option_words(option)[0], box), 1)
            grid.addWidget(pair, number // 2, number % 2)
            self._rows_of_options[option] = pair
            box.setChecked(self._remembered.options.has(option))

    def _connect(self) -> None:
        self._scope.currentIndexChanged.connect(lambda _index: self._show_format())
        self._format.currentIndexChanged.connect(lambda _index: self._show_format())
        self._layout.activated.connect(lambda _index: self._show_target(forget=True))
        self._change.clicked.connect(self._choose_target)
        self._export.clicked.connect(self._begin)
        self._cancel.clicked.connect(self.reject)
        self._open.clicked.connect(lambda: _open(self._exported))
        self._show.clicked.connect(lambda: _open(self._exported.parent if self._exported else None))
        self._exports.progressed.connect(self._on_progressed)
        self._exports.finished.connect(self._on_finished)
        self._exports.failed.connect(self._on_failed)
        self._exports.cancelled.connect(self._on_cancelled)

    # Showing

    def _show_format(self) -> None:
        self._good_for.setText(format_words(self.format)[1])
        is_many = self.choice.wanted.scope.is_many
        wanted = self._layout.currentData() or self._remembered.layout
        self._layout.clear()
        for layout in self._facts.layouts:
            self._layout.addItem(layout_words(layout), layout.value)
        self._layout.setCurrentIndex(max(0, self._layout.findData(wanted)))
        self._layout.setVisible(is_many)
        self._layout_label.setVisible(is_many)
        self._paper.setVisible(self._facts.has_pages)
        self._paper_label.setVisible(self._facts.has_pages)
        for option, row in self._rows_of_options.items():
            has_it = option is not Option.BRANCHES or self.choice.can_have_branches
            row.setVisible(option in self._facts.options and has_it)
        self._show_target(forget=True)

    def _show_target(self, *, forget: bool = False) -> None:
        if forget:
            self._own_target = None
        show_copyable(self._where, str(self.target))

    def _choose_target(self) -> None:
        if self.layout_wanted is Layout.FOLDER:
            folder = QFileDialog.getExistingDirectory(
                self, self.tr("Where the new folder shall lie"), str(self._folder)
            )
            if folder:
                self._folder = Path(folder)
                self._show_target()
            return
        path, _ = QFileDialog.getSaveFileName(self, self.tr("Save as"), str(self.target))
        if path:
            self._own_target = Path(path)
            self._folder = self._own_target.parent
            self._show_target()

    # Doing

    def _begin(self) -> None:
        if self._exported is not None:
            self.accept()
            return
        self._remembered.keep_format(self.format, Layout(self._layout.currentData()), self._chosen_options())
        self._remembered.keep_folder(self._folder)
        self._remembered.keep_paper(self._paper.currentData())
        job = Job(
            self.choice.wanted,
            self.format,
            file_words(),
            self.options,
            self.layout_wanted,
            time.time(),
            PALETTES,
            may_replace=self._own_target is not None,
            paper=self._paper.currentData(),
            code_font=code_font().family(),
        )
        self._set_working(is_working=True)
        self._exports.begin(job, self.target)

    def _chosen_options(self) -> Options:
        return Options(**{option.value: box.isChecked() for option, box in self._boxes.items()})

    def _set_working(self, *, is_working: bool) -> None:
        self._form.setEnabled(not is_working)
        self._export.setEnabled(not is_working)
        self._progress.setVisible(is_working)
        self._progress.setValue(0)
        self._say(self.tr("Writing…") if is_working else "")
        if is_working:
            self._cancel.setFocus()

    def _say(self, words: str, look: str = "muted") -> None:
        self._status.setProperty("look", look)
        self._status.style().polish(self._status)
        self._status.setText(words)
        self._status.setAccessibleName(words)
        self._status.setVisible(bool(words))

    def _on_progressed(self, share: float) -> None:
        self._progress.setValue(round(share * FINEST))

    def _on_finished(self, exported: Exported) -> None:
        self._set_working(is_working=False)
        self._exported = exported.path
        self._form.setEnabled(False)
        self._say("", "")
        show_copyable(self._status, self.tr("Saved as {path}").format(path=exported.path))
        self._status.show()
        for button in (self._open, self._show):
            button.show()
        self._cancel.hide()
        self._export.setText(self.tr("Done"))
        self._export.setAccessibleName(self._export.text())
        self._export.setToolTip(self._export.text())
        self._export.setFocus()

    def _on_failed(self, error: EasyChatError) -> None:
        self._set_working(is_working=False)
        self._say(failure_sentence(error), "danger")
        self._change.setFocus()

    def _on_cancelled(self) -> None:
        self._set_working(is_working=False)
        self._say(self.tr("Ended. Nothing was written."))
        self._export.setFocus()


def _open(path: Path | None) -> None:
    if path is not None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))
