"""A slider for decimal numbers, drawn as in the design."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QSlider, QWidget

from easychat_gui.ui import theme

STEPS_PER_UNIT = 100
"""A slider moves in hundredths."""


class DecimalSlider(QSlider):
    """A horizontal slider over [minimum, maximum] in steps of 0.01; one key press moves by 0.05.

    ``is_unset`` greys it: the parameter is not sent. Any movement by the person sets a value again
    (``decimal_changed``).
    """

    decimal_changed = Signal(float)

    HANDLE_RADIUS = 7.0
    TRACK = 4.0

    def __init__(self, minimum: float, maximum: float, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setRange(round(minimum * STEPS_PER_UNIT), round(maximum * STEPS_PER_UNIT))
        self.setSingleStep(5)
        self.setPageStep(25)
        self.setMinimumHeight(20)
        self._is_unset = False
        self.valueChanged.connect(self._on_value_changed)
        theme.watcher().changed.connect(self.update)

    def set_decimal(self, value: float | None) -> None:
        """Show a value, or (None) that none is sent, without telling it as a change."""
        self._is_unset = value is None
        if value is not None:
            was_blocked = self.blockSignals(True)
            self.setValue(round(value * STEPS_PER_UNIT))
            self.blockSignals(was_blocked)
        self.update()

    def _on_value_changed(self, value: int) -> None:
        self._is_unset = False
        self.decimal_changed.emit(value / STEPS_PER_UNIT)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.setSliderDown(True)
            self._follow(event)
        else:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.isSliderDown():
            self._follow(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.setSliderDown(False)

    def wheelEvent(self, event: QWheelEvent) -> None:
        # A wheel that scrolls the panel must not change a value on its way.
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def paintEvent(self, _event: QPaintEvent) -> None:
        colours = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        left, right, middle = self._track()
        x = self._x_of(self.value())
        ground, ink = colours.border_strong, colours.accent
        if self._is_unset or not self.isEnabled():
            ground, ink = colours.border, colours.text_faint
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(QRectF(left, middle - self.TRACK / 2, right - left, self.TRACK), 2, 2)
        if not self._is_unset:
            start, end = sorted((self._x_of(self.minimum()), x))
            painter.setBrush(ink)
            painter.drawRoundedRect(QRectF(start, middle - self.TRACK / 2, end - start, self.TRACK), 2, 2)
        painter.setBrush(colours.raised)
        painter.setPen(QPen(ink, 2.5 if self.hasFocus() else 2.0))
        painter.drawEllipse(QPointF(x, middle), self.HANDLE_RADIUS, self.HANDLE_RADIUS)

    def _track(self) -> tuple[float, float, float]:
        edge = self.HANDLE_RADIUS + 2
        return edge, self.width() - edge, self.height() / 2

    def _x_of(self, value: int) -> float:
        left, right, _ = self._track()
        share = (value - self.minimum()) / max(1, self.maximum() - self.minimum())
        if self._is_mirrored():
            share = 1 - share
        return left + share * (right - left)

    def _follow(self, event: QMouseEvent) -> None:
        left, right, _ = self._track()
        share = min(1.0, max(0.0, (event.position().x() - left) / max(1.0, right - left)))
        if self._is_mirrored():
            share = 1 - share
        value = self.minimum() + round(share * (self.maximum() - self.minimum()))
        if value == self.value():
            self._on_value_changed(value)  # from "not sent" to the very value that stands there
        self.setValue(value)

    def _is_mirrored(self) -> bool:
        return self.layoutDirection() == Qt.LayoutDirection.RightToLeft
