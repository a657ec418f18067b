"""The files of ChatGPT's export, found by the ids by which messages name them.

Until 2025 their names begin with their id ("file-AbC1-boat.png"). Since 2026 they are "file_00ff.dat", and what they
were called stands in `conversation_asset_file_names.json`; `library_files.json` tells which message a file was made in.
"""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Iterator
from functools import cached_property
from typing import Any

from easychat_gui.domain.errors import TransferError
from easychat_gui.domain.transfer import FoundFile
from easychat_gui.transfer.bundles import Bundle
from easychat_gui.transfer.entries import Entry
from easychat_gui.transfer.json_stream import items, load
from easychat_gui.transfer.reader import mapping, text_of

_FILE_ID = re.compile(r"file[-_][A-Za-z0-9]+")
_NAMES = "conversation_asset_file_names.json"
_LIBRARY = "library_files.json"
_UNNAMED = ".dat"


class Assets:
    """Looks into the export when a message first names a file."""

    def __init__(self, bundle: Bundle) -> None:
        self._bundle = bundle

    @cached_property
    def _by_id(self) -> dict[str, Entry]:
        found: dict[str, Entry] = {}
        for entry in self._bundle.nearby:
            if entry.suffix == _UNNAMED:
                found.setdefault(entry.stem, entry)
            if match := _FILE_ID.match(entry.base_name):
                found.setdefault(match.group(), entry)
        return found

    @cached_property
    def _names(self) -> dict[str, str]:
        """What files were called, by their names in the export."""
        found = {text_of(each.get("file_id")) + _UNNAMED: text_of(each.get("file_name")) for each in self._library}
        for entry in self._bundle.nearby.called(_NAMES):
            found.update((stored, text_of(name)) for stored, name in _object(entry).items() if text_of(name))
        return found

    @cached_property
    def _library(self) -> list[dict[str, Any]]:
        return [each for entry in self._bundle.nearby.called(_LIBRARY) for each in _elements(entry)]

    @cached_property
    def _made(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for each in self._library:
            if message := text_of(each.get("origination_message_id")):
                found.setdefault(message, []).append(text_of(each.get("file_id")))
        return found

    def has(self, pointer: str) -> bool:
        """Is the file of an id in the export?"""
        return self._entry(pointer) is not None

    def find(self, pointer: str, name: str = "", media_type: str = "") -> FoundFile | None:
        """Return the file of an id, "file-service://file-…" and "sediment://file_…" among them."""
        entry = self._entry(pointer)
        if entry is None:
            return None
        name = name or self._names.get(entry.base_name, "").replace("\\", "/").rpartition("/")[2] or entry.base_name
        guessed = media_type or mimetypes.guess_type(name)[0] or "application/octet-stream"
        return FoundFile(name, guessed, entry.read)

    def made_in(self, message: str) -> list[FoundFile]:
        """Return the files that were made in a message and that it does not name itself."""
        ids = self._made.get(message, ()) if message else ()
        return [found for id_ in ids if (found := self.find(id_)) is not None]

    def _entry(self, pointer: str) -> Entry | None:
        id_ = pointer.rpartition("//")[2]
        match = _FILE_ID.search(id_)
        for key in (id_, match.group() if match else "", f"file-{id_}"):
            if key and key in self._by_id:
                return self._by_id[key]
        return None


def _object(entry: Entry) -> dict[str, Any]:
    try:
        return mapping(load(entry))
    except TransferError:
        return {}


def _elements(entry: Entry) -> Iterator[dict[str, Any]]:
    try:
        yield from map(mapping, items(entry))
    except TransferError:
        return
