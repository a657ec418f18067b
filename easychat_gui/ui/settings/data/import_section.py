"""How chats come here from other programs."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from easychat_gui.ui.settings.data.section import Section
from easychat_gui.ui.widgets.buttons import text_button


class ImportSection(Section):
    """The button that imports; the settings close for it, and then ``import_requested``."""

    import_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(
            self.tr("Import"),
            self.tr(
                "Chats of ChatGPT, Claude, Open WebUI, LibreChat, Chatbox, Cherry Studio, Jan, LM Studio, GPT4All and "
                "VividNode, with their dates, branches and files. What is here already is not brought twice."
            ),
            parent,
        )
        button = text_button(self.tr("Import chats…"), name="importSectionButton")
        button.clicked.connect(self.import_requested)
        self.rows.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
