"""What every section of the page about data is."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from easychat_gui.settings.schema import Settings
from easychat_gui.ui.theme import Space
from easychat_gui.ui.widgets.labels import heading, muted


class Section(QWidget):
    """A heading, some words, and below them what the section adds to ``rows``.

    What is a setting is saved with the dialog (`show_settings`, `apply_to`), and told by ``edited``; everything else
    happens at once.
    """

    edited = Signal()

    def __init__(self, title: str, words: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows = QVBoxLayout(self)
        self.rows.setContentsMargins(0, 0, 0, 0)
        self.rows.setSpacing(Space.S)
        self.rows.addWidget(heading(title))
        if words:
            label = muted(words, -0.5)
            label.setWordWrap(True)
            self.rows.addWidget(label)

    def show_settings(self, settings: Settings) -> None:
        """Show these values."""

    def apply_to(self, settings: Settings) -> Settings:
        """Return the settings with what stands in this section."""
        return settings
