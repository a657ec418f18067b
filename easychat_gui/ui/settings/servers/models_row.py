"""The models of a server."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from easychat_gui.controllers.endpoints import EndpointController
from easychat_gui.domain.endpoints import Endpoint
from easychat_gui.ui.error_texts import failure_texts
from easychat_gui.ui.settings.servers.row import FoldingRow
from easychat_gui.ui.widgets.labels import muted


class ModelsRow(FoldingRow):
    """Tells how many it offers, or why that is not known."""

    def __init__(self, endpoints: EndpointController, parent: QWidget | None = None) -> None:
        super().__init__(endpoints, parent)
        self.introduce(self.tr("Models"), "serverModels", self.tr("What this server offers, and which comes first"))
        self._endpoint: Endpoint | None = None
        self.status = muted("", -0.5)
        self.status.setWordWrap(True)
        self.status.setObjectName("serverStatus")
        self.body_rows.addWidget(self.status)

    def show_endpoint(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self.refresh()

    def refresh(self) -> None:
        if self._endpoint is None:
            return
        endpoint = self._endpoint
        models = self.endpoints.models(endpoint.id)
        error = self.endpoints.error(endpoint.id)
        if error is not None:
            title, sentence = failure_texts(error.as_failure(), endpoint.name, has_text=False)
            self.show_summary(title)
            self.status.setText(f"{title} {sentence}")
        else:
            self.show_summary(self.tr("%n model(s)", "", len(models)))
            self.status.setText(self.tr("It answers and offers %n model(s).", "", len(models)) if models else "")
