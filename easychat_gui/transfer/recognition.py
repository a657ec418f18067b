"""What tells a file by its content where it is too large to be read for that."""

from __future__ import annotations

import re
from collections.abc import Iterator
from weakref import WeakKeyDictionary

from easychat_gui.storage.foreign import tables_of
from easychat_gui.transfer.bundles import Bundle
from easychat_gui.transfer.entries import Entry


def has_keys(head: bytes, *names: str) -> bool:
    """Does one of these names stand before a colon in the beginning of a file?

    A text in which somebody quotes JSON does not count: there its quotes stand behind backslashes.
    """
    alternatives = b"|".join(re.escape(name.encode()) for name in names)
    return re.search(rb'(?<!\\)"(?:' + alternatives + rb')"\s*:', head) is not None


def databases_with(bundle: Bundle, columns: dict[str, set[str]]) -> Iterator[Entry]:
    """Yield the SQLite files that have these tables with these columns."""
    for entry in bundle:
        if entry.is_sqlite and not entry.base_name.endswith(("-wal", "-shm")):
            if entry not in _TABLES:
                with entry.on_disk() as path:
                    _TABLES[entry] = tables_of(path)
            found = _TABLES[entry]
            if all(wanted <= found.get(name, frozenset()) for name, wanted in columns.items()):
                yield entry


_TABLES: WeakKeyDictionary[Entry, dict[str, frozenset[str]]] = WeakKeyDictionary()
"""Several readers ask, and a database inside of a zip has to be unpacked for that."""
