"""The gauge shows its numbers whole."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from pytestqt.qtbot import QtBot

from easychat_gui.domain.context import Gauge
from easychat_gui.ui.gauge import RING_ROOM, ContextGauge
from easychat_gui.ui.theme import Space


@pytest.mark.parametrize("window", [None, 8192])
def test_no_number_is_cut(qtbot: QtBot, window: int | None) -> None:
    gauge = ContextGauge()
    qtbot.addWidget(gauge)
    for used in range(1, 400):
        gauge.show_gauge(Gauge(window=window, messages=used, has_messages=True))
        room = gauge.sizeHint().width() - 2 * Space.S - (RING_ROOM if window else 0)
        shown = QFontMetrics(gauge.font()).elidedText(gauge.text(), Qt.TextElideMode.ElideRight, room)
        assert shown == gauge.text()
