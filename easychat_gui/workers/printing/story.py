"""What is printed, in order: the contents, then of each chat its head and its messages."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from functools import partial
from typing import Protocol, TypeVar

from easychat_gui.domain.transfer import ConversationRecord
from easychat_gui.transfer.formats import Job
from easychat_gui.workers.printing.block_setting import BlockSetter, Maker
from easychat_gui.workers.printing.chat_setting import ChatSetter, Entry
from easychat_gui.workers.printing.pages import Place
from easychat_gui.workers.printing.paper import points
from easychat_gui.workers.printing.pieces import Manners, PairPiece, Piece, TextPiece

K = TypeVar("K")
V = TypeVar("V")
_CONTENTS = -1
_KEPT_PIECES = 96
_KEPT_SECTIONS = 6


class Records(Protocol):
    """Conversations by their number. What is asked for again is made again, so that one at a time is in memory."""

    @property
    def titles(self) -> Sequence[str]: ...

    def __len__(self) -> int: ...

    def __getitem__(self, number: int) -> ConversationRecord: ...


class PrintedStory:
    """The pieces of everything that is printed, made when they are asked for. Belongs to one thread."""

    def __init__(self, records: Records, setter: BlockSetter, job: Job) -> None:
        self._records = records
        self._setter = setter
        self._chats = ChatSetter(setter, job)
        self._has_contents = len(records) > 1
        self._chat: tuple[int, ConversationRecord, tuple[Entry, ...]] | None = None
        self._sections: OrderedDict[tuple[int, int], list[Maker]] = OrderedDict()
        self._pieces: OrderedDict[Place, Piece | None] = OrderedDict()
        self.page_numbers: dict[int, int] = {}
        """By the number of the chat, on which page it begins; the contents have blanks where that is not known yet."""

    @property
    def start(self) -> Place:
        return Place(_CONTENTS) if self._has_contents else Place()

    def forget_pieces(self) -> None:
        """What has been made was made without knowing the numbers of pages."""
        self._pieces.clear()
        self._sections.clear()

    def title_of(self, place: Place) -> str:
        """Return the title of the chat, or the contents, that a place is in."""
        return self._chats.title(self._records.titles[place.part]) if place.part >= 0 else self._setter.words.contents

    @property
    def chat_count(self) -> int:
        return len(self._records)

    def section_count(self, part: int) -> int:
        """Return how many sections a chat has: its head and its messages."""
        return 1 + len(self._entries(part))

    def piece(self, place: Place) -> Piece | None:
        key = place._replace(row=0)
        return _kept(self._pieces, key, lambda: self._made(key), _KEPT_PIECES)

    def next_section(self, place: Place) -> Place | None:
        if place.part == _CONTENTS:
            return Place()
        if place.section + 1 < self.section_count(place.part):
            return Place(place.part, place.section + 1)
        return Place(place.part + 1) if place.part + 1 < len(self._records) else None

    def _made(self, place: Place) -> Piece | None:
        makers = _kept(self._sections, (place.part, place.section), partial(self._makers, place), _KEPT_SECTIONS)
        return makers[place.piece]() if place.piece < len(makers) else None

    def _makers(self, place: Place) -> list[Maker]:
        if place.part == _CONTENTS:
            return self._contents()
        record = self._record(place.part)
        if place.section == 0:
            return self._chats.head(record, is_first=place.part == 0 and not self._has_contents)
        return self._chats.message(self._entries(place.part)[place.section - 1], record)

    def _record(self, part: int) -> ConversationRecord:
        if self._chat is None or self._chat[0] != part:
            record = self._records[part]
            self._chat = (part, record, self._chats.entries(record))
        return self._chat[1]

    def _entries(self, part: int) -> tuple[Entry, ...]:
        self._record(part)
        return self._chat[2] if self._chat is not None else ()

    def _contents(self) -> list[Maker]:
        return [self._contents_title, *(partial(self._entry, number) for number in range(len(self._records)))]

    def _contents_title(self) -> Piece:
        ink, width = self._setter.ink, self._setter.paper.text_width
        lines = self._setter.lines.plain(self._setter.words.contents, ink.title, "text", width)
        return TextPiece(lines, Manners(keeps_next=True), 0.0, width, ink)

    def _entry(self, part: int) -> Piece:
        ink, width, lines = self._setter.ink, self._setter.paper.text_width, self._setter.lines
        number = self.page_numbers.get(part)
        title = lines.plain(self._chats.title(self._records.titles[part]), ink.text, "text", width - points(40))
        shown = lines.plain(str(number) if number else " ", ink.text, "text_muted", width, "right")
        return PairPiece(title, shown, Manners(points(12) if part == 0 else points(3), leads_to=part), 0.0)


def _kept(known: OrderedDict[K, V], key: K, make: Callable[[], V], most: int) -> V:
    if key in known:
        known.move_to_end(key)
        return known[key]
    result = known[key] = make()
    if len(known) > most:
        known.popitem(last=False)
    return result
