"""Text as XML of an OpenDocument file (ISO/IEC 26300, ODF 1.3)."""

from __future__ import annotations

import re

from easychat_gui.rendering.sanitize import visible

NAMESPACES = {
    "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
    "style": "urn:oasis:names:tc:opendocument:xmlns:style:1.0",
    "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
    "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
    "draw": "urn:oasis:names:tc:opendocument:xmlns:drawing:1.0",
    "fo": "urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0",
    "svg": "urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0",
    "meta": "urn:oasis:names:tc:opendocument:xmlns:meta:1.0",
    "xlink": "http://www.w3.org/1999/xlink",
    "dc": "http://purl.org/dc/elements/1.1/",
}
DECLARED = " ".join(f'xmlns:{name}="{uri}"' for name, uri in NAMESPACES.items()) + ' office:version="1.3"'
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_IMPOSSIBLE = re.compile("[\ud800-\udfff\ufffe\uffff]")
_SPECIAL = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"}
_ESCAPED = re.compile('[&<>"]')
_SPACES = re.compile(r"(?<![^ ]) +|  +|[\t\n\u2028]")
"""What XML would run together: blanks at the beginning and behind others, tabs and line ends."""


def escaped(text: str) -> str:
    """Return a text for an attribute, or for an element whose blanks do not matter."""
    clean = _IMPOSSIBLE.sub("\ufffd", visible(text))
    return _ESCAPED.sub(lambda match: _SPECIAL[match[0]], clean)


def inline(text: str) -> str:
    """Return a text for a paragraph, with all its blanks, tabs and line ends."""
    return _SPACES.sub(_kept, escaped(text))


def _kept(match: re.Match[str]) -> str:
    found = match[0]
    if found == "\t":
        return "<text:tab/>"
    if found in ("\n", "\u2028"):
        return "<text:line-break/>"
    is_first = match.start() == 0
    count = len(found) if is_first else len(found) - 1
    lead = "" if is_first else " "
    return f'{lead}<text:s text:c="{count}"/>' if count else lead
