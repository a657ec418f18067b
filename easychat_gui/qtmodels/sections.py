"""The rows of the sidebar: what stands under what, in the view that is chosen."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Collection, Generator, Hashable, Mapping
from dataclasses import field
from datetime import date, timedelta
from enum import Enum, StrEnum, auto
from typing import TYPE_CHECKING

from easychat_gui.domain.conversations import ConversationSummary
from easychat_gui.domain.folder_tree import FolderTree
from easychat_gui.domain.ids import ConversationId, FolderId, TagId
from easychat_gui.qtmodels.shelves import Rank, Shelf, Shelves, SortOrder, rank_of
from easychat_gui.support.clock import day_of, start_of
from easychat_gui.support.quick_dataclass import dataclass

if TYPE_CHECKING:
    from easychat_gui.domain.folders import Folder, Tag


class HeadingKind(Enum):
    """In the order of the sidebar. The interface has the words.

    FOLDERS stands above the folders, CHATS above chats that are in no order of days, ARCHIVED above those of the
    archive that a search has found.
    """

    PINNED = auto()
    FOLDERS = auto()
    CHATS = auto()
    TODAY = auto()
    YESTERDAY = auto()
    PREVIOUS_7_DAYS = auto()
    MONTH = auto()
    ARCHIVED = auto()


@dataclass(frozen=True, slots=True)
class Heading:
    """A row between conversations. ``month`` is the first day of it, for `HeadingKind.MONTH` only."""

    kind: HeadingKind
    month: date | None = None


def heading_of(moment: float, today: date) -> Heading:
    """Return what a moment stands under. One from the future (a clock was wrong) counts as of today."""
    day = day_of(moment)
    if day >= today:
        return Heading(HeadingKind.TODAY)
    if day == today - timedelta(days=1):
        return Heading(HeadingKind.YESTERDAY)
    if day >= today - timedelta(days=7):
        return Heading(HeadingKind.PREVIOUS_7_DAYS)
    return Heading(HeadingKind.MONTH, day.replace(day=1))


def beginning_of(heading: Heading, today: date) -> float:
    """Return the earliest moment that belongs under a heading of days, in seconds since 1970."""
    match heading.kind:
        case HeadingKind.TODAY:
            return start_of(today)
        case HeadingKind.YESTERDAY:
            return start_of(today - timedelta(days=1))
        case HeadingKind.PREVIOUS_7_DAYS:
            return start_of(today - timedelta(days=7))
        case HeadingKind.MONTH if heading.month is not None:
            return start_of(heading.month)
        case _:
            raise ValueError("its conversations are of any time")


SortKey = tuple[int, float, str]


def sort_key(summary: ConversationSummary) -> SortKey:
    """Order as the store does: pinned first, then newest first, then by id."""
    return (-summary.is_pinned, -summary.updated_at, summary.id)


def position_of(heading: Heading) -> tuple[int, int]:
    """Order headings from top to bottom."""
    return (heading.kind.value, -heading.month.toordinal() if heading.month else 0)


def by_days(
    summaries: list[ConversationSummary], today: date, moment_of: Callable[[ConversationSummary], float]
) -> list[tuple[Heading, list[ConversationSummary]]]:
    """Cut a list that is in order, the newest first, where another heading begins.

    Each cut is found by halving: of 100,000 conversations only a few hundred are looked at.
    """
    groups = []
    start = 0
    while start < len(summaries):
        heading = heading_of(moment_of(summaries[start]), today)
        earliest = -beginning_of(heading, today)
        end = bisect_right(summaries, earliest, lo=start, key=lambda each: -moment_of(each))
        end = max(end, start + 1)  # whatever moments the rows claim, this comes to an end
        groups.append((heading, summaries[start:end]))
        start = end
    return groups


SIFTED_AT_ONCE = 5_000
"""A library of no more than so many is looked through in one go."""

_SLICE = 1_000


class ViewKind(StrEnum):
    """What the list shows. ALL: everything but archive and trash. FOLDER: one folder, with what stands in it."""

    ALL = "all"
    FOLDER = "folder"
    TAG = "tag"
    ARCHIVE = "archive"
    TRASH = "trash"


@dataclass(frozen=True, slots=True)
class View:
    """``folder_id`` and ``tag_id`` for the view of one."""

    kind: ViewKind = ViewKind.ALL
    folder_id: FolderId | None = None
    tag_id: TagId | None = None


@dataclass(frozen=True, slots=True)
class FolderRow:
    """``count`` is of the conversations in it and below, None while not all are read."""

    folder: Folder
    depth: int
    is_open: bool
    count: int | None


class ShelfKind(StrEnum):
    TAGS = "tags"
    ARCHIVE = "archive"
    TRASH = "trash"


@dataclass(frozen=True, slots=True)
class ShelfRow:
    """At the end of the list: leads to the archive or the trash, or unfolds the tags."""

    kind: ShelfKind
    count: int
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class TagRow:
    tag: Tag
    count: int


Head = Heading | FolderRow | ShelfRow | TagRow
Entry = Head | ConversationSummary


@dataclass(slots=True, eq=False)
class Section:
    """A row that is no conversation, if there is one, and the conversations below it, in order."""

    key: Hashable
    head: Head | None = None
    items: list[ConversationSummary] = field(default_factory=list)
    depth: int = 0

    @property
    def row_count(self) -> int:
        return (self.head is not None) + len(self.items)


def folder_key(folder_id: FolderId) -> Hashable:
    """Return the key of a folder's own row."""
    return ("folder", folder_id)


def inside_key(folder_id: FolderId) -> Hashable:
    """Return the key of what stands in a folder that is open."""
    return ("inside", folder_id)


@dataclass(frozen=True, slots=True)
class Arrangement:
    """All that decides which rows there are. ``tagged`` are the conversations of the view's tag."""

    shelves: Shelves
    tree: FolderTree
    view: View
    order: SortOrder
    today: date
    needle: str = ""
    open_folders: Collection[FolderId] = ()
    tags: tuple[Tag, ...] = ()
    tag_counts: Mapping[TagId, int] = field(default_factory=dict)
    tagged: Collection[ConversationId] = ()
    are_tags_open: bool = False
    is_whole: bool = True

    @property
    def is_sifted(self) -> bool:
        """Is only part of what stands in the folders shown, and that in closed ones, too?"""
        return bool(self.needle) or self.view.kind is ViewKind.TAG

    def has(self, summary: ConversationSummary) -> bool:
        """Does a conversation pass the sieve?"""
        if self.view.kind is ViewKind.TAG and summary.id not in self.tagged:
            return False
        return self.needle in summary.title.casefold()

    def moment_of(self, summary: ConversationSummary) -> float:
        """Return by which moment it stands under its day."""
        if self.view.kind is ViewKind.TRASH:
            return summary.trashed_at or 0.0
        return summary.created_at if self.order is SortOrder.CREATED else summary.updated_at

    def key_of(self, summary: ConversationSummary) -> Hashable | None:
        """Return the key of the section in which it belongs, None if it is not of this view."""
        kind = self.view.kind
        if (summary.trashed_at is not None) is not (kind is ViewKind.TRASH):
            return None
        if kind is ViewKind.TRASH:
            return self._day_key(summary)
        if (summary.archived_at is not None) is (kind is ViewKind.ARCHIVE):
            return self._day_key(summary) if kind is ViewKind.ARCHIVE else self._key_in_list(summary)
        return Heading(HeadingKind.ARCHIVED) if summary.archived_at is not None and self.shows_archived else None

    @property
    def shows_archived(self) -> bool:
        """Does the archive show what the sieve finds in it, below all else?"""
        return self.is_sifted and self.view.kind in (ViewKind.ALL, ViewKind.TAG)

    def sections(self) -> Generator[None, None, list[Section]]:
        """Return the sections from top to bottom, in steps of some milliseconds."""
        shelves = self.shelves
        match self.view.kind:
            case ViewKind.TRASH:
                return (yield from self._days(shelves.trash))
            case ViewKind.ARCHIVE:
                return (yield from self._days(shelves.archived))
        root = self.view.folder_id if self.view.kind is ViewKind.FOLDER else None
        sections = []
        inside = None if root is None else set(self.tree.within(root))
        pinned = yield from self._sifted(shelves.pinned)
        if inside is not None:
            pinned = [each for each in pinned if each.folder_id in inside]
        if pinned:
            heading = Heading(HeadingKind.PINNED)
            sections.append(Section(heading, heading, list(pinned)))
        folders, _ = yield from self._folders(root, 0, self._counts())
        if folders:
            if self.view.kind is not ViewKind.FOLDER:
                heading = Heading(HeadingKind.FOLDERS)
                sections.append(Section(heading, heading))
            sections += folders
        loose = shelves.loose if root is None else shelves.folders.get(root, Shelf())
        sections += yield from self._days(loose)
        if self.shows_archived and (found := (yield from self._sifted(shelves.archived))):
            heading = Heading(HeadingKind.ARCHIVED)
            sections.append(Section(heading, heading, list(found)))
        return [*sections, *self.tail()]

    def tail(self) -> list[Section]:
        """Return what leads on, at the end of all chats."""
        if self.view.kind is not ViewKind.ALL or self.needle:
            return []
        heads: list[Head] = []
        if self.tags:
            heads.append(ShelfRow(ShelfKind.TAGS, len(self.tags), self.are_tags_open))
            if self.are_tags_open:
                heads += [TagRow(each, self.tag_counts.get(each.id, 0)) for each in self.tags]
        if self.is_whole and len(self.shelves.archived):
            heads.append(ShelfRow(ShelfKind.ARCHIVE, len(self.shelves.archived)))
        if self.shelves.trash_count:
            heads.append(ShelfRow(ShelfKind.TRASH, self.shelves.trash_count))
        return [Section(_tail_key(each), each) for each in heads]

    def folder_rows(self) -> dict[Hashable, FolderRow]:
        """Return the rows of all folders as they are now, by their keys."""
        counts = self._counts()
        root = self.view.folder_id if self.view.kind is ViewKind.FOLDER else None
        return {folder_key(folder.id): self._row(folder, depth, counts) for folder, depth in self.tree.walk(root)}

    def _row(self, folder: Folder, depth: int, counts: Mapping[FolderId, int]) -> FolderRow:
        count = counts.get(folder.id, 0) if self.is_whole else None
        return FolderRow(folder, depth, self.is_sifted or folder.id in self.open_folders, count)

    def _counts(self) -> dict[FolderId, int]:
        counts = self.shelves.counts()
        for folder, _depth in reversed(list(self.tree.walk())):
            parent_id = self.tree.parent_of(folder.id)
            if parent_id is not None:
                counts[parent_id] = counts.get(parent_id, 0) + counts.get(folder.id, 0)
        return counts

    def _folders(
        self, parent_id: FolderId | None, depth: int, counts: Mapping[FolderId, int]
    ) -> Generator[None, None, tuple[list[Section], int]]:
        """Return the rows below a folder, and how many conversations there are among them."""
        sections: list[Section] = []
        total = 0
        for folder in self.tree.children(parent_id):
            row = self._row(folder, depth, counts)
            if not row.is_open:
                sections.append(Section(folder_key(folder.id), row))
                continue
            below, found = yield from self._folders(folder.id, depth + 1, counts)
            items = yield from self._sifted(self.shelves.folders.get(folder.id, Shelf()))
            found += len(items)
            total += found
            if self.is_sifted and not found:
                continue
            if self.is_sifted:
                row = FolderRow(folder, depth, is_open=True, count=found)
            sections.append(Section(folder_key(folder.id), row))
            sections += below
            sections.append(Section(inside_key(folder.id), None, list(items), depth + 1))
        return sections, total

    def rank(self) -> Rank:
        """Return what the conversations of a section are compared by."""
        if self.view.kind is ViewKind.TRASH and self.order is SortOrder.USED:
            return _by_end
        return rank_of(self.order)

    def _days(self, shelf: Shelf) -> Generator[None, None, list[Section]]:
        items = yield from self._sifted(shelf)
        if self.view.kind is ViewKind.TRASH and self.order is SortOrder.USED:
            items = sorted(items, key=_by_end)
        if self.order is SortOrder.TITLE:
            heading = Heading(HeadingKind.CHATS)
            return [Section(heading, heading, list(items))] if items else []
        return [Section(heading, heading, cut) for heading, cut in by_days(items, self.today, self.moment_of)]

    def _sifted(self, shelf: Shelf) -> Generator[None, None, list[ConversationSummary]]:
        items = yield from shelf.arranged(self.order)
        if not self.is_sifted:
            return items
        is_large, needle = len(self.shelves.by_id) > SIFTED_AT_ONCE, self.needle
        found: list[ConversationSummary] = []
        for start in range(0, len(items), _SLICE):
            if is_large:
                yield
            found += [each for each in items[start : start + _SLICE] if needle in each[1].casefold()]  # its title
        if self.view.kind is ViewKind.TAG:
            found = [each for each in found if each.id in self.tagged]
        return found

    def _day_key(self, summary: ConversationSummary) -> Hashable:
        if self.order is SortOrder.TITLE:
            return Heading(HeadingKind.CHATS)
        return heading_of(self.moment_of(summary), self.today)

    def _key_in_list(self, summary: ConversationSummary) -> Hashable | None:
        folder_id = summary.folder_id if summary.folder_id in self.tree else None
        if self.view.kind is ViewKind.FOLDER:
            root = self.view.folder_id
            if folder_id is None or root not in {each.id for each in self.tree.path(folder_id)}:
                return None
            folder_id = None if folder_id == root else folder_id
        if summary.is_pinned:
            return Heading(HeadingKind.PINNED)
        return self._day_key(summary) if folder_id is None else inside_key(folder_id)


def _by_end(summary: ConversationSummary) -> tuple[float, str]:
    return (-(summary.trashed_at or 0.0), summary.id)


def _tail_key(head: Head) -> Hashable:
    if isinstance(head, TagRow):
        return ("tag", head.tag.id)
    return ("tail", head.kind if isinstance(head, ShelfRow) else head)


def position_of_key(key: Hashable) -> tuple[int, int]:
    """Order headings of conversations from top to bottom; folders stand between the pinned ones and the days."""
    if isinstance(key, Heading):
        return position_of(key)
    is_folder = isinstance(key, tuple) and key[0] in ("folder", "inside")
    return (HeadingKind.FOLDERS.value, 1) if is_folder else (HeadingKind.ARCHIVED.value + 1, 0)
