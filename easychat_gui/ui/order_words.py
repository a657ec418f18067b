"""What is said of chats that were put in order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QCoreApplication, QLocale

from easychat_gui.controllers.undos import Action

LONGEST_NAME = 60


def arranged_text(values: Mapping[str, Any]) -> str:
    """Return what was done in a sentence: the ``action``, to how many (``count``), the ``name`` of one or of where."""
    action = Action(values["action"])
    count = int(values.get("count", 0))
    name = str(values.get("name") or QCoreApplication.translate("OrderWords", "New chat"))
    if len(name) > LONGEST_NAME:
        name = name[: LONGEST_NAME - 1].rstrip() + "…"
    words = _one(action) if count == 1 else _many(action)
    return words.format(name=name, count=QLocale().toString(count))


def _one(action: Action) -> str:
    translate = QCoreApplication.translate
    match action:
        case Action.MOVED:
            return translate("OrderWords", "The chat was moved into “{name}”.")
        case Action.TAKEN_OUT:
            return translate("OrderWords", "The chat stands in no folder now.")
        case Action.ARCHIVED:
            return translate("OrderWords", "“{name}” was archived.")
        case Action.UNARCHIVED:
            return translate("OrderWords", "“{name}” is back in the list.")
        case Action.TRASHED:
            return translate("OrderWords", "“{name}” was put into the trash.")
        case Action.RESTORED:
            return translate("OrderWords", "“{name}” was restored.")
        case Action.DELETED:
            return translate("OrderWords", "The chat was deleted for good.")
        case _:
            return _many(action)


def _many(action: Action) -> str:
    translate = QCoreApplication.translate
    match action:
        case Action.MOVED:
            return translate("OrderWords", "{count} chats were moved into “{name}”.")
        case Action.TAKEN_OUT:
            return translate("OrderWords", "{count} chats stand in no folder now.")
        case Action.ARCHIVED:
            return translate("OrderWords", "{count} chats were archived.")
        case Action.UNARCHIVED:
            return translate("OrderWords", "{count} chats are back in the list.")
        case Action.TRASHED:
            return translate("OrderWords", "{count} chats were put into the trash.")
        case Action.RESTORED:
            return translate("OrderWords", "{count} chats were restored.")
        case Action.DELETED:
            return translate("OrderWords", "{count} chats were deleted for good.")
        case Action.FOLDER_DELETED:
            return translate("OrderWords", "The folder “{name}” was deleted.")
        case Action.FOLDER_REFUSED:
            return translate("OrderWords", "A folder cannot be put into itself, or into one that stands in it.")
        case Action.TAG_DELETED:
            return translate("OrderWords", "The tag “{name}” was deleted.")
        case _:
            return translate("OrderWords", "{count} chats were changed.")
