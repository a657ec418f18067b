"""What can be done by a name: listed in menus, found in the palette, reached by keys."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Protocol

from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QMenu

from easychat_gui.domain.conversations import ConversationSummary


class Place(Enum):
    """The menu in which a command stands. LIBRARY: about all chats. PALETTE: in none, it is found by its words."""

    LIBRARY = auto()
    PALETTE = auto()


def _always() -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Command:
    """``words`` are those of the menu, in the language of the interface; ``keys`` the shortcut, if there is one.

    ``group`` keeps together what stands between two lines of a menu. ``is_enabled`` is asked when it is shown, and
    so is ``is_checked`` of one that stands for a state among others.
    """

    name: str
    words: str
    run: Callable[[], object]
    keys: QKeySequence | None = None
    place: Place = Place.PALETTE
    group: int = 0
    is_enabled: Callable[[], bool] = _always
    is_checked: Callable[[], bool] | None = None


class LibraryPart(Protocol):
    """A part of the program that has to do with chats as a whole."""

    def commands(self) -> Iterable[Command]:
        """Return what it offers. Asked anew each time, so that the words fit the moment."""

    def fill_menu(self, menu: QMenu, chosen: list[ConversationSummary]) -> None:
        """Add what it does with these conversations to their menu. There is at least one."""


def add_to_menu(menu: QMenu, commands: Iterable[Command]) -> None:
    """Add commands to a menu, with a line between groups."""
    group = None
    for command in sorted(commands, key=lambda each: each.group):
        if group is not None and command.group != group:
            menu.addSeparator()
        group = command.group
        action = menu.addAction(command.words.replace("&", "&&"), command.run)
        action.setObjectName(command.name)
        action.setEnabled(command.is_enabled())
        if command.is_checked is not None:
            action.setCheckable(True)
            action.setChecked(command.is_checked())
        if command.keys is not None:
            action.setShortcut(command.keys)  # shown only: the window's own action is what hears it
            action.setShortcutVisibleInContextMenu(True)
