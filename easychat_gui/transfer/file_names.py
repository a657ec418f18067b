"""Names of files and folders, out of titles: fit for Windows, macOS and Linux alike.

The rules are Windows' (learn.microsoft.com, "Naming Files, Paths, and Namespaces"), which are the strictest, and the
255 bytes that Linux allows.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from easychat_gui.support.clock import day_of

LONGEST = 100
"""Characters of a name with its ending."""
LONGEST_BYTES = 200
"""The same in UTF-8, of which Linux takes 255; the rest is for a number, and for names that are made of this one."""

_FORBIDDEN = re.compile(r'[<>:"/\\|?*]')
_INVISIBLE = re.compile("[\x00-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\uffff]")
_RESERVED = re.compile(r"(?:CON|PRN|AUX|NUL|CONIN\$|CONOUT\$|(?:COM|LPT)[0-9¹²³])(?:\.|$)", re.IGNORECASE)
_JOINERS = "\u200d\ufe0e\ufe0f"


def safe_name(wanted: str, otherwise: str, suffix: str = "") -> str:
    """Return a name that any file system takes, ``suffix`` included; ``otherwise`` where nothing is left of it."""
    name = unicodedata.normalize("NFC", wanted.encode("utf-8", "replace").decode("utf-8"))
    name = _FORBIDDEN.sub("-", _INVISIBLE.sub(" ", name))
    name = " ".join(name.split()).strip(". ")
    name = _shortened(name, LONGEST - len(suffix), LONGEST_BYTES - len(suffix.encode())).rstrip(". ")
    if not name.strip("- "):
        name = otherwise
    return f"{'_' if _RESERVED.match(name) else ''}{name}{suffix}"


def dated_name(title: str, created_at: float, otherwise: str, suffix: str) -> str:
    """Return the name of a conversation's file: the day on which it began, and its title."""
    return safe_name(f"{day_of(created_at).isoformat()} {title.strip() or otherwise}", otherwise, suffix)


class FreeNames:
    """Gives each wish in a folder a name of its own. Two that differ only in case or accents' form count as one."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self._taken = {folded(name) for name in taken}
        self._numbers: dict[str, int] = {}
        """The last one that each name got: thousands of chats may have one title."""

    def take(self, name: str) -> str:
        """Return this name, or one with a number before its ending where it is taken."""
        stem, dot, ending = name.rpartition(".")
        if not stem or len(ending) > 10 or " " in ending:
            stem, dot, ending = name, "", ""
        wish, free = folded(name), name
        while folded(free) in self._taken:
            number = self._numbers[wish] = self._numbers.get(wish, 1) + 1
            free = f"{stem} ({number}){dot}{ending}"
        self._taken.add(folded(free))
        return free

    def release(self, name: str) -> None:
        """Say that a name is no longer used."""
        self._taken.discard(folded(name))


def folded(name: str) -> str:
    """Return the name as a file system sees it that knows neither case nor forms of accents."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def _shortened(name: str, longest: int, longest_bytes: int) -> str:
    """Cut at a word where one ends near, and never between a letter or an emoji and what belongs to it."""
    if len(name) <= longest and len(name.encode()) <= longest_bytes:
        return name
    cut = min(len(name), longest)
    while len(name[:cut].encode()) > longest_bytes:
        cut -= 1
    while 0 < cut < len(name) and (_belongs_to_last(name[cut]) or name[cut - 1] == "\u200d"):
        cut -= 1
    blank = name.rfind(" ", 0, cut + 1)
    return name[: blank if blank > cut * 2 // 3 else cut]


def _belongs_to_last(character: str) -> bool:
    is_skin = "\U0001f3fb" <= character <= "\U0001f3ff"
    return is_skin or character in _JOINERS or unicodedata.combining(character) != 0
