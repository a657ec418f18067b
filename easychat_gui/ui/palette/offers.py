"""What the palette offers besides chats: actions, presets to begin with, models to switch to."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache, partial
from itertools import islice
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QKeySequence

from easychat_gui.domain.ids import PresetId
from easychat_gui.domain.search import Excerpt
from easychat_gui.domain.search_words import composed, marks, pattern, tokens
from easychat_gui.ui import shortcuts, status_words
from easychat_gui.ui.palette.entries import Entry

if TYPE_CHECKING:
    from easychat_gui.ui.main_window import Controllers, MainWindow

MOST_ACTIONS = 8
MOST_MODELS = 6
EXPORT = "exportChat"
"""The name of the command by which a chat is taken elsewhere."""
SUGGESTED_AT_FIRST = 5


@dataclass(frozen=True, slots=True)
class _Offer:
    """An entry with its words as they are compared."""

    entry: Entry
    tokens: tuple[str, ...]


class Offers:
    """What can be done, as it was when the palette came up: it is gone through at each key."""

    def __init__(self, window: MainWindow, controllers: Controllers) -> None:
        self._window = window
        self._controllers = controllers

    def actions(self, words: list[str]) -> list[Entry]:
        """Return what can be done and is called by these words; without words, or any such, the most useful."""
        if not words:
            return list(islice(self._every_action(), SUGGESTED_AT_FIRST))
        return _fitting(self._actions, words)[:MOST_ACTIONS] or self._suggested

    def models(self, words: list[str]) -> list[Entry]:
        """Return the models that are called by these words."""
        return _fitting(self._models, words)[:MOST_MODELS] if words else []

    @cached_property
    def _actions(self) -> list[_Offer]:
        return [_Offer(entry, _tokens(entry.title.text)) for entry in self._every_action()]

    @cached_property
    def _models(self) -> list[_Offer]:
        return [_Offer(entry, _tokens(entry.title.text)) for entry in self._every_model()]

    @cached_property
    def _suggested(self) -> list[Entry]:
        """What is offered where no action is meant: to ask anew, and to take the chat elsewhere."""
        presets = self._controllers.presets().presets
        begin = [_begin_words(preset.name) for preset in presets[:1]]
        take = [each.words for each in self._window.library.commands() if each.name == EXPORT and each.is_enabled()]
        wanted = [_key(words) for words in (*begin, *take)]
        return [offer.entry for offer in self._actions if offer.entry.key in wanted]

    def _every_action(self) -> Iterable[Entry]:
        window = self._window
        every = (*window.bindings(), *window.reading_keys)
        bindings = {_native(keys): slot for keys, slot in every if keys != shortcuts.Keys.SEARCH}
        described = [(words, keys) for words, keys in shortcuts.described() if keys in bindings]
        yield from (_entry(words, keys, bindings[keys]) for words, keys in described[:1])
        for preset in self._controllers.presets().presets:
            yield _entry(_begin_words(preset.name), "", partial(self._begin_with, preset.id))
        for command in self._window.library.commands():
            if command.is_enabled():
                keys = "" if command.keys is None else _native(command.keys)
                yield _entry(command.words, keys, command.run)
        yield from (_entry(words, keys, bindings[keys]) for words, keys in described[1:])

    def _begin_with(self, preset_id: PresetId) -> None:
        self._controllers.conversations.start_new()
        self._controllers.presets().choose(preset_id)
        self._window.composer.edit.setFocus()

    def _every_model(self) -> Iterable[Entry]:
        endpoints = self._controllers.endpoints
        detail = QCoreApplication.translate("Palette", "switch this chat")
        for endpoint in endpoints.choices():
            server = status_words.name_of(endpoint)
            for model in endpoints.models(endpoint.id):
                name = f"{endpoints.model_name(model)} · {server}"
                run = partial(self._window.choose_model, endpoint.id, model)
                yield Entry(f"model {endpoint.id} {model}", Excerpt(composed(name)), Excerpt(detail), run=run)


@lru_cache(maxsize=4_096)
def _tokens(words: str) -> tuple[str, ...]:
    """Return the words of a title as they are compared: each palette offers the same, for each folder an action."""
    return tuple(tokens(words))


def _native(keys: QKeySequence) -> str:
    return keys.toString(QKeySequence.SequenceFormat.NativeText)


def _entry(words: str, keys: str, run: Callable[[], object]) -> Entry:
    return Entry(_key(words), Excerpt(composed(words)), Excerpt(keys), run=run)


def _key(words: str) -> str:
    return f"action {words}"


def _begin_words(preset: str) -> str:
    return QCoreApplication.translate("Palette", "New chat with “{preset}”").format(preset=preset)


def _fitting(offers: Iterable[_Offer], words: list[str]) -> list[Entry]:
    """Return those in which each of the words begins one, with them marked."""
    wanted = pattern(((word,), True) for word in words)
    if wanted is None:
        return []
    found = []
    for offer in offers:
        if all(any(each.startswith(word) for each in offer.tokens) for word in words):
            title = offer.entry.title.text
            found.append(replace(offer.entry, title=Excerpt(title, tuple(marks(title, wanted)))))
    return found
