"""Finding in the conversation: the bar, the hits in the text, the way from one to the next."""

from __future__ import annotations

from bisect import bisect_left
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from easychat_gui.ui.conversation.box import Box
from easychat_gui.ui.conversation.find_bar import FindBar
from easychat_gui.ui.conversation.message_row import FlowKind
from easychat_gui.ui.conversation.needle import Needle
from easychat_gui.ui.conversation.reading_offsets import to_document
from easychat_gui.ui.conversation.row_list import Anchor
from easychat_gui.ui.conversation.searching import Found, Searching
from easychat_gui.ui.conversation.selection import BoxKey, Position
from easychat_gui.ui.theme import Space

if TYPE_CHECKING:
    from easychat_gui.ui.conversation.view import ConversationView

_LONGEST_TAKEN_OVER = 100


class Mark(NamedTuple):
    """A hit in sight: characters of the document of a block."""

    start: int
    end: int
    is_current: bool


class Finding(QObject):
    """Serves Ctrl+F of a view. The hit that is shown stays the same while others arrive."""

    def __init__(self, view: ConversationView) -> None:
        super().__init__(view)
        self._view = view
        self._current: tuple[int, Found] | None = None
        self._origin = Position(0, 0, 0, 0)
        self._focus_before: QWidget | None = None
        self.is_open = False
        self.searching = Searching(view.rows, self)
        self.searching.progressed.connect(self._on_progressed)
        self.searching.finished.connect(self._on_finished)

    @cached_property
    def bar(self) -> FindBar:
        bar = FindBar(self._view)
        bar.changed.connect(self._on_changed)
        bar.step_requested.connect(self.go)
        bar.closed.connect(self.close)
        return bar

    def open(self) -> None:
        """Show the bar, with what is marked as the text to find."""
        view = self._view
        if not self.is_open:
            self._focus_before = view.window().focusWidget()  # not another window's, from which it was opened
            self.is_open = True
            self._origin = view.selection.start if not view.selection.is_empty else self._first_in_sight()
        text = view.selected_text()
        self.bar.begin(text if "\n" not in text and len(text) <= _LONGEST_TAKEN_OVER else "")
        view.make_room(self.bar.sizeHint().height())
        self._on_changed()

    def open_at(self, row: int, text: str) -> None:
        """Show the bar with a text to find, at its first hit in this message or after it."""
        if not self.is_open:
            self.open()
        self.bar.begin(text)
        self._current = None
        self._origin = Position(row, 0, 0, 0)
        self._on_changed()

    def close(self) -> None:
        """Take the bar away, mark the hit that was shown, and go back to where the keyboard was."""
        if not self.is_open:
            return
        self.is_open = False
        if self._current is not None:
            row, hit = self._current
            start, end = (self._position(row, hit, at) for at in (hit.start, hit.end))
            self._view.selection.mark((start, start), (end, end))
        self._current = None
        self.searching.stop()
        focused = self._view.window().focusWidget()
        had_focus = self.bar.isAncestorOf(focused)
        self.bar.hide()
        self._view.make_room(0)
        before, self._focus_before = self._focus_before, None
        if had_focus:  # else the person has gone elsewhere, and stays there
            (before if before is not None and before.isVisible() else self._view).setFocus()
        self._view.selection_changed.emit()

    def go(self, step: int) -> None:
        """Go to the next (1) or the previous (-1) hit, around the end."""
        if not self.is_open:
            self.open()
            return
        if self._current is None:
            self._choose()
        else:
            row, hit = self._current
            hits = self.searching.hits(row)
            index = bisect_left(hits, hit) + step
            if 0 <= index < len(hits):
                self._show(row, hits[index])
            else:
                other = self.searching.row_with_hits(row, step)
                if other is not None:
                    self._show(other, self.searching.hits(other)[0 if step > 0 else -1])
        self._show_count()

    def marks(self, key: BoxKey, box: Box) -> list[Mark]:
        """Return the hits in a block, for drawing."""
        if not self.is_open:
            return []
        return [
            Mark(
                to_document(box, hit.start),
                to_document(box, hit.end, is_end=True),
                self._current == (key.row, hit),
            )
            for hit in self.searching.hits_in(key)
        ]

    # -- what changes

    def take_reset(self) -> None:
        """There are other messages now."""
        self._current = None
        if self.is_open:
            self._origin = Position(0, 0, 0, 0)
            self._on_changed()

    def take_rows(self) -> None:
        """Messages have come or gone at the end."""
        if self.is_open:
            self.searching.take_rows()
            if self._current is not None and self._current[0] >= len(self._view.rows):
                self._current = None
            self._show_count()

    def _on_changed(self) -> None:
        if self._current is not None:
            row, hit = self._current
            self._origin = Position(row, hit.flow, hit.box, hit.start)
        self._current = None
        bar = self.bar
        needle = Needle(
            bar.field.text(), matches_case=bar.case_button.isChecked(), is_whole_word=bar.word_button.isChecked()
        )
        self.searching.start(needle, min(self._origin.row, max(0, len(self._view.rows) - 1)))
        self._show_count()
        self._view.viewport().update()

    def _on_progressed(self, row: int) -> None:
        hits = self.searching.hits(row)
        if self._current is not None and self._current[0] == row and self._current[1] not in hits:
            self._current = None
        if self._current is None:
            after = [hit for hit in hits if row != self._origin.row or hit >= self._origin[1:]]
            if after:
                self._show(row, after[0])
        top, bottom = self._view.scroll_top, self._view.scroll_top + self._view.viewport().height()
        if any(number == row for number, _y in self._view.rows.rows_between(top, bottom)):
            self._view.viewport().update()
        self._show_count()

    def _on_finished(self) -> None:
        if self._current is None and self.is_open:
            self._choose()
        self._show_count()

    def _choose(self) -> None:
        row = self.searching.row_with_hits(len(self._view.rows) - 1, 1)
        if row is not None:
            self._show(row, self.searching.hits(row)[0])

    def _show_count(self) -> None:
        number = 0
        if self._current is not None:
            row, hit = self._current
            number = self.searching.number_of(row, bisect_left(self.searching.hits(row), hit))
        if self.is_open:
            self.bar.show_count(number, self.searching.total, is_finished=self.searching.is_finished)

    # -- places

    def _show(self, row: int, hit: Found) -> None:
        """Make this the hit that is shown, unfold what it is in, and bring it into sight."""
        view = self._view
        self._current = row, hit
        view.unfold(BoxKey(row, hit.flow, hit.box))
        position = self._position(row, hit, hit.start)
        rect = view.keyboard.caret.rect(position)
        below, height = rect.top() - view.scroll_top, view.viewport().height()
        if not Space.XL <= below <= height - rect.height() - Space.XL:
            view.place.go_to(Anchor(*position.key, height // 3, position.offset))
        view.viewport().update()

    def _position(self, row: int, hit: Found, at: int) -> Position:
        view = self._view
        flow = view.rows.open(row).flow(FlowKind(hit.flow))
        if flow is None or hit.box >= len(flow.boxes):
            return Position(row, hit.flow, hit.box, 0)
        flow.lay_out(hit.box)
        view.rows.measure(row)
        offset = to_document(flow.boxes[hit.box], at, is_end=at == hit.end)
        return Position(row, hit.flow, hit.box, offset)

    def _first_in_sight(self) -> Position:
        for key, _flow, _x, y in self._view.boxes_in_sight():
            if y >= self._view.scroll_top:
                return Position(*key, 0)
        return Position(0, 0, 0, 0)
