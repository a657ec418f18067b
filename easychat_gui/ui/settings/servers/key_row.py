"""The key of a server."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from easychat_gui.controllers.endpoints import EndpointController
from easychat_gui.domain.endpoints import Endpoint
from easychat_gui.ui.settings.servers.row import FormRow


class KeyRow(FormRow):
    """A field that never shows the key that is stored. ``entered(key)`` when another was typed."""

    entered = Signal(str)

    def __init__(self, endpoints: EndpointController, parent: QWidget | None = None) -> None:
        super().__init__(endpoints, parent)
        self.title.setText(self.tr("Key"))
        self.edit = QLineEdit()
        self.edit.setObjectName("serverKey")
        self.edit.setAccessibleName(self.tr("Key"))
        self.edit.setToolTip(self.tr("The API key of this server; it goes into the system's keyring"))
        self.edit.setEchoMode(QLineEdit.EchoMode.Password)
        self.edit.editingFinished.connect(self._on_finished)
        self.rows.addWidget(self.edit)

    def show_endpoint(self, endpoint: Endpoint) -> None:
        del endpoint
        self.edit.clear()
        self.edit.setPlaceholderText(self.tr("As stored; type to replace it"))

    def _on_finished(self) -> None:
        key = self.edit.text().strip()
        if key:
            self.edit.clear()
            self.entered.emit(key)
