"""Where each conversation of the sidebar is found: pinned, in a folder, loose, archived, in the trash."""

from __future__ import annotations

import heapq
from bisect import bisect_left
from collections.abc import Callable, Generator, Iterable, Iterator
from enum import StrEnum
from functools import cache
from operator import itemgetter
from typing import Any

from easychat_gui.domain.conversations import ConversationSummary
from easychat_gui.domain.ids import ConversationId, FolderId

MANY = 64
"""From so many on a list is put together anew instead of being changed in its place."""

SORTED_AT_ONCE = 2_000
_RUN = 250
_LOOKED_AT = 4_000
"""So many are sorted in one step, or looked at."""

Steps = Generator[None, None, None]


class SortOrder(StrEnum):
    """In which conversations stand that no person has arranged. USED: the last one used first."""

    USED = "used"
    CREATED = "created"
    TITLE = "title"


Rank = Callable[[ConversationSummary], Any]
Ranked = tuple[Any, ConversationSummary]


def rank_of(order: SortOrder) -> Rank:
    """Return what conversations are compared by."""
    return {SortOrder.USED: by_use, SortOrder.CREATED: _by_creation, SortOrder.TITLE: _by_title}[order]


def by_use(summary: ConversationSummary) -> Any:
    return (-summary.updated_at, summary.id)


def _by_creation(summary: ConversationSummary) -> Any:
    return (-summary.created_at, summary.id)


def _by_title(summary: ConversationSummary) -> Any:
    return _collator().sortKey(summary.title)


@cache
def _collator() -> Any:
    """As the language of the desktop has it; "9" before "10"."""
    from PySide6.QtCore import QCollator, QLocale, Qt

    language = QLocale()
    if language.language() is QLocale.Language.C:  # a desktop that says nothing: its order is that of the code points
        language = QLocale(QLocale.Language.English)
    collator = QCollator(language)
    collator.setNumericMode(True)
    collator.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
    return collator


def in_order(items: list[ConversationSummary], rank: Rank) -> Generator[None, None, list[ConversationSummary]]:
    """Sort a list in steps of some milliseconds: sorting as a whole lets no other thread in, nor the window."""
    if len(items) <= SORTED_AT_ONCE:
        return sorted(items, key=rank)
    runs = []
    for start in range(0, len(items), _RUN):
        runs.append(sorted(((rank(each), each) for each in items[start : start + _RUN]), key=itemgetter(0)))
        yield
    merged = []
    for pair in heapq.merge(*map(_drained, runs), key=itemgetter(0)):
        merged.append(pair[1])
        if len(merged) % _RUN == 0:
            yield
    return merged


def _drained(run: list[Ranked]) -> Iterator[Ranked]:
    """Yield what is in a list and let go of it: to let go of all at the end would take long."""
    run.reverse()
    while run:
        yield run.pop()


class Shelf:
    """Conversations, the last used first; and once it was asked for, in one other order."""

    __slots__ = ("_order", "_sorted", "items")

    def __init__(self, items: list[ConversationSummary] | None = None) -> None:
        self.items = items if items is not None else []
        self._order = SortOrder.USED
        self._sorted: list[ConversationSummary] = []

    def __len__(self) -> int:
        return len(self.items)

    def arranged(self, order: SortOrder) -> Generator[None, None, list[ConversationSummary]]:
        """Return them in an order; the list is the shelf's own."""
        if order is SortOrder.USED:
            return self.items
        if self._order is not order:
            found = yield from in_order(list(self.items), rank_of(order))
            self._order, self._sorted = order, found
        return self._sorted

    def put(self, new: list[ConversationSummary]) -> None:
        _drain(self.putting(new))

    def putting(self, new: list[ConversationSummary]) -> Steps:
        yield from _insert(self.items, new, by_use)
        if self._order is not SortOrder.USED:
            if len(new) < MANY:
                yield from _insert(self._sorted, new, rank_of(self._order))
            else:
                self._order = SortOrder.USED

    def take(self, gone: list[ConversationSummary]) -> None:
        _drain(self.taking(gone))

    def taking(self, gone: list[ConversationSummary]) -> Steps:
        yield from _remove(self.items, gone, by_use)
        if self._order is not SortOrder.USED:
            if len(gone) < MANY:
                for each in gone:
                    self._sorted.remove(each)
            else:
                self._order = SortOrder.USED


class Shelves:
    """All conversations that are known. Each is on one shelf; ``by_id`` has them as they are now.

    ``trash_count`` is what is in the trash in truth; of its shelf that holds only once it was read (`set_trash`).
    """

    def __init__(
        self, summaries: Iterable[ConversationSummary] = (), folders: Iterable[FolderId] = (), trash_count: int = 0
    ) -> None:
        self.by_id: dict[ConversationId, ConversationSummary] = {}
        self.pinned, self.loose, self.archived, self.trash = Shelf(), Shelf(), Shelf(), Shelf()
        self.folders: dict[FolderId, Shelf] = {each: Shelf() for each in folders}
        self.trash_count = trash_count
        put_away: list[ConversationSummary] = []
        for each in summaries:  # in the store's order, the pinned first: so all shelves but these come to be in order
            self.by_id[each.id] = each
            if each.is_pinned and (each.archived_at is not None or each.trashed_at is not None):
                put_away.append(each)
            else:
                self.shelf_of(each).items.append(each)
        for each in put_away:
            self.shelf_of(each).put([each])

    def shelf_of(self, summary: ConversationSummary) -> Shelf:
        if summary.trashed_at is not None:
            return self.trash
        if summary.archived_at is not None:
            return self.archived
        if summary.is_pinned:
            return self.pinned
        if summary.folder_id is None:
            return self.loose
        return self.folders.get(summary.folder_id, self.loose)  # a folder nobody knows of hides no chat

    def put(self, summaries: Iterable[ConversationSummary]) -> None:
        """Add conversations, or have them as they are now."""
        _drain(self.putting(summaries))

    def putting(self, summaries: Iterable[ConversationSummary]) -> Steps:
        """As `put`, in steps of some milliseconds. Nobody may look at the shelves between them."""
        gone: dict[Shelf, list[ConversationSummary]] = {}
        come: dict[Shelf, list[ConversationSummary]] = {}
        for number, new in enumerate(summaries, 1):
            old = self.by_id.get(new.id)
            if old is not None:
                gone.setdefault(self.shelf_of(old), []).append(old)
                self.trash_count += (new.trashed_at is not None) - (old.trashed_at is not None)
            come.setdefault(self.shelf_of(new), []).append(new)
            self.by_id[new.id] = new
            if number % _RUN == 0:
                yield
        for shelf, items in gone.items():
            yield from shelf.taking(items)
        for shelf, items in come.items():
            yield from shelf.putting(items)

    def remove(self, ids: Iterable[ConversationId]) -> None:
        """Take conversations out. One that is not there is passed over."""
        gone: dict[Shelf, list[ConversationSummary]] = {}
        for each in ids:
            if (old := self.by_id.pop(each, None)) is not None:
                gone.setdefault(self.shelf_of(old), []).append(old)
                self.trash_count -= old.trashed_at is not None
        for shelf, items in gone.items():
            shelf.take(items)

    def set_trash(self, summaries: Iterable[ConversationSummary]) -> None:
        """Have the trash as the store has it."""
        for each in self.trash.items:
            del self.by_id[each.id]
        found = [each for each in summaries if each.id not in self.by_id]  # it was restored meanwhile
        self.by_id.update((each.id, each) for each in found)
        self.trash = Shelf(sorted(found, key=by_use))
        self.trash_count = len(found)

    def set_folders(self, folders: Iterable[FolderId]) -> None:
        """Say which folders there are."""
        known = set(folders)
        strays: list[ConversationSummary] = []
        for folder_id in self.folders.keys() - known:
            strays += self.folders.pop(folder_id).items
        self.loose.put(strays)
        new = known - self.folders.keys()
        if not new:
            return
        self.folders |= {each: Shelf() for each in new}
        returning = [each for each in self.loose.items if each.folder_id in new]
        self.loose.take(returning)
        for each in returning:
            self.shelf_of(each).put([each])

    def counts(self) -> dict[FolderId, int]:
        """Return how many stand directly in each folder, the pinned ones too."""
        counts = {folder_id: len(shelf) for folder_id, shelf in self.folders.items()}
        for each in self.pinned.items:
            if each.folder_id in counts:
                counts[each.folder_id] += 1
        return counts


def _drain(steps: Steps) -> None:
    for _ in steps:
        pass


def _insert(items: list[ConversationSummary], new: list[ConversationSummary], rank: Rank) -> Steps:
    if len(new) < MANY:
        for each in new:
            items.insert(bisect_left(items, rank(each), key=rank), each)
        return
    whole: list[ConversationSummary] = []
    start = 0
    for number, each in enumerate(sorted(new, key=rank), 1):
        place = bisect_left(items, rank(each), lo=start, key=rank)
        whole += items[start:place]
        whole.append(each)
        start = place
        if number % _RUN == 0:
            yield
    items[:] = whole + items[start:]


def _remove(items: list[ConversationSummary], gone: list[ConversationSummary], rank: Rank) -> Steps:
    if len(gone) < MANY:
        for each in gone:
            place = place_of(items, each, rank)
            if place is not None:
                del items[place]
        return
    ids = {each.id for each in gone}
    kept: list[ConversationSummary] = []
    for start in range(0, len(items), _LOOKED_AT):
        kept += [each for each in items[start : start + _LOOKED_AT] if each[0] not in ids]  # its id
        yield
    items[:] = kept


def place_of(items: list[ConversationSummary], summary: ConversationSummary, rank: Rank) -> int | None:
    """Return where one stands in a list that is in order by ``rank``, None if it does not."""
    place = bisect_left(items, rank(summary), key=rank)
    while place < len(items) and items[place].id != summary.id:
        if rank is not _by_title or items[place].title != summary.title:  # of the same title there may be many
            return _looked_for(items, summary)
        place += 1
    return place if place < len(items) else _looked_for(items, summary)


def _looked_for(items: list[ConversationSummary], summary: ConversationSummary) -> int | None:
    try:
        return items.index(summary)
    except ValueError:
        return None
