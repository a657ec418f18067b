"""The sidebar: conversations under folders and the headings of their days, as an item model."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from enum import IntEnum
from time import perf_counter
from typing import TYPE_CHECKING, Any, NamedTuple

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, Qt, QTimer, Signal

from easychat_gui.domain.conversations import ConversationSummary
from easychat_gui.domain.folder_tree import FolderTree
from easychat_gui.domain.ids import ConversationId, FolderId, TagId
from easychat_gui.qtmodels.section_model import SectionModel
from easychat_gui.qtmodels.sections import (
    Arrangement,
    Entry,
    FolderRow,
    Heading,
    HeadingKind,
    Section,
    View,
    folder_key,
)
from easychat_gui.qtmodels.shelves import MANY, Shelves, SortOrder, Steps, place_of
from easychat_gui.support import clock

if TYPE_CHECKING:
    from easychat_gui.domain.folders import Tag

__all__ = ["ConversationListModel", "ConversationRole", "Heading", "HeadingKind"]

_Index = QModelIndex | QPersistentModelIndex
_DAY_CHECK_MS = 60_000
_SLICE_S = 0.003
"""So long the window may be kept at a time; a list that takes longer is put together in slices."""


class ConversationRole(IntEnum):
    """What `ConversationListModel.data` answers besides Qt's own roles.

    SUMMARY: the `ConversationSummary`, None for any other row. IS_HEADING, IS_RUNNING: bool. DEPTH: in how many
    folders it stands. HEADING: the `Heading`, None for any other row. ENTRY: whatever the row is. TAGS: its `Tag`s.
    """

    SUMMARY = Qt.ItemDataRole.UserRole + 1
    IS_HEADING = Qt.ItemDataRole.UserRole + 2
    IS_RUNNING = Qt.ItemDataRole.UserRole + 3
    HEADING = Qt.ItemDataRole.UserRole + 4
    ENTRY = Qt.ItemDataRole.UserRole + 5
    DEPTH = Qt.ItemDataRole.UserRole + 6
    TAGS = Qt.ItemDataRole.UserRole + 7


class RowLook(NamedTuple):
    """What a row is, in how many folders it stands, and of a conversation what marks it."""

    entry: Entry
    depth: int
    is_running: bool = False
    tags: Sequence[Tag] = ()


class ConversationListModel(SectionModel):
    """One row a heading, a folder or a conversation. Headings can be neither chosen nor reached with the keyboard.

    Built for 100,000 conversations: they stay the tuples that the store returned, and every place is found by halving.
    What takes longer than a frame (a search, another order) is done in slices, and ends with the model being reset; a
    view then selects again by `row_of`. ``view_changed`` when something else is shown.
    """

    view_changed = Signal()

    def __init__(self, parent: QObject | None = None, *, today: Callable[[], date] = clock.today) -> None:
        super().__init__(parent)
        self._today = today
        self._plan = Arrangement(Shelves(), FolderTree(), View(), SortOrder.USED, today())
        self._running: set[ConversationId] = set()
        self._tags: dict[TagId, Tag] = {}
        self._links: Mapping[ConversationId, Sequence[TagId]] = {}
        self._meanwhile: dict[ConversationId, ConversationSummary | None] | None = None
        self._work: Generator[None, None, list[Section]] | None = None
        self.describe: Callable[[Entry, bool], str] = lambda _entry, _is_running: ""
        """Says what a screen reader says of a row. The interface has the words."""
        self._putting: Steps | None = None
        self._slices = QTimer(self, singleShot=True, interval=0)
        self._slices.timeout.connect(self._go_on)
        # A timer to midnight would be late after a laptop's sleep; looking once a minute is not.
        self._day_timer = QTimer(self, interval=_DAY_CHECK_MS, timerType=Qt.TimerType.VeryCoarseTimer)
        self._day_timer.timeout.connect(self.regroup)
        self._day_timer.start()

    # Reading

    @property
    def shelves(self) -> Shelves:
        putting, self._putting = self._putting, None
        for _ in putting or ():  # whoever looks at them sees all that was wished before
            pass
        return self._plan.shelves

    @property
    def tree(self) -> FolderTree:
        return self._plan.tree

    @property
    def view(self) -> View:
        return self._plan.view

    @property
    def order(self) -> SortOrder:
        return self._plan.order

    @property
    def open_folders(self) -> frozenset[FolderId]:
        return frozenset(self._plan.open_folders)

    @property
    def is_arranging(self) -> bool:
        """Are the rows still those from before the last wish?"""
        return self._work is not None

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= self._row_count:
            return None
        section, entry = self._at(index.row())
        summary = entry if isinstance(entry, ConversationSummary) else None
        match role:
            case ConversationRole.ENTRY:
                return entry
            case ConversationRole.SUMMARY:
                return summary
            case ConversationRole.IS_HEADING:
                return isinstance(entry, Heading)
            case ConversationRole.HEADING:
                return entry if isinstance(entry, Heading) else None
            case ConversationRole.DEPTH:
                return entry.depth if isinstance(entry, FolderRow) else section.depth
            case Qt.ItemDataRole.AccessibleTextRole:
                return self.describe(entry, summary is not None and summary.id in self._running) or None
            case Qt.ItemDataRole.DisplayRole if summary is not None:
                return summary.title
            case ConversationRole.IS_RUNNING if summary is not None:
                return summary.id in self._running
            case ConversationRole.TAGS if summary is not None:
                return self.named_tags(summary.id)
        return None

    def look(self, row: int) -> RowLook:
        """Return all that is drawn of a row: asked for one by one this would be most of what drawing takes."""
        section, entry = self._at(row)
        depth = entry.depth if isinstance(entry, FolderRow) else section.depth
        if not isinstance(entry, ConversationSummary):
            return RowLook(entry, depth)
        return RowLook(entry, depth, entry.id in self._running, self.named_tags(entry.id))

    def get(self, conversation_id: ConversationId) -> ConversationSummary | None:
        """Return a conversation as it is now, shown or not."""
        return self.shelves.by_id.get(conversation_id)

    def named_tags(self, conversation_id: ConversationId) -> list[Tag]:
        """Return the tags of a conversation as they are shown."""
        return [self._tags[each] for each in self._links.get(conversation_id, ()) if each in self._tags]

    def row_of(self, conversation_id: ConversationId) -> int | None:
        """Return where a conversation stands, None if it is not shown."""
        summary = self.get(conversation_id)
        return None if summary is None else self._find(summary)

    # Changing

    def begin_reading(self) -> None:
        """Keep in mind what changes from now on: `set_shelves` gets what was read before that."""
        self._meanwhile = {}

    def set_summaries(self, summaries: Sequence[ConversationSummary], *, is_whole: bool = True) -> None:
        """Show these, which are in the store's order: pinned first, then newest first, then by id.

        ``is_whole`` False: there are more, and how many stand in a folder is not known yet.
        """
        self.set_shelves(Shelves(summaries, self.shelves.folders), is_whole=is_whole)

    def set_shelves(self, shelves: Shelves, *, is_whole: bool = True) -> None:
        """Show what is on these. The trash stays as it was known."""
        if shelves.folders.keys() != self.shelves.folders.keys():
            shelves.set_folders(self.shelves.folders)
        trashed, count = self.shelves.trash.items, self.shelves.trash_count
        shelves.set_trash(trashed)
        shelves.trash_count = count
        if self._meanwhile:
            shelves.put([each for each in self._meanwhile.values() if each is not None])
            shelves.remove([conversation_id for conversation_id, each in self._meanwhile.items() if each is None])
        self._meanwhile = None
        self._arrange(shelves=shelves, is_whole=is_whole)

    def set_trash(self, summaries: Sequence[ConversationSummary]) -> None:
        """Say what is in the trash, in whatever order."""
        self.shelves.set_trash(summaries)
        self._arrange()

    def set_trash_count(self, count: int) -> None:
        self.shelves.trash_count = count
        self._refresh_heads()

    def set_folders(self, tree: FolderTree) -> None:
        self.shelves.set_folders(folder.id for folder, _depth in tree.walk())
        view = self.view if self.view.folder_id is None or self.view.folder_id in tree else View()
        self._arrange(tree=tree, view=view)

    def set_tags(self, tags: Sequence[Tag], links: Mapping[ConversationId, Sequence[TagId]]) -> None:
        """Say which tags there are and which conversations have them."""
        self._tags = {each.id: each for each in tags}
        self._links = links
        counts: dict[TagId, int] = {}
        for ids in links.values():
            for each in ids:
                counts[each] = counts.get(each, 0) + 1
        view = self.view if self.view.tag_id is None or self.view.tag_id in self._tags else View()
        self._arrange(tags=tuple(tags), tag_counts=counts, view=view, tagged=self._tagged(view))

    def upsert(self, summary: ConversationSummary) -> None:
        """Add a conversation, or show one as it is now, in its place."""
        self.apply([summary])

    def apply(self, summaries: Sequence[ConversationSummary]) -> None:
        """Do as `upsert` with many at once."""
        self.regroup()
        known = self.shelves.by_id
        changed = [each for each in summaries if known.get(each.id) != each]
        if self._meanwhile is not None:
            self._meanwhile.update((each.id, each) for each in changed)
        if len(changed) >= MANY or self.is_arranging:
            self._putting = self.shelves.putting(changed)
            self._arrange()
            return
        for each in changed:
            self._show(each)
        if changed:
            self._refresh_heads()

    def remove(self, *ids: ConversationId) -> None:
        """Take conversations out. One that is not there is passed over."""
        self._running.difference_update(ids)
        if self._meanwhile is not None:
            self._meanwhile.update(dict.fromkeys(ids))
        if len(ids) >= MANY or self.is_arranging:
            self.shelves.remove(ids)
            self._arrange()
            return
        for each in ids:
            row = self.row_of(each)
            self.shelves.remove([each])
            if row is not None:
                self._take_out(row)
        self._refresh_heads()

    def set_running(self, conversation_id: ConversationId, is_running: bool) -> None:  # noqa: FBT001  # a slot
        """Mark a conversation whose answer is being written, also one that is not shown."""
        if is_running == (conversation_id in self._running):
            return
        (self._running.add if is_running else self._running.discard)(conversation_id)
        row = self.row_of(conversation_id)
        if row is not None:
            index = self.index(row)
            self.dataChanged.emit(index, index, [ConversationRole.IS_RUNNING])

    # What is shown

    def filter(self, text: str) -> None:
        """Show only conversations whose title contains this, whatever its case; all of them for an empty text."""
        needle = text.strip().casefold()
        if needle != self._plan.needle:
            self._arrange(needle=needle)

    def show(self, view: View, order: SortOrder | None = None) -> None:
        """Show another part of all, or it in another order."""
        order = order or self.order
        if (view, order) != (self.view, self.order):
            self._arrange(view=view, order=order, tagged=self._tagged(view))
            self.view_changed.emit()

    def set_open_folders(self, folders: Iterable[FolderId]) -> None:
        self._arrange(open_folders=frozenset(folders))

    def set_open(self, folder_id: FolderId, *, is_open: bool) -> None:
        """Show or hide what stands in a folder."""
        number = self._numbers.get(folder_key(folder_id))
        folders = self.open_folders | {folder_id} if is_open else self.open_folders - {folder_id}
        if folders == self.open_folders:
            return
        plan = replace(self._plan, open_folders=folders)
        sections = None if self.is_arranging or self._plan.is_sifted else _at_once(plan.sections())
        if sections is None or number is None:
            self._arrange(open_folders=folders)
        else:
            self._plan = plan
            self._fold(number, sections)

    def toggle_tags(self) -> None:
        """Show or hide the tags at the end of the list."""
        self._arrange(are_tags_open=not self._plan.are_tags_open)

    def regroup(self) -> None:
        """Put conversations under new headings if the day has changed."""
        if self._today() != self._plan.today:
            self._arrange()

    # Places

    def _find(self, summary: ConversationSummary) -> int | None:
        number = self._numbers.get(self._plan.key_of(summary))
        if number is None:
            return None
        section = self._sections[number]
        offset = place_of(section.items, summary, self._plan.rank())
        return None if offset is None else self._starts[number] + (section.head is not None) + offset

    def _tagged(self, view: View) -> frozenset[ConversationId]:
        if view.tag_id is None:
            return frozenset()
        return frozenset(each for each, tags in self._links.items() if view.tag_id in tags)

    # Rows in and out

    def _arrange(self, **changes: Any) -> None:
        """Put all rows together anew: now, or if that takes long, as soon as may be."""
        self._plan = replace(self._plan, today=self._today(), **changes)
        self._work = self._plan.sections()
        self._go_on()

    def _go_on(self) -> None:
        work = self._work
        if work is None:
            return
        until = perf_counter() + _SLICE_S
        try:
            while True:
                if self._putting is None:
                    next(work)
                elif next(self._putting, self) is self:
                    self._putting = None
                if perf_counter() > until:
                    self._slices.start()
                    return
        except StopIteration as end:
            self._work = None
            self._slices.stop()
            self.beginResetModel()
            self._take(end.value)
            self.endResetModel()

    def _show(self, summary: ConversationSummary) -> None:
        plan = self._plan
        row = self.row_of(summary.id)
        self.shelves.put([summary])
        key = plan.key_of(summary) if not plan.is_sifted or plan.has(summary) else None
        if key is not None and key not in self._numbers and not isinstance(key, Heading):
            if plan.is_sifted:  # a folder comes into sight
                self._arrange()
                return
            key = None
        if key is None:
            if row is not None:
                self._take_out(row)
        elif row is None:
            self._put_in(summary, key, plan.rank())
        else:
            self._move(row, summary, key, plan.rank())

    def _refresh_heads(self) -> None:
        """Have the counts right, and at the end of the list what leads on."""
        if self.is_arranging:
            return
        if not self._plan.is_sifted:
            rows = self._plan.folder_rows()
            for number, section in enumerate(self._sections):
                if isinstance(section.head, FolderRow) and section.head != rows.get(section.key, section.head):
                    section.head = rows[section.key]
                    self._tell_changed(self._starts[number])
        self._show_tail(self._plan.tail())


def _at_once(work: Generator[None, None, list[Section]]) -> list[Section] | None:
    """Return what some work comes to, None if it takes long."""
    try:
        next(work)
    except StopIteration as end:
        sections: list[Section] = end.value
        return sections
    return None
