"""What is known about words, and asking for what is not."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, QObject, Signal

from easychat_gui.settings.schema import Settings, Spelling
from easychat_gui.settings.store import SettingsStore
from easychat_gui.spelling.words import normal
from easychat_gui.workers.background import Background
from easychat_gui.workers.daemon_lane import DaemonLane

if TYPE_CHECKING:
    from easychat_gui.spelling.checker import SpellChecker

MOST_REMEMBERED = 50_000


class SpellingController(QObject):
    """Answers at once from what it remembers; looks up the rest in the background. ``changed`` when more is known."""

    changed = Signal()

    def __init__(
        self, *, settings: SettingsStore, background: Background, own_words: Path, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._background = background
        self._lane = DaemonLane("spelling", self)
        self._own_words = own_words
        self._known: dict[str, bool] = {}
        self._asked: set[str] = set()
        self._checker: SpellChecker | None = None
        self._spelling = settings.current.spelling
        settings.subscribe(self._on_settings_changed)

    @property
    def is_on(self) -> bool:
        return self._spelling.is_on

    def wrong(self, words: Iterable[str]) -> set[str]:
        """Return those that are known to be wrong; those of which nothing is known are looked up."""
        if not self.is_on:
            return set()
        wrong, unknown = set(), set()
        for word in words:
            is_right = self._known.get(word)
            if is_right is None and word not in self._asked:
                unknown.add(word)
            elif is_right is False:
                wrong.add(word)
        if unknown:
            self._look_up(unknown)
        return wrong

    def suggest(self, word: str, then: Callable[[list[str]], None]) -> None:
        """Call ``then`` with what may have been meant."""
        checker = self._engine()
        self._lane.run(lambda: checker.suggest(word), then)

    def ignore(self, word: str) -> None:
        """Take a word for right until the program ends."""
        self._known[normal(word)] = True
        self.changed.emit()

    def add(self, word: str) -> None:
        """Take a word for right, now and later."""
        checker = self._engine()

        def work() -> None:
            import contextlib

            with contextlib.suppress(OSError):  # it holds until the end; a full disk tells itself elsewhere
                checker.add(word)

        self._background.write(work)  # must be on disk, also when the program is just closing
        self._known = {known: is_right for known, is_right in self._known.items() if is_right}
        self.ignore(word)

    def close(self) -> None:
        """Leave behind what is being looked up."""
        self._lane.close()

    def _look_up(self, words: set[str]) -> None:
        checker = self._engine()
        self._asked |= words

        def take(found: dict[str, bool]) -> None:
            self._asked -= words
            if checker is self._checker:
                if len(self._known) > MOST_REMEMBERED:
                    self._known.clear()
                self._known = {**found, **self._known}
                self.changed.emit()

        self._lane.run(lambda: checker.check(words), take)

    def _engine(self) -> SpellChecker:
        if self._checker is None:
            from easychat_gui.spelling.checker import SpellChecker

            self._checker = SpellChecker(self._own_words, self._spelling.languages, QLocale.system().name())
        return self._checker

    def _on_settings_changed(self, settings: Settings) -> None:
        if settings.spelling != self._spelling:
            self._forget(settings.spelling)

    def _forget(self, spelling: Spelling) -> None:
        self._spelling = spelling
        self._checker = None
        self._known.clear()
        self._asked.clear()
        self.changed.emit()
