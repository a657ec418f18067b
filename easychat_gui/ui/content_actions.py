"""What a person wishes of the code in a message."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog

from easychat_gui.controllers.content import ContentController
from easychat_gui.ui.conversation.view import ConversationView


class ContentActions(QObject):
    """Serves the cards of a conversation's view, whose child it is."""

    def __init__(self, view: ConversationView, content: ContentController) -> None:
        super().__init__(view)
        self._view = view
        self._content = content
        view.code_save_requested.connect(self._save_code)

    def _save_code(self, code: str, name: str) -> None:
        path, _ = QFileDialog.getSaveFileName(self._view, self.tr("Save code"), name)
        if path:
            self._content.save_code(Path(path), code)
