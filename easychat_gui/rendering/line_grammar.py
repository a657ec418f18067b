"""The shapes of Markdown lines, as far as the block structure goes (CommonMark 0.31, and the tables of GFM)."""

from __future__ import annotations

import re

FENCE = re.compile(r"^( {0,3})(`{3,}|~{3,})[ \t]*(.*)$")
HEADING = re.compile(r"^ {0,3}(#{1,6})(?:[ \t]+(.*))?$")
HEADING_TAIL = re.compile(r"(?:^|[ \t]+)#+[ \t]*$")
RULE = re.compile(r"^ {0,3}([-*_])(?:[ \t]*\1){2,}[ \t]*$")
UNDERLINE = re.compile(r"^ {0,3}(=+|-+)[ \t]*$")
QUOTE = re.compile(r"^ {0,3}> ?")
ITEM = re.compile(r"^( {0,3})([-*+]|\d{1,9}[.)])( +|$)")
_TABBED_ITEM = re.compile(r"^ {0,3}(?:[-*+]|\d{1,9}[.)]) *\t[ \t]*")
NOTE = re.compile(r"^ {0,3}\[\^([^\[\]\s]{1,100})\]:[ \t]+")
"""The beginning of a footnote."""
DELIMITER_CELL = re.compile(r"^:?-+:?$")
UNDECIDED = re.compile(
    r"^[ \t]*(?:[-+=>#~`|:_*\t ]+|[-+*] \[[ xX]?\]?[ \t]*|\d{1,9}[.)]?[ \t]*|(?:`{3,}|~{3,})[^`\n]*|\[\^[^\]\s]*\]?:?)$"
)
"""A line that has not ended and may still become nearly anything: better not shown yet than shown and taken back."""

MOST_COLUMNS = 100
"""A table that is wider is shown as the text that it came as: a column of it would be narrower than a letter."""

SENTENCE_END = re.compile(r"[.!?…](?:[\"'»”’)\]*_]*)\s+|[。！？]+")


def indent_of(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def expand_indent(line: str) -> str:
    """Return the line with the tabs of its indentation as blanks, four columns each."""
    body = line.lstrip(" \t")
    head = line[: len(line) - len(body)]
    return head.expandtabs(4) + body if "\t" in head else line


def expand_marker(line: str) -> str:
    """Return the line with the tabs of its indentation, and of the gap behind the marker of an item, as blanks."""
    line = expand_indent(line)
    match = _TABBED_ITEM.match(line)
    return match[0].expandtabs(4) + line[match.end() :] if match else line


def cells(row: str) -> list[str]:
    """Split a table row at its bars. A bar behind a backslash is text."""
    row = row.strip()
    if row.startswith("|"):
        row = row[1:]
    if row.endswith("|") and not row.endswith("\\|"):
        row = row[:-1]
    return [cell.strip() for cell in re.split(r"(?<!\\)\|", row)]


def makes_table(header: str, row: str) -> bool:
    """Tell whether a row such as ``|---|:-:|`` makes a table of the line above it."""
    if "|" not in header or "-" not in row or not ("|" in row or ":" in row):
        return False
    columns = len(cells(header))
    if columns > MOST_COLUMNS or (columns == 1 and "|" not in row):
        return False
    parts = cells(row)
    return len(parts) == columns and all(DELIMITER_CELL.match(part) for part in parts)


def sentence_cut(text: str, limit: int) -> int:
    """Return where to cut a text that is longer than ``limit``: after a sentence, else a word, else anywhere."""
    head = text[:limit]
    ends = [match.end() for match in SENTENCE_END.finditer(head, limit // 4)]
    if ends:
        return ends[-1]
    blank = max(head.rfind(" ", limit // 4), head.rfind("\t", limit // 4))
    if blank > 0:
        return blank + 1
    # Not inside a pair of combining characters: step back to a character that can stand alone.
    cut = limit
    while cut > limit - 16 and ("\u0300" <= text[cut] <= "\u036f" or text[cut] in "\u200d\ufe0f"):
        cut -= 1
    return cut
