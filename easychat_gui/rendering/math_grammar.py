r"""Where formulas begin and end: ``$…$``, ``$$…$$``, ``\(…\)``, ``\[…\]`` and the environments of amsmath.

Dollars mean money far more often than mathematics, so a pair of them makes a formula only if nothing but a blank or a
mark stands outside of it (but for "the $n$th"), no blank stands inside next to it, and no other dollar and no backtick
stands between.
"""

from __future__ import annotations

import re
from typing import NamedTuple

LONGEST_FORMULA = 5000
"""Characters; what is longer stays the text that it came as."""
_LONGEST_HELD = {"$": 160, "$$": LONGEST_FORMULA, "\\(": 1000, "\\[": LONGEST_FORMULA}
"""How much of a formula that has not ended yet is kept back before it is taken for text after all."""

_ORDINAL = r"(?:(?:th|st|nd|rd)\b|[tsnr]\Z)"
_INSIDE = {
    "$": re.compile(rf"(?!\s)((?:[^$\\`]|\\[\s\S]){{1,{LONGEST_FORMULA}}}+)(?<!\s)\$(?!(?!{_ORDINAL})[A-Za-z0-9$])"),
    "$$": re.compile(rf"((?:[^$\\`]|\\[\s\S]){{1,{LONGEST_FORMULA}}}+)\$\$(?!\$)"),
    "\\(": re.compile(rf"((?:[^\\`]|\\[^()]){{1,{LONGEST_FORMULA}}}+)\\\)"),
    "\\[": re.compile(rf"((?:[^\\`]|\\[^\[\]]){{1,{LONGEST_FORMULA}}}+)\\\]"),
}
_MONEY = re.compile(r"\d[\d.,]*\s+[A-Za-z]{2,}[^\\]*$")
_ENVIRONMENT = r"(?:equation|align|aligned|gather|gathered|multline|split|eqnarray|alignat)\*?"
_BEGIN = re.compile(rf"^\\begin\{{({_ENVIRONMENT})\}}")
UNDECIDED = re.compile(r"^(?:\$\$?|\\(?:\[|b(?:e(?:g(?:i(?:n(?:\{[a-z]*\*?)?)?)?)?)?)?)$")
"""A line that may become the beginning of a formula when more of it has come."""


class Formula(NamedTuple):
    """``end`` is the place in the text behind its closing mark; ``tex`` is what stands between the marks."""

    end: int
    tex: str
    is_display: bool


def opener_at(text: str, position: int) -> str:
    """Return the mark of a formula that may begin at this place of the text, or nothing."""
    character = text[position : position + 1]
    if character == "\\":
        mark = text[position : position + 2]
        return mark if mark in _INSIDE else ""
    if character != "$":
        return ""
    before = text[position - 1] if position else ""
    if before == "$" or (before.isascii() and before.isalnum()):
        return ""
    return "$$" if text.startswith("$$", position) else "$"


def formula_at(text: str, position: int) -> Formula | None:
    """Return the formula that begins at this place of the text, None if there is none."""
    mark = opener_at(text, position)
    if not mark:
        return None
    match = _INSIDE[mark].match(text, position + len(mark))
    if match is None or not match[1].strip() or (mark == "$" and _MONEY.match(match[1])):
        return None
    return Formula(match.end(), match[1].strip(), mark in ("$$", "\\["))


def is_half(text: str, position: int) -> bool:
    """Tell whether a formula begins here whose end may still come. The text is the end of what has arrived."""
    mark = opener_at(text, position)
    if not mark:
        return False
    rest = text[position + len(mark) :]
    if len(rest) > _LONGEST_HELD[mark] or "`" in rest:
        return False
    if mark != "$":
        return True
    return not rest or not (rest[0].isspace() or rest[0].isdigit() or "$" in rest[:-1] or "\n" in rest)


# -- formulas that are a block of their own


def closing_mark(line: str) -> str:
    r"""Return what must end the formula that this line begins, such as ``\]``; nothing if it begins none."""
    if line.startswith("$$") and not line.startswith("$$$"):
        return "$$"
    if line.startswith("\\["):
        return "\\]"
    match = _BEGIN.match(line)
    return f"\\end{{{match[1]}}}" if match else ""


def is_whole(text: str, closing: str) -> bool:
    """Tell whether the text, which begins with a mark, ends with the mark that closes it."""
    text = text.rstrip()
    return text.endswith(closing) and len(text) >= 2 * len(closing) and bool(tex_of(text))


def has_gone_on(line: str, closing: str) -> bool:
    """Tell whether something stands behind the closing mark on its line, so that it is a sentence after all."""
    return closing in line and not line.rstrip().endswith(closing)


def tex_of(source: str) -> str:
    """Return what stands between the marks of a whole display formula; an environment is its own formula."""
    source = source.strip()
    for mark, closer in (("$$", "$$"), ("\\[", "\\]")):
        if source.startswith(mark) and source.endswith(closer):
            return source[len(mark) : -len(closer)].strip()
    return source
