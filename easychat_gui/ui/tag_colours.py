"""The colours of tags: names that are stored, for each of which every theme has its own colour."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QColor

from easychat_gui.ui.theme import Theme

_COLOURS: Mapping[str, Callable[[Theme], QColor]] = {
    "teal": lambda theme: theme.accent,
    "blue": lambda theme: theme.syntax.function,
    "purple": lambda theme: theme.syntax.keyword,
    "orange": lambda theme: theme.syntax.number,
    "green": lambda theme: theme.ok,
    "yellow": lambda theme: theme.warning,
    "red": lambda theme: theme.danger,
    "grey": lambda theme: theme.text_faint,
}

NAMES = tuple(_COLOURS)


def colour_of(name: str, theme: Theme) -> QColor:
    """Return a tag's colour; that of no name, or of one that a later version has, is grey."""
    return _COLOURS.get(name, _COLOURS["grey"])(theme)


def colour_words(name: str) -> str:
    """Return what a colour is called."""
    translate = QCoreApplication.translate
    return {
        "teal": translate("TagColours", "Teal"),
        "blue": translate("TagColours", "Blue"),
        "purple": translate("TagColours", "Purple"),
        "orange": translate("TagColours", "Orange"),
        "green": translate("TagColours", "Green"),
        "yellow": translate("TagColours", "Yellow"),
        "red": translate("TagColours", "Red"),
        "grey": translate("TagColours", "Grey"),
    }.get(name, name)


def next_colour(taken: list[str]) -> str:
    """Return the colour that fewest tags have."""
    return min(NAMES, key=lambda name: (taken.count(name), NAMES.index(name)))
