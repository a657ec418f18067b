"""Looking for words in all conversations, the newest messages first."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field
from typing import Any, Protocol

from easychat_gui.domain.branches import BranchTree
from easychat_gui.domain.ids import ConversationId, MessageId
from easychat_gui.domain.search import Excerpt, Filters, Found, FoundChat, Has, Query, State
from easychat_gui.domain.search_words import composed, folded, marks, pattern
from easychat_gui.storage.reading import Reader
from easychat_gui.storage.search_index import SPAN_ROWS, index_path

CHATS = 100
"""So many conversations are more than a person looks through; of 2,000,000 messages they are found in some 40 ms."""

AT_FIRST = 8
"""So many are shown at once; up to this limit the newest hits of the very words do, if there are as many."""

HITS_OF_CHAT = 20
"""After so many hits a conversation is passed over, so that a long one does not hide all others."""

CONTEXT_BEFORE = 34
CONTEXT_AFTER = 120
"""Characters around a hit."""

_WINDOW = 100_000
"""Long texts are looked through in pieces of so many characters."""

_MARKUP = re.compile(r"\*\*|__|`+|^#+ ", re.MULTILINE)
"""What of Markdown would only be in the way in a line of text."""

_ALIAS = "search"

_LAST = 2**62
"""Beyond every number and every time."""

_CHAT = "c.id, c.title, c.updated_at, c.leaf_id, c.archived_at"
_TEXTS = f"""
    SELECT {_CHAT}, m.id, m.number FROM search.texts t
    CROSS JOIN messages m ON m.number = t.rowid CROSS JOIN conversations c ON c.id = m.conversation_id
    WHERE t.texts MATCH ? AND t.rowid BETWEEN ? AND ? AND c.trashed_at IS NULL {{filters}} ORDER BY t.rowid DESC
"""  # noqa: S608
_FILES = f"""
    SELECT {_CHAT}, m.id, a.number FROM search.files f
    CROSS JOIN attachments a ON a.number = f.rowid CROSS JOIN messages m ON m.id = a.message_id
    CROSS JOIN conversations c ON c.id = m.conversation_id
    WHERE f.files MATCH ? AND c.trashed_at IS NULL {{filters}} ORDER BY f.rowid DESC
"""  # noqa: S608
_TITLES = f"""
    SELECT {_CHAT}, NULL, NULL FROM search.titles t CROSS JOIN conversations c ON c.number = t.rowid
    WHERE t.titles MATCH ? AND c.trashed_at IS NULL {{filters}} ORDER BY t.rowid DESC
"""  # noqa: S608
_MESSAGES = f"""
    SELECT {_CHAT}, m.id, m.number FROM messages m NOT INDEXED CROSS JOIN conversations c ON c.id = m.conversation_id
    WHERE m.number BETWEEN ? AND ? AND c.trashed_at IS NULL {{filters}} ORDER BY m.number DESC
"""  # noqa: S608
_CHATS = f"""
    SELECT {_CHAT}, NULL, NULL FROM conversations c
    WHERE c.is_pinned = ? AND c.trashed_at IS NULL {{filters}} ORDER BY c.updated_at DESC
"""  # noqa: S608
_BEGINNING = """
    SELECT substr(text, 1, 300) FROM messages WHERE conversation_id = ? AND text <> '' ORDER BY number LIMIT 1
"""
_FAMILY = "SELECT id, parent_id FROM messages WHERE conversation_id = ? ORDER BY number"


class Finder(Protocol):
    """Finds conversations. By words at present; one that finds by meaning can stand beside it."""

    def find(self, reader: Reader, query: Query, limit: int = CHATS) -> Found:
        """Return what was found, the newest first. Raises `StorageError` and `Interrupted`."""


@dataclass(slots=True)
class _Chat:
    """A conversation in which there is something, and where."""

    id: ConversationId
    title: str
    updated_at: float
    leaf_id: MessageId | None
    archived_at: float | None
    message_id: MessageId | None = None
    message: int | None = None
    file: int | None = None


@dataclass(slots=True)
class _Conditions:
    """Conditions of SQL and their values."""

    sql: list[str] = field(default_factory=list)
    values: list[Any] = field(default_factory=list)

    def add(self, sql: str, *values: Any) -> None:
        self.sql.append(f"AND {sql}")
        self.values += values

    def __str__(self) -> str:
        return " ".join(self.sql)


class WordFinder:
    """A `Finder` that asks the index of all words. Belongs to one reader."""

    def __init__(self) -> None:
        self._branches: dict[tuple[ConversationId, MessageId], int] = {}
        self._state: Any = None

    def find(self, reader: Reader, query: Query, limit: int = CHATS) -> Found:
        begun = time.perf_counter()
        gathered = _Gathering(reader, query, limit)
        newest = sorted(gathered.chats.values(), key=lambda each: each.updated_at, reverse=True)
        wanted = pattern((term.words, term.is_prefix) for term in query.wanted)
        found = tuple(_shown(reader, each, wanted, self._branch(reader, each)) for each in newest[:limit])
        is_more = gathered.is_more or len(newest) > limit
        return Found(query, found, is_more, time.perf_counter() - begun)

    def _branch(self, reader: Reader, chat: _Chat) -> int:
        """Return the branch of a hit, as `place_of`; remembered from key to key while nobody writes."""
        if chat.message_id is None or chat.message_id == chat.leaf_id:
            return 0
        state = reader.row("PRAGMA data_version")
        if state != self._state:
            self._state = state
            self._branches.clear()
        key = (chat.id, chat.message_id)
        if key not in self._branches:
            self._branches[key] = place_of(reader, chat.id, chat.leaf_id, chat.message_id)
        return self._branches[key]


def place_of(reader: Reader, chat: ConversationId, leaf_id: MessageId | None, message_id: MessageId) -> int:
    """Return which of several siblings begins the branch of a message, 0 where it is in the branch that is shown."""
    tree = BranchTree(reader.rows(_FAMILY, (chat,)))
    end = leaf_id if leaf_id is not None and leaf_id in tree else tree.end_near(None)
    shown = set()
    while end is not None and end not in shown:
        shown.add(end)
        end = tree.parent(end)
    each: MessageId | None = message_id
    hidden = None
    while each is not None and each not in shown:
        hidden, each = each, tree.parent(each)
    return 0 if hidden is None else tree.place(hidden).number


class _Gathering:
    """Collects conversations, each with its newest hit."""

    def __init__(self, reader: Reader, query: Query, limit: int) -> None:
        self.chats: dict[ConversationId, _Chat] = {}
        self.is_more = False
        self._reader = reader
        self._limit = limit
        self._filters = query.filters
        self._of_chat, self._of_message = _conditions(reader, query.filters)
        self._has_index = reader.attach(index_path(reader.path), _ALIAS)
        if query.wanted:
            if self._has_index:
                self._by_words(query)
        elif not query.is_empty:
            self._by_filters(query)
        elif not query.typed.strip():
            self._of_chat.add("c.archived_at IS NULL")
            self._by_age()

    def _by_words(self, query: Query) -> None:
        if not self._filters.are_of_message:
            self._collect(_TITLES, self._of_chat, (query.match,), "")
        exact = query.exact if self._limit <= AT_FIRST else None
        if exact is None or not self._by_text(exact):
            self._by_text(query)
            self._collect(_FILES, self._of_message, (query.match,), "file")

    def _by_text(self, query: Query) -> bool:
        """Collect messages; return whether there are as many as can be used."""
        return self._in_spans(_TEXTS, (query.match,))

    def _by_filters(self, query: Query) -> None:
        if not self._filters.are_of_message:
            self._by_age()
            return
        if query.excluded and self._has_index:
            excluded = " OR ".join(term.match for term in query.excluded)
            self._of_message.add("m.number NOT IN (SELECT rowid FROM search.texts WHERE texts MATCH ?)", excluded)
        self._in_spans(_MESSAGES, ())

    def _by_age(self) -> None:
        """Collect conversations. The index of the list has them in order, the pinned first."""
        for is_pinned in (1, 0):
            self._collect(_CHATS, self._of_chat, (is_pinned,), "")

    def _in_spans(self, sql: str, values: tuple[Any, ...]) -> bool:
        for first, last in self._spans():
            following: int | None = last
            while following is not None:
                following = self._collect(sql, self._of_message, (*values, first, following), "message")
                if self.is_more:
                    return True
        return False

    def _spans(self) -> list[tuple[int, int]]:
        """Return the numbers between which messages of the wanted time are, the newest first."""
        before, after = self._filters.before, self._filters.after
        if (before is None and after is None) or not self._has_index:
            return [(0, _LAST)]
        spans: list[tuple[int, int]] = []
        sql = "SELECT block FROM search.spans WHERE earliest < ? AND latest >= ? ORDER BY block DESC"
        for (block,) in self._reader.rows(sql, (_LAST if before is None else before, after or 0)):
            first, last = block * SPAN_ROWS, (block + 1) * SPAN_ROWS - 1
            if spans and spans[-1][0] == last + 1:
                spans[-1] = (first, spans[-1][1])
            else:
                spans.append((first, last))
        return spans

    def _collect(self, sql: str, conditions: _Conditions, values: tuple[Any, ...], what: str) -> int | None:
        """Note the first hit of each conversation, until there are enough (`is_more`).

        Where one has so many hits that it hides others, return the number from which to go on without it.
        """
        rows = self._reader.each(sql.format(filters=conditions), (*values, *conditions.values))
        seen: dict[ConversationId, int] = {}
        for *chat, message_id, number in rows:
            id_ = chat[0]
            seen[id_] = seen.get(id_, 0) + 1
            found = self.chats.get(id_)
            if found is None:
                found = self.chats[id_] = _Chat(*chat)
            if what and found.message_id is None:
                found.message_id = message_id
                setattr(found, what, number)
            if len(seen) > self._limit:
                self.is_more = True
                return None
            if seen[id_] > HITS_OF_CHAT and what == "message":
                conditions.add("c.id <> ?", id_)
                return int(number) - 1
        return None


def _conditions(reader: Reader, filters: Filters) -> tuple[_Conditions, _Conditions]:
    """Return what must hold of a conversation ``c``, and of a message ``m`` in it."""
    of_chat, of_message = _Conditions(), _Conditions()
    for each in (of_chat, of_message):
        if filters.folders:
            each.add(f"c.folder_id IN ({_list(_folders(reader, filters.folders))})")
        if filters.tags:
            tagged = _list(_named(reader.rows("SELECT id, name FROM tags"), filters.tags))
            each.add(f"c.id IN (SELECT conversation_id FROM conversation_tags WHERE tag_id IN ({tagged}))")  # noqa: S608
        if State.PINNED in filters.states:
            each.add("c.is_pinned")
        if State.ARCHIVED in filters.states:
            each.add("c.archived_at IS NOT NULL")
        if State.UNREAD in filters.states:
            each.add("c.is_unread")
    if filters.role is not None:
        of_message.add("m.role = ?", filters.role.value)
    if filters.models:
        # What was asked belongs to the model that was to answer.
        of_model = "(CASE m.role WHEN 'user' THEN c.model_id ELSE m.model_id END) LIKE ? ESCAPE '\\'"
        patterns = [f"%{_escaped(model)}%" for model in filters.models]
        of_message.add(f"({' OR '.join([of_model] * len(patterns))})", *patterns)
    if filters.before is not None:
        of_message.add("m.created_at < ?", filters.before)
    if filters.after is not None:
        of_message.add("m.created_at >= ?", filters.after)
    _add_things(of_message, filters)
    return of_chat, of_message


def _add_things(conditions: _Conditions, filters: Filters) -> None:
    attached = "EXISTS (SELECT 1 FROM attachments x WHERE x.message_id = m.id AND x.media_type"
    if Has.CODE in filters.has:
        conditions.add("m.text LIKE '%```%'")
    if Has.IMAGE in filters.has:
        conditions.add(f"{attached} LIKE 'image/%')")
    if Has.FILE in filters.has:
        conditions.add(f"{attached} NOT LIKE 'image/%')")
    if Has.REASONING in filters.has:
        conditions.add("m.reasoning <> ''")


def _escaped(text: str) -> str:
    for each in "\\%_":
        text = text.replace(each, f"\\{each}")
    return text


def _list(ids: set[str]) -> str:
    """Return ids of this database as SQL."""
    return ", ".join("'" + each.replace("'", "''") + "'" for each in sorted(ids))


def _named(rows: list[Any], names: tuple[str, ...]) -> set[str]:
    """Return the ids of what is called so, or, where nothing is called just so, of what has it in its name."""
    wanted = {folded(name) for name in names}
    exact = {row[0] for row in rows if folded(row[1]) in wanted}
    return exact or {row[0] for row in rows if any(each in folded(row[1]) for each in wanted)}


def _folders(reader: Reader, names: tuple[str, ...]) -> set[str]:
    """Return these folders and all that are in them."""
    rows = reader.rows("SELECT id, name, parent_id FROM folders")
    found = _named(rows, names)
    while more := {row[0] for row in rows if row[2] in found} - found:
        found |= more
    return found


# What is shown of a hit


def _shown(reader: Reader, chat: _Chat, wanted: re.Pattern[str] | None, branch: int) -> FoundChat:
    title = composed(chat.title)
    name, text = _text_of(reader, chat)
    return FoundChat(
        chat.id,
        Excerpt(title, tuple(marks(title, wanted)) if wanted else ()),
        chat.updated_at,
        excerpt(text, wanted),
        chat.message_id,
        name,
        branch,
        is_archived=chat.archived_at is not None,
    )


def _text_of(reader: Reader, chat: _Chat) -> tuple[str, str]:
    """Return the name of the file in which the hit is, if it is in one, and the text."""
    if chat.message is not None:
        row = reader.row("SELECT '', text FROM messages WHERE number = ?", (chat.message,))
    elif chat.file is not None:
        row = reader.row("SELECT name, text FROM attachments WHERE number = ?", (chat.file,))
    else:
        row = reader.row(f"SELECT '', ({_BEGINNING})", (chat.id,))
    return (row[0], row[1] or "") if row is not None else ("", "")


def excerpt(text: str, wanted: re.Pattern[str] | None) -> Excerpt:
    """Return the surroundings of the first hit in one line, with all hits in it."""
    hit = _first(text, wanted) if wanted else 0
    begin = max(0, hit - CONTEXT_BEFORE)
    if begin:
        blank = text.find(" ", begin, hit)  # begin with a whole word
        begin = blank + 1 if blank >= 0 else begin
    part = text[begin : hit + CONTEXT_AFTER]
    line = composed(" ".join(_MARKUP.sub("", part).split()))
    shown = f"{'…' if begin else ''}{line}{' …' if begin + len(part) < len(text) else ''}"
    return Excerpt(shown, tuple(marks(shown, wanted)) if wanted else ())


def _first(text: str, wanted: re.Pattern[str]) -> int:
    """Return where the first hit begins, 0 where there is none."""
    for begin in range(0, len(text), _WINDOW):
        # Composed it may be shorter: the place is then a little before the hit.
        if found := marks(composed(text[begin : begin + _WINDOW + 200]), wanted, 1):
            return begin + found[0][0]
    return 0
