"""The sidebar: conversations under the headings of their days, as an item model."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from datetime import date
from enum import IntEnum
from itertools import accumulate
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, QTimer

from easychat_gui.domain.conversations import ConversationSummary
from easychat_gui.domain.ids import ConversationId
from easychat_gui.qtmodels.day_groups import (
    Heading,
    HeadingKind,
    Section,
    grouped,
    heading_of,
    position_of,
    sort_key,
)
from easychat_gui.support import clock

__all__ = ["ConversationListModel", "ConversationRole", "Heading", "HeadingKind"]

_Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
_DAY_CHECK_MS = 60_000


class ConversationRole(IntEnum):
    """What `ConversationListModel.data` answers besides Qt's own roles.

    SUMMARY: the `ConversationSummary`, None for a heading. IS_HEADING, IS_RUNNING: bool.
    HEADING: the `Heading`, None for a conversation.
    """

    SUMMARY = Qt.ItemDataRole.UserRole + 1
    IS_HEADING = Qt.ItemDataRole.UserRole + 2
    IS_RUNNING = Qt.ItemDataRole.UserRole + 3
    HEADING = Qt.ItemDataRole.UserRole + 4


class ConversationListModel(QAbstractListModel):
    """One row a heading or a conversation. Headings can be neither chosen nor reached with the keyboard.

    Built for 100,000 conversations: they stay the tuples that the store returned, in its order, and every place is
    found by halving. After a `filter` and when the day changes the model is reset; a view then selects again by
    `row_of`.
    """

    def __init__(self, parent: QObject | None = None, *, today: Callable[[], date] = clock.today) -> None:
        super().__init__(parent)
        self._today = today
        self._day = today()
        self._all: list[ConversationSummary] = []
        self._folded: list[str] | None = None
        self._by_id: dict[ConversationId, ConversationSummary] | None = None
        self._sections: list[Section] = []
        self._starts: list[int] = []
        self._row_count = 0
        self._needle = ""
        self._running: set[ConversationId] = set()
        # A timer to midnight would be late after a laptop's sleep; looking once a minute is not.
        self._day_timer = QTimer(self, interval=_DAY_CHECK_MS, timerType=Qt.TimerType.VeryCoarseTimer)
        self._day_timer.timeout.connect(self.regroup)
        self._day_timer.start()

    # Reading

    def rowCount(self, parent: _Index = _ROOT) -> int:
        return 0 if parent.isValid() else self._row_count

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        entry = self._entry(index.row())
        is_heading = isinstance(entry, Heading)
        if role == ConversationRole.IS_HEADING:
            return is_heading
        if role == ConversationRole.HEADING:
            return entry if is_heading else None
        if isinstance(entry, Heading):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return entry.title
        if role == ConversationRole.SUMMARY:
            return entry
        if role == ConversationRole.IS_RUNNING:
            return entry.id in self._running
        return None

    def flags(self, index: _Index) -> Qt.ItemFlag:
        if not index.isValid() or isinstance(self._entry(index.row()), Heading):
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren

    def summary(self, row: int) -> ConversationSummary | None:
        """Return the conversation of a row, None for a heading. Raises IndexError."""
        entry = self._entry(row)
        return None if isinstance(entry, Heading) else entry

    def row_of(self, conversation_id: ConversationId) -> int | None:
        """Return where a conversation stands, None if it is not shown."""
        summary = self._known().get(conversation_id)
        return None if summary is None else self._find(summary)

    # Changing

    def set_summaries(self, summaries: Sequence[ConversationSummary]) -> None:
        """Show these, which are in the store's order: pinned first, then newest first, then by id."""
        self._all = list(summaries)
        self._folded = None
        self._by_id = None
        self._rebuild()

    def upsert(self, summary: ConversationSummary) -> None:
        """Add a conversation, or show one as it is now, in its place."""
        self.regroup()
        old = self._known().get(summary.id)
        if old == summary:
            return
        row = None if old is None else self._find(old)
        if old is not None:
            del self._all[bisect_left(self._all, sort_key(old), key=sort_key)]
        self._all.insert(bisect_left(self._all, sort_key(summary), key=sort_key), summary)
        self._known()[summary.id] = summary
        self._folded = None
        if not self._matches(summary):
            if row is not None:
                self._take_out(row)
        elif row is None:
            self._put_in(summary)
        else:
            self._move(row, summary)

    def remove(self, conversation_id: ConversationId) -> None:
        """Take a conversation out. One that is not there is passed over."""
        summary = self._known().pop(conversation_id, None)
        if summary is None:
            return
        row = self._find(summary)
        del self._all[bisect_left(self._all, sort_key(summary), key=sort_key)]
        self._folded = None
        self._running.discard(conversation_id)
        if row is not None:
            self._take_out(row)

    def set_running(self, conversation_id: ConversationId, is_running: bool) -> None:  # noqa: FBT001  # a slot
        """Mark a conversation whose answer is being written, also one that is not shown."""
        if is_running == (conversation_id in self._running):
            return
        (self._running.add if is_running else self._running.discard)(conversation_id)
        row = self.row_of(conversation_id)
        if row is not None:
            index = self.index(row)
            self.dataChanged.emit(index, index, [ConversationRole.IS_RUNNING])

    def filter(self, text: str) -> None:
        """Show only conversations whose title contains this, whatever its case; all of them for an empty text."""
        needle = text.strip().casefold()
        if needle != self._needle:
            self._needle = needle
            self._rebuild()

    def regroup(self) -> None:
        """Put conversations under new headings if the day has changed."""
        if self._today() != self._day:
            self._rebuild()

    # Places

    def _entry(self, row: int) -> Heading | ConversationSummary:
        if not 0 <= row < self._row_count:
            raise IndexError(row)
        number = bisect_right(self._starts, row) - 1
        offset = row - self._starts[number]
        section = self._sections[number]
        return section.items[offset - 1] if offset else section.heading

    def _known(self) -> dict[ConversationId, ConversationSummary]:
        if self._by_id is None:  # not before it is needed: the first paint does without
            self._by_id = {summary.id: summary for summary in self._all}
        return self._by_id

    def _find(self, summary: ConversationSummary) -> int | None:
        number = self._section_number(heading_of(summary, self._day))
        if number is None:
            return None
        items = self._sections[number].items
        offset = bisect_left(items, sort_key(summary), key=sort_key)
        if offset == len(items) or items[offset].id != summary.id:
            return None
        return self._starts[number] + 1 + offset

    def _section_number(self, heading: Heading) -> int | None:
        number = bisect_left(self._sections, position_of(heading), key=_section_position)
        if number < len(self._sections) and self._sections[number].heading == heading:
            return number
        return None

    def _matches(self, summary: ConversationSummary) -> bool:
        return self._needle in summary.title.casefold()

    # Rows in and out

    def _rebuild(self) -> None:
        self.beginResetModel()
        self._day = self._today()
        self._sections = grouped(self._shown(), self._day)
        self._count()
        self.endResetModel()

    def _shown(self) -> list[ConversationSummary]:
        if not self._needle:
            return self._all
        if self._folded is None:
            self._folded = [summary.title.casefold() for summary in self._all]
        needle = self._needle
        return [summary for summary, title in zip(self._all, self._folded, strict=True) if needle in title]

    def _count(self) -> None:
        ends = list(accumulate(section.row_count for section in self._sections))
        self._starts = [0, *ends[:-1]]
        self._row_count = ends[-1] if ends else 0

    def _put_in(self, summary: ConversationSummary) -> None:
        section, first = self._section_for(summary)
        offset = bisect_left(section.items, sort_key(summary), key=sort_key)
        self.beginInsertRows(QModelIndex(), first + 1 + offset, first + 1 + offset)
        section.items.insert(offset, summary)
        self._count()
        self.endInsertRows()

    def _take_out(self, row: int) -> None:
        number = bisect_right(self._starts, row) - 1
        section = self._sections[number]
        self.beginRemoveRows(QModelIndex(), row, row)
        del section.items[row - self._starts[number] - 1]
        self._count()
        self.endRemoveRows()
        self._drop_if_empty(number)

    def _move(self, row: int, summary: ConversationSummary) -> None:
        """Show what has changed and move it where it belongs now; a selection goes with it."""
        section, first = self._section_for(summary)
        row = row if self._row_is(row, summary.id) else row + 1  # a new heading above has pushed it down
        number = bisect_right(self._starts, row) - 1
        source = self._sections[number]
        offset = row - self._starts[number] - 1
        target = first + 1 + bisect_left(section.items, sort_key(summary), key=sort_key)
        if target in (row, row + 1):
            source.items[offset] = summary
        else:
            self.beginMoveRows(QModelIndex(), row, row, QModelIndex(), target)
            del source.items[offset]
            section.items.insert(bisect_left(section.items, sort_key(summary), key=sort_key), summary)
            self._count()
            self.endMoveRows()
            self._drop_if_empty(self._sections.index(source))
        index = self.index(self._find(summary) or 0)
        self.dataChanged.emit(index, index)

    def _row_is(self, row: int, conversation_id: ConversationId) -> bool:
        entry = self._entry(row)
        return not isinstance(entry, Heading) and entry.id == conversation_id

    def _section_for(self, summary: ConversationSummary) -> tuple[Section, int]:
        """Return the section of a conversation and the row of its heading; the heading is added where it is missing."""
        heading = heading_of(summary, self._day)
        number = bisect_left(self._sections, position_of(heading), key=_section_position)
        if number == len(self._sections) or self._sections[number].heading != heading:
            row = self._starts[number] if number < len(self._sections) else self._row_count
            self.beginInsertRows(QModelIndex(), row, row)
            self._sections.insert(number, Section(heading))
            self._count()
            self.endInsertRows()
        return self._sections[number], self._starts[number]

    def _drop_if_empty(self, number: int) -> None:
        if not self._sections[number].items:
            row = self._starts[number]
            self.beginRemoveRows(QModelIndex(), row, row)
            del self._sections[number]
            self._count()
            self.endRemoveRows()


def _section_position(section: Section) -> tuple[int, int]:
    return position_of(section.heading)
