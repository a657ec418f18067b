"""The organisation and the extra headers that a server is sent."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from easychat_gui.controllers.endpoints import EndpointController
from easychat_gui.domain.endpoints import Endpoint
from easychat_gui.ui.settings.servers.row import FoldingRow


class HeadersRow(FoldingRow):
    """Tells how many there are."""

    def __init__(self, endpoints: EndpointController, parent: QWidget | None = None) -> None:
        super().__init__(endpoints, parent)
        self.introduce(self.tr("Headers"), "serverHeaders", self.tr("What is sent with every request besides the key"))

    def show_endpoint(self, endpoint: Endpoint) -> None:
        self.show_summary(", ".join(endpoint.headers) or self.tr("none"))
