"""How the blocks of a message stand in an exported page: colours for code, drawn formulas, boxes for tasks.

Nothing here can fetch or run anything: tags are our own, addresses are those that `rendering.sanitize` lets pass, and
they are for clicking, never for loading.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, replace
from functools import lru_cache
from xml.etree import ElementTree as ET

from easychat_gui.rendering import highlight, markdown, plain_text
from easychat_gui.rendering.blocks import Level
from easychat_gui.rendering.excerpt_html import HtmlForm, inline_html, to_html
from easychat_gui.rendering.excerpts import Excerpt
from easychat_gui.rendering.highlight import ColouredRange
from easychat_gui.rendering.markdown import Span
from easychat_gui.rendering.sanitize import visible
from easychat_gui.rendering.streaming_document import StreamingDocument
from easychat_gui.rendering.typesetting import INK, CannotTypesetError, typeset

LINK_RELATION = "noopener noreferrer nofollow"
MOST_EMBEDDED = 8_000_000
"""Characters of a picture's data: address in a message that are taken into the page."""

_FORMULAS = 512
"""Drawn formulas that are kept, since one stands in many messages."""
_EMBEDDED = re.compile(r"data:image/(?:png|jpeg|gif|webp|bmp);base64,[A-Za-z0-9+/=\s]*\Z")
_SHAPES = {
    "path": frozenset({"d"}),
    "rect": frozenset({"x", "y", "width", "height"}),
    "line": frozenset({"x1", "y1", "x2", "y2", "stroke-width"}),
    "polygon": frozenset({"points"}),
}
"""What a formula is drawn of, and which attributes say nothing but where and how large."""
_GEOMETRY = re.compile(r"[-+0-9.eE,\s%A-Za-z]*\Z")


class PageForm(HtmlForm):
    """``shift`` is by how many levels headings of a message stand below the page's own."""

    def __init__(self, shift: int) -> None:
        self._shift = shift
        self._formulas: dict[Drawn, int] = {}
        """Those that stand on the page already, with their numbers: one that is repeated points there."""

    def direction(self, *, is_right_to_left: bool) -> str:
        """Said of each block: "auto" does not look into blocks that have a direction, such as the text of an item."""
        return ' dir="rtl"' if is_right_to_left else ' dir="ltr"'

    def heading_level(self, level: int) -> int:
        return min(6, level + self._shift)

    def alignment(self, alignment: str) -> str:
        return f' class="{alignment}"'

    def item_start(self, level: Level) -> str:
        return f'<span class="note">{html.escape(level.marker)}</span> ' if level.marker.startswith("[") else ""

    def task(self, *, is_done: bool) -> str:
        return f'<input type="checkbox" disabled{" checked" if is_done else ""}> '

    def code(self, source: str, language: str) -> str:
        name = f'<p class="language">{html.escape(language)}</p>' if language else ""
        lines = coloured(source, language)
        return f'<div class="code">{name}<pre tabindex="0" dir="ltr"><code>{lines}</code></pre></div>'

    def table(self, rows: str, direction: str) -> str:
        return f'<div class="table" tabindex="0"{direction}><table>{rows}</table></div>'

    def span(self, span: Span) -> str | None:
        if span.formula:
            return self._formula(span)
        if span.image:
            return _picture(span)
        if span.link:
            text = inline_html((replace(span, link=""),))
            return f'<a href="{html.escape(span.link)}" rel="{LINK_RELATION}">{text}</a>'
        return f'<sup class="note">{html.escape(span.text)}</sup>' if span.raised else None

    def _formula(self, span: Span) -> str:
        """Return a drawn formula, with its source for those who listen; the source alone where it cannot be drawn."""
        drawn = _drawn(span.formula, is_display=span.is_display)
        if drawn is None:
            return f'<code class="formula" dir="ltr">{html.escape(span.text)}</code>'
        number = self._formulas.get(drawn)
        if number is None:
            number = self._formulas[drawn] = len(self._formulas) + 1
            shapes = f'<g id="formula-{number}">{drawn.shapes}</g>'
        else:
            shapes = f'<use href="#formula-{number}"/>'
        kind = "formula display" if span.is_display else "formula"
        label = html.escape(span.formula)
        head = f'role="img" aria-label="{label}" viewBox="{drawn.view_box}" style="{drawn.style}"'
        return f'<span class="{kind}" dir="ltr"><svg {head} fill="currentColor">{shapes}</svg></span>'


def message_html(text: str, *, is_plain: bool, form: PageForm) -> str:
    """Return a message as the window shows it; ``is_plain``: as it was typed, but for fenced code."""
    text = visible(text)
    if is_plain:
        blocks = plain_text.split(text)
    else:
        document = StreamingDocument()
        blocks = document.feed(text) + document.finish()
    known = {} if is_plain else markdown.references(blocks)
    return to_html([Excerpt(block, markdown.render(block, known)) for block in blocks], form)


def coloured(source: str, language: str) -> str:
    """Return code with a class for each kind of word."""
    lines = source.split("\n")
    ranges = highlight.lex(language, source)
    return "\n".join(_coloured_line(line, found) for line, found in zip(lines, ranges, strict=True))


def _coloured_line(line: str, ranges: list[ColouredRange]) -> str:
    parts: list[str] = []
    at = 0
    for start, length, kind in ranges:
        if start < at:
            continue
        parts.append(html.escape(line[at:start]))
        parts.append(f'<span class="{kind.value}">{html.escape(line[start : start + length])}</span>')
        at = start + length
    parts.append(html.escape(line[at:]))
    return "".join(parts)


@dataclass(frozen=True, slots=True)
class Drawn:
    """A formula: its shapes, and the view box and the style of the SVG around them."""

    shapes: str
    view_box: str
    style: str


@lru_cache(maxsize=_FORMULAS)
def _drawn(tex: str, *, is_display: bool) -> Drawn | None:
    """Return the formula, made anew of its shapes alone; None where it cannot be drawn."""
    try:
        picture = typeset(tex, is_display=is_display)
        root = ET.fromstring(picture.svg)  # noqa: S314 - made by our own typesetting
    except (CannotTypesetError, ET.ParseError):
        return None
    view_box = root.get("viewBox", "")
    shapes: list[str] = []
    for element in root:
        name = element.tag.rpartition("}")[2]
        wanted = _SHAPES.get(name)
        if wanted is None:
            return None
        values = {key: value for key, value in element.attrib.items() if key in wanted and _GEOMETRY.match(value)}
        written = "".join(f' {key}="{_rounded(value)}"' for key, value in values.items())
        stroke = ' stroke="currentColor"' if element.get("stroke") == INK else ""
        shapes.append(f"<{name}{written}{stroke}/>")
    if not _GEOMETRY.match(view_box):
        return None
    size = f"width:{picture.width:.3f}em;height:{picture.ascent + picture.descent:.3f}em"
    return Drawn("".join(shapes), view_box, f"{size};vertical-align:{-picture.descent:.3f}em")


def _rounded(value: str) -> str:
    """Shorten numbers to hundredths of a unit, of which `UNITS` make an em."""
    short = re.sub(r"(\.\d{2})\d+", r"\1", value)
    return re.sub(r"\s*\b([MLQCZHV])\s*", r"\1", short).strip()


def _picture(span: Span) -> str:
    """One inside the message is shown; of one elsewhere there is a link, and nothing is fetched."""
    text = html.escape(span.text)
    if _EMBEDDED.match(span.image) and len(span.image) <= MOST_EMBEDDED:
        return f'<img src="{html.escape(span.image)}" alt="{text}">'
    if span.image.startswith(("http://", "https://")):
        return f'<a href="{html.escape(span.image)}" rel="{LINK_RELATION}">{text}</a>'
    return text
