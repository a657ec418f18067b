"""What is drawn in the charts of the statistics."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QSizeF
from PySide6.QtGui import QImage, QPainter
from pytestqt.qtbot import QtBot

from easychat_gui.ui import theme
from easychat_gui.ui.statistics.charts import LEGEND_ROOM, Lines, line_colours


def test_every_line_stands_in_the_legend_however_long_the_names_are(qtbot: QtBot) -> None:
    chart = Lines("Speed")
    qtbot.addWidget(chart)
    first, last = date(2026, 1, 1), date(2026, 1, 30)
    names = [f"vendor/model-{number}-with-a-rather-long-name-instruct" for number in range(4)]
    chart.show_lines([(name, [(first, 10.0), (last, 20.0)]) for name in names], first, last)
    image = QImage(400, 200, QImage.Format.Format_RGB32)
    image.fill(theme.light().raised)
    painter = QPainter(image)
    chart.draw(painter, QSizeF(400, 200), theme.light())
    painter.end()

    legend = {image.pixelColor(x, y).name() for x in range(400) for y in range(200 - LEGEND_ROOM, 200)}
    assert [ink.name() for ink in line_colours(theme.light())[:4] if ink.name() not in legend] == []
