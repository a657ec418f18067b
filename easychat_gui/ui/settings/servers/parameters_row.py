"""Default parameters of a server and of its models."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from easychat_gui.controllers.endpoints import EndpointController
from easychat_gui.domain.endpoints import Endpoint
from easychat_gui.ui.settings.servers.row import FoldingRow


class ParametersRow(FoldingRow):
    """Tells what is set."""

    def __init__(self, endpoints: EndpointController, parent: QWidget | None = None) -> None:
        super().__init__(endpoints, parent)
        self.introduce(self.tr("Parameters"), "serverParameters", self.tr("Defaults for the models of this server"))

    def show_endpoint(self, endpoint: Endpoint) -> None:
        self.show_summary(self._words(endpoint))

    def _words(self, endpoint: Endpoint) -> str:
        count = len(endpoint.params)
        models = sum(bool(own) for own in endpoint.model_params.values())
        parts = [self.tr("%n set", "", count)] if count else []
        if models:
            parts.append(self.tr("own ones for %n model(s)", "", models))
        return " · ".join(parts) or self.tr("as in the settings")
