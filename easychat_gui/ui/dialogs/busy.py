"""The panel that is in front while nothing can be done."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QSize
from PySide6.QtWidgets import QDialog, QProgressBar, QVBoxLayout, QWidget

from easychat_gui.ui.theme import Space
from easychat_gui.ui.widgets.labels import heading, muted
from easychat_gui.ui.widgets.overlay import Overlay

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


def cover(ground: QWidget) -> BusyDialog:
    """Cover a window while its chats are being encrypted, restored or mended, until `BusyDialog.accept`."""
    words = QCoreApplication.translate(
        "BusyDialog", "What was being answered is stopped and can be continued afterwards. Many chats take a while."
    )
    dialog = BusyDialog(QCoreApplication.translate("BusyDialog", "Your chats are being written anew"), words)
    Overlay(dialog, ground)
    return dialog
