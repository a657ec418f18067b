"""What stands in place of a form for the bundled model, of which nothing can be set."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from easychat_gui.controllers.endpoints import EndpointController
from easychat_gui.local_model.catalog import BUNDLED_MODEL_NAME
from easychat_gui.local_model.state import LocalModelState
from easychat_gui.ui import status_words
from easychat_gui.ui.theme import Space
from easychat_gui.ui.widgets.labels import heading, muted, plain


class LocalCard(QWidget):
    """Says what it is, and whether it runs."""

    def __init__(self, endpoints: EndpointController, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._endpoints = endpoints
        self._state = plain("")
        self._state.setObjectName("localModelState")
        self._state.setWordWrap(True)
        about = muted(
            self.tr(
                "{model} comes with the program and is run on this computer by llama.cpp. It needs no key and no "
                "network, and nothing that you write to it leaves this computer."
            ).format(model=BUNDLED_MODEL_NAME)
        )
        about.setWordWrap(True)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(Space.M)
        rows.addWidget(heading(status_words.local_name(), 1.5))
        rows.addWidget(about)
        rows.addWidget(self._state)
        rows.addStretch()
        self.refresh()

    def refresh(self) -> None:
        local = self._endpoints.local_model
        sentences = {
            LocalModelState.READY: self.tr("It is running."),
            LocalModelState.FAILED: self.tr("It does not start. {reason}").format(reason=local.error or ""),
        }
        self._state.setText(sentences.get(local.state, self.tr("It is starting.")))
