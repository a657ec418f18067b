"""The card that tells, step by step, whether a server can be reached."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from easychat_gui.controllers.endpoints import EndpointController
from easychat_gui.domain.endpoints import Endpoint
from easychat_gui.ui.error_texts import failure_texts
from easychat_gui.ui.settings.servers.entries import models_words
from easychat_gui.ui.theme import Space
from easychat_gui.ui.widgets.labels import heading, muted


class TestCard(QFrame):
    """Hidden until the test of the server that is shown begins.

    ``edited`` when the person took what it offered, as with the rows of the form.
    """

    __test__ = False  # for pytest, to which the name looks like a test

    edited = Signal()

    def __init__(self, endpoints: EndpointController, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.endpoints = endpoints
        self.setProperty("look", "note")
        self.setObjectName("serverTest")
        self._endpoint: Endpoint | None = None
        self._words = muted("")
        self._words.setWordWrap(True)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(Space.L, Space.M, Space.L, Space.M)
        rows.addWidget(heading(self.tr("Test")))
        rows.addWidget(self._words)
        self.hide()

    def show_endpoint(self, endpoint: Endpoint) -> None:
        """Forget the test of another server."""
        if self._endpoint is None or endpoint.id != self._endpoint.id:
            self.hide()
        self._endpoint = endpoint

    def applied(self, endpoint: Endpoint) -> Endpoint:
        """Return the server with what the person agreed to."""
        return endpoint

    def begin(self) -> None:
        """Test the server that is shown."""
        if self._endpoint is None:
            return
        self._words.setText(self.tr("Asking…"))
        self.show()
        self.endpoints.refresh_models(self._endpoint.id)

    def refresh(self) -> None:
        """Tell what is known by now."""
        if self._endpoint is None or self.isHidden():
            return
        error = self.endpoints.error(self._endpoint.id)
        if error is not None:
            self._words.setText(" ".join(failure_texts(error.as_failure(), self._endpoint.name, has_text=False)))
        elif models := self.endpoints.models(self._endpoint.id):
            self._words.setText(self.tr("It answers and offers {models}.").format(models=models_words(len(models))))
