"""The panel that is in front while nothing can be done."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QDialog, QProgressBar, QVBoxLayout

from easychat_gui.ui.theme import Space
from easychat_gui.ui.widgets.labels import heading, muted

WIDTH = 420


class BusyDialog(QDialog):
    """Goes by `accept` alone: Escape would leave the person with a window that keeps nothing."""

    def __init__(self, title: str, sentence: str) -> None:
        super().__init__()
        self.setObjectName("busyDialog")
        self.setWindowTitle(title)
        self.setAccessibleName(title)
        self.setAccessibleDescription(sentence)
        self.setToolTip(title)
        words = muted(sentence)
        words.setWordWrap(True)
        bar = QProgressBar()
        bar.setRange(0, 0)
        bar.setTextVisible(False)
        bar.setAccessibleName(title)
        bar.setToolTip(title)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(Space.XL, Space.L, Space.XL, Space.L)
        rows.setSpacing(Space.M)
        rows.addWidget(heading(title, 2.0))
        rows.addWidget(words)
        rows.addWidget(bar)

    def sizeHint(self) -> QSize:
        layout = self.layout()
        height = layout.heightForWidth(WIDTH) if layout is not None else 0
        return QSize(WIDTH, max(height, super().sizeHint().height()))

    def reject(self) -> None:
        """Stay."""
