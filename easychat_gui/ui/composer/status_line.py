"""The line below the box: hints, how far an answer has come, and what can be done about a wait."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from easychat_gui.ui import theme
from easychat_gui.ui.theme import Space

LEAST_WIDTH = 60


class StatusLine(QWidget):
    """``hurry_requested`` when the person will not wait any longer."""

    hurry_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = _Words()
        self._words.setObjectName("statusLine")
        self._hurry = QPushButton(self)
        self._hurry.setObjectName("tryNowButton")
        self._hurry.setProperty("look", "inline")
        self._hurry.setAutoDefault(False)
        self._hurry.setFont(self._words.font())
        self._hurry.setToolTip(self.tr("Do not wait any longer"))
        self._hurry.clicked.connect(self.hurry_requested)
        self._hurry.hide()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.XS)
        row.addStretch()
        row.addWidget(self._words)
        row.addWidget(self._hurry)
        row.addStretch()

    @property
    def words(self) -> str:
        return self._words.text()

    def show_words(self, words: str, hurry: str = "") -> bool:
        """Say something; ``hurry`` is what can be done about a wait, if anything. Tell whether that took the focus
        from what is gone."""
        had_focus = self._hurry.hasFocus() and not hurry
        self._words.setText(words)
        self._words.setToolTip(words)
        if hurry:
            self._hurry.setText(hurry)
            self._hurry.setAccessibleName(hurry)
            self._hurry.setFixedHeight(self._words.sizeHint().height())  # the line shall not grow by it
        self._hurry.setVisible(bool(hurry))
        return had_focus


class _Words(QLabel):
    """Plain, faint, and cut at the end where it is too narrow: the beginning says what is the matter."""

    def __init__(self) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        font = self.font()
        font.setPointSizeF(font.pointSizeF() - 1.0)
        self.setFont(font)
        self.setProperty("look", "faint")

    def minimumSizeHint(self) -> QSize:
        return QSize(min(LEAST_WIDTH, self.sizeHint().width()), super().minimumSizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(theme.current().text_faint)
        shown = QFontMetrics(self.font()).elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, shown)
