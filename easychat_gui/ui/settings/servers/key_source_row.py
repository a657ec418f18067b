"""Where a key for a server is to be had."""

from __future__ import annotations

from urllib.parse import urlsplit

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QPushButton, QWidget

from easychat_gui.controllers.endpoints import EndpointController
from easychat_gui.domain.endpoints import Endpoint
from easychat_gui.domain.ids import EndpointId
from easychat_gui.providers.known_servers import known_by_address
from easychat_gui.ui.settings.servers.row import FormRow


class KeySourceRow(FormRow):
    """A way to the page of a known service, until it has answered: then there is a key."""

    def __init__(self, endpoints: EndpointController, parent: QWidget | None = None) -> None:
        super().__init__(endpoints, parent)
        self._endpoint = Endpoint(EndpointId(""), "", "")
        self._button = QPushButton()
        self._button.setObjectName("getKeyButton")
        self._button.setProperty("look", "link")
        self._button.setAutoDefault(False)
        self._button.clicked.connect(self._open)
        self.title.setFixedHeight(0)
        self.rows.addWidget(self._button, 0, Qt.AlignmentFlag.AlignLeft)

    def show_endpoint(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self.refresh()

    def refresh(self) -> None:
        known = known_by_address(self._endpoint.base_url)
        address = known.keys_url if known is not None else ""
        self.setVisible(bool(address) and not self.endpoints.listed_models(self._endpoint.id))
        host = urlsplit(address).hostname or ""
        self._button.setText(self.tr("Get a key at {host}").format(host=host))
        self._button.setAccessibleName(self._button.text())
        self._button.setToolTip(self.tr("Opens {address} in the browser").format(address=address))

    def _open(self) -> None:
        known = known_by_address(self._endpoint.base_url)
        if known is not None and known.keys_url:
            QDesktopServices.openUrl(QUrl(known.keys_url, QUrl.ParsingMode.StrictMode))
