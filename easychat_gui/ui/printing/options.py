"""What can be chosen about a print: what, on which printer, and on which paper."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QLocale, Qt, Signal
from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QLineEdit, QWidget

from easychat_gui.domain.exports import Scope
from easychat_gui.transfer.formats import Format, Job, Layout, Option, Options
from easychat_gui.ui.compiled_resources import PALETTES
from easychat_gui.ui.export.choices import PAPER_SIZES, ExportChoice, Remembered
from easychat_gui.ui.export.fields import label_of, named_combo, option_box
from easychat_gui.ui.export.words import file_words, option_words
from easychat_gui.ui.theme import Space, code_font
from easychat_gui.ui.widgets.combo_box import ComboBox
from easychat_gui.ui.widgets.labels import plain
from easychat_gui.workers.printing.paper import Paper, PaperSize
from easychat_gui.workers.printing.press import PrinterChoice

_MOST_COPIES = 99
_OPTIONS = (Option.REASONING, Option.DETAILS, Option.ATTACHMENTS)


class PrintOptions(QWidget):
    """``pages_changed``: what was chosen makes other pages; ``range_edited``: others of them are wanted."""

    pages_changed = Signal()
    range_edited = Signal()

    def __init__(self, choices: Sequence[ExportChoice], remembered: Remembered) -> None:
        super().__init__()
        self._choices = choices
        self._make_order_fields()
        self._make_page_fields(remembered)
        self._lay_out()
        for combo in (self._scope, self._paper, self._orientation, self._margins):
            combo.currentIndexChanged.connect(lambda _index: self.pages_changed.emit())
        for box in self._boxes.values():
            box.toggled.connect(lambda _on: self.pages_changed.emit())
        self._range.textChanged.connect(lambda _text: self.range_edited.emit())

    @property
    def choice(self) -> ExportChoice:
        return self._choices[max(0, self._scope.currentIndex())]

    @property
    def paper(self) -> Paper:
        size = PaperSize(self._paper.currentData())
        return Paper(size, self._orientation.currentData() == "landscape", float(self._margins.currentData()))

    @property
    def typed_range(self) -> str:
        """Which pages are wanted, as it was typed."""
        return self._range.text()

    @property
    def printer(self) -> str:
        """The name of the printer."""
        return str(self._printer.currentData())

    @property
    def copies(self) -> int:
        return int(self._copies.currentData())

    def job(self) -> Job:
        """Return what makes the pages."""
        values = {option.value: box.isChecked() for option, box in self._boxes.items()}
        options = replace(Options(**values), branches=self.choice.wanted.scope is Scope.CONVERSATION)
        return Job(
            self.choice.wanted,
            Format.PDF,
            file_words(),
            options,
            Layout.FILE,
            time.time(),
            PALETTES,
            code_font=code_font().family(),
        )

    def show_printers(self, found: Sequence[PrinterChoice]) -> None:
        """Offer these; before, it says that they are looked for."""
        self._printer.clear()
        for each in found:
            self._printer.addItem(each.words, each.name)
        if not found:
            self._printer.addItem(self.tr("No printer"), "")
        self._printer.setEnabled(bool(found))

    def _make_order_fields(self) -> None:
        self._scope = _combo("printScopeCombo", self.tr("What is printed"))
        for choice in self._choices:
            self._scope.addItem(choice.words)
        self._printer = _combo("printPrinterCombo", self.tr("Printer"))
        self._printer.addItem(self.tr("Looking for printers…"), "")
        self._printer.setEnabled(False)
        self._copies = _combo("printCopiesCombo", self.tr("Copies"))
        for number in range(1, _MOST_COPIES + 1):
            self._copies.addItem(QLocale().toString(number), number)
        self._range = QLineEdit()
        self._range.setObjectName("printPagesEdit")
        self._range.setPlaceholderText(self.tr("All, or such as 1-3, 7"))
        self._range.setAccessibleName(self.tr("Pages"))
        self._range.setToolTip(self.tr("Which pages are printed: all if nothing is typed, or such as 1-3, 7"))

    def _make_page_fields(self, remembered: Remembered) -> None:
        self._paper = _combo("printPaperCombo", self.tr("Size of the paper"))
        for size in PAPER_SIZES:
            self._paper.addItem(size, size)
        self._paper.setCurrentIndex(max(0, self._paper.findData(remembered.paper)))
        self._orientation = _combo("printOrientationCombo", self.tr("Orientation"))
        self._orientation.addItem(self.tr("Upright"), "portrait")
        self._orientation.addItem(self.tr("Across"), "landscape")
        self._margins = _combo("printMarginsCombo", self.tr("Margins"))
        for words, scale in ((self.tr("Usual"), 1.0), (self.tr("Narrow"), 0.6), (self.tr("Wide"), 1.4)):
            self._margins.addItem(words, scale)
        self._boxes = {option: option_box("print", option) for option in _OPTIONS}
        for option, box in self._boxes.items():
            box.setChecked(remembered.options.has(option))

    def _lay_out(self) -> None:
        form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        form.setHorizontalSpacing(Space.M)
        form.setVerticalSpacing(Space.M)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        rows: tuple[tuple[str, QWidget], ...] = (
            (self.tr("What"), self._scope),
            (self.tr("Printer"), self._printer),
            (self.tr("Copies"), self._copies),
            (self.tr("Pages"), self._range),
            (self.tr("Paper"), self._paper),
            (self.tr("Orientation"), self._orientation),
            (self.tr("Margins"), self._margins),
        )
        for words, field in rows:
            form.addRow(label_of(words, field), field)
        for number, (option, box) in enumerate(self._boxes.items()):
            pair = QHBoxLayout()
            pair.setSpacing(Space.XS)
            label = label_of(option_words(option)[0], box)
            label.setWordWrap(True)
            pair.addWidget(box)
            pair.addWidget(label, 1)
            form.addRow(plain("" if number else self.tr("With")), pair)


def _combo(name: str, words: str) -> ComboBox:
    """Return one that may be narrower than what can be chosen in it: the pages stand beside these."""
    combo = named_combo(name, words)
    combo.setMinimumWidth(0)
    combo.setMinimumContentsLength(8)
    combo.setSizeAdjustPolicy(ComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    return combo
