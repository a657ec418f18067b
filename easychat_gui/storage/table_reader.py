"""Reading a damaged table by its row numbers."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import suppress

from easychat_gui.storage.database import Row

UNREADABLE = (sqlite3.DatabaseError, UnicodeDecodeError)
"""The second, when damage has got into the very text of SQLite's message."""

_FAILURES_AT_MOST = 5_000
"""Each unreadable page is closed in on by halving; a file that is nothing but damage must still come to an end."""

_HIGHEST_GUESS = 2**32
"""Where to end when even the highest row number cannot be read."""

_HIGHEST = 2**63 - 1

_AT_ONCE = 64
"""Row numbers that are read together. One that damage has made huge ends what is read with it, and no more."""

Span = tuple[int, int]
"""The first and the last of some row numbers."""

Insert = Callable[[Row], bool]
"""Keeps a row; returns False if damage has made it impossible."""


class TableReader:
    """Hands on every row that can be read, ``number`` first, and closes in on the parts that raise.

    Afterwards ``unreadable`` counts rows that were seen and could not be kept, and ``lost`` has the numbers behind
    which there may be more.
    """

    def __init__(self, source: sqlite3.Connection, table: str, columns: Sequence[str], insert: Insert) -> None:
        self._source = source
        self._insert = insert
        # NOT INDEXED: an index may be the very thing that is damaged. All of these are names of this package.
        select = f"SELECT {', '.join(columns)} FROM {table} NOT INDEXED "  # noqa: S608
        self._range = f"{select} WHERE number BETWEEN ? AND ? ORDER BY number"
        self._one = f"{select} WHERE number = ?"
        self._highest = f"SELECT max(number) FROM {table} NOT INDEXED"  # noqa: S608
        self._any = f"SELECT 1 FROM {table} NOT INDEXED LIMIT 1"  # noqa: S608
        self._failures = 0
        self._seen: set[int] = set()
        self._strays: list[Row] = []
        self.unreadable = 0
        self.lost: list[Span] = []

    def read_all(self) -> None:
        """Read the table."""
        highest = None
        with suppress(*UNREADABLE):
            is_empty = self._source.execute(self._any).fetchone() is None
            # Where the end of the table is lost, it may look as if there were no row.
            highest = 0 if is_empty else (self._source.execute(self._highest).fetchone()[0] or None)
        if highest is None:
            self._read_span((1, _HIGHEST_GUESS))
            self.lost.append((_HIGHEST_GUESS, _HIGHEST))
        for first in range(1, (highest or 0) + 1, _AT_ONCE):
            if self._failures > _FAILURES_AT_MOST:
                self.lost.append((first, _HIGHEST))
                break
            span = (first, min(first + _AT_ONCE - 1, highest or 0))
            self._seen.clear()
            before = (len(self.lost), len(self._strays))
            self._read_span(span)
            self._look_for_hidden(span, is_damaged=(len(self.lost), len(self._strays)) != before)
        if highest is not None and (self.lost or self._strays):
            self.lost.append((highest + 1, _HIGHEST))  # where the table ends is not certain either
        for row in self._strays:
            self._insert((None, *row[1:]))  # its number is damaged: it goes to the end, unless it was found already

    def _read_span(self, span: Span) -> None:
        spans = [span]
        while spans:
            first, last = spans.pop()
            reached = self._read(first, last)
            if reached is None:
                continue
            self._failures += 1
            if self._failures > _FAILURES_AT_MOST:
                self.lost += [(reached, last), *spans]
                return
            if reached >= last:
                self._lose(last)
                continue
            middle = (reached + last) // 2
            spans += [(middle + 1, last), (reached, middle)]

    def _read(self, first: int, last: int) -> int | None:
        """Hand on the rows of this span; return the first number that was not reached, None if all were."""
        following = first
        try:
            for row in self._source.execute(self._range, (first, last)):
                if following <= row[0] <= last:
                    self._keep(row)
                    following = row[0] + 1
                else:
                    self._strays.append(row)
        except UNREADABLE:
            return following
        return None

    def _look_for_hidden(self, span: Span, *, is_damaged: bool) -> None:
        """Ask for each number that is not there: a damaged one before it may have ended the reading too early.

        Where something is damaged, what is missing was perhaps not just deleted.
        """
        missing = [number for number in range(span[0], span[1] + 1) if number not in self._seen]
        still_missing = []
        for number in missing:
            row = None
            with suppress(*UNREADABLE):
                row = self._source.execute(self._one, (number,)).fetchone()
            if row is None:
                still_missing.append(number)
            else:
                self._keep(row)
        if is_damaged or len(still_missing) < len(missing):
            for number in still_missing:
                self._note_lost(number)

    def _keep(self, row: Row) -> None:
        self._seen.add(row[0])
        if not self._insert(row):
            self._lose(row[0])

    def _lose(self, number: int) -> None:
        self.unreadable += 1
        self._seen.add(number)
        self._note_lost(number)

    def _note_lost(self, number: int) -> None:
        """Note one number; they come in order mostly, so that those of a page become one span."""
        if self.lost and self.lost[-1][1] == number - 1:
            self.lost[-1] = (self.lost[-1][0], number)
        else:
            self.lost.append((number, number))
