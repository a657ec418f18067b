"""Where pieces stand on a page."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QFont, QGuiApplication

from easychat_gui.workers.printing.ink import Families, Ink
from easychat_gui.workers.printing.pages import Place, page_at
from easychat_gui.workers.printing.pieces import Band, BandKind, Manners, Piece


class Story:
    """Pieces one below the other."""

    def __init__(self, *pieces: Piece) -> None:
        self._pieces = pieces

    def piece(self, place: Place) -> Piece | None:
        return self._pieces[place.piece] if place.piece < len(self._pieces) else None

    def next_section(self, place: Place) -> Place | None:
        del place
        return None


def test_the_ground_of_a_question_does_not_touch_the_head_of_the_page() -> None:
    ground = Band("q", BandKind.GROUND, 0.0, 100.0, "user_bubble", overhang=6.0)
    question = Piece([10.0] * 4, Manners(gap=3.0, bands=(ground,)))
    first = page_at(Story(question, question), Place(), 100.0)
    assert [each.top for each in first.placed] == [6.0, 49.0]
    narrow = page_at(Story(question), Place(), 30.0)
    assert narrow.next is not None
    second = page_at(Story(question), narrow.next, 30.0)
    assert [(each.top, each.first) for each in second.placed] == [(6.0, 2)]


def test_a_row_that_is_as_high_as_the_page_is_put_all_the_same() -> None:
    ground = Band("q", BandKind.GROUND, 0.0, 100.0, "user_bubble", overhang=6.0)
    page = page_at(Story(Piece([100.0], Manners(bands=(ground,)))), Place(), 100.0)
    assert (len(page.placed), page.next) == (1, None)


@pytest.mark.parametrize("is_code", [True, False])
def test_letters_are_not_joined_to_what_no_file_can_name(qapp: QGuiApplication, *, is_code: bool) -> None:
    del qapp
    ink = Ink({}, Families("Inter", "JetBrains Mono"))
    font = (ink.code if is_code else ink.text).font
    assert all(font.isFeatureSet(tag) and font.featureValue(tag) == 0 for tag in map(QFont.Tag, ("calt", "liga")))


@pytest.mark.parametrize(("rows", "on_first"), [(6, 4), (3, 0)])
def test_figures_do_not_stand_alone_at_the_top_of_a_page(rows: int, on_first: int) -> None:
    above = Piece([10.0] * (9 - rows))
    text = Piece([10.0] * rows, Manners(first_rows=2, last_rows=2))
    figures = Piece([10.0], Manners(gap=5.0, keeps_previous=True))
    story = Story(above, text, figures)

    first = page_at(story, Place(), 95.0)
    assert [(placed.piece is text, placed.last) for placed in first.placed][1:] == [(True, on_first)] * bool(on_first)
    assert first.next is not None
    second = page_at(story, first.next, 95.0)
    assert [placed.piece for placed in second.placed] == [text, figures]
    assert second.placed[0].first == on_first
    assert second.placed[0].last == rows


def test_figures_below_what_fills_a_page_go_on_alone() -> None:
    text, figures = Piece([90.0]), Piece([10.0], Manners(keeps_previous=True))
    first = page_at(Story(text, figures), Place(), 95.0)

    assert [placed.piece for placed in first.placed] == [text]
    assert first.next == Place(piece=1)
