"""What ChatGPT's pages make of the marks in its texts: links, names, and nothing.

Source of the format: exports of 2023 to 2026, and pionxzh/chatgpt-exporter, danny-avila/LibreChat (its import). A mark
stands between private characters, "\\ue200cite\\ue202turn0search1\\ue201"; before 2025 "【7†source】"; in 2026 also
":chatgpt-content-reference{index="0"}". ``content_references`` say what they lead to: by the mark itself
(``matched_text``), by a number, or, where neither is told, in their order. What stands in a mark besides ("entity":
a name, "url": the words of a link) are words of the answer, which nothing else repeats.
"""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import urlsplit

from easychat_gui.transfer.reader import listed, mapping, marked_lines, text_of

_MARK = re.compile(r"\ue200([^\ue200-\ue202]{0,40})\ue202?([^\ue200\ue201]{0,20000})\ue201")
_LOOSE = re.compile(r"(?:\ue202turn\d+[a-z]+\d+)+")
_PRIVATE = re.compile("[\ue200-\ue206]")
_OLD = re.compile(r"【\d+(?::\d+)*†[^】\n]{0,200}】")
_NUMBERED = re.compile(r':chatgpt-content-reference\{index="?(\d{1,6})"?\}')
_TOLD = re.compile("[\ue200\ue202【]|:chatgpt-content-reference")
_CITING = frozenset({"cite", "filecite", "navlist", "video", "i", "image_group"})
_LINKED = ("webpage", "grouped_webpages", "file", "video")

_WRITING = re.compile(r"^:::writing\{([^\n]*)\}[ \t]*$")
_NAMED = re.compile(r'(\w+)=["“]([^"”]*)["”]')


def cleaned(text: str, about: dict[str, Any]) -> str:
    """Put links in the place of citations and names in that of other marks; take out what leads nowhere."""
    if ":::writing" in text:
        text = _without_frames(text)
    references = [mapping(each) for each in listed(about.get("content_references"))]
    for values in references:
        mark = text_of(values.get("matched_text"))
        if len(mark.strip()) > 1 and mark in text:
            text = text.replace(mark, _shown(values) or _inside(mark))
    if _TOLD.search(text) is None:
        return _PRIVATE.sub("", text) if "\ue203" in text or "\ue206" in text else text
    if "【" in text:
        text = _OLD.sub("", _with_old_links(text, about))
    text = _NUMBERED.sub(lambda match: _numbered(int(match.group(1)), references), text)
    text = _in_order(text, [each for each in references if not text_of(each.get("matched_text"))])
    return _PRIVATE.sub("", _LOOSE.sub("", _MARK.sub(_of_mark, text)))


def _in_order(text: str, references: list[dict[str, Any]]) -> str:
    """Put links for references that do not say where they belong: by their order if their number is that of the
    citations, else below the text, so that nothing is ascribed to a page that does not say it."""
    leading = [each for each in references if text_of(each.get("type")).startswith(_LINKED) and _links(each)]
    places = [match for match in re.finditer(f"{_MARK.pattern}|{_LOOSE.pattern}", text)
              if match.group(1) is None or match.group(1) in ("cite", "filecite", "")]  # fmt: skip
    if not leading or not places:
        return text
    if len(places) == len(leading):
        for match, values in reversed(list(zip(places, leading, strict=True))):
            text = f"{text[: match.start()]} ({', '.join(_links(values))}){text[match.end() :]}"
        return text
    links = dict.fromkeys(link for values in leading for link in _links(values))
    return "\n".join([text.rstrip(), "", *(f"- {link}" for link in links)])


def _numbered(number: int, references: list[dict[str, Any]]) -> str:
    return _shown(references[number]) if number < len(references) else ""


def _shown(values: dict[str, Any]) -> str:
    """Return what ChatGPT's page shows for a reference."""
    if said := text_of(values.get("alt")) or text_of(values.get("name")):
        return said
    links = _links(values) if text_of(values.get("type")).startswith(_LINKED) else []
    return f" ({', '.join(links)})" if links else ""


def _links(values: dict[str, Any]) -> list[str]:
    pages = [mapping(each) for each in listed(values.get("items")) or listed(values.get("sources"))] or [values]
    return [link for page in pages if (link := _link(text_of(page.get("url")), text_of(page.get("title"))))]


def _link(url: str, title: str) -> str:
    """Return a link to a page of the web, "" for any other address."""
    if not url.startswith(("http://", "https://")) or re.search(r"[\s<>]", url):
        return ""
    name = " ".join(re.sub(r"[\[\]]", "", title).split()) or urlsplit(url).hostname or url
    return f"[{name}]({url.replace('(', '%28').replace(')', '%29')})"


def _inside(mark: str) -> str:
    match = _MARK.fullmatch(mark)
    return _of_mark(match) if match else ""


def _of_mark(match: re.Match[str]) -> str:
    """Return the words in a mark."""
    kind, inside = match.groups()
    if kind in _CITING:
        return ""
    first, _, second = inside.partition("\ue202")
    if kind == "entity":
        return _entity(inside)
    if kind == "url":
        return _link(second, first) or first
    return first if kind == "link_title" else ""


def _entity(inside: str) -> str:
    """Return the name of a person, place or thing: ``["kind", "name", …]``."""
    try:
        told = [text_of(each) for each in listed(json.loads(inside))]
    except (ValueError, RecursionError):
        return "" if inside.startswith("[") else inside
    return next((each for each in told[1:2] or told if each), "")


def _with_old_links(text: str, about: dict[str, Any]) -> str:
    cited = [mapping(each) for each in listed(about.get("citations"))]
    placed = [(each["start_ix"], each["end_ix"], mapping(each.get("metadata"))) for each in cited
              if type(each.get("start_ix")) is int and type(each.get("end_ix")) is int]  # fmt: skip
    for start, end, source in sorted(placed, key=lambda each: each[0], reverse=True):
        link = _link(text_of(source.get("url")), text_of(source.get("title")))
        if link and text[start : start + 1] == "【" and text[end - 1 : end] == "】":
            text = f"{text[:start]} ({link}){text[end:]}"
    return text


def _without_frames(text: str) -> str:
    """Take out the lines around what was written to be taken elsewhere (":::writing{…}", since 2026), but its title."""
    found: list[str] = []
    is_open = False
    for line, is_code in marked_lines(text):
        if is_code:
            found.append(line)
        elif begin := _WRITING.match(line):
            told = dict(_NAMED.findall(begin.group(1)))
            is_open = True
            if title := told.get("title") or told.get("subject"):
                found.append(f"**{title}**\n")
        elif is_open and line.strip() == ":::":
            is_open = False
        else:
            found.append(line)
    return "\n".join(found).strip("\n")
