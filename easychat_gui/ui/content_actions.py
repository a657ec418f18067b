"""What a person wishes of the code and the pictures in a message."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog

from easychat_gui.controllers.content import ContentController
from easychat_gui.domain.errors import EasyChatError, ProviderError
from easychat_gui.domain.messages import Failure
from easychat_gui.providers.pictures import PictureFault, PictureNotLoaded
from easychat_gui.ui.conversation.view import ConversationView
from easychat_gui.ui.error_texts import failure_texts


class ContentActions(QObject):
    """Serves the cards of a conversation's view, whose child it is."""

    def __init__(self, view: ConversationView, content: ContentController) -> None:
        super().__init__(view)
        self._view = view
        self._content = content
        view.code_save_requested.connect(self._save_code)
        view.pictures.wanted.connect(self._load_picture)

    def _save_code(self, code: str, name: str) -> None:
        path, _ = QFileDialog.getSaveFileName(self._view, self.tr("Save code"), name)
        if path:
            self._content.save_code(Path(path), code)

    def _load_picture(self, url: str) -> None:
        self._content.load_picture(url, self._view.pictures.take, self._on_refused)

    def _on_refused(self, url: str, error: EasyChatError) -> None:
        self._view.pictures.fail(url, self._sentence(error))

    def _sentence(self, error: EasyChatError) -> str:
        if not isinstance(error, PictureNotLoaded):
            failure = error.as_failure() if isinstance(error, ProviderError) else Failure("ProviderError", str(error))
            return failure_texts(failure, "", has_text=False)[0]
        sentences = {
            PictureFault.TOO_LARGE: self.tr("The picture is larger than 20 MB."),
            PictureFault.TOO_MANY_PIXELS: self.tr("The picture has more than 40 million pixels."),
            PictureFault.NO_PICTURE: self.tr("There is no picture that can be shown."),
            PictureFault.MOVED: self.tr("The picture has moved to {detail} and was not fetched from there."),
            PictureFault.REFUSED: self.tr("The server refused it ({detail})."),
            PictureFault.TOO_SLOW: self.tr("The server took too long."),
        }
        return sentences[error.fault].format(detail=error.detail or self.tr("another address"))
