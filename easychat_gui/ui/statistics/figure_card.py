"""A card with one figure, what it is of, and what belongs to it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from easychat_gui.ui.theme import Space
from easychat_gui.ui.widgets.labels import faint, muted, plain

HEIGHT = 88


class FigureCard(QFrame):
    """``pressed`` where it leads to something (``hint`` says to what)."""

    pressed = Signal()

    def __init__(self, name: str, title: str, hint: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setProperty("look", "note")
        self.setMinimumHeight(HEIGHT)
        self._title = title
        self._leads = bool(hint)
        self._figure = plain("", points=7.0, weight=QFont.Weight.Bold)
        self._detail = faint("", -0.5)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(Space.L, Space.M, Space.L, Space.M)
        rows.setSpacing(0)
        for each in (muted(title, -0.5), self._figure, self._detail):
            each.setMinimumWidth(1)  # words that are longer than usual make no card wider than its column
            rows.addWidget(each)
        if hint:
            self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setToolTip(hint)
        self._hint = hint

    def show_figure(self, figure: str, detail: str, note: str = "") -> None:
        """``note`` is said to those who ask for more."""
        self._figure.setText(figure)
        self._detail.setText(detail)
        self.setToolTip(" ".join(filter(None, (note, self._hint))))
        self.setAccessibleName(f"{self._title}: {figure}")
        self.setAccessibleDescription(". ".join(filter(None, (detail, note, self._hint))))

    def texts(self) -> tuple[str, str]:
        """Return what a person reads."""
        return self._figure.text(), self._detail.text()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if self._leads and event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.pos()):
            self.pressed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._leads and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.pressed.emit()
        else:
            super().keyPressEvent(event)
