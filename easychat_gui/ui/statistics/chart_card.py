"""A card with a chart: its title, what it may be exported as, and the chart itself."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import QFont, QImage, QPainter
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from easychat_gui.domain.statistics import Table
from easychat_gui.ui import theme
from easychat_gui.ui.statistics.charts import Chart
from easychat_gui.ui.theme import Space
from easychat_gui.ui.widgets.buttons import text_button
from easychat_gui.ui.widgets.labels import faint, heading

PICTURE_SCALE = 2
PICTURE_MARGIN = 16
TITLE_ROOM = 30


class ChartCard(QFrame):
    """``csv_requested``, ``png_requested``. ``make_table`` gives the figures of what is shown."""

    csv_requested = Signal()
    png_requested = Signal()

    def __init__(self, name: str, title: str, chart: Chart, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setProperty("look", "note")
        self.chart = chart
        self.make_table: Callable[[], Table] = lambda: Table((), ())
        self._title = heading(title)
        self._head = QHBoxLayout()
        self._head.setSpacing(0)
        self._head.addWidget(self._title, 1)
        csv = self._link(self.tr("CSV"), "Csv", self.csv_requested.emit)
        png = self._link(self.tr("PNG"), "Png", self.png_requested.emit)
        self._links = {
            csv: self.tr("Save the figures of “{title}” as CSV"),
            png: self.tr("Save “{title}” as a picture"),
        }
        self._head.addWidget(csv)
        self._head.addWidget(faint("·"))
        self._head.addWidget(png)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(Space.L, Space.S + 2, Space.L - 4, Space.M)
        rows.setSpacing(Space.S)
        rows.addLayout(self._head)
        rows.addWidget(chart, 1)
        self.show_title(title)

    @property
    def title(self) -> str:
        return self._title.text()

    def show_title(self, title: str) -> None:
        self._title.setText(title)
        self.setAccessibleName(title)
        self.chart.setAccessibleName(title)
        for button, words in self._links.items():
            button.setAccessibleName(words.format(title=title))
            button.setToolTip(words.format(title=title))

    def add_switch(self, words: str, run: Callable[[], None]) -> QPushButton:
        """Put a button before the others that shows something else in the chart."""
        button = self._link(words, "Switch", run)
        self._head.insertWidget(1, button)
        self._head.insertWidget(2, faint("·"))
        return button

    def picture(self) -> bytes:
        """Return the chart with its title as PNG: on light ground, at twice its size."""
        size = QSizeF(self.chart.size())
        whole = QSizeF(size.width() + 2 * PICTURE_MARGIN, size.height() + TITLE_ROOM + 2 * PICTURE_MARGIN)
        image = QImage((whole * PICTURE_SCALE).toSize(), QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(PICTURE_SCALE)
        colours = theme.light()
        image.fill(colours.raised)
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
        font = QFont(self.chart.font())
        font.setWeight(QFont.Weight.DemiBold)
        painter.setFont(font)
        painter.setPen(colours.text)
        area = QRectF(PICTURE_MARGIN, PICTURE_MARGIN, size.width(), TITLE_ROOM)
        painter.drawText(area, Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignTop, self.title)
        painter.translate(PICTURE_MARGIN, PICTURE_MARGIN + TITLE_ROOM)
        painter.setFont(self.chart.font())
        self.chart.draw(painter, size, colours)
        painter.end()
        content = QByteArray()
        buffer = QBuffer(content)
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        image.save(buffer, "PNG")  # type: ignore[call-overload]
        return bytes(content.data())

    def _link(self, words: str, kind: str, run: Callable[[], None]) -> QPushButton:
        button = text_button(words, name=f"{self.objectName()}{kind}", look="quiet")
        font = QFont(button.font())
        font.setPointSizeF(font.pointSizeF() - 1.0)
        button.setFont(font)
        button.clicked.connect(lambda: run())
        return button
