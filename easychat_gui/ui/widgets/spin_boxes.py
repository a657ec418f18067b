"""Number fields that can also say "not sent"."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent, QValidator, QWheelEvent
from PySide6.QtWidgets import QAbstractSpinBox, QDoubleSpinBox, QSpinBox, QWidget

from easychat_gui.domain.generation import PARAMETER_RANGES

EDGE = 4
"""Between the border of a field and its text, in device-independent pixels."""


class OptionalDoubleSpin(QDoubleSpinBox):
    """A decimal number, or nothing: the step below the smallest value, or an empty field, means "not sent"."""

    edited = Signal(object)

    STEP = 0.05

    def __init__(self, parameter: str, unset_words: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        limits = PARAMETER_RANGES[parameter]
        self.setDecimals(2)
        self.setSingleStep(self.STEP)
        self.setRange(limits.minimum - self.STEP, limits.maximum)
        self.setSpecialValueText(unset_words)
        _make_plain(self)
        self.valueChanged.connect(lambda _value: self.edited.emit(self.optional()))

    def optional(self) -> float | None:
        """Return the number, None for "not sent"."""
        return None if self.value() == self.minimum() else round(self.value(), 2)

    def set_optional(self, value: float | None) -> None:
        """Show a value without telling it as a change."""
        was_blocked = self.blockSignals(True)
        self.setValue(self.minimum() if value is None else value)
        self.blockSignals(was_blocked)

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        if not text.strip():
            return QValidator.State.Acceptable, text, position
        return super().validate(text, position)

    def valueFromText(self, text: str) -> float:
        return self.minimum() if not text.strip() else super().valueFromText(text)

    def wheelEvent(self, event: QWheelEvent) -> None:
        _wheel_with_focus_only(self, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        _place_edit(self)


class OptionalSpin(QSpinBox):
    """A whole number, or nothing: the value below the smallest one, or an empty field, means "not sent"."""

    edited = Signal(object)

    def __init__(self, minimum: int, maximum: int, unset_words: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setRange(minimum - 1, maximum)
        self.setSpecialValueText(unset_words)
        _make_plain(self)
        self.valueChanged.connect(lambda _value: self.edited.emit(self.optional()))

    def optional(self) -> int | None:
        """Return the number, None for "not sent"."""
        return None if self.value() == self.minimum() else self.value()

    def set_optional(self, value: int | None) -> None:
        """Show a value without telling it as a change."""
        was_blocked = self.blockSignals(True)
        self.setValue(self.minimum() if value is None else value)
        self.blockSignals(was_blocked)

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        if not text.strip():
            return QValidator.State.Acceptable, text, position
        return super().validate(text, position)

    def valueFromText(self, text: str) -> int:
        return self.minimum() if not text.strip() else super().valueFromText(text)

    def wheelEvent(self, event: QWheelEvent) -> None:
        _wheel_with_focus_only(self, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        _place_edit(self)


def _make_plain(spin: QAbstractSpinBox) -> None:
    spin.setButtonSymbols(QAbstractSpinBox.ButtonSymbols.NoButtons)
    spin.setAlignment(Qt.AlignmentFlag.AlignCenter)
    spin.setKeyboardTracking(False)  # a half-typed number is not a value
    spin.setFocusPolicy(Qt.FocusPolicy.StrongFocus)


def _place_edit(spin: QAbstractSpinBox) -> None:
    """Give the text the whole field: a style sheet reserves room for buttons even where there are none, and leaves
    the text a single pixel."""
    spin.lineEdit().setGeometry(spin.rect().adjusted(EDGE, 1, -EDGE, -1))


def _wheel_with_focus_only(spin: QAbstractSpinBox, event: QWheelEvent) -> None:
    """A wheel that scrolls the panel must not change a value on its way."""
    if spin.hasFocus():
        if isinstance(spin, QDoubleSpinBox):
            QDoubleSpinBox.wheelEvent(spin, event)
        elif isinstance(spin, QSpinBox):
            QSpinBox.wheelEvent(spin, event)
    else:
        event.ignore()
