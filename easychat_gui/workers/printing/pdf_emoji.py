"""Emoji of a PDF file as text: unseen letters over the pictures that Qt paints, to be marked, found and copied.

Their font has letters without any shape, as wide as they are high, each of which stands for one emoji: what may be
several characters is one letter (PDF 32000-1:2008, 9.6.5 and 9.10.3).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from easychat_gui.workers.printing.paper import points
from easychat_gui.workers.printing.readable import Emoji

_FIGURE = rb"(-?[\d.]+)"
_PICTURE = re.compile(
    rb"1 0 0 1 %s %s cm\n%s 0 0 -%s 0 %s cm /Im\d+ +Do" % (_FIGURE, _FIGURE, _FIGURE, _FIGURE, _FIGURE)
)
_LARGEST_FONT = 255
"""Letters of a font whose letters are bytes, without the one for what has none."""
_LARGEST_EMOJI = points(30)
"""In a title; larger pictures are attached ones."""


class EmojiText:
    """The fonts for all emoji of a file, and the letters to put over their pictures."""

    def __init__(self, texts: Iterable[str], new_number: Callable[[], int]) -> None:
        """``new_number`` returns the number of an object that is not there yet."""
        self.objects: dict[int, bytes] = {}
        self._letters: dict[str, tuple[int, int]] = {}
        """By the emoji, the number of its font, from 0, and its letter there."""
        self._fonts: list[int] = []
        known = list(dict.fromkeys(texts))
        for start in range(0, len(known), _LARGEST_FONT):
            self._add_font(known[start : start + _LARGEST_FONT], new_number)

    @property
    def resources(self) -> bytes:
        """The names of the fonts, as a page's list of fonts has them."""
        return b"".join(b"/FE%d %d 0 R\n" % each for each in enumerate(self._fonts))

    def over_pictures(self, content: bytes, emoji: Sequence[Emoji]) -> bytes:
        """Return what is painted on a page, with the text over each picture that is one of these emoji."""
        left = list(emoji)

        def with_text(match: re.Match[bytes]) -> bytes:
            found = next((each for each in left if _is_at(match, each)), None)
            if found is None:
                return match[0]
            left.remove(found)
            font, letter = self._letters[found.text]
            place = b"%b Tf 3 Tr 1 0 0 -1 %b %.2f Tm" % (match[3], match[1], found.baseline)
            return match[0] + b"\nQ\nq\nBT\n/FE%d %b <%02X> Tj\nET" % (font, place, letter)

        return _PICTURE.sub(with_text, content) if left else content

    def _add_font(self, texts: Sequence[str], new_number: Callable[[], int]) -> None:
        shape, characters, font = new_number(), new_number(), new_number()
        self.objects[shape] = _stream(b"1000 0 d0")
        self.objects[characters] = _stream(_characters(texts))
        letters = range(1, len(texts) + 1)
        names = b" ".join(b"/e%d" % letter for letter in letters)
        self.objects[font] = (
            b"<< /Type /Font /Subtype /Type3 /FontBBox [0 -200 1000 800] /FontMatrix [0.001 0 0 0.001 0 0] "
            b"/FirstChar 1 /LastChar %d /Widths [%s] /Encoding << /Type /Encoding /Differences [1 %s] >> "
            b"/CharProcs << %s >> /ToUnicode %d 0 R /Resources << >> >>"
        ) % (
            len(texts),
            b" ".join([b"1000"] * len(texts)),
            names,
            b" ".join(b"/e%d %d 0 R" % (letter, shape) for letter in letters),
            characters,
        )
        self._letters |= {text: (len(self._fonts), letter) for text, letter in zip(texts, letters, strict=True)}
        self._fonts.append(font)


def _is_at(match: re.Match[bytes], emoji: Emoji) -> bool:
    """Is this the picture of an emoji? ``match`` is its place, the upper left corner, and its size."""
    x, y, width, height = (float(match[number]) for number in (1, 2, 3, 4))
    if max(width, height) > _LARGEST_EMOJI:
        return False
    return abs(x - emoji.left) <= width / 2 and 0 <= emoji.baseline - y <= 1.3 * height


def _stream(body: bytes) -> bytes:
    return b"<< /Length %d >>\nstream\n%s\nendstream" % (len(body), body)


def _characters(texts: Sequence[str]) -> bytes:
    """Return which characters each letter stands for."""
    entries = [
        b"<%02X> <%b>" % (letter, text.encode("utf-16-be", "replace").hex().upper().encode())
        for letter, text in enumerate(texts, 1)
    ]
    parts = [entries[start : start + 100] for start in range(0, len(entries), 100)]  # no list may be longer
    lists = b"\n".join(b"%d beginbfchar\n%b\nendbfchar" % (len(part), b"\n".join(part)) for part in parts)
    return (
        b"/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/CMapName /Emoji def\n/CMapType 2 def\n"
        b"1 begincodespacerange\n<00> <FF>\nendcodespacerange\n%b\nendcmap\n"
        b"CMapName currentdict /CMap defineresource pop\nend\nend"
    ) % lists
