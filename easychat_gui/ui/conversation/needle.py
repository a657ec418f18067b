"""What is looked for, and where it is in a text."""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from itertools import accumulate

_BLANKS = frozenset(map(ord, "\t\n\r\u2028\u2029\xa0\u202f"))
_SKIPPED = ("](", "][", "]:", "[^", "&", "$", "\\(", "\\[")
"""What makes a reader see other letters than were written: addresses, footnotes, entities, formulas."""


class _Folded(dict[int, str]):
    """How a character is compared when neither case nor accents matter, for `str.translate`."""

    def __missing__(self, code: int) -> str:
        self[code] = result = _fold(chr(code))
        return result


class _Letters(dict[int, str]):
    """Like `_Folded`, but without anything that is neither letter nor digit."""

    def __missing__(self, code: int) -> str:
        self[code] = result = "".join(each for each in _fold(chr(code)) if each.isalnum())
        return result


def _fold(character: str) -> str:
    if ord(character) in _BLANKS:
        return " "
    if character in "йЙ":  # a letter of its own, unlike ё, which many write as е
        return "й"
    parts = unicodedata.normalize("NFKD", character)
    bare = "".join(part for part in parts if unicodedata.combining(part) < 10)
    return unicodedata.normalize("NFC", bare).casefold()


_folded = _Folded()
_letters = _Letters()
_blanks = dict.fromkeys(_BLANKS, " ")


class Needle:
    """A text to look for. Case and accents count only if case is to be matched; any blank equals any other."""

    def __init__(self, text: str, *, matches_case: bool = False, is_whole_word: bool = False) -> None:
        self.text = text
        self.matches_case = matches_case
        self.is_whole_word = is_whole_word
        self._wanted = self._folded(text)
        self._letters = text.translate(_letters)

    def __bool__(self) -> bool:
        return bool(self._wanted)

    def _folded(self, text: str) -> str:
        return text.translate(_blanks if self.matches_case else _folded)

    def may_be_in(self, source: str) -> bool:
        """Tell from the Markdown of a message whether looking into it is worth while. It may be wrong in saying yes."""
        if not self._letters or any(mark in source for mark in _SKIPPED):
            return True
        return self._letters in source.translate(_letters)

    def hits(self, text: str) -> list[tuple[int, int]]:
        """Return where it begins and ends in a text, each time; hits do not overlap."""
        haystack, wanted = self._folded(text), self._wanted
        found: list[tuple[int, int]] = []
        starts: list[int] | None = None
        at = haystack.find(wanted) if wanted else -1
        while at >= 0:
            end = at + len(wanted)
            if starts is None and not self.matches_case and not text.isascii():
                starts = [0, *accumulate(len(_folded[ord(each)]) for each in text)]
            place = (at, end) if starts is None else _unfolded(starts, at, end)
            if not self.is_whole_word or _is_word(text, *place):
                found.append(place)
                at = haystack.find(wanted, end)
            else:
                at = haystack.find(wanted, at + 1)
        return found


def _unfolded(starts: list[int], at: int, end: int) -> tuple[int, int]:
    """Return which characters of the text a piece of the folded text came from; ``starts`` are theirs in the latter."""
    first = bisect_right(starts, at) - 1
    last = bisect_right(starts, end - 1)
    while last < len(starts) - 1 and starts[last + 1] == starts[last]:  # accents that follow belong to the letter
        last += 1
    return first, last


def _is_word(text: str, start: int, end: int) -> bool:
    return _is_boundary(text, start) and _is_boundary(text, end)


def _is_boundary(text: str, at: int) -> bool:
    """Words end beside anything that is no letter or digit; Chinese and Japanese ones are not told apart."""
    if at <= 0 or at >= len(text):
        return True
    before, after = text[at - 1], text[at]
    return not (_is_of_word(before) and _is_of_word(after)) or _is_ideograph(before) or _is_ideograph(after)


def _is_of_word(character: str) -> bool:
    return character.isalnum() or character == "_" or unicodedata.combining(character) > 0


def _is_ideograph(character: str) -> bool:
    return "\u3040" <= character <= "\u30ff" or "\u3400" <= character <= "\u9fff" or character >= "\U00020000"
