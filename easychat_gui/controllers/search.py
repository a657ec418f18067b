"""Looking for something in all conversations while it is being typed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from easychat_gui.domain.search import Found, Query, parse
from easychat_gui.workers.indexer import Indexer
from easychat_gui.workers.store_executor import StoreExecutor
from easychat_gui.workers.store_reader import StoreReader

if TYPE_CHECKING:
    from easychat_gui.storage.reading import Reader
    from easychat_gui.storage.search import Finder

AT_ONCE = 8
"""So many conversations are looked for at each key: more are not in sight."""


class SearchController(QObject):
    """``found(Found)``: what there is for what was asked last; nothing is ever told of an older question.
    ``counted(int)``: so many conversations there are. ``failed(StorageError)``."""

    found = Signal(object)
    counted = Signal(int)
    failed = Signal(object)

    def __init__(self, *, store: StoreExecutor, indexer: Indexer, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.indexer = indexer
        self._query = Query()
        self._kept: list[Finder] = []
        self._reader = StoreReader(store, "search", self)

    def ask(self, typed: str, names: Mapping[str, str] | None = None) -> Query:
        """Look for what was typed, and return how it is understood: at first only for as many as are in sight.

        Of nothing the latest conversations are found. ``names``: see `domain.search.parse`."""
        query = self._query = parse(typed, names)
        if query.is_empty and typed.strip():
            self._reader.forget("find")
        else:
            self._reader.ask("find", _finding(query, AT_ONCE, self._kept), self._tell, self.failed.emit)
        return query

    def ask_for(self, count: int) -> None:
        """Look again for what was asked last, and this time for so many conversations."""
        self._reader.ask("find", _finding(self._query, count, self._kept), self._tell, self.failed.emit)

    def count(self) -> None:
        """Count all conversations; ``counted`` follows."""
        self._reader.ask("count", _count, self.counted.emit, lambda _error: None)

    def forget(self) -> None:
        """Tell nothing more of what was asked."""
        self._reader.forget("find")
        self._reader.forget("count")

    def close(self) -> None:
        self._reader.close()

    def _tell(self, found: Found) -> None:
        self.found.emit(replace(found, searchable=self.indexer.searchable))


def _finding(query: Query, limit: int, kept: list[Finder]) -> Callable[[Reader], Found]:
    """Return what looks for it. ``kept``: the finder, which is made on the thread that reads."""

    def find(reader: Reader) -> Found:
        from easychat_gui.storage.search import WordFinder

        if not kept:
            kept.append(WordFinder())
        return kept[0].find(reader, query, limit)

    return find


def _count(reader: Reader) -> int:
    row = reader.row("SELECT count(*) FROM conversations WHERE trashed_at IS NULL")
    return row[0] if row is not None else 0
