"""What somebody looks for, read from what was typed; and what was found.

Words stand for themselves and all of them must be in a message: ``soft max``. The last one may go on, as may any with
a star: ``num*``. Words in quotes stand beside each other: ``"soft max"``. A minus leaves out: ``-pandas``. A word with
a colon is a filter: ``from:me``, ``before:2026-01-31``. What makes no sense is left out and said (`Hint`); nothing that
can be typed raises.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum, auto

from easychat_gui.domain.ids import ConversationId, MessageId
from easychat_gui.domain.messages import Role
from easychat_gui.domain.search_words import Mark, is_alone, tokens

MOST_CHARACTERS = 1_000
MOST_TERMS = 24
MOST_WORDS_OF_TERM = 60

LISTED_PREFIX = 3
"""For beginnings of words up to so many letters the index has lists of their own."""


class FilterName(StrEnum):
    """What stands before a colon, in English. The window adds the words of its own language."""

    FROM = auto()
    MODEL = auto()
    BEFORE = auto()
    AFTER = auto()
    IN = auto()
    TAG = auto()
    HAS = auto()
    IS = auto()


class Has(StrEnum):
    """What a message can hold."""

    CODE = auto()
    IMAGE = auto()
    FILE = auto()
    REASONING = auto()


class State(StrEnum):
    """What a conversation can be."""

    PINNED = auto()
    ARCHIVED = auto()
    UNREAD = auto()


class HintKind(StrEnum):
    """What could not be done with what was typed. The window has a sentence for each."""

    NO_DATE = auto()
    NO_SENDER = auto()
    NO_SUCH_THING = auto()
    NO_STATE = auto()
    NO_VALUE = auto()
    ONLY_EXCLUDED = auto()
    NO_WORD = auto()
    TOO_LONG = auto()


@dataclass(frozen=True, slots=True)
class Hint:
    """``value`` is what was typed."""

    kind: HintKind
    value: str = ""


@dataclass(frozen=True, slots=True)
class Term:
    """Words, folded, that stand beside each other; ``is_prefix``: the last one may go on."""

    words: tuple[str, ...]
    is_prefix: bool = False
    is_excluded: bool = False

    @property
    def is_slow(self) -> bool:
        """Are there no lists of its own for this beginning of words?"""
        return self.is_prefix and len(self.words[-1]) > LISTED_PREFIX

    @property
    def match(self) -> str:
        """Return it as FTS5 wants it. A word is letters and digits only, so that nothing in it has a meaning there."""
        words = f'"{" ".join(self.words)}"'
        return f"{words} *" if self.is_prefix and not is_alone(self.words[-1]) else words


@dataclass(frozen=True, slots=True)
class Filters:
    """What a hit must be besides having the words; of several values of one kind one is enough.

    ``after`` and ``before`` are seconds since 1970: from the one on, and up to the other.
    """

    role: Role | None = None
    models: tuple[str, ...] = ()
    before: float | None = None
    after: float | None = None
    folders: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    has: frozenset[Has] = frozenset()
    states: frozenset[State] = frozenset()

    @property
    def are_of_message(self) -> bool:
        """Is any of them about a message, so that a title cannot be what is looked for?"""
        return bool(self.role or self.models or self.has or self.before is not None or self.after is not None)


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for. ``typed`` is all of it as it was typed, ``words`` what of it is no filter."""

    typed: str = ""
    terms: tuple[Term, ...] = ()
    filters: Filters = Filters()
    hints: tuple[Hint, ...] = ()
    words: str = ""

    @property
    def wanted(self) -> tuple[Term, ...]:
        return tuple(term for term in self.terms if not term.is_excluded)

    @property
    def excluded(self) -> tuple[Term, ...]:
        return tuple(term for term in self.terms if term.is_excluded)

    @property
    def is_empty(self) -> bool:
        """Is there nothing to look for?"""
        return not self.wanted and self.filters == Filters()

    @property
    def exact(self) -> Query | None:
        """Return the same without further letters after a word that is long enough to be one; None if there is none.

        It is found at once, while the index has to put together all words that begin with it.
        """
        terms = tuple(replace(term, is_prefix=False) if term.is_slow else term for term in self.terms)
        return replace(self, terms=terms) if terms != self.terms else None

    @property
    def match(self) -> str:
        """Return the terms in the language of FTS5; there must be a wanted one."""
        made = " AND ".join(term.match for term in self.wanted)
        excluded = " OR ".join(term.match for term in self.excluded)
        return f"({made}) NOT ({excluded})" if excluded else made


_PIECE = re.compile(
    r"""(?P<bare_name>\w+):(?=\s|$)
        | (?P<minus>-)?
        (?:(?P<name>\w+):(?=\S))?
        (?:(?P<open>["“„«”])(?P<quoted>[^"“”„«»]*)(?P<close>["“”»]?)|(?P<plain>[^\s"“”„«»]+))
        | (?P<other>\S)""",
    re.VERBOSE,
)
_DAY = re.compile(r"(\d{4})(?:[-./](\d{1,2}))?(?:[-./](\d{1,2}))?")
_DAY_FIRST = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
_MINE = {"me", "user"}
_ANSWERS = {"model", "assistant"}
_FILE_WORDS = {"image": Has.IMAGE, "picture": Has.IMAGE, "file": Has.FILE, "attachment": Has.FILE}


def parse(typed: str, names: Mapping[str, str] | None = None) -> Query:
    """Read what was typed. ``names``: further words for filters and their values, to the English ones."""
    return _Parser(names or {}).parse(typed)


@dataclass(slots=True)
class _Parser:
    names: Mapping[str, str]
    terms: list[Term] = field(default_factory=list)
    hints: list[Hint] = field(default_factory=list)
    filters: Filters = Filters()
    words: list[str] = field(default_factory=list)

    def parse(self, typed: str) -> Query:
        text = typed[:MOST_CHARACTERS]
        if len(typed) > MOST_CHARACTERS:
            self.hints.append(Hint(HintKind.TOO_LONG))
        pieces = list(_PIECE.finditer(text))
        for piece in pieces:
            self._take(piece, is_last=piece is pieces[-1] and piece.end() == len(text))
        if self.terms and all(term.is_excluded for term in self.terms) and self.filters == Filters():
            self.hints.append(Hint(HintKind.ONLY_EXCLUDED))
        elif text.strip() and not self.terms and not self.hints and self.filters == Filters():
            self.hints.append(Hint(HintKind.NO_WORD))
        return Query(typed, tuple(self.terms[:MOST_TERMS]), self.filters, tuple(self.hints), " ".join(self.words))

    def _take(self, piece: re.Match[str], *, is_last: bool) -> None:
        if piece["bare_name"]:
            name = self._filter_name(piece["bare_name"])
            if name is None:
                self._add(piece["bare_name"], piece, is_prefix=False)
            else:
                self.hints.append(Hint(HintKind.NO_VALUE, piece["bare_name"]))
            return
        value = piece["quoted"] if piece["open"] else piece["plain"] or ""
        name = self._filter_name(piece["name"]) if piece["name"] else None
        if name is not None:
            self._filter(name, value.strip())
            return
        text = f"{piece['name']}:{value}" if piece["name"] else value
        is_open = bool(piece["open"]) and not piece["close"]  # the quote is still being typed
        self._add(text, piece, is_prefix=text.endswith("*") or (is_last and (is_open or not piece["open"])))

    def _add(self, text: str, piece: re.Match[str], *, is_prefix: bool) -> None:
        words = tuple(tokens(text)[:MOST_WORDS_OF_TERM])
        if words:
            self.terms.append(Term(words, is_prefix, is_excluded=bool(piece["minus"])))
            if not piece["minus"]:
                self.words.append(piece[0])

    def _filter_name(self, word: str) -> FilterName | None:
        key = word.casefold()
        try:
            return FilterName(self.names.get(key, key))
        except ValueError:
            return None

    def _filter(self, name: FilterName, value: str) -> None:
        key = value.casefold()
        key = self.names.get(key, key)
        old = self.filters
        if not value:
            self.hints.append(Hint(HintKind.NO_VALUE, name.value))
        elif name is FilterName.MODEL:
            self.filters = replace(old, models=(*old.models, value))
        elif name is FilterName.IN:
            self.filters = replace(old, folders=(*old.folders, value))
        elif name is FilterName.TAG:
            self.filters = replace(old, tags=(*old.tags, value.lstrip("#")))
        elif name in (FilterName.BEFORE, FilterName.AFTER):
            self._date(name, value)
        elif name is FilterName.FROM:
            self._sender(key, value)
        elif name is FilterName.HAS:
            self._has(key, value)
        elif key in list(State):
            self.filters = replace(old, states=old.states | {State(key)})
        else:
            self.hints.append(Hint(HintKind.NO_STATE, value))

    def _sender(self, key: str, value: str) -> None:
        if key in _MINE | _ANSWERS:
            self.filters = replace(self.filters, role=Role.USER if key in _MINE else Role.ASSISTANT)
        else:
            self.hints.append(Hint(HintKind.NO_SENDER, value))

    def _has(self, key: str, value: str) -> None:
        found = _FILE_WORDS.get(key) or (Has(key) if key in list(Has) else None)
        if found is None:
            self.hints.append(Hint(HintKind.NO_SUCH_THING, value))
        else:
            self.filters = replace(self.filters, has=self.filters.has | {found})

    def _date(self, name: FilterName, value: str) -> None:
        begin = _day(value)
        if begin is None:
            self.hints.append(Hint(HintKind.NO_DATE, value))
        elif name is FilterName.BEFORE:
            self.filters = replace(self.filters, before=begin)
        else:
            self.filters = replace(self.filters, after=begin)


def _day(value: str) -> float | None:
    """Return when a day, month or year begins here, in seconds since 1970."""
    words = {"today": 0, "yesterday": 1}
    try:
        if value.casefold() in words:
            day = datetime.now().astimezone().date() - timedelta(days=words[value.casefold()])
        elif match := _DAY_FIRST.fullmatch(value):
            day = date(int(match[3]), int(match[2]), int(match[1]))
        elif match := _DAY.fullmatch(value):
            day = date(int(match[1]), int(match[2] or 1), int(match[3] or 1))
        else:
            return None
        return datetime(day.year, day.month, day.day).astimezone().timestamp()
    except (ValueError, OverflowError, OSError):
        return None


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A line of text with the hits in it."""

    text: str = ""
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class FoundChat:
    """A conversation in which something was found, with its newest hit.

    ``message_id`` is where to go, None for a hit in the title alone. ``branch`` counts from 1 among the siblings where
    its branch leaves the one that is shown; 0 while it is shown itself. ``file_name``: the hit is in that file.
    """

    id: ConversationId
    title: Excerpt
    updated_at: float
    excerpt: Excerpt = Excerpt()
    message_id: MessageId | None = None
    file_name: str = ""
    branch: int = 0
    is_archived: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """``is_more``: there are further conversations. ``searchable`` of 1 is how much of all messages is in the index."""

    query: Query
    chats: tuple[FoundChat, ...] = ()
    is_more: bool = False
    seconds: float = 0.0
    searchable: float = 1.0
