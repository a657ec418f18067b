"""The bar above the message box of a chat that is in the trash."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from easychat_gui.ui.theme import Space
from easychat_gui.ui.widgets.buttons import text_button
from easychat_gui.ui.widgets.labels import plain, show_copyable


class TrashBar(QFrame):
    """Stands in the place of the message box: nothing can be written there until the chat is restored."""

    restore_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("trashBar")
        self.setProperty("look", "note")
        label = plain("")
        label.setWordWrap(True)
        words = self.tr("This chat is in the trash. Restore it to go on with it.")
        show_copyable(label, words)
        self.setAccessibleName(words)
        button = text_button(self.tr("Restore"), self.tr("Put the chat back to where it was"), name="restoreButton")
        button.clicked.connect(self.restore_requested)
        row = QHBoxLayout(self)
        row.setContentsMargins(Space.L, Space.S, Space.S, Space.S)
        row.addWidget(label, 1)
        row.addWidget(button)
