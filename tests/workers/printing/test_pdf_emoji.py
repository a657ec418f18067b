"""Text over the pictures of emoji: put where a picture is that of an emoji, and nowhere else."""

from __future__ import annotations

from itertools import count

import pytest

from easychat_gui.workers.printing.pdf_emoji import EmojiText
from easychat_gui.workers.printing.readable import Emoji

_PICTURE = b"q\n/GSa gs\n1 0 0 1 %d %d cm\n%d 0 0 -%d 0 %d cm /Im14  Do\nQ\n"
PARTY = Emoji("🎉", 1000.0, 1194.0)
FAMILY = Emoji("👩\u200d👧", 1200.0, 1194.0)


def pictures(*places: tuple[int, int, int]) -> bytes:
    return b"".join(_PICTURE % (x, y, size, size, size) for x, y, size in places)


def text(*emoji: Emoji) -> EmojiText:
    return EmojiText([each.text for each in emoji], count(50).__next__)


def test_each_picture_gets_its_text() -> None:
    them = text(PARTY, FAMILY)
    page = them.over_pictures(pictures((1203, 1062, 166), (1001, 1062, 166)), [PARTY, FAMILY])

    first, second = page.split(b"Tj")[:2]
    assert b"<02>" in first
    assert b"<01>" in second
    lines = page.split(b"\n")
    assert lines.count(b"q") == lines.count(b"Q")  # nothing stays open


@pytest.mark.parametrize("place", [(1000, 2000, 166), (1400, 1062, 166), (1000, 900, 900)])
def test_other_pictures_get_none(place: tuple[int, int, int]) -> None:
    content = pictures(place)

    assert text(PARTY).over_pictures(content, [PARTY]) == content


def test_more_emoji_than_a_font_has_letters_get_further_fonts() -> None:
    many = [Emoji(chr(0x1F300 + number), number * 1000.0, 194.0) for number in range(300)]
    them = text(*many, *many)
    page = them.over_pictures(pictures(*((number * 1000, 62, 166) for number in range(300))), many)

    assert [line.split()[0] for line in them.resources.splitlines()] == [b"/FE0", b"/FE1"]
    assert page.count(b"/FE0 ") == 255
    assert page.count(b"/FE1 ") == 45
