"""Which conversations have what is looked for, the last used ones first.

The index knows the numbers of messages, not when a conversation was used last, and a frequent word stands in a million
messages: to order all of these would take a second. Few hits are all looked at. Of many, those with the highest numbers
are: mostly they are in the conversations that were used last. Then it is enough to look into those few that were used
later than what was found, and begin before it. Where that is not so (thousands of old conversations were imported
today), they are gone through from the last used one on, in batches, and the index is asked for the numbers of their
messages only.
"""

from __future__ import annotations

import json
from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from heapq import merge
from itertools import islice
from typing import Any, NamedTuple

from easychat_gui.domain.ids import ConversationId, MessageId
from easychat_gui.domain.search import Has, Query, State
from easychat_gui.storage.reading import Reader
from easychat_gui.storage.search_filters import Conditions, conditions_of
from easychat_gui.storage.search_index import SPAN_ROWS, index_path

IN_SIGHT = 8
"""So many conversations fit the palette."""

HITS_OF_CHAT = 20
"""After so many hits a conversation is passed over, so that a long one does not hold up the search for others."""

FEW = 1_000
"""So many hits are looked at one by one, in two or three milliseconds, for the chats that are in sight; for more chats
in proportion."""

_FIRST = 20
"""So many for each chat that is wanted are looked at first: often that is enough."""

_MOST_OPEN = 300
"""So many conversations that were used later than what was found, and could have a hit too, are looked into."""

_BATCH, _GROWTH, _LAST_BATCH = 16, 4, 20_000
_SLOW_GROWTH = 16

_BLOCK = 64
_WIDE = 2_000
"""Between the first and the last message of most conversations there are not so many of others."""

_GAP, _SLOW_GAP = 100, 2_700
"""So many hits of others are passed over rather than asking the index again: that costs half a millisecond, and twelve
for beginnings of words of which it has no list and at each question puts one together."""

_ALIAS = "search"
_LAST = 2**62
"""Beyond every number and every time."""

_CHAT = "c.id, c.title, c.updated_at, c.leaf_id, c.archived_at"
_OF_MESSAGE = "CROSS JOIN conversations c ON c.id = m.conversation_id WHERE c.trashed_at IS NULL {filters}"
_NEWEST = """
    SELECT c.updated_at, c.id, c.number FROM conversations c {index}
    WHERE c.trashed_at IS NULL {filters} ORDER BY c.updated_at DESC, c.id
"""
_SPANS = "SELECT block FROM search.spans WHERE earliest < ? AND latest >= ? ORDER BY latest DESC, block DESC"


@dataclass(slots=True)
class Hit:
    """A conversation in which there is something, and where: in which message, by its number or that of a file."""

    id: ConversationId
    title: str
    updated_at: float
    leaf_id: MessageId | None
    archived_at: float | None
    message_id: MessageId | None = None
    message: int | None = None
    file: int | None = None


class _Source(NamedTuple):
    """Where hits can be. All SQL takes numbers of its own kind.

    ``all``: the numbers of all hits, ``ranged`` where they can be limited; ``listed``: the conversations of some that
    are listed; ``between``: those of all hits in a span; ``extent``: the first and the last number of conversations,
    ``blocks`` in which blocks of numbers they are; ``first``: the first number of a conversation ``c``.
    """

    what: str
    all: str
    ranged: str
    listed: str
    between: str
    extent: str
    blocks: str
    first: str


_TEXTS = _Source(
    "message",
    "SELECT rowid FROM search.texts WHERE texts MATCH ? ORDER BY rowid DESC LIMIT ?",
    "SELECT rowid FROM search.texts WHERE texts MATCH ? AND rowid BETWEEN ? AND ? ORDER BY rowid DESC LIMIT ?",
    f"SELECT {_CHAT}, m.id, max(m.number) FROM json_each(?) j "  # noqa: S608
    f"CROSS JOIN messages m ON m.number = j.value {_OF_MESSAGE} "
    "GROUP BY c.number ORDER BY c.updated_at DESC, c.id LIMIT ?",
    f"SELECT {_CHAT}, m.id, m.number FROM search.texts t CROSS JOIN messages m ON m.number = t.rowid {_OF_MESSAGE} "  # noqa: S608
    "AND t.texts MATCH ? AND t.rowid BETWEEN ? AND ? ORDER BY t.rowid DESC",
    "SELECT j.value, (SELECT number FROM messages WHERE conversation_id = j.value ORDER BY number LIMIT 1), "
    "(SELECT number FROM messages WHERE conversation_id = j.value ORDER BY number DESC LIMIT 1) FROM json_each(?) j",
    "SELECT DISTINCT m.number / {size} FROM json_each(?) j "
    "CROSS JOIN messages m INDEXED BY messages_of_conversation ON m.conversation_id = j.value ORDER BY 1",
    "(SELECT number FROM messages WHERE conversation_id = c.id ORDER BY number LIMIT 1)",
)
_FILES = _Source(
    "file",
    "SELECT rowid FROM search.files WHERE files MATCH ? ORDER BY rowid DESC LIMIT ?",
    "",
    f"SELECT {_CHAT}, m.id, max(a.number) FROM json_each(?) j CROSS JOIN attachments a ON a.number = j.value "  # noqa: S608
    f"CROSS JOIN messages m ON m.id = a.message_id {_OF_MESSAGE} "
    "GROUP BY c.number ORDER BY c.updated_at DESC, c.id LIMIT ?",
    f"SELECT {_CHAT}, m.id, a.number FROM search.files f CROSS JOIN attachments a ON a.number = f.rowid "  # noqa: S608
    f"CROSS JOIN messages m ON m.id = a.message_id {_OF_MESSAGE} "
    "AND f.files MATCH ? AND f.rowid BETWEEN ? AND ? ORDER BY f.rowid DESC",
    "SELECT j.value, (SELECT min(number) FROM attachments WHERE conversation_id = j.value), "
    "(SELECT max(number) FROM attachments WHERE conversation_id = j.value) FROM json_each(?) j",
    "SELECT DISTINCT a.number / {size} FROM json_each(?) j "
    "CROSS JOIN attachments a ON a.conversation_id = j.value ORDER BY 1",
    "(SELECT min(number) FROM attachments WHERE conversation_id = c.id)",
)
_TITLES = _Source(
    "",
    "SELECT rowid FROM search.titles WHERE titles MATCH ? ORDER BY rowid DESC LIMIT ?",
    "",
    f"SELECT {_CHAT}, NULL, NULL FROM json_each(?) j CROSS JOIN conversations c ON c.number = j.value "  # noqa: S608
    "WHERE c.trashed_at IS NULL {filters} ORDER BY c.updated_at DESC, c.id LIMIT ?",
    f"SELECT {_CHAT}, NULL, NULL FROM search.titles t CROSS JOIN conversations c ON c.number = t.rowid "  # noqa: S608
    "WHERE c.trashed_at IS NULL {filters} AND t.titles MATCH ? AND t.rowid BETWEEN ? AND ? ORDER BY t.rowid DESC",
    "SELECT c.id, c.number, c.number FROM json_each(?) j CROSS JOIN conversations c ON c.id = j.value",
    "",
    "c.number",
)
_MESSAGES = _Source(
    "message",
    "",
    "",
    "",
    f"SELECT {_CHAT}, m.id, m.number FROM messages m NOT INDEXED {_OF_MESSAGE} "  # noqa: S608
    "AND m.number BETWEEN ? AND ? ORDER BY m.number DESC",
    _TEXTS.extent,
    _TEXTS.blocks,
    _TEXTS.first,
)
_ATTACHED = _Source(
    "message",
    "",
    "",
    f"SELECT {_CHAT}, m.id, max(m.number) FROM (SELECT DISTINCT message_id FROM attachments) x "  # noqa: S608
    f"CROSS JOIN messages m ON m.id = x.message_id {_OF_MESSAGE} "
    "GROUP BY c.number ORDER BY c.updated_at DESC, c.id LIMIT ?",
    "",
    "",
    "",
    "",
)
_BY_AGE = f"SELECT {_CHAT} FROM json_each(?) j CROSS JOIN conversations c ON c.number = j.value"  # noqa: S608


@dataclass(slots=True)
class _Scan:
    """What is asked of a source, and the numbers of the highest hits in it; ``is_cut``: there are more."""

    source: _Source
    values: tuple[Any, ...] = ()
    numbers: list[int] = field(default_factory=list)
    is_slow: bool = False
    is_cut: bool = True

    @property
    def density(self) -> float:
        """How many hits there are to a number."""
        return len(self.numbers) / (self.numbers[0] - self.numbers[-1] + 1) if self.numbers else 1.0

    @property
    def gap(self) -> float:
        return (_SLOW_GAP if self.is_slow else _GAP) / self.density


class Gathering:
    """``hits``: conversations, the last used first, each with its newest hit. ``is_more``: there are others."""

    def __init__(self, reader: Reader, query: Query, limit: int) -> None:
        self.hits: list[Hit] = []
        self.is_more = False
        self._reader = reader
        self._limit = limit
        self._filters = query.filters
        self._found: dict[ConversationId, Hit] = {}
        self._of_chat, self._of_message = conditions_of(reader, query.filters)
        self._has_index = reader.attach(index_path(reader.path), _ALIAS)
        if query.wanted:
            if self._has_index:
                self._by_words(query)
        elif not query.is_empty:
            self._by_filters(query)
        elif not query.typed.strip():
            self._of_chat.add("c.archived_at IS NULL")
            self._by_age()
        self._order()

    # What is asked

    def _by_words(self, query: Query) -> None:
        sources = [_TEXTS, _FILES]
        if not self._filters.are_of_message:
            sources.append(_TITLES)
        is_slow = any(term.is_slow for term in query.terms)
        scans = [_Scan(each, (query.match,), is_slow=is_slow) for each in sources]
        for count in (min(_FIRST * self._limit, self._few), self._few):
            for each in scans:
                self._read(each, count)
            if self._highest(scans, count):
                return
        cut = [each for each in scans if each.is_cut]
        if self._is_of_time:
            self._back_in_time(cut)
        else:
            self._walk(cut)

    def _by_filters(self, query: Query) -> None:
        if not self._filters.are_of_message:
            self._by_age()
            return
        if query.excluded and self._has_index:
            excluded = " OR ".join(term.match for term in query.excluded)
            self._of_message.add("m.number NOT IN (SELECT rowid FROM search.texts WHERE texts MATCH ?)", excluded)
        if self._filters.has & {Has.IMAGE, Has.FILE}:  # only few messages have one
            for row in self._reader.rows(
                _ATTACHED.listed.format(filters=self._of_message), (*self._of_message.values, self._limit + 1)
            ):
                self._note(_ATTACHED, row)
        elif self._is_of_time:
            self._back_in_time([_Scan(_MESSAGES)])
        else:
            self._walk([_Scan(_MESSAGES)])

    def _by_age(self) -> None:
        """Find conversations of which nothing is wanted but what they are."""
        with closing(self._newest()) as newest:
            numbers = [number for _used, _id, number in islice(newest, self._limit + 1)]
        for row in self._reader.rows(_BY_AGE, (json.dumps(numbers),)):
            self._note(_TITLES, (*row, None, None))

    def _order(self) -> None:
        ordered = self._in_order()
        self.is_more = self.is_more or len(ordered) > self._limit
        self.hits = ordered[: self._limit]

    def _in_order(self) -> list[Hit]:
        return sorted(self._found.values(), key=lambda each: (-each.updated_at, each.id))

    # Few hits, or the highest of them

    def _read(self, scan: _Scan, count: int) -> None:
        """Read the highest numbers of hits, so many at least if there are as many."""
        if not scan.is_cut or len(scan.numbers) > count:
            return
        most = self._few if scan.is_slow else count
        source, numbers = scan.source, list[int]()
        if self._is_of_time and source is _TEXTS:
            for span in self._spans_of_time():
                numbers += self._numbers(source.ranged, (*scan.values, *span, most + 1 - len(numbers)))
                if len(numbers) > most:
                    break
        else:
            numbers = self._numbers(source.all, (*scan.values, most + 1))
        scan.numbers, scan.is_cut = numbers, len(numbers) > most

    def _highest(self, scans: Sequence[_Scan], count: int) -> bool:
        """Note so many of the highest hits; return whether no conversation that was used later can be one too."""
        for scan in scans:
            if scan.numbers:
                self._list(scan, scan.numbers[:count])
        open_ones = [scan for scan in scans if scan.is_cut or len(scan.numbers) > count]
        if not open_ones:
            return True
        if self._is_of_time or len(self._found) <= self._limit:
            return False
        earliest = self._in_order()[self._limit].updated_at
        for scan in open_ones:
            later = self._used_since(earliest, scan, scan.numbers[:count][-1])
            if len(later) > _MOST_OPEN:
                return False
            if later:
                self._look(scan, self._reader.rows(scan.source.extent, (json.dumps(later),)))
        return True

    def _list(self, scan: _Scan, numbers: list[int]) -> None:
        conditions = self._conditions(scan.source)
        values = (json.dumps(numbers), *conditions.values, self._limit + 1)
        for row in self._reader.rows(scan.source.listed.format(filters=conditions), values):
            self._note(scan.source, row)

    def _used_since(self, moment: float, scan: _Scan, floor: int) -> list[ConversationId]:
        """Return conversations that begin below a number, and of which no hit above it was found."""
        known = {each.id for each in self._found.values() if each.message_id is not None or not scan.source.what}
        more = f"AND c.updated_at >= ? AND {scan.source.first} < ?"
        found: list[ConversationId] = []
        for sql in self._newest_sql(more):
            values = (moment, floor, *self._of_chat.values)
            with closing(self._reader.each(sql, values)) as rows:
                found += islice((each_id for _used, each_id, _ in rows if each_id not in known), _MOST_OPEN + 1)
        return found

    def _numbers(self, sql: str, values: tuple[Any, ...]) -> list[int]:
        return [row[0] for row in self._reader.rows(sql, values)]

    # Many hits

    def _walk(self, scans: Sequence[_Scan]) -> None:
        """Look into conversations, the last used first, until there are enough."""
        is_slow = any(scan.is_slow for scan in scans)
        size = max(_BATCH, int(self._limit * 1.5 / min(1.0, 20 * max(scan.density for scan in scans))))
        with closing(self._newest()) as newest:
            while batch := list(islice(newest, size)):
                ids = [chat_id for _used, chat_id, _number in batch]
                for scan in scans:
                    if size < _LAST_BATCH:
                        self._look(scan, self._reader.rows(scan.source.extent, (json.dumps(ids),)))
                    else:
                        self._collect(scan, (0, _LAST), set(ids))
                oldest = -batch[-1][0]
                if sum(each.updated_at >= oldest for each in self._found.values()) > self._limit:
                    break
                size *= _SLOW_GROWTH if is_slow else _GROWTH

    def _look(self, scan: _Scan, extents: Sequence[Sequence[Any]]) -> None:
        """Note what is found in conversations, of which this is the first and the last number."""
        spans = [(first, last) for _id, first, last in extents if first is not None and last - first <= _WIDE]
        wide = [chat_id for chat_id, first, last in extents if first is not None and last - first > _WIDE]
        if wide:
            blocks = self._numbers(scan.source.blocks.format(size=_BLOCK), (json.dumps(wide),))
            spans += [(block * _BLOCK, block * _BLOCK + _BLOCK - 1) for block in blocks]
        ids = {row[0] for row in extents}
        for span in _joined(spans, scan.gap):
            self._collect(scan, span, ids)

    def _back_in_time(self, scans: Sequence[_Scan]) -> None:
        """Look through the messages of the wanted time, the newest first."""
        for scan in scans:
            for span in self._spans_of_time() if scan.source.what == "message" else [(0, _LAST)]:
                self._collect(scan, span, None)
                if len(self._found) > self._limit:
                    break

    def _collect(self, scan: _Scan, span: tuple[int, int], ids: set[ConversationId] | None) -> None:
        """Note the newest hit of each of these conversations in a span of numbers; ``None``: of any, till there are
        enough."""
        first, following = span
        conditions = self._conditions(scan.source).copy()
        seen: dict[ConversationId, int] = {}
        while following >= first:
            sql = scan.source.between.format(filters=conditions)
            with closing(self._reader.each(sql, (*conditions.values, *scan.values, first, following))) as rows:
                following = -1
                for row in rows:
                    chat_id = row[0]
                    seen[chat_id] = seen.get(chat_id, 0) + 1
                    if ids is None or chat_id in ids:
                        self._note(scan.source, row)
                    if ids is None and len(self._found) > self._limit:
                        return
                    if seen[chat_id] > HITS_OF_CHAT:
                        conditions.add("c.id <> ?", chat_id)
                        following = int(row[-1]) - 1
                        break

    # Small things

    @property
    def _few(self) -> int:
        return FEW if self._limit <= IN_SIGHT else FEW * 4

    @property
    def _is_of_time(self) -> bool:
        return self._has_index and (self._filters.before is not None or self._filters.after is not None)

    def _conditions(self, source: _Source) -> Conditions:
        return self._of_message if source.what else self._of_chat

    def _note(self, source: _Source, row: Sequence[Any]) -> None:
        *chat, message_id, number = row
        found = self._found.get(chat[0])
        if found is None:
            found = self._found[chat[0]] = Hit(*chat)
        if message_id is not None and (found.message_id is None or (source.what == "message" and not found.message)):
            found.message_id, found.file = message_id, None
            setattr(found, source.what, number)

    def _newest(self) -> Generator[tuple[float, ConversationId, int], None, None]:
        """Yield all conversations that can be meant: minus when they were used last, id, number."""
        streams = [self._reader.each(sql, self._of_chat.values) for sql in self._newest_sql()]
        yield from merge(*(((-used, id_, number) for used, id_, number in each) for each in streams))

    def _newest_sql(self, more: str = "") -> list[str]:
        """Return queries for all that can be meant, each in order: the index of the list has the pinned ones first."""
        parts = [("INDEXED BY conversations_in_order", f"AND c.is_pinned = 1 {more}")]
        if self._filters.folders:
            parts = [("", more)]  # those of a folder are few
        elif State.PINNED not in self._filters.states:
            parts.append(("INDEXED BY conversations_in_order", f"AND c.is_pinned = 0 {more}"))
        return [_NEWEST.format(index=index, filters=f"{each} {self._of_chat}") for index, each in parts]

    def _spans_of_time(self) -> list[tuple[int, int]]:
        """Return the numbers between which messages of the wanted time are, the newest first."""
        before, after = self._filters.before, self._filters.after
        spans: list[tuple[int, int]] = []
        for (block,) in self._reader.rows(_SPANS, (_LAST if before is None else before, after or 0)):
            first, last = block * SPAN_ROWS, (block + 1) * SPAN_ROWS - 1
            if spans and spans[-1][0] == last + 1:
                spans[-1] = (first, spans[-1][1])
            else:
                spans.append((first, last))
        return spans


def _joined(spans: list[tuple[int, int]], gap: float) -> list[tuple[int, int]]:
    """Return spans without gaps that are not worth it: the newest first."""
    joined: list[tuple[int, int]] = []
    for first, last in sorted(spans):
        if joined and first - joined[-1][1] <= gap:
            joined[-1] = (joined[-1][0], max(last, joined[-1][1]))
        else:
            joined.append((first, last))
    return joined[::-1]
