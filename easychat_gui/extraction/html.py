"""The text of an HTML page. Nothing is fetched, run or followed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from easychat_gui.domain.attachments import AttachmentFault
from easychat_gui.domain.errors import AttachmentRefused
from easychat_gui.extraction.limits import Limits
from easychat_gui.extraction.pieces import Outline, Piece
from easychat_gui.extraction.plain import decoded

_SILENT = frozenset({"script", "style", "template", "svg", "math", "object", "iframe", "noscript", "head"})
_BLOCKS = frozenset(
    {"p", "div", "section", "article", "header", "footer", "main", "nav", "aside", "ul", "ol", "dl", "dt", "dd", "br",
     "table", "tr", "blockquote", "pre", "figure", "figcaption", "form", "hr", "address", "details", "summary"}
)  # fmt: skip
_HEADINGS = {f"h{level}": "#" * level + " " for level in range(1, 7)}
_SPACES = re.compile(r"[ \t\r\n\f]+")
_CHARSET = re.compile(rb"<meta[^>]{0,200}charset=[\"']?([A-Za-z0-9_-]{1,40})", re.IGNORECASE)


def read(path: Path, limits: Limits) -> Iterator[Outline | Piece]:
    """Yield the readable text of a page."""
    data = path.read_bytes()[: limits.file_bytes]
    text, encoding = _decoded(data)
    page = _Page()
    page.feed(text)
    page.close()
    result = page.text()
    if not result:
        raise AttachmentRefused(AttachmentFault.BLANK)
    yield Outline(encoding="" if encoding in ("utf-8", "utf-8-sig") else encoding)
    yield Piece(result)


def _decoded(data: bytes) -> tuple[str, str]:
    """Decode as the page itself says, where it does and that is true."""
    found = _CHARSET.search(data[:4096])
    if found:
        name = found[1].decode("ascii").lower()
        try:
            return data.decode(name), name
        except (LookupError, UnicodeDecodeError):
            pass
    return decoded(data)


class _Page(HTMLParser):
    """Collects text; blocks become lines, cells are set apart by bars."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._parts: list[str] = []
        self._silent = ""
        self._depth = 0
        self._verbatim = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        if self._silent:
            self._depth += tag == self._silent
            return
        if tag in _SILENT:
            self._silent, self._depth = tag, 1
        elif tag in _HEADINGS:
            self._parts.append("\n\n" + _HEADINGS[tag])
        elif tag == "li":
            self._parts.append("\n- ")
        elif tag in ("td", "th"):
            self._parts.append(" | ")
        elif tag in _BLOCKS:
            self._parts.append("\n")
        self._verbatim += tag == "pre"

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _SILENT:
            self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if self._silent:
            self._depth -= tag == self._silent
            if not self._depth:
                self._silent = ""
            return
        if tag in _BLOCKS or tag in _HEADINGS:
            self._parts.append("\n")
        if tag == "pre" and self._verbatim:
            self._verbatim -= 1

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self._parts.append(data if self._verbatim else _SPACES.sub(" ", data))

    def text(self) -> str:
        lines = [line.rstrip() for line in "".join(self._parts).split("\n")]
        tidy = "\n".join(line.removeprefix(" | ") if line.startswith(" | ") else line for line in lines)
        return re.sub(r"\n{3,}", "\n\n", tidy).strip()
