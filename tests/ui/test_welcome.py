"""The greeting shows whole cards, or none."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from easychat_gui.ui.welcome import Card, Welcome


@pytest.mark.parametrize(("width", "height", "count"), [(900, 600, 4), (400, 600, 3), (220, 600, 0), (900, 160, 0)])
def test_as_many_cards_are_shown_as_there_is_room_for(qtbot: QtBot, width: int, height: int, count: int) -> None:
    place = QWidget()
    qtbot.addWidget(place)
    welcome = Welcome(place)
    place.show()
    welcome.resize(width, height)

    def shown() -> list[Card]:
        return [each for each in welcome.findChildren(Card) if not each.isHidden()]

    qtbot.waitUntil(lambda: len(shown()) == count)
    for card in shown():
        assert welcome.rect().contains(card.rect().translated(card.mapTo(welcome, card.rect().topLeft())))
