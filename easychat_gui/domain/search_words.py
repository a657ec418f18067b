"""How text is folded so that it is found however it is written, and where in it the words stand that were looked for.

Index and query go through the same folding, so it may be as coarse as it likes, but not different: the index must be
made anew when it changes (`FOLDING`).
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Sequence

FOLDING = f"1, Unicode {unicodedata.unidata_version}"
"""Which folding this is."""

Mark = tuple[int, int]
"""A stretch of text: where it begins, and where it has ended."""

_KEPT = {"й", "ї"}
"""Letters of their own, which only the way of encoding takes for others with a sign; "ё" is mostly written "е"."""

_WITHOUT_STROKE = str.maketrans(dict(zip("øłđħŧæœı", ("o", "l", "d", "h", "t", "ae", "oe", "i"), strict=True)))

_ALONE = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2600-\u27bf\u2e80-\u2fdf\u3005-\u3007\u3040-\u30ff\u3100-\u31bf"
    "\u3400-\u9fff\ua000-\ua4cf\uac00-\ud7af\uf900-\ufaff\U0001f300-\U0001faff\U00020000-\U0003ffff]"
)
"""Scripts that put no space between words, and pictures: each of their characters is a word."""

_ACCENTS = re.compile("[\u0300-\u036f]")

_INVISIBLE = {"\u00ad", "\u200b", "\u200c", "\u200d", "\u2060", "\ufe0e", "\ufe0f", "\ufeff"}


class _Folding(dict[int, str]):
    """What becomes of each character, for `str.translate`; found out when one is first met."""

    def __init__(self) -> None:
        super().__init__()
        self.odd: set[str] = set()
        """Those met so far that do not become one other: after them places in the text are not the same."""

    def __missing__(self, code: int) -> str:
        self[code] = made = self._made(chr(code))
        if len(made) != 1:
            self.odd.add(chr(code))
        return made

    def _made(self, character: str) -> str:
        if character in _INVISIBLE:
            return ""
        plain = unicodedata.normalize("NFKC", character).casefold()
        return "".join(_bare(each) for each in plain).translate(_WITHOUT_STROKE)


class _Apart(_Folding):
    """As `_Folding`, with blanks around the characters that are words by themselves."""

    def _made(self, character: str) -> str:
        folded = super()._made(character)
        if _ALONE.search(folded):
            return _ALONE.sub(r" \g<0> ", folded)
        # Of symbols only pictures are words; a table drawn with lines would be thousands.
        return " " if unicodedata.category(character) == "So" else folded


def _bare(character: str) -> str:
    """Return a letter without its accents."""
    if character in _KEPT:
        return character
    if "\u0590" <= character <= "\u06ff" and unicodedata.combining(character):
        return ""  # the points of Hebrew and Arabic, which hardly anybody writes
    parts = unicodedata.normalize("NFD", character)
    return _ACCENTS.sub("", parts) if _ACCENTS.search(parts) else character


_FOLDED = _Folding()
_APART = _Apart()


def composed(text: str) -> str:
    """Return text with letters and their accents in one character: what marks refer to."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def folded(text: str) -> str:
    """Return text without case, accents and the like."""
    return text.lower() if text.isascii() else composed(text).translate(_FOLDED)


def indexable(text: str) -> str:
    """Return folded text in which everything that can be looked for is a word between others."""
    return text.lower() if text.isascii() else composed(text).translate(_APART)


def tokens(text: str) -> list[str]:
    """Return the words of a text as the index has them."""
    found = "".join(each if _is_of_word(each) else " " for each in indexable(text))
    return found.split()


def _is_of_word(character: str) -> bool:
    return unicodedata.category(character)[0] in "LNM" or _ALONE.match(character) is not None


def is_alone(token: str) -> bool:
    """Is it a word because it is of a script without spaces?"""
    return _ALONE.match(token) is not None


def pattern(phrases: Iterable[tuple[Sequence[str], bool]]) -> re.Pattern[str] | None:
    """Return what finds any of these phrases in folded text; None without any.

    A phrase is its words, and whether the last one may go on.
    """
    found = [_phrase_pattern(words, is_prefix=is_prefix) for words, is_prefix in phrases if words]
    # The longest first: else the beginning of a phrase would hide the whole.
    return re.compile("|".join(sorted(found, key=len, reverse=True))) if found else None


def _phrase_pattern(words: Sequence[str], *, is_prefix: bool) -> str:
    made = "" if is_alone(words[0]) else r"(?<![^\W_])"
    for number, word in enumerate(words):
        if number:
            is_joined = is_alone(word) or is_alone(words[number - 1])
            made += r"[\W_]*" if is_joined else r"[\W_]+"
        made += re.escape(word)
    return made if is_prefix or is_alone(words[-1]) else made + r"(?![^\W_])"


def marks(text: str, wanted: re.Pattern[str], limit: int = 50) -> list[Mark]:
    """Return where ``wanted`` stands in text that is `composed`, at most so many times."""
    searched = folded(text)
    found = []
    for match in wanted.finditer(searched):
        if match.end() > match.start():
            found.append(match.span())
            if len(found) == limit:
                break
    if not found or text.isascii():
        return found
    odd = _FOLDED.odd.intersection(text)
    if not odd:
        return found
    places = _Places(text, odd, found[-1][1])
    return [(places.of(begin), places.of(end - 1) + 1) for begin, end in found]


class _Places:
    """Which character of a text each one of its folding came of, up to a place in the folding."""

    def __init__(self, text: str, odd: set[str], last: int) -> None:
        self._begins: list[int] = []
        """Where in the folding the odd characters stand."""
        self._odd: list[tuple[int, int]] = []
        """Where in the text, and into how many they were folded."""
        shift = 0
        for match in re.finditer(f"[{re.escape(''.join(sorted(odd)))}]", text):
            at = match.start()
            if at + shift > last:
                break
            length = len(_FOLDED[ord(match[0])])
            self._begins.append(at + shift)
            self._odd.append((at, length))
            shift += length - 1

    def of(self, place: int) -> int:
        number = bisect_right(self._begins, place) - 1
        if number < 0:
            return place
        at, length = self._odd[number]
        beyond = place - self._begins[number] - length
        return at if beyond < 0 else at + 1 + beyond
