"""The words of the palette: hints, dates, and the filters in the language of the interface."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QCoreApplication, QDateTime, QLocale

from easychat_gui.domain.search import FilterName, Found, FoundChat, Has, Hint, HintKind, State
from easychat_gui.support.clock import day_of, today
from easychat_gui.ui.count_words import chats_of


def filter_names() -> Mapping[str, str]:
    """Return what filters and their values are called in the language of the interface, to the English words."""
    translate = QCoreApplication.translate
    names = {
        translate("Filters", "from"): FilterName.FROM,
        translate("Filters", "model"): FilterName.MODEL,
        translate("Filters", "before"): FilterName.BEFORE,
        translate("Filters", "after"): FilterName.AFTER,
        translate("Filters", "in"): FilterName.IN,
        translate("Filters", "tag"): FilterName.TAG,
        translate("Filters", "has"): FilterName.HAS,
        translate("Filters", "is"): FilterName.IS,
        translate("Filters", "me"): "me",
        translate("Filters", "code"): Has.CODE,
        translate("Filters", "image"): Has.IMAGE,
        translate("Filters", "file"): Has.FILE,
        translate("Filters", "reasoning"): Has.REASONING,
        translate("Filters", "pinned"): State.PINNED,
        translate("Filters", "archived"): State.ARCHIVED,
        translate("Filters", "unread"): State.UNREAD,
    }
    return {words.casefold(): str(name) for words, name in names.items()}


def hint_words(hint: Hint) -> str:
    """Say what could not be done with what was typed."""
    translate = QCoreApplication.translate
    sentences = {
        HintKind.NO_DATE: translate("Palette", "“{value}” is no date. Write it as 2026-01-31, 2026-01 or 2026."),
        HintKind.NO_SENDER: translate("Palette", "“{value}” wrote nothing here. It is from:me or from:model."),
        HintKind.NO_SUCH_THING: translate(
            "Palette", "“{value}” cannot be looked for. It is has:code, has:image, has:file or has:reasoning."
        ),
        HintKind.NO_STATE: translate("Palette", "No chat is “{value}”. It is is:pinned, is:archived or is:unread."),
        HintKind.NO_VALUE: translate("Palette", "Write what you look for right after “{value}:”."),
        HintKind.ONLY_EXCLUDED: translate("Palette", "Write a word to look for besides what is left out."),
        HintKind.NO_WORD: translate("Palette", "Only letters and digits can be found."),
        HintKind.TOO_LONG: translate("Palette", "Only the first thousand characters are looked for."),
    }
    return sentences[hint.kind].format(value=hint.value)


def date_words(seconds: float) -> str:
    """Return when a chat was last written to, as shortly as it can be said."""
    translate = QCoreApplication.translate
    try:
        days = (today() - day_of(seconds)).days
    except (ValueError, OverflowError, OSError):
        return ""
    if days <= 0:
        return translate("Palette", "Today")
    if days == 1:
        return translate("Palette", "Yesterday")
    if days <= LAST_DAYS:
        return translate("Palette", "{count} days").format(count=days)
    date = QDateTime.fromSecsSinceEpoch(int(seconds)).date()
    is_this_year = date.year() == today().year
    return QLocale().toString(date, "MMM d" if is_this_year else "MMM yyyy")


LAST_DAYS = 7


def count_words(found: Found, total: int | None) -> str:
    """Return how many chats were found and how long that took."""
    locale, translate = QLocale(), QCoreApplication.translate
    number = locale.toString(len(found.chats)) + ("+" if found.is_more else "")
    spent = locale.toString(max(1, round(found.seconds * 1000)))
    if total is None:
        chats = chats_of(1) if number == "1" else translate("Palette", "{count} chats").format(count=number)
        return translate("Palette", "{chats} · {ms} ms").format(chats=chats, ms=spent)
    return translate("Palette", "{count} of {chats} · {ms} ms").format(count=number, chats=chats_of(total), ms=spent)


def ending_words(chat: FoundChat) -> str:
    """Return what else is to be known of a hit: its branch, its file, that the chat is archived."""
    translate = QCoreApplication.translate
    parts = []
    if chat.branch:
        parts.append(translate("Palette", "‹branch {number}›").format(number=chat.branch))
    if chat.is_archived:
        parts.append(translate("Palette", "‹archived›"))
    return " ".join(parts)


def file_words(name: str) -> str:
    """Return the name of a file so short that the hit in it is still in sight: how it begins, and its kind."""
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 12]}…{name[-11:]}"


LONGEST_NAME = 30
