"""The page about the chats on this computer: where they lie, and what can be done about that."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from easychat_gui.settings.schema import Settings
from easychat_gui.ui.settings.data.section import Section
from easychat_gui.ui.settings.page import Page
from easychat_gui.ui.theme import Space
from easychat_gui.ui.widgets.labels import plain, rule, show_copyable


class DataPage(Page):
    """Where everything lies, and a section for each thing that can be done about it."""

    can_reset = False

    def __init__(self, folder: Path, sections: Sequence[Section] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sections = sections
        self.subtitle = self.tr(
            "Chats and settings stay in one folder of this computer. Keys are in the system's keyring, or where you "
            "chose to have them beside a server's key. "
            "Nothing is sent anywhere but to the servers that you choose."
        )
        where = plain("")
        show_copyable(where, str(folder))
        where.setWordWrap(True)
        button = QPushButton(self.tr("Open the folder"))
        button.setAccessibleName(button.text())
        button.setToolTip(str(folder))
        button.clicked.connect(lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder))))
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(Space.M)
        rows.addWidget(where)
        rows.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        for section in sections:
            section.rows.insertWidget(0, rule())  # in it: with a section that has nothing to show its line goes, too
            section.rows.insertSpacing(1, Space.M - Space.S)
            rows.addSpacing(Space.S)
            rows.addWidget(section)
            section.edited.connect(self.edited)
        rows.addStretch()

    def show_settings(self, settings: Settings) -> None:
        for section in self._sections:
            section.show_settings(settings)

    def apply_to(self, settings: Settings) -> Settings:
        for section in self._sections:
            settings = section.apply_to(settings)
        return settings
