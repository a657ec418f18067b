"""Looking words up. Everything here takes its time: it runs on a worker's thread."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable, Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Any

from easychat_gui.spelling.dictionaries import DictionaryFile, choose, find_all
from easychat_gui.spelling.words import normal, script_of
from easychat_gui.support import turns
from easychat_gui.support.atomic_files import write_atomically

MOST_SUGGESTIONS = 6
PATIENT_INTERVAL_S = 0.0005
"""How soon the thread that a person waits for gets its turn while a dictionary is read."""

_log = logging.getLogger(__name__)


class SpellChecker:
    """Dictionaries are read when the first word in their script comes. One call at a time; any thread.

    :param own_words: the file of the person's own words, one a line.
    """

    def __init__(self, own_words: Path, chosen: Sequence[str] = (), system_language: str = "") -> None:
        self._file = own_words
        self._chosen = tuple(chosen)
        self._system_language = system_language
        self._lock = threading.Lock()
        self._own_lock = threading.RLock()  # its own: a word can be added while a dictionary is read
        self._files: list[DictionaryFile] | None = None
        self._read: dict[str, Any] = {}
        self._own: set[str] | None = None

    def check(self, words: Iterable[str]) -> dict[str, bool]:
        """Return for each word whether it is right. One in a script without a dictionary is."""
        with self._lock, turns.taken_every(PATIENT_INTERVAL_S):
            return {word: self._is_right(normal(word)) for word in words}

    def suggest(self, word: str) -> list[str]:
        """Return what may have been meant, the likeliest first. May take seconds."""
        with self._lock, turns.taken_every(PATIENT_INTERVAL_S):
            found: list[str] = []
            for dictionary in self._for(normal(word)):
                with suppress(Exception):  # a foreign file, and a library that trusts it
                    found += islice(dictionary.suggest(normal(word)), MOST_SUGGESTIONS)
            return list(dict.fromkeys(found))[:MOST_SUGGESTIONS]

    def add(self, word: str) -> None:
        """Take a word for right from now on. Raises OSError if that cannot be kept; it holds for this run even so."""
        with self._own_lock:
            own = self._own_words()
            own.add(normal(word).casefold())
            write_atomically(self._file, "".join(f"{each}\n" for each in sorted(own)).encode())

    def _is_right(self, word: str) -> bool:
        if word.casefold() in self._own_words():
            return True
        dictionaries = self._for(word)
        return not dictionaries or any(_knows(dictionary, word) for dictionary in dictionaries)

    def _for(self, word: str) -> list[Any]:
        script = script_of(word)
        read = (self._dictionary(each) for each in self._chosen_files() if each.script == script)
        return [each for each in read if each is not None]

    def _chosen_files(self) -> list[DictionaryFile]:
        if self._files is None:
            available = find_all()
            languages = choose(list(available), self._chosen, self._system_language)
            self._files = [available[language] for language in languages]
        return self._files

    def _dictionary(self, file: DictionaryFile) -> Any:
        if file.language not in self._read:
            try:
                from easychat_gui.spelling.reading import read_dictionary

                self._read[file.language] = read_dictionary(file.base)
            except Exception:  # a damaged or foreign file: the words of this language are not judged
                _log.warning("the dictionary %s cannot be used", file.base, exc_info=True)
                self._read[file.language] = None
        return self._read[file.language]

    def _own_words(self) -> set[str]:
        with self._own_lock:
            if self._own is None:
                self._own = set()
                with suppress(OSError, UnicodeDecodeError):
                    self._own = {line.strip().casefold() for line in self._file.read_text("utf-8").splitlines()} - {""}
            return self._own


def _knows(dictionary: Any, word: str) -> bool:
    try:
        return bool(dictionary.lookup(word))
    except Exception:  # what a strange dictionary cannot judge is not marked
        return True
