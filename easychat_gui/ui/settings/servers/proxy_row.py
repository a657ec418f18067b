"""The way to a server through a proxy, or without one."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from easychat_gui.controllers.endpoints import EndpointController
from easychat_gui.domain.endpoints import Endpoint, ProxyChoice
from easychat_gui.ui.settings.servers.row import FoldingRow


class ProxyRow(FoldingRow):
    """Tells what is set."""

    def __init__(self, endpoints: EndpointController, parent: QWidget | None = None) -> None:
        super().__init__(endpoints, parent)
        self.introduce(self.tr("Proxy"), "serverProxy", self.tr("Through what this server is reached"))

    def show_endpoint(self, endpoint: Endpoint) -> None:
        self.show_summary(self._words(endpoint))

    def _words(self, endpoint: Endpoint) -> str:
        network = endpoint.network
        match network.proxy:
            case ProxyChoice.NONE:
                return self.tr("None")
            case ProxyChoice.OWN:
                return network.proxy_url
        return self.tr("As the system")
