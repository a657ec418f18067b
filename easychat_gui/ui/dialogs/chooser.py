"""A list that a field above it searches: what the dialogs in which something is chosen have in common."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QListWidget, QPushButton, QVBoxLayout

from easychat_gui.ui.theme import Space
from easychat_gui.ui.widgets.labels import faint, heading
from easychat_gui.ui.widgets.list_search import ListSearch
from easychat_gui.ui.widgets.region import Region


class Chooser(Region, QDialog):
    """Its subclass fills the list, says what is found, and calls `_lay_out` in the end."""

    def __init__(self, name: str, title: str, wanted_size: QSize) -> None:
        super().__init__()
        self.setObjectName(f"{name}Dialog")
        self.setWindowTitle(title)
        self.setAccessibleName(title)
        self.setToolTip(title)
        self._wanted_size = wanted_size
        self._list = QListWidget()
        self._list.setObjectName(f"{name}List")
        self._list.setUniformItemSizes(True)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._search = ListSearch(self._list)
        self._search.setObjectName(f"{name}Search")
        self._words = faint("")

    def sizeHint(self) -> QSize:
        return self._wanted_size

    def _typed(self) -> str:
        return " ".join(self._search.text().split())

    def _fits(self, words: str) -> bool:
        """Does it have all that is looked for, in whichever order?"""
        return all(word in words.casefold() for word in self._typed().casefold().split())

    def _mark_first(self) -> None:
        """Put the mark on the first row in sight, which Enter then takes."""
        self._list.setCurrentRow(-1)
        self._search.step(1)

    def _lay_out(self, last: QPushButton, first: QPushButton | None = None) -> None:
        """Put a button at the end; the words stand beside it, or above where another begins the line."""
        rows = QVBoxLayout(self)
        rows.setContentsMargins(Space.XL, Space.L, Space.XL, Space.L)
        rows.setSpacing(Space.M)
        rows.addWidget(heading(self.windowTitle(), 2.0))
        rows.addWidget(self._search)
        rows.addWidget(self._list, 1)
        below = QHBoxLayout()
        if first is None:
            below.addWidget(self._words, 1)
        else:
            rows.addWidget(self._words)
            below.addWidget(first)
            below.addStretch()
        below.addWidget(last)
        rows.addLayout(below)
