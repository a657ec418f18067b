r"""What Qt leaves undone in a PDF file: an outline, links inside the file, text that can be taken out again.

Qt writes one object after the other, a plain cross-reference table and no updates (PDF 32000-1:2008, 7.5), so the file
is copied object by object, and some are changed on the way:

* A font's glyphs are given back as the first character that has that glyph: a blank as a tab, 文 as the radical ⽂, an
  Arabic letter in the form that it has in the middle of a word. They are given back as what people type.
* Each run of text begins at the corner of the page and moves to its place from there. Programs that take text out see
  a new line in that, so the run begins where it stands.
* Each emoji is written as a picture of its own; equal pictures become one, and get their text (`pdf_emoji`).
* A glyph of several characters is given back as the first of them, and not as the one that was meant.
* Outlines have places to a billionth of a dot, which makes formulas four times as large as they need be.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from easychat_gui.workers.printing.pdf_emoji import EmojiText
from easychat_gui.workers.printing.readable import Emoji

POINTS_PER_DOT = 72 / 1200
_NUMBER = rb"[-+]?[\d.]++"
_RUN = re.compile(rb"Tf (%s) (%s) (%s) (%s) 0 0 Tm\n(%s) (%s) Td" % ((_NUMBER,) * 6))
_TOO_EXACT = re.compile(rb"(?<=\.\d)\d++(?=[-\d. ]*+[mlc]$)", re.MULTILINE)
"""Of a number in a line that is part of an outline, what is less than a tenth of a dot (1/12,000 inch)."""
_PICTURE = b"/Subtype /Image"
_MASK = re.compile(rb"/SMask (\d+) 0 R")
_DRAWN = re.compile(rb"(/Im\d+) (\d+) 0 R")
_PACKED = 6
"""The usual strength: the next ones take three times as long for a file that is a hundredth smaller."""
_LONGEST_HEAD = 400
_LONGEST_RESOURCES = 100_000
_CHARACTER = re.compile(rb"<([0-9A-Fa-f]{4})>")
_REFERENCE = rb"(\d+) 0 R"
_COMPATIBLE = (range(0x2E80, 0x2FE0), range(0xFB00, 0xFE00), range(0xFE70, 0xFF00))
"""Radicals, ligatures, and the forms of Arabic and Hebrew letters: no one types these."""


@dataclass(frozen=True, slots=True)
class Target:
    """A place in the file: ``page`` counts from 0, ``top`` is in dots from the upper edge."""

    page: int
    top: float


@dataclass(frozen=True, slots=True)
class OutlineEntry:
    """An entry of the outline; ``depth`` 0 is the outermost."""

    depth: int
    title: str
    target: Target


@dataclass(frozen=True, slots=True)
class InnerLink:
    """A place that can be clicked: left, top, right, bottom in dots from the upper left corner of a page."""

    page: int
    rect: tuple[float, float, float, float]
    target: Target


@dataclass(slots=True)
class Additions:
    """What is put into the file. ``page_height`` is in dots, ``language`` a tag such as "en-GB".

    ``emoji`` are those of each page; ``meant`` as in `ReadablePainter`.
    """

    page_height: float
    language: str
    outline: list[OutlineEntry] = field(default_factory=list)
    links: list[InnerLink] = field(default_factory=list)
    emoji: list[list[Emoji]] = field(default_factory=list)
    meant: dict[str, str] = field(default_factory=dict)


def finish(source: Path, target: Path, additions: Additions) -> None:
    """Copy a file that Qt has written, with the additions. Raises OSError, and ValueError for another's file."""
    with source.open("rb") as raw, target.open("wb") as file:
        _Finisher(_RawFile(raw), file, additions).run()


class _RawFile:
    """A file as Qt writes it, read object by object."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        file.seek(0, 2)
        tail_at = max(0, file.tell() - 2048)
        file.seek(tail_at)
        tail = file.read()
        start = int(tail.rpartition(b"startxref")[2].split()[0])
        file.seek(start)
        table, found, trailer = file.read().partition(b"trailer")
        if not found or not table.startswith(b"xref"):
            raise ValueError("no cross-reference table")
        self.trailer = trailer.partition(b"startxref")[0]
        places = [int(line[:10]) for line in table.split(b"\n")[2:] if line[17:18] == b"n"]
        self.count = len(places)
        order = sorted(range(len(places)), key=places.__getitem__)
        ends = [places[number] for number in order[1:]] + [start]
        self._ranges = {number + 1: (places[number], end) for number, end in zip(order, ends, strict=True)}
        self.order = [number + 1 for number in order]

    def head(self) -> bytes:
        """Return what stands before the first object."""
        return self._read(0, self._ranges[self.order[0]][0])

    def object(self, number: int) -> bytes:
        return self._read(*self._ranges[number])

    def _read(self, start: int, end: int) -> bytes:
        self._file.seek(start)
        return self._file.read(end - start)

    def reference(self, name: bytes, text: bytes) -> int | None:
        """Return the number of the object that an entry of a dictionary refers to."""
        match = re.search(rb"/" + name + rb" " + _REFERENCE, text)
        return int(match[1]) if match else None


class _Finisher:
    def __init__(self, raw: _RawFile, file: BinaryIO, additions: Additions) -> None:
        self._raw = raw
        self._file = file
        self._additions = additions
        self._places: dict[int, int] = {}
        self._next = raw.count + 1
        self._root = raw.reference(b"Root", raw.trailer) or 0
        tree = raw.reference(b"Pages", raw.object(self._root)) or 0
        kids = raw.object(tree).partition(b"/Kids")[2].partition(b"]")[0]
        self._pages = [int(number) for number in re.findall(_REFERENCE, kids)]
        self._texts: dict[int, int] = {}
        """By the object that is the text of a page, which page that is, from 0."""
        self._emoji = EmojiText((each.text for page in additions.emoji for each in page), self._new_number)
        self._maps: set[int] = set()
        self._pictures: dict[bytes, int] = {}
        """By the digest of a picture, the object that it is written as."""
        self._same: dict[int, int] = {}
        """By the number of a picture, that of the one before it which looks the same."""
        self._new_links: dict[int, list[int]] = {}
        """By the object that lists a page's links, or the page itself where it has none yet."""

    def run(self) -> None:
        self._file.write(self._raw.head())
        self._look_around()
        link_objects = self._links()
        outline = self._outline() if self._additions.outline else {}
        for number in self._raw.order:
            content = self._raw.object(number)
            if _PICTURE in content[:_LONGEST_HEAD]:
                self._write_picture(number, content)
            else:
                self._write(number, self._changed(number, content))
        for number, content in {**link_objects, **outline, **self._emoji.objects}.items():
            self._write(number, b"%d 0 obj\n%s\nendobj\n" % (number, content))
        self._write_end()

    def _look_around(self) -> None:
        """Find out which objects are the text of pages and the characters of fonts."""
        for number, page in enumerate(self._pages):
            if contents := self._raw.reference(b"Contents", self._raw.object(page)):
                self._texts[contents] = number
        for number in self._raw.order:
            head = self._raw.object(number)[:400]
            if b"/Subtype /Type0" in head and (characters := self._raw.reference(b"ToUnicode", head)):
                self._maps.add(characters)

    def _write_picture(self, number: int, content: bytes) -> None:
        """Write a picture unless one like it is there. Its mask and its length come before it."""
        head, found, rest = content.partition(b"stream\n")
        head = head.partition(b"obj\n")[2]
        length = self._raw.reference(b"Length", head)
        if length is not None:
            figure = self._raw.object(length).split()[3]
            head = head.replace(b"/Length %d 0 R" % length, b"/Length " + figure)
        head = _MASK.sub(lambda match: b"/SMask %d 0 R" % self._kept(int(match[1])), head)
        body = head + found + rest
        digest = hashlib.sha256(body).digest()
        self._same[number] = self._pictures.setdefault(digest, number)
        if self._same[number] == number:
            self._write(number, b"%d 0 obj\n" % number + body)

    def _kept(self, number: int) -> int:
        return self._same.get(number, number)

    def _changed(self, number: int, content: bytes) -> bytes:
        if b"/XObject <<" in content[:_LONGEST_RESOURCES]:
            content = content.replace(b"/Font <<\n", b"/Font <<\n" + self._emoji.resources, 1)
            return _DRAWN.sub(lambda match: b"%b %d 0 R" % (match[1], self._kept(int(match[2]))), content)
        if number in self._texts:
            return _packed(number, self._text(self._texts[number], _stream(content)))
        if number in self._maps:
            return _packed(number, _CHARACTER.sub(self._typed_character, _stream(content)))
        if number == self._root:
            return content.replace(b"/Type /Catalog\n", b"/Type /Catalog\n" + self._catalogue_entries(), 1)
        if links := self._new_links.get(number):
            shown = b" ".join(b"%d 0 R" % link for link in links)
            if number in self._pages:
                return content.replace(b"/Type /Page\n", b"/Type /Page\n/Annots [ %s ]\n" % shown, 1)
            return content.replace(b"]", shown + b" ]", 1)
        return content

    def _text(self, page: int, content: bytes) -> bytes:
        """Return what is painted on a page, with its text where it stands, all of it."""
        emoji = self._additions.emoji[page] if page < len(self._additions.emoji) else []
        content = _TOO_EXACT.sub(b"", _RUN.sub(_placed_run, content))
        return self._emoji.over_pictures(content, emoji)

    def _typed_character(self, match: re.Match[bytes]) -> bytes:
        """Return a character as people type it, in UTF-16."""
        code = int(match[1], 16)
        typed = self._additions.meant.get(chr(code))
        if code == 0x09:
            typed = " "
        elif typed is None and any(code in each for each in _COMPATIBLE):
            typed = unicodedata.normalize("NFKC", chr(code))
        return b"<%s>" % typed.encode("utf-16-be").hex().upper().encode() if typed is not None else match[0]

    def _catalogue_entries(self) -> bytes:
        language = re.sub(r"[^A-Za-z0-9-]", "", self._additions.language)
        entries = b"/Lang (%s)\n/ViewerPreferences << /DisplayDocTitle true >>\n" % language.encode()
        if self._additions.outline:
            entries += b"/Outlines %d 0 R\n/PageMode /UseOutlines\n" % self._outline_root
        return entries

    def _new_number(self) -> int:
        self._next += 1
        return self._next - 1

    # -- links and the outline

    def _destination(self, target: Target) -> bytes:
        page = self._pages[min(target.page, len(self._pages) - 1)]
        return b"[%d 0 R /XYZ 0 %.2f null]" % (page, self._height(target.top))

    def _height(self, top: float) -> float:
        """Return a height as PDF has it: in points from the lower edge."""
        return (self._additions.page_height - top) * POINTS_PER_DOT

    def _links(self) -> dict[int, bytes]:
        objects: dict[int, bytes] = {}
        for link in self._additions.links:
            left, top, right, bottom = link.rect
            rect = (left * POINTS_PER_DOT, self._height(bottom), right * POINTS_PER_DOT, self._height(top))
            number = self._new_number()
            objects[number] = (
                b"<< /Type /Annot /Subtype /Link /Rect [%.2f %.2f %.2f %.2f] /Border [0 0 0] /Dest " % rect
                + self._destination(link.target)
                + b" >>"
            )
            page = self._pages[link.page]
            listed_in = self._raw.reference(b"Annots", self._raw.object(page)) or page
            self._new_links.setdefault(listed_in, []).append(number)
        return objects

    def _outline(self) -> dict[int, bytes]:
        """Return the objects of the outline, which is a tree of doubly linked lists (12.3.3)."""
        self._outline_root = self._new_number()
        nodes = [_Node(None, self._outline_root, -1)]
        open_nodes = [nodes[0]]
        for entry in self._additions.outline:
            while open_nodes[-1].depth >= entry.depth:
                open_nodes.pop()
            parent = open_nodes[-1]
            node = _Node(entry, self._new_number(), entry.depth, parent)
            parent.children.append(node)
            nodes.append(node)
            open_nodes.append(node)
        return {node.number: self._outline_object(node) for node in nodes}

    def _outline_object(self, node: _Node) -> bytes:
        parts = [b"<<"]
        if node.entry is None:
            parts.append(b"/Type /Outlines")
        else:
            parts += [b"/Title " + _text(node.entry.title), b"/Dest " + self._destination(node.entry.target)]
        if node.parent is not None:
            siblings = node.parent.children
            at = node.parent.places[node.number]
            parts.append(b"/Parent %d 0 R" % node.parent.number)
            if at:
                parts.append(b"/Prev %d 0 R" % siblings[at - 1].number)
            if at + 1 < len(siblings):
                parts.append(b"/Next %d 0 R" % siblings[at + 1].number)
        if node.children:
            is_open = node.depth < 0  # deeper ones are shown when they are unfolded
            count = len(node.children) if is_open else -len(node.children)
            first, last = node.children[0].number, node.children[-1].number
            parts.append(b"/First %d 0 R /Last %d 0 R /Count %d" % (first, last, count))
        return b" ".join([*parts, b">>"])

    # -- writing

    def _write(self, number: int, content: bytes) -> None:
        self._places[number] = self._file.tell()
        self._file.write(content)

    def _write_end(self) -> None:
        start, count = self._file.tell(), self._next
        self._file.write(b"xref\n0 %d\n0000000000 65535 f \n" % count)
        for number in range(1, count):
            place = self._places.get(number)
            self._file.write(b"%010d 00000 n \n" % place if place is not None else b"0000000000 65535 f \n")
        trailer = re.sub(rb"/Size \d+", b"/Size %d" % count, self._raw.trailer, count=1)
        self._file.write(b"trailer%sstartxref\n%d\n%%%%EOF\n" % (trailer, start))


class _Node:
    """An entry of the outline on its way to the file."""

    def __init__(self, entry: OutlineEntry | None, number: int, depth: int, parent: _Node | None = None) -> None:
        self.entry = entry
        self.number = number
        self.depth = depth
        self.parent = parent
        self.children: list[_Node] = []
        self._places: dict[int, int] = {}

    @property
    def places(self) -> dict[int, int]:
        """By the number of a child, its place among the children."""
        if len(self._places) != len(self.children):
            self._places = {child.number: place for place, child in enumerate(self.children)}
        return self._places


def _stream(content: bytes) -> bytes:
    head, _, rest = content.partition(b"stream\n")
    body = rest.rpartition(b"endstream")[0]
    return zlib.decompressobj().decompress(body) if b"/FlateDecode" in head else body


def _packed(number: int, body: bytes) -> bytes:
    packed = zlib.compress(body, _PACKED)
    head = b"%d 0 obj\n<<\n/Length %d\n/Filter /FlateDecode\n>>\nstream\n" % (number, len(packed))
    return head + packed + b"\nendstream\nendobj\n"


def _placed_run(match: re.Match[bytes]) -> bytes:
    """Begin a run of text where it stands."""
    matrix, start = match.groups()[:4], match.groups()[4:]
    a, b, c, d = map(float, matrix)
    x, y = map(float, start)
    return b"Tf " + b" ".join(matrix) + f" {a * x + c * y:.3f} {b * x + d * y:.3f} Tm".encode()


def _text(words: str) -> bytes:
    """Return words as a string of the file: UTF-16 in hexadecimal."""
    return b"<FEFF%s>" % words.encode("utf-16-be", "replace").hex().upper().encode()
