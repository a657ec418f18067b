"""The row of chips above the text, and a sentence below them where something will not arrive."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from easychat_gui.controllers.draft_items import DraftItem
from easychat_gui.domain.attachments import Attachment
from easychat_gui.domain.ids import AttachmentId
from easychat_gui.ui.attachments.chip import HEIGHT, Chip
from easychat_gui.ui.theme import Space
from easychat_gui.ui.widgets.labels import muted

LINES_AT_MOST = 3
"""More are reached by scrolling: the text must keep its place."""

MOST_CHIPS = 60
"""Of more attachments the rest is only counted."""

WarningFor = Callable[[Attachment], str]


class ChipStrip(QWidget):
    """``opened(DraftItem)``, ``removed(AttachmentId)``, ``inserted(DraftItem)``; ``left`` when the last chip goes.

    Tab leads from ``edit`` to them.
    """

    opened = Signal(object)
    removed = Signal(str)
    inserted = Signal(object)
    left = Signal()

    def __init__(self, edit: QWidget) -> None:
        super().__init__()
        self.setObjectName("attachments")
        self.setAccessibleName(self.tr("Attachments"))
        self._rest = 0
        self._board = _Board(edit)
        self._area = QScrollArea()
        self._area.setWidget(self._board)
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._note = muted("", -1.0)
        self._note.setWordWrap(True)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, Space.S, 0)
        rows.setSpacing(Space.S)
        rows.addWidget(self._area)
        rows.addWidget(self._note)
        self.hide()

    @property
    def chips(self) -> list[Chip]:
        return self._board.chips

    def show_items(self, items: Sequence[DraftItem], warning_for: WarningFor) -> None:
        """Show these, keeping the chips of those that were there."""
        self._rest = max(0, len(items) - MOST_CHIPS)
        items = items[:MOST_CHIPS]
        known = {chip.item.id: chip for chip in self.chips}
        wanted = {item.id for item in items}
        focused = next((at for at, chip in enumerate(self.chips) if chip.hasFocus()), -1)
        chips = []
        for item in items:
            chip = known.get(item.id) or self._make(item)
            chip.show_item(item, warning_for(item.attachment) if item.attachment is not None else "")
            chips.append(chip)
        had_focus = focused >= 0 and self.chips[focused].item.id not in wanted
        for attachment_id, chip in known.items():
            if attachment_id not in wanted:
                chip.hide()
                chip.deleteLater()
        self._board.set_chips(chips)
        self._area.setVisible(bool(items))
        self._fit()
        if had_focus and chips:
            chips[min(focused, len(chips) - 1)].setFocus()
        elif had_focus:
            self.left.emit()

    def show_note(self, sentence: str) -> None:
        """Say below the chips what the model will not get."""
        if self._rest:
            sentence = f"{self.tr('And {count} more').format(count=self._rest)}. {sentence}".strip()
        self._note.setText(sentence)
        self._note.setAccessibleName(sentence)
        self._note.setVisible(bool(sentence))
        self._fit_note()
        self.setVisible(bool(sentence) or bool(self.chips))

    def note(self) -> str:
        return self._note.text()

    def _make(self, item: DraftItem) -> Chip:
        chip = Chip(item, self._board)
        attachment_id = item.id
        chip.clicked.connect(lambda: self.opened.emit(chip.item))
        chip.remove_requested.connect(lambda: self.removed.emit(attachment_id))
        chip.insert_requested.connect(lambda: self.inserted.emit(chip.item))
        chip.moved.connect(lambda step: self._move(attachment_id, step))
        chip.show()
        return chip

    def _move(self, attachment_id: AttachmentId, step: int) -> None:
        ids = [chip.item.id for chip in self.chips]
        wanted = ids.index(attachment_id) + step
        if 0 <= wanted < len(self.chips):
            self.chips[wanted].setFocus()
            self._area.ensureWidgetVisible(self.chips[wanted])

    def _fit(self) -> None:
        height = self._board.height_for(self._area.viewport().width() or self.width())
        self._area.setFixedHeight(min(height, LINES_AT_MOST * (HEIGHT + Space.S) - Space.S))
        self._fit_note()

    def _fit_note(self) -> None:
        # Where it is tight, a layout gives a text that is wrapped one line.
        self._note.setMinimumHeight(max(0, self._note.heightForWidth(self.width() - Space.S)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()


class _Board(QWidget):
    """Lays chips out like words: from left to right, then the next line."""

    def __init__(self, before: QWidget) -> None:
        super().__init__()
        self._before = before
        self.chips: list[Chip] = []

    def set_chips(self, chips: list[Chip]) -> None:
        if chips != self.chips:
            self.chips = chips
            for before, chip in itertools.pairwise([self._before, *chips]):
                QWidget.setTabOrder(before, chip)
        self._place()

    def height_for(self, width: int) -> int:
        places = self._places(width)
        return places[-1].bottom() + 1 if places else 0

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        is_mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        places = self._places(self.width())
        for chip, place in zip(self.chips, places, strict=True):
            if is_mirrored:
                place.moveLeft(self.width() - place.right() - 1)
            if chip.geometry() != place:
                chip.setGeometry(place)
        self.setMinimumHeight(places[-1].bottom() + 1 if places else 0)

    def _places(self, width: int) -> list[QRect]:
        result = []
        x = y = 0
        for chip in self.chips:
            wanted = min(chip.sizeHint().width(), max(width, 80))
            if x and x + wanted > width:
                x, y = 0, y + HEIGHT + Space.S
            result.append(QRect(x, y, wanted, HEIGHT))
            x += wanted + Space.S
        return result

    def sizeHint(self) -> QSize:
        return QSize(200, self.height_for(self.width()))
