"""Looking for words in all conversations, and what is shown of those in which they are."""

from __future__ import annotations

import re
import time
from typing import Any, Protocol

from easychat_gui.domain.branches import BranchTree
from easychat_gui.domain.ids import ConversationId, MessageId
from easychat_gui.domain.search import Excerpt, Found, FoundChat, Query
from easychat_gui.domain.search_words import composed, marks, pattern
from easychat_gui.storage.reading import Reader
from easychat_gui.storage.search_hits import IN_SIGHT, Gathering, Hit

AT_FIRST = IN_SIGHT
"""So many are shown at once; up to this limit the newest hits of the very words do, if there are as many."""

CONTEXT_BEFORE = 34
CONTEXT_AFTER = 120
"""Characters around a hit."""

_WINDOW = 100_000
"""Long texts are looked through in pieces of so many characters."""

_MARKUP = re.compile(r"\*\*|__|`+|^#+ ", re.MULTILINE)
"""What of Markdown would only be in the way in a line of text."""

_BEGINNING = """
    SELECT substr(text, 1, 300) FROM messages WHERE conversation_id = ? AND text <> '' ORDER BY number LIMIT 1
"""
_FAMILY = "SELECT id, parent_id FROM messages WHERE conversation_id = ? ORDER BY number"


class Finder(Protocol):
    """Finds conversations. By words at present; one that finds by meaning can stand beside it."""

    def find(self, reader: Reader, query: Query, limit: int) -> Found:
        """Return what was found, the newest first. Raises `StorageError` and `Interrupted`."""


class WordFinder:
    """A `Finder` that asks the index of all words. Belongs to one reader."""

    def __init__(self) -> None:
        self._branches: dict[tuple[ConversationId, MessageId], int] = {}
        self._shown: dict[ConversationId, tuple[Hit, FoundChat]] = {}
        self._query = Query()
        self._state: Any = None

    def find(self, reader: Reader, query: Query, limit: int) -> Found:
        begun = time.perf_counter()
        self._forget_what_is_old(reader, query)
        gathered = self._gathered(reader, query, limit)
        wanted = pattern((term.words, term.is_prefix) for term in query.wanted)
        found = tuple(self._chat(reader, each, wanted) for each in gathered.hits)
        return Found(query, found, gathered.is_more, time.perf_counter() - begun)

    def _gathered(self, reader: Reader, query: Query, limit: int) -> Gathering:
        """Return the hits; for what is shown at once those of the very words, if there are as many."""
        if limit <= AT_FIRST and query.exact is not None:
            gathered = Gathering(reader, query.exact, limit)
            if len(gathered.hits) == limit:
                return gathered
        return Gathering(reader, query, limit)

    def _chat(self, reader: Reader, hit: Hit, wanted: re.Pattern[str] | None) -> FoundChat:
        """Return what is shown of a hit. Who looks further down asks again for all that is above."""
        known = self._shown.get(hit.id)
        if known is not None and known[0] == hit:
            return known[1]
        shown = _shown(reader, hit, wanted, self._branch(reader, hit))
        self._shown[hit.id] = hit, shown
        return shown

    def _branch(self, reader: Reader, hit: Hit) -> int:
        """Return the branch of a hit, as `place_of`; remembered from key to key while nobody writes."""
        if hit.message_id is None or hit.message_id == hit.leaf_id:
            return 0
        key = (hit.id, hit.message_id)
        if key not in self._branches:
            self._branches[key] = place_of(reader, hit.id, hit.leaf_id, hit.message_id)
        return self._branches[key]

    def _forget_what_is_old(self, reader: Reader, query: Query) -> None:
        state = reader.row("PRAGMA data_version")
        if state != self._state:
            self._branches.clear()
        if state != self._state or query != self._query:
            self._shown.clear()
        self._state, self._query = state, query


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


# What is shown of a hit


def _shown(reader: Reader, chat: Hit, wanted: re.Pattern[str] | None, branch: int) -> FoundChat:
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


def _text_of(reader: Reader, chat: Hit) -> tuple[str, str]:
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
