"""Which certificates are trusted for a server, and which one it is shown."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from easychat_gui.controllers.endpoints import EndpointController
from easychat_gui.domain.endpoints import Endpoint
from easychat_gui.ui.settings.servers.row import FoldingRow


class CertificatesRow(FoldingRow):
    """Tells what is set."""

    def __init__(self, endpoints: EndpointController, parent: QWidget | None = None) -> None:
        super().__init__(endpoints, parent)
        self.introduce(
            self.tr("Certificates"),
            "serverCertificates",
            self.tr("Whom this server has to be certified by"),
        )

    def show_endpoint(self, endpoint: Endpoint) -> None:
        self.show_summary(self._words(endpoint))

    def _words(self, endpoint: Endpoint) -> str:
        network = endpoint.network
        if network.fingerprint:
            return self.tr("One certificate, by its fingerprint")
        if network.ca_file:
            return self.tr("System store and a file")
        return self.tr("System store")
