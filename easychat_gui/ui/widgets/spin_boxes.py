"""Number fields without buttons, plain ones and those that can also say "not sent"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent, QValidator, QWheelEvent
from PySide6.QtWidgets import QAbstractSpinBox, QDoubleSpinBox, QSpinBox, QWidget

from easychat_gui.domain.generation import PARAMETER_RANGES

if TYPE_CHECKING:
    _AnySpin = QDoubleSpinBox  # for the checker; in truth whichever spin box stands behind the mixin
else:
    _AnySpin = object

EDGE = 4
"""Between the border of a field and its text, in device-independent pixels."""


class _Bare(_AnySpin):
    """What all fields share: the number has the whole field, and changes by a wheel only when it is meant."""

    def _set_up(self) -> None:
        self.setButtonSymbols(QAbstractSpinBox.ButtonSymbols.NoButtons)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setKeyboardTracking(False)  # a half-typed number is not a value
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """A wheel that scrolls the panel must not change a value on its way."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the text the whole field: a style sheet reserves room for buttons even where there are none, and
        leaves the text a single pixel."""
        super().resizeEvent(event)
        self.lineEdit().setGeometry(self.rect().adjusted(EDGE, 1, -EDGE, -1))


class CountSpin(_Bare, QSpinBox):  # type: ignore[misc]  # int here, float there
    """A whole number."""

    def __init__(self, minimum: int, maximum: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._set_up()
        self.setRange(minimum, maximum)


class AmountSpin(_Bare, QDoubleSpinBox):
    """An amount of money. Nothing is shown as a dash."""

    def __init__(self, maximum: float, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._set_up()
        self.setRange(0, maximum)
        self.setDecimals(3)
        self.setSingleStep(0.1)
        self.setSpecialValueText("–")


class _Optional(_Bare):
    """The value below the smallest one, or an empty field, means "not sent"."""

    def _set_up_optional(self, unset_words: str) -> None:
        self._set_up()
        self.setSpecialValueText(unset_words)

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        if not text.strip():
            return QValidator.State.Acceptable, text, position
        return super().validate(text, position)

    def valueFromText(self, text: str) -> float:
        return super().valueFromText(text) if text.strip() else self.minimum()


class OptionalDoubleSpin(_Optional, QDoubleSpinBox):
    """A decimal number, or nothing. ``edited`` tells the number, None for "not sent"."""

    edited = Signal(object)

    STEP = 0.05

    def __init__(self, parameter: str, unset_words: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        limits = PARAMETER_RANGES[parameter]
        self._smallest = limits.minimum
        self.setDecimals(2)
        self.setSingleStep(self.STEP)
        self.setRange(limits.minimum - self.STEP, limits.maximum)
        self._set_up_optional(unset_words)
        self.valueChanged.connect(lambda _value: self.edited.emit(self.optional()))

    def valueFromText(self, text: str) -> float:
        """Between "not sent" and the smallest value there is nothing: what is typed there becomes the smallest."""
        if not text.strip() or text == self.specialValueText():
            return self.minimum()
        return max(self._smallest, super().valueFromText(text))

    def stepBy(self, steps: int) -> None:
        if steps < 0 and self.value() > self._smallest > self.value() + steps * self.STEP:
            self.setValue(self._smallest)
        else:
            super().stepBy(steps)

    def optional(self) -> float | None:
        """Return the number, None for "not sent"."""
        return None if self.value() == self.minimum() else round(self.value(), 2)

    def set_optional(self, value: float | None) -> None:
        """Show a value without telling it as a change."""
        was_blocked = self.blockSignals(True)
        self.setValue(self.minimum() if value is None else value)
        self.blockSignals(was_blocked)


class OptionalSpin(_Optional, QSpinBox):  # type: ignore[misc]  # int here, float there
    """A whole number, or nothing. ``edited`` tells the number, None for "not sent"."""

    edited = Signal(object)

    def __init__(self, minimum: int, maximum: int, unset_words: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setRange(minimum - 1, maximum)
        self._set_up_optional(unset_words)
        self.valueChanged.connect(lambda _value: self.edited.emit(self.optional()))

    def optional(self) -> int | None:
        """Return the number, None for "not sent"."""
        return None if self.value() == self.minimum() else int(self.value())

    def set_optional(self, value: int | None) -> None:
        """Show a value without telling it as a change."""
        was_blocked = self.blockSignals(True)
        self.setValue(self.minimum() if value is None else value)
        self.blockSignals(was_blocked)
