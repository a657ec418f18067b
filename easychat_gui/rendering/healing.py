"""Inline Markdown that is half there, closed so that it looks as it will when the rest has come.

Only the open tail of a running answer goes through here; a closed block is parsed as it is.
"""

from __future__ import annotations

import re
from dataclasses import replace

from easychat_gui.rendering import math_grammar
from easychat_gui.rendering.blocks import Block, BlockKind

_TOKEN = re.compile(r"\\.|\$+|`+|\*+|_+|~~+|\n", re.DOTALL)
_VERBATIM = re.compile(r"\\.|\$+|`+", re.DOTALL)
_HALF_NOTE = re.compile(r"\[\^[^\[\]\s]*$")
_DANGLING = re.compile(r"[*_~`\\]+$")
_HALF_LINK = re.compile(r"!?\[([^\[\]\n]*)\]\([^()\s]*(?:\s[^()]*)?$")
_HALF_LABEL = re.compile(r"(?<!\\)!?\[(?!\^)([^\[\]\n]*)(?:\]$|$)")
_PENDING_LINK = "#"


def heal(block: Block) -> Block:
    """Return the block with its half-open emphasis, code and link closed."""
    if block.kind not in (BlockKind.PARAGRAPH, BlockKind.HEADING, BlockKind.TABLE):
        return block
    head, _, last_row = block.source.rpartition("\n") if block.kind is BlockKind.TABLE else ("", "", block.source)
    healed = heal_inline(last_row)
    return replace(block, source=f"{head}\n{healed}" if head else healed)


def heal_inline(source: str) -> str:
    """Return inline Markdown in which every marker that was opened is closed, and a lone one left out.

    A formula or footnote that is half there is left out whole: its source would be no use to a reader.
    """
    source, masked = _without_half_formula(source)
    source = _DANGLING.sub("", source) if not _is_closing(source) else source
    masked = masked[: len(source)]
    if match := _HALF_NOTE.search(masked):
        source = source[: match.start()]
    elif match := _HALF_LINK.search(masked) or _HALF_LABEL.search(masked):
        source = source[: match.start()] + source[match.start(1) : match.end(1)]
    closers: list[str] = []
    position = 0
    while match := _TOKEN.search(source, position):
        marker, position = match[0], match.end()
        if formula := math_grammar.formula_at(source, match.start()):
            position = formula.end
        elif marker[0] == "`":
            end = _end_of_code(source, marker, position)
            if end < 0:
                return source + marker + "".join(reversed(closers))
            position = end
        elif marker[0] not in "\\\n$":
            _follow(closers, marker, source, match.start(), match.end())
    if not closers:
        return source
    return source.rstrip() + "".join(reversed(closers))


def _without_half_formula(source: str) -> tuple[str, str]:
    """Return the text up to a formula that has not ended, and the same with its code and formulas blanked out."""
    masked: list[str] = []
    copied = position = 0
    while match := _VERBATIM.search(source, position):
        start, end = match.start(), match.end()
        if formula := math_grammar.formula_at(source, start):
            end = formula.end
        elif match[0][0] == "`":
            end = _end_of_code(source, match[0], end)
            if end < 0:
                break
        elif math_grammar.is_half(source, start):
            source = source[:start].rstrip(" ")
            break
        else:
            position = end
            continue
        masked.append(source[copied:start])
        masked.append("x" * (end - start))
        copied = position = end
    masked.append(source[copied:])
    return source, "".join(masked)


def _is_closing(source: str) -> bool:
    """Tell whether the markers at the end close something, rather than open it: text stands right before them."""
    match = _DANGLING.search(source)
    if match is None:
        return True
    marker = match[0]
    before = source[: match.start()]
    if "\\" in marker or not before or before[-1].isspace():
        return False
    return before.count(marker) % 2 == 1


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
