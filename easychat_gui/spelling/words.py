"""The words of a text that a dictionary can judge."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

LONGEST_WORD = 60

LONGEST_CHUNK = 200
"""What goes on without a blank for longer is no prose. It also bounds what the patterns below cost."""

_FENCE = re.compile(r"^ {0,3}(?:```|~~~)")
_TICKS = re.compile(r"`++")
_VARIABLE = re.compile(r"\{\{[^{}\n]{0,100}\}\}")
_CHUNK = re.compile(r"\S++")
# What no dictionary knows: addresses, paths, handles, names of files and of things in programs.
_NOT_PROSE = re.compile(
    r"""
      \b[a-z][a-z0-9+.-]*://\S+                             # an address
    | \bwww\.\S+
    | [\w.+-]+@[\w-]+(?:\.[\w-]+)*                          # e-mail
    | (?<!\w)[@#][\w-]+                                     # a handle, a tag
    | (?<![\w/])~?(?:/[\w.@~+-]+){2,}/?                     # a path
    | \b[A-Za-z]:\\\S+
    | [\w./\\:=]*[_=\\][\w./\\:=]*                          # snake_case, a=b
    | \w+(?:\.\w+)+                                         # a.file, www.host
    | \w*\d\w*                                              # anything with a digit
    """,
    re.VERBOSE,
)
_WORD = re.compile(r"[^\W\d_]+(?:[\u0300-\u036f]|['’](?=[^\W\d_])|[^\W\d_])*")


@dataclass(frozen=True, slots=True)
class Word:
    """``start`` and ``length`` count code points in the line; ``text`` is what the dictionary is asked for."""

    start: int
    length: int
    text: str


def opens_or_closes_code(line: str) -> bool:
    """Is this line the fence of a block of code?"""
    return _FENCE.match(line) is not None


def words_of(line: str) -> list[Word]:
    """Return the words of a line of prose that can be judged, in their order."""
    prose = _CHUNK.sub(_prose_of, _VARIABLE.sub(_blank, _without_code(line)))
    return [
        Word(place.start(), len(place.group()), normal(place.group()))
        for place in _WORD.finditer(prose)
        if _can_be_judged(place.group())
    ]


def normal(word: str) -> str:
    """Return a word as dictionaries write it: composed, with a straight apostrophe."""
    return unicodedata.normalize("NFC", word).replace("’", "'")


def script_of(word: str) -> str:
    """Return the script that all letters of a word belong to ("LATIN", "CYRILLIC", …); "" for a mixture."""
    scripts = {unicodedata.name(letter, "?").split(" ", 1)[0] for letter in word if letter.isalpha()}
    return scripts.pop() if len(scripts) == 1 else ""


def _without_code(line: str) -> str:
    """Blank the spans of code: what stands between two runs of as many backticks."""
    runs = list(_TICKS.finditer(line))
    next_alike: dict[int, int] = {}
    closing: list[int | None] = [None] * len(runs)
    for number in range(len(runs) - 1, -1, -1):
        length = len(runs[number].group())
        closing[number] = next_alike.get(length)
        next_alike[length] = number
    parts, place, number = [], 0, 0
    while number < len(runs):
        end = closing[number]
        if end is not None:
            parts += [line[place : runs[number].start()], " " * (runs[end].end() - runs[number].start())]
            place = runs[end].end()
            number = end
        number += 1
    return "".join([*parts, line[place:]])


def _prose_of(chunk: re.Match[str]) -> str:
    return _blank(chunk) if len(chunk.group()) > LONGEST_CHUNK else _NOT_PROSE.sub(_blank, chunk.group())


def _blank(place: re.Match[str]) -> str:
    return " " * len(place.group())


def _can_be_judged(word: str) -> bool:
    if not 2 <= len(word) <= LONGEST_WORD or word.isupper():
        return False
    return not any(letter.isupper() for letter in word[1:])  # CamelCase, iPhone
