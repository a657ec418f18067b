"""A picture is a card with its host's name until the reader asks for it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from easychat_gui.ui.conversation.pictures import PictureState
from tests.fakes.shown_conversation import Shown, answer

Show = Callable[..., Shown]
URL = "https://pictures.example/cat.png"
TEXT = f"Look:\n\n![A cat]({URL})\n\nAnd inline ![b](http://other.example/b.png) here."


def place_of(shown: Shown, url: str) -> QPoint:
    """Return a place in the view that is on a picture."""
    area = shown.view.viewport()
    for y in range(0, area.height(), 5):
        for x in range(0, area.width(), 10):
            if shown.view.pointer.hit(QPoint(x, y)).picture == url:
                return QPoint(x + 20, y + 5)
    raise AssertionError(f"{url} is not in sight")


def click(shown: Shown, place: QPoint) -> None:
    QTest.mouseClick(shown.view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)


def picture(width: int, height: int) -> QImage:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(0xFF00FF00)
    return image


def test_a_picture_says_what_it_is_and_where_it_would_come_from(show: Show) -> None:
    shown = show([answer(TEXT)])
    assert "🖼 A cat · pictures.example" in shown.view.plain_text(0)
    shown.view.select_all()
    assert "🖼 A cat · pictures.example" in shown.view.selected_text()
    assert shown.view.pictures.state(URL) is PictureState.UNASKED


def test_a_click_asks_for_it_and_it_is_shown_as_large_as_there_is_room(show: Show, qtbot: QtBot) -> None:
    shown = show([answer(TEXT)], (700, 600))
    box = next(shown.view.boxes_in_sight())[1].boxes[1]
    before = box.height
    with qtbot.waitSignal(shown.view.pictures.wanted) as wanted:
        click(shown, place_of(shown, URL))
    assert wanted.args == [URL]
    assert shown.view.pictures.state(URL) is PictureState.LOADING
    shown.view.pictures.take(URL, picture(2000, 1000))
    shown.paint()
    assert box.height > before * 3
    place = place_of(shown, URL)
    assert shown.view.viewport().grab().toImage().pixelColor(place) == picture(1, 1).pixelColor(0, 0)


def test_what_went_wrong_is_said_and_can_be_tried_again(show: Show, qtbot: QtBot) -> None:
    shown = show([answer(TEXT)])
    click(shown, place_of(shown, URL))
    shown.view.pictures.fail(URL, "The server refused it (404).")
    shown.paint()
    assert shown.view.pictures.failure(URL) == "The server refused it (404)."
    with qtbot.waitSignal(shown.view.pictures.wanted):
        click(shown, place_of(shown, URL))


@pytest.mark.parametrize(
    "address", ["file:///etc/passwd", "/etc/hosts", "C:\\x.png", "smb://host/x", "data:text/html,x", "qrc:/x"]
)
def test_what_must_not_be_fetched_cannot_be_asked_for(show: Show, address: str) -> None:
    shown = show([answer(f"![x]({address})")])
    area = shown.view.viewport()
    places = [QPoint(x, y) for y in range(0, area.height(), 10) for x in range(0, area.width(), 20)]
    assert not any(shown.view.pointer.hit(place).picture for place in places)


def test_the_host_is_shown_as_it_is_and_not_as_it_would_like_to_look(show: Show) -> None:
    shown = show([answer("![x](https://bank.example@evil.example/a.png) ![y](https://аpple.com/b.png)")])
    text = shown.view.plain_text(0)
    assert "evil.example" in text
    assert "bank.example" not in text
    assert "xn--pple-43d.com" in text
