"""Inline Markdown that is half there, closed so that it looks as it will when the rest has come.

Only the open tail of a running answer goes through here; a closed block is parsed as it is.
"""

from __future__ import annotations

import re
from dataclasses import replace

from easychat_gui.rendering import math_grammar
from easychat_gui.rendering.blocks import Block, BlockKind

_TOKEN = re.compile(r"\\.|`+|\*+|_+|~~+|\n", re.DOTALL)
_VERBATIM = re.compile(r"\\.|\$+|`+|\]\([^()\s]*\)|https?://[^\s<>*~`()\[\]]+", re.DOTALL)
_TASK = re.compile(r"\[[ xX]\]$")
_HALF_NOTE = re.compile(r"\[\^[^\[\]\s]*$")
_DANGLING = re.compile(r"[*_~`\\]+$|(?:^|(?<=\s))!$")
_HALF_LINK = re.compile(r"!?\[([^\[\]\n]*)\]\([^()\s]*(?:\s[^()]*)?$")
_HALF_LABEL = re.compile(r"(?<!\\)!?\[(?!\^)([^\[\]\n]*)(?:\]$|$)")


def heal(block: Block) -> Block:
    """Return the block with its half-open emphasis, code and link closed."""
    if block.kind not in (BlockKind.PARAGRAPH, BlockKind.HEADING, BlockKind.TABLE):
        return block
    head, _, last_row = block.source.rpartition("\n") if block.kind is BlockKind.TABLE else ("", "", block.source)
    healed = heal_inline(last_row)
    return replace(block, source=f"{head}\n{healed}" if head else healed)


def heal_inline(source: str) -> str:
    """Return inline Markdown in which every marker that was opened is closed, and a lone one left out.

    A formula, footnote or picture that is half there is left out whole: its source would be no use to a reader.
    """
    masked = _masked(source)
    source = source[: len(masked)]
    if not _is_closing(masked):
        masked = _DANGLING.sub("", masked)
        source = source[: len(masked)]
    if match := _HALF_NOTE.search(masked):
        source, masked = source[: match.start()], masked[: match.start()]
    elif (match := _HALF_LINK.search(masked) or _HALF_LABEL.search(masked)) and not _TASK.match(masked):
        is_picture = masked[match.start()] == "!"
        start, (first, last) = match.start(), (0, 0) if is_picture else match.span(1)
        source, masked = source[:start] + source[first:last], masked[:start] + masked[first:last]
    closers, code = _open_markers(masked)
    if code:
        return source + code + "".join(reversed(closers))  # all the rest is in it
    if not closers:
        return source
    return source.rstrip() + "".join(reversed(closers))


def _open_markers(masked: str) -> tuple[list[str], str]:
    """Return the markers of emphasis that are open at the end, outermost first, and the one of code that is."""
    closers: list[str] = []
    for token in _TOKEN.finditer(masked):
        marker = token[0]
        if marker[0] == "`":
            return closers, marker
        if marker[0] not in "\\\n":
            _follow(closers, marker, masked, token.start(), token.end())
    return closers, ""


def _masked(source: str) -> str:
    """Return the text with what is verbatim in it (code, formulas, the targets of links) blanked out.

    It ends before a formula that has not ended.
    """
    masked: list[str] = []
    copied = position = 0
    while match := _VERBATIM.search(source, position):
        start, end = match.span()
        if formula := math_grammar.formula_at(source, start):
            end = formula.end
        elif match[0][0] == "`":
            end = _end_of_code(source, match[0], end)
            if end < 0:
                break
        elif math_grammar.is_half(source, start):
            masked.append(source[copied:start].rstrip(" "))
            return "".join(masked)
        elif match[0][0] == "]":
            start, end = start + 2, end - 1
        elif match[0][0] != "h":
            position = end
            continue
        masked.append(source[copied:start])
        masked.append("x" * (end - start))
        copied = position = end
    masked.append(source[copied:])
    return "".join(masked)


def _is_closing(masked: str) -> bool:
    """Tell whether the markers at the end close something, rather than open it or be half of what closes it."""
    match = _DANGLING.search(masked)
    if match is None:
        return True
    marker = match[0]
    before = masked[: match.start()]
    if "\\" in marker or not before or before[-1].isspace():
        return False
    closers, code = _open_markers(before)
    if marker[0] == "`":
        return marker == code
    innermost = list(reversed(closers))
    return any("".join(innermost[:count]) == marker for count in range(1, min(len(innermost), 3) + 1))


def _end_of_code(source: str, marker: str, position: int) -> int:
    for match in re.finditer("`+", source[position:]):
        if match[0] == marker:
            return position + match.end()
    return -1


def _follow(closers: list[str], marker: str, source: str, start: int, end: int) -> None:
    """Note that a marker was opened or closed, by the blanks beside it as CommonMark does."""
    before = source[start - 1] if start else " "
    after = source[end] if end < len(source) else " "
    can_open = not after.isspace()
    can_close = not before.isspace()
    if marker[0] == "_" and before.isalnum() and after.isalnum():
        return
    if marker[0] == "~":
        marker = "~~"
    parts = [marker] if len(marker) <= 2 else ([marker[0], marker[0] * 2] if len(marker) == 3 else [])
    if can_close and parts and all(part in closers for part in parts):
        for part in parts:
            closers.remove(part)
    elif can_open:
        closers.extend(reversed(parts))
