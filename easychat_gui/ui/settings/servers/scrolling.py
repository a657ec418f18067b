"""The rows of a form, in a column that scrolls."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from easychat_gui.ui.settings.servers.title import INSET
from easychat_gui.ui.theme import Space


class ScrolledColumn(QScrollArea):
    """``rows`` is where the rows go. They are as wide with a bar as without one."""

    def __init__(self) -> None:
        super().__init__()
        inner = QWidget()
        self.rows = QVBoxLayout(inner)
        self.rows.setContentsMargins(INSET, 0, Space.M, 0)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidget(inner)
        self.verticalScrollBar().rangeChanged.connect(self._make_room)

    def _make_room(self, _least: int, most: int) -> None:
        """Let the bar take from the margin, or the fields would jump."""
        narrow = Space.M - self.verticalScrollBar().sizeHint().width()
        self.rows.setContentsMargins(INSET, 0, narrow if most else Space.M, 0)
