"""What painted text says: what a PDF file needs to give it back as it was, and Qt does not write into it.

Emoji are painted as pictures, so their characters are noted where they stand. And a glyph that several characters share
(the Greek ι may be that of a phonetic ɩ) is given back by Qt as the first of them; noted is which of them occur.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter, QPdfWriter, QTextLine

_PICTURE = r"[\u00a9\u00ae\u203c\u2049\u2122\u2139\u2190-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff]"
_CHANGED = r"[\ufe0f\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]*"
_EMOJI = re.compile(
    rf"[\U0001f1e6-\U0001f1ff]{{2}}|[0-9#*]\ufe0f?\u20e3|{_PICTURE}{_CHANGED}(?:\u200d{_PICTURE}{_CHANGED})*"
)
"""Flags, keys, and pictures with what changes them (skin, colour, region) or is joined to them (families)."""
_SHARED = dict(zip("ɩµÐƏəËëÏïʻ\u2012‧\u2003\u2329\u232a", "ιμĐӘәЁёЇї‘–・\u3000〈〉", strict=True))
_RADICALS = dict(
    zip(
        "⺂⺃⺅⺉⺎⺏⺐⺒⺓⺔⺕⺖⺘⺙⺛⺞⺠⺡⺣⺤⺦⺨⺫⺭⺯⺰⺱⺲⺹⺺⺾⺿⻁⻂⻃⻄⻅⻆⻈⻉⻋⻌⻍⻎⻐⻑⻒⻓⻔⻖⻘⻙⻚⻛⻜⻝⻟⻠⻢⻣⻤⻥⻦⻧⻨⻩⻪⻫⻬⻭⻮⻯⻰⻱⻲",
        "乛乚亻刂兀尣尢巳幺彑彐忄扌攵旡歺民氵灬爫丬犭罒礻糹纟罓罒耂肀艹艹虎衤覀西见角讠贝车辶辶辶钅長镸长门阝青韦页风飞食飠饣马骨鬼鱼鸟卤麦黄黾斉齐歯齿竜龙龜亀",
        strict=True,
    )
)
"""Characters that come first among those of a glyph in some fonts, and what is usually meant by it.

The radicals are those that Unicode's compatible forms (NFKC) leave as they are: without them 门, 车 and 长 could not be
found.
"""


@dataclass(frozen=True, slots=True)
class Emoji:
    """What may be an emoji at a place on a page, in dots: its left edge, and the baseline of its line.

    It is one where Qt has painted a picture; there are fonts in which it is a letter like others.
    """

    text: str
    left: float
    baseline: float


class ReadablePainter(QPainter):
    """Paints pages of a PDF file, and notes what else the file must say of their text."""

    def __init__(self, writer: QPdfWriter) -> None:
        super().__init__(writer)
        self._emoji: list[Emoji] = []
        self._seen: set[str] = set()

    def take_emoji(self) -> list[Emoji]:
        """Return those of the page that was painted."""
        result, self._emoji = self._emoji, []
        return result

    @property
    def meant(self) -> dict[str, str]:
        """By characters that occur nowhere, those that occur and may share their glyphs."""
        pairs = [*_SHARED.items(), *_RADICALS.items(), ("⼾", "戸"), ("⼾", "户")]
        return {first: typed for first, typed in pairs if typed in self._seen and first not in self._seen}

    def note(self, line: QTextLine, text: str, place: QPointF) -> None:
        """Take in a line that was painted at this place. ``text`` is that of its whole paragraph."""
        if text.isascii():
            return
        self._seen.update(text)
        start, end = line.textStart(), line.textStart() + line.textLength()
        for match in _EMOJI.finditer(text):
            first, last = (units(text[:at]) for at in match.span())
            if start <= first < end:
                x = min(_edge(line, first), _edge(line, last))
                self._emoji.append(Emoji(match[0], place.x() + x, place.y() + line.y() + line.ascent()))


def _edge(line: QTextLine, at: int) -> float:
    """Return where the cursor stands at a place of the text."""
    found: object = line.cursorToX(at)
    return float(found[0] if isinstance(found, tuple) else found)  # type: ignore[arg-type]


def units(text: str) -> int:
    """Return how long a text is for Qt, which counts an emoji as two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def note_line(painter: QPainter, line: QTextLine, text: str, place: QPointF) -> None:
    """Tell a painter that notes such things what was painted; others do not need to know."""
    if isinstance(painter, ReadablePainter):
        painter.note(line, text, place)
