"""An item model whose rows are sections, one below the other: a head and the conversations under it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Hashable
from itertools import accumulate

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from easychat_gui.domain.conversations import ConversationSummary
from easychat_gui.domain.ids import ConversationId, FolderId
from easychat_gui.qtmodels.sections import Entry, Heading, Section, ShelfRow, TagRow, folder_key, position_of_key
from easychat_gui.qtmodels.shelves import Rank

_Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
_CHOSEN = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren
_DRAGGED = _CHOSEN | Qt.ItemFlag.ItemIsDragEnabled


class SectionModel(QAbstractListModel):
    """Finds rows, and moves single ones in and out. What stands where is decided by who has this as its base."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._sections: list[Section] = []
        self._numbers: dict[Hashable, int] = {}
        self._starts: list[int] = []
        self._row_count = 0

    # Reading

    def rowCount(self, parent: _Index = _ROOT) -> int:
        return 0 if parent.isValid() else self._row_count

    def flags(self, index: _Index) -> Qt.ItemFlag:
        if not index.isValid() or index.row() >= self._row_count:
            return Qt.ItemFlag.NoItemFlags
        entry = self._at(index.row())[1]
        if isinstance(entry, Heading):
            return Qt.ItemFlag.NoItemFlags
        return _CHOSEN if isinstance(entry, ShelfRow | TagRow) else _DRAGGED

    def entry(self, row: int) -> Entry:
        """Return what a row is. Raises IndexError."""
        return self._at(row)[1]

    def summary(self, row: int) -> ConversationSummary | None:
        """Return the conversation of a row, None for any other. Raises IndexError."""
        entry = self.entry(row)
        return entry if isinstance(entry, ConversationSummary) else None

    def summaries(self, first: int, last: int) -> list[ConversationSummary]:
        """Return the conversations of the rows from the first to the last."""
        found: list[ConversationSummary] = []
        for section, start in zip(self._sections, self._starts, strict=True):
            start += section.head is not None
            found += section.items[max(0, first - start) : max(0, last + 1 - start)]
        return found

    def count(self, first: int, last: int) -> int:
        """Return how many conversations are among the rows from the first to the last."""
        total = 0
        for section, start in zip(self._sections, self._starts, strict=True):
            start += section.head is not None
            total += max(0, min(last + 1 - start, len(section.items)) - max(0, first - start))
        return total

    def row_of_folder(self, folder_id: FolderId) -> int | None:
        """Return where a folder stands, None if it is not shown."""
        number = self._numbers.get(folder_key(folder_id))
        return None if number is None else self._starts[number]

    def _at(self, row: int) -> tuple[Section, Entry]:
        if not 0 <= row < self._row_count:
            raise IndexError(row)
        number = bisect_right(self._starts, row) - 1
        section = self._sections[number]
        offset = row - self._starts[number]
        if section.head is None:
            return section, section.items[offset]
        return section, section.items[offset - 1] if offset else section.head

    # Rows in and out

    def _take(self, sections: list[Section]) -> None:
        self._sections = sections
        self._count()

    def _count(self) -> None:
        ends = list(accumulate(section.row_count for section in self._sections))
        self._starts = [0, *ends[:-1]] if ends else []
        self._row_count = ends[-1] if ends else 0
        self._numbers = {section.key: number for number, section in enumerate(self._sections)}

    def _fold(self, number: int, sections: list[Section]) -> None:
        """Take over sections that differ from those there are by what stands in the folder of this section."""
        more = len(sections) - len(self._sections)
        longer = sections if more > 0 else self._sections
        count = sum(section.row_count for section in longer[number + 1 : number + 1 + abs(more)])
        row = self._starts[number]
        if not count:
            self._take(sections)
        elif more > 0:
            self.beginInsertRows(_ROOT, row + 1, row + count)
            self._take(sections)
            self.endInsertRows()
        else:
            self.beginRemoveRows(_ROOT, row + 1, row + count)
            self._take(sections)
            self.endRemoveRows()
        self._tell_changed(row)

    def _put_in(self, summary: ConversationSummary, key: Hashable, rank: Rank) -> None:
        section, first = self._section_for(key)
        offset = bisect_left(section.items, rank(summary), key=rank)
        self.beginInsertRows(_ROOT, first + offset, first + offset)
        section.items.insert(offset, summary)
        self._count()
        self.endInsertRows()

    def _take_out(self, row: int) -> None:
        number = bisect_right(self._starts, row) - 1
        section = self._sections[number]
        self.beginRemoveRows(_ROOT, row, row)
        del section.items[row - self._starts[number] - (section.head is not None)]
        self._count()
        self.endRemoveRows()
        self._drop_if_empty(section)

    def _move(self, row: int, summary: ConversationSummary, key: Hashable, rank: Rank) -> None:
        """Show what has changed and move it where it belongs now; a selection goes with it."""
        section, first = self._section_for(key)
        row = row if self._row_is(row, summary.id) else row + 1  # a new heading above has pushed it down
        number = bisect_right(self._starts, row) - 1
        source = self._sections[number]
        offset = row - self._starts[number] - (source.head is not None)
        target = bisect_left(section.items, rank(summary), key=rank)
        if section is source and target in (offset, offset + 1):
            source.items[offset] = summary
            self._tell_changed(row)
            return
        if first + target in (row, row + 1):  # the same row, on the other side of a border
            self.layoutAboutToBeChanged.emit()
        else:
            self.beginMoveRows(_ROOT, row, row, _ROOT, first + target)
        del source.items[offset]
        at = target - 1 if section is source and target > offset else target
        section.items.insert(at, summary)
        self._count()
        if first + target in (row, row + 1):
            self.layoutChanged.emit()
        else:
            self.endMoveRows()
        self._drop_if_empty(source)
        self._tell_changed(self._starts[self._numbers[key]] + (section.head is not None) + at)

    def _row_is(self, row: int, conversation_id: ConversationId) -> bool:
        entry = self.entry(row)
        return isinstance(entry, ConversationSummary) and entry.id == conversation_id

    def _section_for(self, key: Hashable) -> tuple[Section, int]:
        """Return a section and the first row of its conversations; a heading is added where it is missing."""
        number = self._numbers.get(key)
        if number is None:
            assert isinstance(key, Heading)  # noqa: S101
            number = bisect_left(self._sections, position_of_key(key), key=_position)
            row = self._starts[number] if number < len(self._sections) else self._row_count
            self.beginInsertRows(_ROOT, row, row)
            self._sections.insert(number, Section(key, key))
            self._count()
            self.endInsertRows()
        section = self._sections[number]
        return section, self._starts[number] + (section.head is not None)

    def _drop_if_empty(self, section: Section) -> None:
        if section.items or not isinstance(section.key, Heading):
            return
        number = self._numbers[section.key]
        row = self._starts[number]
        self.beginRemoveRows(_ROOT, row, row)
        del self._sections[number]
        self._count()
        self.endRemoveRows()

    def _show_tail(self, tail: list[Section]) -> None:
        """Have these sections at the end of the list, and none but these that lead on."""
        heads = [each.head for each in self._sections]
        first = next((at for at, each in enumerate(heads) if isinstance(each, ShelfRow | TagRow)), len(heads))
        if [each.head for each in tail] == heads[first:]:
            return
        start = self._starts[first] if first < len(heads) else self._row_count
        if first < len(heads):
            self.beginRemoveRows(_ROOT, start, self._row_count - 1)
            del self._sections[first:]
            self._count()
            self.endRemoveRows()
        if tail:
            self.beginInsertRows(_ROOT, start, start + len(tail) - 1)
            self._sections += tail
            self._count()
            self.endInsertRows()

    def _tell_changed(self, row: int) -> None:
        index = self.index(row)
        self.dataChanged.emit(index, index)


def _position(section: Section) -> tuple[int, int]:
    return position_of_key(section.key)
