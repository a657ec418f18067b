"""The gauge in the composer: how much of the model's window the next request fills."""

from __future__ import annotations

import math

from PySide6.QtCore import QLocale, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QWidget

from easychat_gui.domain.context import Gauge
from easychat_gui.ui import theme
from easychat_gui.ui.count_words import counted
from easychat_gui.ui.theme import Size, Space

RING = 14
RING_WIDTH = 2.5
RING_ROOM = RING + Space.S - 2
WARNING_SHARE = 0.75
DANGER_SHARE = 0.95
FULL_CIRCLE = 360 * 16


class ContextGauge(QAbstractButton):
    """A thin ring and the numbers. Pressing it tells where they come from."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("contextGauge")
        self._gauge = Gauge()
        font = QFont(self.font())
        font.setPointSizeF(font.pointSizeF() - 0.75)
        self.setFont(font)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        theme.watcher().changed.connect(self.update)
        self.show_gauge(Gauge())

    def show_gauge(self, gauge: Gauge) -> None:
        """Show the numbers; of a chat in which there is nothing to send there are none."""
        self._gauge = gauge
        self.setText(self._words(gauge))
        self.setAccessibleName(self.tr("The model's window: {numbers}").format(numbers=self.text()))
        self.setAccessibleDescription(self._state(gauge))
        self.setToolTip(" ".join(filter(None, [self._hint(gauge), self._state(gauge)])))
        self.setVisible(gauge.has_messages)
        self.updateGeometry()
        self.update()

    @property
    def role(self) -> str:
        """The colour of the theme that tells how full it is."""
        gauge = self._gauge
        share = (gauge.used + (0 if gauge.is_reserve_set else gauge.reserve)) / gauge.window if gauge.window else 0.0
        if not gauge.fits:
            return "danger"
        if gauge.dropped:
            return "warning"  # as chosen, and nothing fails
        if share >= DANGER_SHARE:
            return "danger"
        return "warning" if share >= WARNING_SHARE else "text_muted"

    def _words(self, gauge: Gauge) -> str:
        locale = QLocale()
        used = locale.toString(gauge.used)
        if gauge.window is None:
            pattern = self.tr("{used} tokens") if gauge.is_exact else self.tr("≈ {used} tokens")
            return pattern.format(used=used)
        pattern = self.tr("{used} of {window} tokens") if gauge.is_exact else self.tr("≈ {used} of {window} tokens")
        return pattern.format(used=used, window=locale.toString(gauge.window))

    def _hint(self, gauge: Gauge) -> str:
        if gauge.window is None:
            return self.tr("What the next request sends; how much this model reads at once is not known.")
        return self.tr("How much of what the model reads at once the next request fills.")

    def _state(self, gauge: Gauge) -> str:
        if not gauge.fits:
            return self.tr("It does not fit.")
        if gauge.dropped:
            one, more = self.tr("1 message no longer fits."), self.tr("{count} messages no longer fit.")
            return counted(len(gauge.dropped), one, more)
        return ""

    def sizeHint(self) -> QSize:
        # In whole pixels it may come out a fraction too narrow, and the last letters be cut.
        width = math.ceil(QFontMetricsF(self.font()).horizontalAdvance(self.text())) + 2 * Space.S
        if self._gauge.window is not None:
            width += RING_ROOM
        return QSize(width, Size.CONTROL)

    def minimumSizeHint(self) -> QSize:
        return QSize(RING + 2 * Space.S, Size.CONTROL)

    def paintEvent(self, _event: QPaintEvent) -> None:
        colours = theme.current()
        ink: QColor = getattr(colours, self.role)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.hasFocus() or self.underMouse():
            painter.setPen(QPen(colours.accent if self.hasFocus() else colours.border, 1))
            area = QRectF(self.rect()).adjusted(0.5, 2.5, -0.5, -2.5)
            painter.drawRoundedRect(area, theme.Radius.CONTROL, theme.Radius.CONTROL)
        text = self.rect().adjusted(Space.S, 0, -Space.S, 0)
        if self._gauge.window is not None:
            is_mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
            left = text.right() - RING if is_mirrored else text.left()
            self._paint_ring(painter, QRectF(left, (self.height() - RING) / 2, RING, RING), ink)
            inset = RING_ROOM
            text = text.adjusted(0, 0, -inset, 0) if is_mirrored else text.adjusted(inset, 0, 0, 0)
        painter.setPen(ink)
        words = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, text.width())
        painter.drawText(text, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading, words)

    def _paint_ring(self, painter: QPainter, area: QRectF, ink: QColor) -> None:
        colours = theme.current()
        area = area.adjusted(RING_WIDTH / 2, RING_WIDTH / 2, -RING_WIDTH / 2, -RING_WIDTH / 2)
        painter.setPen(QPen(colours.border_strong, RING_WIDTH))
        painter.drawEllipse(area)
        pen = QPen(colours.accent if self.role == "text_muted" else ink, RING_WIDTH)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        if self._gauge.share > 0:
            painter.drawArc(area, FULL_CIRCLE // 4, -max(1, round(FULL_CIRCLE * self._gauge.share)))
