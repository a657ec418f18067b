"""Reading a Hunspell dictionary. Imports spylls, which takes 0.2 s: import this where it may."""

from __future__ import annotations

import gc
import io
import lzma
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from spylls.hunspell import Dictionary, readers
from spylls.hunspell.readers.file_reader import FileReader

from easychat_gui.spelling.dictionaries import packed

LARGEST_BYTES = 32 * 1024 * 1024


class _WholeFile(FileReader):  # type: ignore[misc]  # the library has no types
    """Reads the file at once: the library's own reader leaves it open."""

    def _open(self, path: str, encoding: str) -> io.StringIO:
        plain, small = Path(path), packed(Path(path))
        with plain.open("rb") if plain.exists() or not small.exists() else lzma.open(small) as file:
            data = file.read(LARGEST_BYTES + 1)
        if len(data) > LARGEST_BYTES:
            raise ValueError("the dictionary is too large")
        # Invalid bytes serve as flags in some dictionaries.
        return io.StringIO(data.decode(encoding, "surrogateescape"), newline=None)


def read_dictionary(base: Path) -> Any:
    """Return the dictionary of these files. Takes a second and raises whatever a bad file makes the library raise."""
    with _without_collections():
        affixes, context = readers.read_aff(_WholeFile(f"{base}.aff"))
        words = readers.read_dic(_WholeFile(f"{base}.dic", encoding=context.encoding), aff=affixes, context=context)
        return Dictionary(affixes, words)


@contextmanager
def _without_collections() -> Iterator[None]:
    """Keep the garbage collector away from half a million new objects, now and later.

    It would stop every thread for a fifth of a second, several times over.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if was_enabled:
            gc.enable()
