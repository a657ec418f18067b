"""Numbers of things, in the language of the interface."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLocale


def counted(count: int, one: str, several: str) -> str:
    """Return the words for so many. ``{count}`` in them is the number, as the interface's language writes it."""
    return (one if count == 1 else several).replace("{count}", QLocale().toString(count))


def chats_of(count: int) -> str:
    translate = QCoreApplication.translate
    return counted(count, translate("Counts", "1 chat"), translate("Counts", "{count} chats"))


def messages_of(count: int) -> str:
    translate = QCoreApplication.translate
    return counted(count, translate("Counts", "1 message"), translate("Counts", "{count} messages"))
